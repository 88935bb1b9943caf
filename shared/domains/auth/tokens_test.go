package auth

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	issuer = "https://app.example.com"
	secret = "0123456789abcdef0123456789abcdef"
)

// at is a fixed point in time, at a whole second as JWT has it.
func at() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }

func newRef() SessionRef {
	return SessionRef{Tenant: tenant.ID(tenant.NewID()), User: UserID(tenant.NewID()), Session: tenant.NewID()}
}

// signerOf signs with the keys of a secret.
func signerOf(t *testing.T, secret string) signer {
	t.Helper()
	tokens, err := NewTokens([]byte(secret), issuer, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tokens.signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keysOf knows the published keys of secrets.
func keysOf(t *testing.T, secrets ...string) *Keys {
	t.Helper()
	store, all := &shelf{}, [][]byte{}
	for _, s := range secrets {
		all = append(all, []byte(s))
	}
	if err := publishSecrets(t.Context(), store, at(), all...); err != nil {
		t.Fatal(err)
	}
	return NewKeys(store, at)
}

// publishSecrets publishes the keys of these secrets and no others; the first
// one is current.
func publishSecrets(ctx context.Context, store KeyStore, now time.Time, secrets ...[]byte) error {
	var pairs []publicPair
	for _, secret := range secrets {
		p, err := newKeyPair(secret)
		if err != nil {
			return err
		}
		pairs = append(pairs, p.public())
	}
	_, err := publish(ctx, store, now, func(KeySet) ([]publicPair, error) { return pairs, nil })
	return err
}

func TestShortSecretsAreRefused(t *testing.T) {
	for _, s := range []string{"", "secret", strings.Repeat("x", MinSecret-1)} {
		if _, err := NewTokens([]byte(s), issuer, time.Minute); err == nil {
			t.Errorf("NewTokens took %d bytes", len(s))
		}
		if err := publishSecrets(t.Context(), &shelf{}, at(), []byte(s)); err == nil {
			t.Errorf("publishSecrets took %d bytes", len(s))
		}
	}
}

func TestTheTwoKeysAreIndependent(t *testing.T) {
	s, store := signerOf(t, secret), &shelf{}
	if string(s.refresh.Seed()) == string(s.access.Seed()) {
		t.Fatal("one key for both")
	}
	if err := publishSecrets(t.Context(), store, at(), []byte(secret)); err != nil {
		t.Fatal(err)
	}
	for _, private := range [][]byte{s.refresh.Seed(), s.access.Seed(), []byte(secret)} {
		if strings.Contains(store.doc.Text, encode(private)) || strings.Contains(store.doc.Text, string(private)) {
			t.Fatal("a private value is in the public document")
		}
	}
	public, err := NewKeys(store, at).Public(t.Context())
	if err != nil || len(public) != 1 || public[0] != publicJWK(s.public().access) {
		t.Errorf("shown are %v, %v", public, err)
	}
}

func TestTokensSurviveAKeyRotation(t *testing.T) {
	const next = "fedcba9876543210fedcba9876543210"
	both, other := keysOf(t, next, secret), keysOf(t, "another secret of thirty-two byte")
	for _, s := range []string{secret, next} {
		ref, signs := newRef(), signerOf(t, s)
		token, err := signs.issueAccess(ref, at())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := both.checkAccess(t.Context(), token, issuer, at()); err != nil || got != ref {
			t.Errorf("both keys live: %v, %v", got, err)
		}
		if got, _, err := both.checkRefresh(t.Context(), signs.issueRefresh(ref, 3)); err != nil || got != ref {
			t.Errorf("both keys live: %v, %v", got, err)
		}
		if _, err := other.checkAccess(t.Context(), token, issuer, at()); err == nil {
			t.Error("a key that is not ours verified it")
		}
	}
}

func TestRefreshTokensNameOneSessionAndNothingElse(t *testing.T) {
	tokens, ref, keys := signerOf(t, secret), newRef(), keysOf(t, secret)
	token := tokens.issueRefresh(ref, 7)
	if got, generation, err := keys.checkRefresh(t.Context(), token); err != nil || got != ref || generation != 7 {
		t.Fatalf("own token: %v %d %v", got, generation, err)
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
	other, crossed := signerOf(t, "another secret of thirty-two byte"), tokens
	crossed.refresh = tokens.access
	access, err := tokens.issueAccess(ref, at())
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		"empty": "", "dots": ".....", "no dot": "x", "another tenant": swap(0, tenant.NewID()), "another user": swap(1, tenant.NewID()),
		"another session": swap(2, tenant.NewID()), "next generation": swap(3, "8"), "spelt otherwise": swap(3, "07"), "a plus": swap(3, "+7"), "negative": swap(3, "-7"),
		"no signature": strings.Join(parts[:5], "."), "empty signature": swap(5, ""), "a signature of zeros": swap(5, strings.Repeat("A", 86)),
		"another secret's": other.issueRefresh(ref, 7), "another secret's, under our key's name": strings.Replace(other.issueRefresh(ref, 7), keyID(other.public().refresh), parts[4], 1),
		"signed with the key of access tokens": crossed.issueRefresh(ref, 7), "the key of access tokens named": swap(4, tokens.public().id()), "no key named": swap(4, ""),
		"generation zero": tokens.issueRefresh(ref, 0), "a key in the tenant": tokens.issueRefresh(SessionRef{Tenant: "x#y", User: ref.User, Session: ref.Session}, 1),
		"shifted fields": tokens.issueRefresh(SessionRef{Tenant: ref.Tenant, User: ref.User, Session: ref.Session + ".1"}, 1),
		"too long":       token + strings.Repeat("a", maxRefreshToken), "padded": token + "==", "a line break": token + "\n", "an access token": access,
		"a second spelling of the signature": token[:len(token)-1] + string(sibling(token[len(token)-1])),
	}
	for name, forged := range cases {
		if got, _, err := keys.checkRefresh(t.Context(), forged); err == nil {
			t.Errorf("%s: accepted as %v", name, got)
		}
	}
}

// sibling is a base64 digit that stands for the same bits at the end of a text
// whose last digit has spare ones.
func sibling(c byte) byte {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return digits[strings.IndexByte(digits, c)^1]
}

func TestLinkTokensHaveOneSpelling(t *testing.T) {
	seen := map[LinkToken]bool{}
	for range 200 {
		token := NewLinkToken()
		if seen[token] {
			t.Fatal("a token came twice")
		}
		seen[token] = true
		if _, ok := ParseLinkToken(string(token)); !ok {
			t.Fatalf("own token refused: %d characters", len(token))
		}
		last := token[len(token)-1]
		for _, c := range "abcdefghijklmnopqrstuvwxyz234567" {
			if byte(c) == last {
				continue
			}
			if other, ok := ParseLinkToken(string(token[:len(token)-1]) + string(c)); ok && other.Hash() == token.Hash() {
				t.Fatal("two spellings of one token")
			}
		}
		if _, ok := ParseLinkToken(strings.ToUpper(string(token))); ok {
			t.Fatal("upper case accepted")
		}
	}
}

func TestMailHoldsTheLinkOnALineOfItsOwn(t *testing.T) {
	token := NewLinkToken()
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
