package idempotency

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
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

// unreadable are claims that cannot be looked up at the moment.
type unreadable struct{}

func (unreadable) Claimed(context.Context, tenant.ID, Claim, time.Time) (string, error) {
	return "", problem.New(problem.Unavailable, "down")
}

// The request that is refused may be the repetition of one that took the last of
// the quota: as long as nobody can tell, it is to be asked again.
func TestARefusalThatMayBeAReplayIsNone(t *testing.T) {
	claim := NewClaim("user", "key", "POST", "/a", nil)
	for _, failure := range []error{problem.New(problem.QuotaExceeded, "full"), ErrClaimed} {
		if err := Explain(t.Context(), unreadable{}, "tenant", claim, time.Now(), failure); !problem.Is(err, problem.Unavailable) {
			t.Errorf("%v became %v", failure, err)
		}
	}
	full := problem.New(problem.QuotaExceeded, "full")
	if err := Explain(t.Context(), unreadable{}, "tenant", Claim{}, time.Now(), full); err != full {
		t.Errorf("without a key: %v", err)
	}
}
