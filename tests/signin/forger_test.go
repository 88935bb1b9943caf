package signin_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// forger has what nobody but us has, our private keys, and makes with them what
// nobody should accept.
type forger struct {
	t                   testing.TB
	access, refresh     ed25519.PrivateKey
	stranger            ed25519.PrivateKey
	good, cookie        string // tokens of an open session
	parts               []string
	header, claims      map[string]any
	rsa                 *rsa.PrivateKey
	ecdsa               *ecdsa.PrivateKey
	accessKid, otherKid string
}

type object = map[string]any

func newForger(t testing.TB, in answer) *forger {
	t.Helper()
	f := &forger{t: t, good: in.text("access_token"), cookie: in.cookie()}
	f.access, f.refresh = derived(t, "devotionalai access-token ed25519 v1"), derived(t, "devotionalai refresh-token ed25519 v1")
	var err error
	if _, f.stranger, err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if f.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if f.ecdsa, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	f.parts = strings.Split(f.good, ".")
	for i, into := range []*map[string]any{&f.header, &f.claims} {
		raw, err := base64.RawURLEncoding.DecodeString(f.parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	f.accessKid, f.otherKid = f.header["kid"].(string), kid(in)
	if got := f.raw(f.plain(0), f.plain(1), f.access); got != f.good {
		t.Fatal("the forger cannot make a good token: what would its forgeries tell?")
	}
	return f
}

// derived is the key that the product derives from the stage's secret.
func derived(t testing.TB, label string) ed25519.PrivateKey {
	t.Helper()
	seed, err := hkdf.Key(sha256.New, []byte(secret), nil, label, ed25519.SeedSize)
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.NewKeyFromSeed(seed)
}

// plain is a part of the good token as it is before its encoding.
func (f *forger) plain(part int) string {
	raw, err := base64.RawURLEncoding.DecodeString(f.parts[part])
	if err != nil {
		f.t.Fatal(err)
	}
	return string(raw)
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// raw signs any two texts.
func (f *forger) raw(header, claims string, key ed25519.PrivateKey) string {
	body := b64(header) + "." + b64(claims)
	return body + "." + b64(string(ed25519.Sign(key, []byte(body))))
}

// with is a value with changes; nil takes a member away.
func with(before, changes object) object {
	after := object{}
	for name, v := range before {
		after[name] = v
	}
	for name, v := range changes {
		if after[name] = v; v == nil {
			delete(after, name)
		}
	}
	return after
}

func (f *forger) text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(raw)
}

// headed is a good token with another header, signed with a key.
func (f *forger) headed(key ed25519.PrivateKey, changes object) string {
	return f.raw(f.text(with(f.header, changes)), f.plain(1), key)
}

// claiming is a good token with other claims, in our own hand.
func (f *forger) claiming(changes object) string {
	return f.raw(f.plain(0), f.text(with(f.claims, changes)), f.access)
}

// written is a good token whose claims are rewritten as a text.
func (f *forger) written(old, now string) string {
	if !strings.Contains(f.plain(1), old) {
		f.t.Fatalf("%s is not in the claims", old)
	}
	return f.raw(f.plain(0), strings.Replace(f.plain(1), old, now, 1), f.access)
}

// by is the good claims signed with another method.
func (f *forger) by(method jwt.SigningMethod, key any, kid string) string {
	token := jwt.NewWithClaims(method, jwt.MapClaims(f.claims))
	token.Header["kid"] = kid
	signed, err := token.SignedString(key)
	if err != nil {
		f.t.Fatal(err)
	}
	return signed
}

// flipped is the good token with one bit of a part changed.
func (f *forger) flipped(part, at int) string {
	raw := []byte(f.plain(part))
	raw[(at+len(raw))%len(raw)] ^= 1
	parts := append([]string{}, f.parts...)
	parts[part] = b64(string(raw))
	return strings.Join(parts, ".")
}

// instead is the good token with another text as a part.
func (f *forger) instead(part int, text string) string {
	parts := append([]string{}, f.parts...)
	parts[part] = text
	return strings.Join(parts, ".")
}

// respelt is a part whose last digit is another one that stands for the same bits.
func (f *forger) respelt(part int) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	text := f.parts[part]
	if len(text)%4 == 0 {
		return text + "A" // no spare bits: a digit too many
	}
	last := strings.IndexByte(digits, text[len(text)-1])
	return text[:len(text)-1] + string(digits[last^1])
}
