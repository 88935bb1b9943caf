package privacy_test

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

func TestEveryPlaceIsDeclaredOnceAndInFull(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range privacy.Declaration() {
		name := string(p.Store) + " " + p.Kind
		if seen[name] {
			t.Errorf("%s is declared twice", name)
		}
		seen[name] = true
		if p.Kind == "" || p.Key == "" || p.What == "" || p.Why == "" || p.Found == "" || p.Erased == "" {
			t.Errorf("%s: a member is empty", name)
		}
		if p.Personal() && p.Erased == privacy.NothingKept {
			t.Errorf("%s: says %q but lists %v", name, p.Erased, p.Attributes)
		}
		if p.Store == privacy.Directory && !strings.HasPrefix(p.Key, p.Kind) {
			t.Errorf("%s: its key %s begins with another kind", name, p.Key)
		}
	}
}

// What lies outside a tenant's partitions must be found from inside them, or
// end by itself: nothing else can be erased.
func TestTheDirectoryIsReachableFromTheTenant(t *testing.T) {
	for _, p := range privacy.Declaration() {
		if p.Store == privacy.Directory && p.Personal() && p.Erased != privacy.ByReference && p.Erased != privacy.ByExpiry {
			t.Errorf("%s: %s", p.Kind, p.Erased)
		}
		if p.Erased == privacy.ByReference && !strings.Contains(p.Found, "USER#") {
			t.Errorf("%s: found %s, which is not an item of the tenant", p.Kind, p.Found)
		}
	}
}
