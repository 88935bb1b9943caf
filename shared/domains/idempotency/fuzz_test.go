package idempotency_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
)

// FuzzKey: a key that is taken is of the documented form, and is the same key when
// it is sent in quotes.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"", `""`, "a", `"a"`, ` "a" `, `"a`, `a"`, `"a"b"`, `"\"\\"`, `"\a"`, `"\`, "a\x00", "ü", "a b", "a\tb", `""a`, strings.Repeat("k", 255), strings.Repeat("k", 256), `"` + strings.Repeat(`\"`, 255) + `"`, "\u00a0a"} {
		f.Add(seed)
	}
	form := regexp.MustCompile(idempotency.KeyPattern())
	f.Fuzz(func(t *testing.T, sent string) {
		key, ok := idempotency.ParseKey(sent)
		if trimmed := strings.Trim(sent, " "); trimmed == strings.TrimSpace(sent) && ok != form.MatchString(trimmed) {
			t.Errorf("%q is taken: %v", sent, ok)
		}
		if !ok {
			return
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
		if again, still := idempotency.ParseKey(quoted); !still || again != key {
			t.Errorf("%q is %q, which in quotes is %q, %v", sent, key, again, still)
		}
	})
}
