package auth

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// MinSecret is the shortest signing secret, in bytes.
const MinSecret = 32

// Labels keep the two keys independent: who learns one learns nothing of the other.
const (
	labelAccess  = "devotionalai access-token ed25519 v1"
	labelRefresh = "devotionalai refresh-token ed25519 v1"
)

// errSecret does not say how long the secret is.
var errSecret = errors.New("the signing secret must have at least 32 bytes")

// keyPair is the two private keys of one signing secret.
type keyPair struct{ access, refresh ed25519.PrivateKey }

// newKeyPair derives both keys.
func newKeyPair(secret []byte) (keyPair, error) {
	access, err := derive(secret, labelAccess)
	if err != nil {
		return keyPair{}, err
	}
	refresh, err := derive(secret, labelRefresh)
	return keyPair{access, refresh}, err
}

func derive(secret []byte, label string) (ed25519.PrivateKey, error) {
	if len(secret) < MinSecret {
		return nil, errSecret
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, label, ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// public is what everybody may know of the pair.
func (p keyPair) public() publicPair {
	return publicPair{p.access.Public().(ed25519.PublicKey), p.refresh.Public().(ed25519.PublicKey)}
}

// publicPair is the two public keys of one signing secret.
type publicPair struct{ access, refresh ed25519.PublicKey }

// id names the pair: the key id of its access tokens.
func (p publicPair) id() string { return keyID(p.access) }

// JWK is a public Ed25519 key (RFC 8037).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

func publicJWK(key ed25519.PublicKey) JWK {
	return JWK{Kty: "OKP", Crv: "Ed25519", X: encode(key), Kid: keyID(key), Use: "sig", Alg: "EdDSA"}
}

// keyID is the key's thumbprint (RFC 7638): the same key has the same id everywhere.
func keyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + encode(key) + `"}`))
	return encode(sum[:])
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode accepts one spelling of size bytes and no other.
func decode(text string, size int) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return b, err == nil && len(b) == size && encode(b) == text
}
