package tenant_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

func TestScopesKeepTheAct(t *testing.T) {
	const id = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	root := tenant.Doing(t.Context(), tenant.Render)
	if s := tenant.ScopeFrom(tenant.WithTenant(tenant.WithSweep(root), id)); s != (tenant.Scope{Tenant: id, Reach: tenant.ReachTenant, Act: tenant.Render}) {
		t.Errorf("a tenant after a sweep: %+v", s)
	}
	if s := tenant.ScopeFrom(tenant.WithCredential(root, id)); s.Act != tenant.Render || s.Reach != tenant.ReachCredential {
		t.Errorf("a credential: %+v", s)
	}
}

// A key that could mean more than it says, or reach into a tenant's partition,
// would open what nobody meant to.
func TestOpeningsNameKeysOfTheDirectory(t *testing.T) {
	seen := map[tenant.Act]bool{}
	for _, o := range tenant.Openings() {
		if seen[o.Act] {
			t.Errorf("act %q is declared twice", o.Act)
		}
		seen[o.Act] = true
		for _, key := range slices.Concat(o.Directory, o.Before) {
			kind, rest, ok := strings.Cut(key, "#")
			if !ok || len(kind) < 2 || strings.ContainsAny(key, "*?$") || strings.Contains(rest, "#") {
				t.Errorf("act %q opens %q, which is neither a key of the directory nor a prefix", o.Act, key)
			}
		}
	}
	for _, o := range tenant.Openings() {
		if strings.TrimSuffix(o.Role, "Role") == o.Role && o.Role != "" {
			t.Errorf("act %q: the role %q is not called XRole", o.Act, o.Role)
		}
		opens := o.Credentials || len(o.Directory) > 0
		// A role is shared by acts that open the very same in a tenant's scope.
		shared := slices.ContainsFunc(tenant.Openings(), func(other tenant.Opening) bool {
			same := other.Credentials == o.Credentials && slices.Equal(other.Directory, o.Directory) && slices.Equal(other.Verbs, o.Verbs)
			return other.Act != o.Act && other.Role == o.Role && !same
		})
		if opens && (o.Role == "" || shared) {
			t.Errorf("act %q opens something in a tenant's scope, and its role is not for that alone", o.Act)
		}
		if (len(o.Directory) == 0) != (len(o.Verbs) == 0) {
			t.Errorf("act %q opens %v of the directory with the operations %v", o.Act, o.Directory, o.Verbs)
		}
		for _, verb := range o.Verbs {
			if !slices.Contains([]string{"GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"}, verb) {
				t.Errorf("act %q: %s is no operation on one item", o.Act, verb)
			}
		}
	}
	if o := tenant.Act("unknown").Opens(); o.Credentials || o.Enter || len(o.Directory)+len(o.Before) != 0 {
		t.Errorf("an act that is not declared opens %+v", o)
	}
}

func TestAmong(t *testing.T) {
	keys := []string{"SLOTS#render", "LINK#"}
	for key, want := range map[string]bool{
		"SLOTS#render": true, "SLOTS#renders": false, "SLOTS#": false, "LINK#": true, "LINK#ab": true, "LINKS#ab": false, "": false,
	} {
		if tenant.Among(keys, key) != want {
			t.Errorf("%q: want %v", key, want)
		}
	}
}
