package auth

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// MinSecret is the shortest JWT_SECRET, in bytes.
const MinSecret = 32

// Labels keep the two keys independent: who learns one learns nothing of the other.
const (
	labelAccess  = "devotionalai access-token ed25519 v1"
	labelRefresh = "devotionalai refresh-token hmac-sha256 v1"
)

// errSecret does not say how long the secret is.
var errSecret = errors.New("JWT_SECRET must have at least 32 bytes")

// accessKey derives the key that signs access tokens.
func accessKey(secret []byte) (ed25519.PrivateKey, error) {
	seed, err := derive(secret, labelAccess, ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// refreshKey derives the key that authenticates refresh tokens.
func refreshKey(secret []byte) ([]byte, error) { return derive(secret, labelRefresh, sha256.Size) }

func derive(secret []byte, label string, size int) ([]byte, error) {
	if len(secret) < MinSecret {
		return nil, errSecret
	}
	key, err := hkdf.Key(sha256.New, secret, nil, label, size)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return key, nil
}

// JWK is a public Ed25519 key (RFC 8037).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

type jwks struct {
	Keys []JWK `json:"keys"`
}

func publicJWK(key ed25519.PublicKey) JWK {
	return JWK{Kty: "OKP", Crv: "Ed25519", X: base64.RawURLEncoding.EncodeToString(key), Kid: keyID(key), Use: "sig", Alg: "EdDSA"}
}

// keyID is the key's thumbprint (RFC 7638): the same key has the same id everywhere.
func keyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(key) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// PublicJWKS is the JWKS document of the key that secret signs with: the value
// of JWT_PUBLIC_KEYS. During a rotation that setting lists two documents' keys.
// A secret shorter than MinSecret is refused.
func PublicJWKS(secret []byte) (string, error) {
	private, err := accessKey(secret)
	if err != nil {
		return "", err
	}
	doc, err := json.Marshal(jwks{Keys: []JWK{publicJWK(private.Public().(ed25519.PublicKey))}})
	if err != nil {
		return "", fmt.Errorf("encode public keys: %w", err)
	}
	return string(doc), nil
}

// maxKeys bounds a key set: one key, a second one while they rotate, and room.
const maxKeys = 4

// KeySet is the public keys that access tokens are checked with, by key id.
type KeySet struct {
	keys map[string]ed25519.PublicKey
	doc  jwks
}

// ParseKeySet reads the JWKS document of JWT_PUBLIC_KEYS. Anything in it that
// is not an Ed25519 signature key with its own thumbprint as kid is refused: a
// key set that is half understood would refuse half of the users later.
func ParseKeySet(document string) (KeySet, error) {
	var doc jwks
	if err := json.Unmarshal([]byte(document), &doc); err != nil {
		return KeySet{}, errors.New("JWT_PUBLIC_KEYS is not a JWKS document")
	}
	if len(doc.Keys) == 0 || len(doc.Keys) > maxKeys {
		return KeySet{}, fmt.Errorf("JWT_PUBLIC_KEYS must hold 1 to %d keys", maxKeys)
	}
	set := KeySet{keys: map[string]ed25519.PublicKey{}}
	for i, k := range doc.Keys {
		raw, err := base64.RawURLEncoding.DecodeString(k.X)
		if err != nil || len(raw) != ed25519.PublicKeySize || k != publicJWK(raw) {
			return KeySet{}, fmt.Errorf("JWT_PUBLIC_KEYS: key %d is not an Ed25519 signature key named by its thumbprint", i)
		}
		set.keys[k.Kid] = raw
		set.doc.Keys = append(set.doc.Keys, k)
	}
	return set, nil
}

// Public lists the keys of the set, which anyone may read.
func (s KeySet) Public() []JWK { return s.doc.Keys }
