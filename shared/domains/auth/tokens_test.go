package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	issuer = "https://app.example.com"
	secret = "0123456789abcdef0123456789abcdef"
)

// at is a fixed point in time, at a whole second as JWT has it.
func at() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }

func newTokens(t *testing.T, secret string) *Tokens {
	t.Helper()
	tokens, err := NewTokens([]byte(secret), issuer, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func newRef() SessionRef {
	return SessionRef{Tenant: tenant.ID(tenant.NewID()), User: UserID(tenant.NewID()), Session: tenant.NewID()}
}

func keySet(t *testing.T, secrets ...string) KeySet {
	t.Helper()
	var all jwks
	for _, s := range secrets {
		doc, err := PublicJWKS([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		var one jwks
		if err := json.Unmarshal([]byte(doc), &one); err != nil {
			t.Fatal(err)
		}
		all.Keys = append(all.Keys, one.Keys...)
	}
	doc, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	set, err := ParseKeySet(string(doc))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestShortSecretsAreRefused(t *testing.T) {
	for _, s := range []string{"", "secret", strings.Repeat("x", MinSecret-1)} {
		if _, err := NewTokens([]byte(s), issuer, time.Minute); err == nil {
			t.Errorf("NewTokens took %d bytes", len(s))
		}
		if _, err := PublicJWKS([]byte(s)); err == nil {
			t.Errorf("PublicJWKS took %d bytes", len(s))
		}
	}
}

func TestTheTwoKeysAreIndependent(t *testing.T) {
	tokens := newTokens(t, secret)
	if string(tokens.refresh) == string(tokens.access.Seed()) {
		t.Fatal("one key for both")
	}
	doc, err := PublicJWKS([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range [][]byte{tokens.refresh, tokens.access.Seed(), []byte(secret)} {
		if strings.Contains(doc, base64.RawURLEncoding.EncodeToString(private)) {
			t.Fatal("a private value is in the public document")
		}
	}
}

func TestAccessTokensSurviveAKeyRotation(t *testing.T) {
	const next = "fedcba9876543210fedcba9876543210"
	both := keySet(t, secret, next)
	for _, s := range []string{secret, next} {
		ref := newRef()
		token, err := newTokens(t, s).issueAccess(ref, at())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := both.checkAccess(token, issuer, at()); err != nil || got != ref {
			t.Errorf("both keys live: %v, %v", got, err)
		}
		if _, err := keySet(t, "another secret of thirty-two byte").checkAccess(token, issuer, at()); err == nil {
			t.Error("a key that is not ours verified it")
		}
	}
}

// sign makes a token as an attacker, or an earlier version of us, could.
func sign(t *testing.T, method jwt.SigningMethod, key any, kid string, change func(jwt.MapClaims)) string {
	t.Helper()
	ref := newRef()
	c := jwt.MapClaims{
		"iss": issuer, "aud": Audience, "sub": string(ref.User), "tenant": string(ref.Tenant), "sid": ref.Session,
		"iat": at().Unix(), "nbf": at().Unix(), "exp": at().Add(time.Minute).Unix(),
	}
	if change != nil {
		change(c)
	}
	token := jwt.NewWithClaims(method, c)
	if kid != "" {
		token.Header["kid"] = kid
	}
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestForgedAccessTokensAreRefused(t *testing.T) {
	tokens, keys := newTokens(t, secret), keySet(t, secret)
	public := tokens.access.Public().(ed25519.PublicKey)
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ours := func(change func(jwt.MapClaims)) string {
		return sign(t, jwt.SigningMethodEdDSA, tokens.access, tokens.kid, change)
	}
	without := func(name string) string { return ours(func(c jwt.MapClaims) { delete(c, name) }) }
	good := ours(nil)
	if _, err := keys.checkAccess(good, issuer, at()); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	parts := strings.Split(good, ".")
	cases := map[string]string{
		"empty":                  "",
		"rubbish":                "a.b.c",
		"algorithm none":         sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, tokens.kid, nil),
		"HS256 with public key":  sign(t, jwt.SigningMethodHS256, []byte(public), tokens.kid, nil),
		"HS512 with public key":  sign(t, jwt.SigningMethodHS512, []byte(public), tokens.kid, nil),
		"a stranger's key":       sign(t, jwt.SigningMethodEdDSA, stranger, tokens.kid, nil),
		"no key id":              sign(t, jwt.SigningMethodEdDSA, tokens.access, "", nil),
		"unknown key id":         sign(t, jwt.SigningMethodEdDSA, tokens.access, keyID(stranger.Public().(ed25519.PublicKey)), nil),
		"another audience":       ours(func(c jwt.MapClaims) { c["aud"] = "somebody-else" }),
		"another issuer":         ours(func(c jwt.MapClaims) { c["iss"] = "https://evil.example" }),
		"expired":                ours(func(c jwt.MapClaims) { c["exp"] = at().Add(-3 * time.Second).Unix() }),
		"not yet valid":          ours(func(c jwt.MapClaims) { c["nbf"] = at().Add(time.Minute).Unix() }),
		"issued in the future":   ours(func(c jwt.MapClaims) { c["iat"] = at().Add(time.Minute).Unix() }),
		"no expiry":              without("exp"),
		"no not-before":          without("nbf"),
		"no audience":            without("aud"),
		"no issuer":              without("iss"),
		"no tenant":              without("tenant"),
		"no session":             without("sid"),
		"no user":                without("sub"),
		"a tenant with a hash":   ours(func(c jwt.MapClaims) { c["tenant"] = "01ARZ3NDEKTSV4RRFFQ69G5FAV#x" }),
		"a session with a dot":   ours(func(c jwt.MapClaims) { c["sid"] = "a.b" }),
		"cut signature":          good[:len(good)-2],
		"no signature":           parts[0] + "." + parts[1] + ".",
		"another one's payload":  parts[0] + "." + strings.Split(ours(nil), ".")[1] + "." + parts[2],
		"too long":               good + strings.Repeat("a", maxAccessToken),
		"second spelling of sig": good[:len(good)-1] + "~",
	}
	for name, token := range cases {
		if ref, err := keys.checkAccess(token, issuer, at()); err == nil {
			t.Errorf("%s: accepted as %v", name, ref)
		}
	}
}

func TestKeySetsAreReadInFullOrNotAtAll(t *testing.T) {
	good, err := PublicJWKS([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		"empty": "", "no keys": `{"keys":[]}`, "not JSON": "{",
		"RSA":            `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"x","use":"sig","alg":"RS256"}]}`,
		"another kid":    strings.Replace(good, `"kid":"`, `"kid":"x`, 1),
		"encryption use": strings.Replace(good, `"use":"sig"`, `"use":"enc"`, 1),
		"short key":      strings.Replace(good, `"x":"`, `"x":"AAAA`, 1),
	}
	for name, doc := range cases {
		if _, err := ParseKeySet(doc); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := ParseKeySet(good); err != nil {
		t.Errorf("our own document: %v", err)
	}
}

func TestRefreshTokensNameOneSessionAndNothingElse(t *testing.T) {
	tokens, ref := newTokens(t, secret), newRef()
	token := tokens.issueRefresh(ref, 7)
	if got, generation, ok := tokens.parseRefresh(token); !ok || got != ref || generation != 7 {
		t.Fatalf("own token: %v %d %v", got, generation, ok)
	}
	if tokens.issueRefresh(ref, 7) != token {
		t.Fatal("the successor cannot be computed again")
	}
	parts := strings.Split(token, ".")
	swap := func(i int, v string) string {
		forged := append([]string{}, parts...)
		forged[i] = v
		return strings.Join(forged, ".")
	}
	other := newTokens(t, "another secret of thirty-two byte")
	cases := map[string]string{
		"empty": "", "dots": "....", "no dot": "x", "another tenant": swap(0, tenant.NewID()), "another user": swap(1, tenant.NewID()),
		"another session": swap(2, tenant.NewID()), "next generation": swap(3, "8"), "spelt otherwise": swap(3, "07"), "negative": swap(3, "-7"),
		"no seal": strings.Join(parts[:4], "."), "empty seal": swap(4, ""), "another secret's": other.issueRefresh(ref, 7),
		"generation zero": tokens.issueRefresh(ref, 0), "a key in the tenant": tokens.issueRefresh(SessionRef{Tenant: "x#y", User: ref.User, Session: ref.Session}, 1),
		"shifted fields": tokens.issueRefresh(SessionRef{Tenant: ref.Tenant, User: ref.User, Session: ref.Session + ".1"}, 1),
		"too long":       token + strings.Repeat("a", maxRefreshToken),
	}
	for name, forged := range cases {
		if got, _, ok := tokens.parseRefresh(forged); ok {
			t.Errorf("%s: accepted as %v", name, got)
		}
	}
}

func TestLinkTokensHaveOneSpelling(t *testing.T) {
	seen := map[LinkToken]bool{}
	for range 200 {
		token := newLinkToken()
		if seen[token] {
			t.Fatal("a token came twice")
		}
		seen[token] = true
		if _, ok := parseLinkToken(string(token)); !ok {
			t.Fatalf("own token refused: %d characters", len(token))
		}
		last := token[len(token)-1]
		for _, c := range "abcdefghijklmnopqrstuvwxyz234567" {
			if byte(c) == last {
				continue
			}
			if other, ok := parseLinkToken(string(token[:len(token)-1]) + string(c)); ok && other.Hash() == token.Hash() {
				t.Fatal("two spellings of one token")
			}
		}
		if _, ok := parseLinkToken(strings.ToUpper(string(token))); ok {
			t.Fatal("upper case accepted")
		}
	}
}

func TestMailHoldsTheLinkOnALineOfItsOwn(t *testing.T) {
	token := newLinkToken()
	m := signInMail("a@example.com", issuer, token, "2C4D6F", 15*time.Minute)
	link := issuer + "/auth/verify#token=" + string(token)
	lines := strings.Split(m.Text, "\n")
	if !slices.Contains(lines, link) || !slices.Contains(lines, "Code: 2C4D6F") || strings.Count(m.HTML, link) != 3 || !strings.Contains(m.HTML, "Code: 2C4D6F") {
		t.Fatalf("link not where it belongs:\n%s\n%s", m.Text, m.HTML)
	}
	for _, body := range []string{m.Text, m.HTML} {
		if !strings.Contains(body, "15 minutes") || !strings.Contains(body, "did not ask for it") {
			t.Errorf("wording: %s", body)
		}
		if strings.Contains(body, "a@example.com") {
			t.Error("the recipient is echoed into the body")
		}
	}
}
