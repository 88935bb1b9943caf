package idempotency

import (
	"strings"
	"testing"
)

func TestParseKey(t *testing.T) {
	for sent, want := range map[string]string{
		"8e03978e-40d5-43dd-bc93-6894a57f9324":   "8e03978e-40d5-43dd-bc93-6894a57f9324",
		`"8e03978e-40d5-43dd-bc93-6894a57f9324"`: "8e03978e-40d5-43dd-bc93-6894a57f9324",
		` " a b " `:                              " a b ",
		`"say \"amen\" \\"`:                      `say "amen" \`,
		`a"b`:                                    `a"b`,
		strings.Repeat("k", maxKey):              strings.Repeat("k", maxKey),
	} {
		if got, ok := ParseKey(sent); !ok || got != want {
			t.Errorf("%q: %q, %v", sent, got, ok)
		}
	}
	for _, sent := range []string{
		"", " ", `""`, `"`, `"a`, `"a"b`, `"a\`, `"a\n"`, "a\nb", "a\x7f", "schlüssel", `"k";p=1`, strings.Repeat("k", maxKey+1),
	} {
		if got, ok := ParseKey(sent); ok {
			t.Errorf("%q was read as %q", sent, got)
		}
	}
}

func TestClaimsTellRequestsApart(t *testing.T) {
	first := NewClaim("user", "key", "POST", "/a", []byte("{}"))
	if first != NewClaim("user", "key", "POST", "/a", []byte("{}")) || !first.Given() || (Claim{}).Given() {
		t.Error("the same request is another claim")
	}
	for name, other := range map[string]Claim{
		"caller": NewClaim("users", "key", "POST", "/a", []byte("{}")),
		"key":    NewClaim("user", "keys", "POST", "/a", []byte("{}")),
		"joint":  NewClaim("userk", "ey", "POST", "/a", []byte("{}")),
	} {
		if other.Key == first.Key {
			t.Errorf("another %s has the same key", name)
		}
	}
	for name, other := range map[string]Claim{
		"method": NewClaim("user", "key", "PUT", "/a", []byte("{}")),
		"path":   NewClaim("user", "key", "POST", "/b", []byte("{}")),
		"body":   NewClaim("user", "key", "POST", "/a", []byte("[]")),
		"joint":  NewClaim("user", "key", "POST", "/a{", []byte("}")),
	} {
		if other.Key != first.Key || other.Fingerprint == first.Fingerprint {
			t.Errorf("another %s is the same request", name)
		}
	}
}
