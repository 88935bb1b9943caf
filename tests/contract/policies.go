package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/policy"
)

// rules are the policies that a function works under: what a test makes it ask
// for must be allowed to it, and the same of another tenant must not.
type rules struct {
	function string
	own      policy.Document
	roles    map[tenant.Act]policy.Document
	stores   map[string]string // tables and buckets of the stage, as the evaluator names them
	blue     *blueprint.Blueprint
	seen     map[string]bool
	asked    int // different requests that were evaluated
	// session are the policies under which a tenant's scope is worked in.
	session func(tenant.Scope) ([]policy.Document, error)
}

func newRules(t *testing.T, s *stage, function string) *rules {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	f, ok := b.Function(function)
	if !ok {
		t.Fatalf("no template deploys %s", function)
	}
	own, err := policy.Own(f)
	if err != nil {
		t.Fatal(err)
	}
	r := &rules{
		function: function, own: own, blue: b, roles: map[tenant.Act]policy.Document{}, seen: map[string]bool{},
		stores: map[string]string{
			s.outputs["Data.Outputs.PlatformTable"]: policy.Platform, s.outputs["Data.Outputs.DirectoryTable"]: policy.Directory,
			s.outputs["Data.Outputs.MediaBucket"]: policy.Media, s.outputs["Data.Outputs.LedgerBucket"]: policy.Ledger,
		},
	}
	r.session = r.narrowed
	return r
}

// another is a tenant that no test has.
const another = tenant.ID("01BX5ZZKBKACTAV9WEVGEMMVRZ")

// check evaluates what was asked for. A tenant's data is asked for as the role of
// the act within the session policy, anything else as the function's own role.
func (r *rules) check(t *testing.T, all []calls.Asked) (faults []string) {
	t.Helper()
	for _, a := range all {
		id := fmt.Sprintf("%s %s %s %s %s %v %s %v", a.Action, r.stores[a.Store], a.Index, a.Key, strings.Join(a.With, " "), a.Named, a.Select, a.Scope)
		if r.seen[id] {
			continue
		}
		r.seen[id] = true
		r.asked++
		faults = append(faults, r.faults(t, a)...)
	}
	return faults
}

// hold fails the test for what check finds; nil rules hold nothing.
func (r *rules) hold(t *testing.T, spent *calls.Counter) {
	t.Helper()
	if r == nil {
		return
	}
	for _, fault := range r.check(t, spent.Asked()) {
		t.Error(fault)
	}
}

func (r *rules) faults(t *testing.T, a calls.Asked) []string {
	t.Helper()
	documents := []policy.Document{r.own}
	if a.Scope.Reach == tenant.ReachTenant {
		var err error
		if documents, err = r.session(a.Scope); err != nil {
			t.Fatal(err)
		}
	}
	var faults []string
	for _, request := range r.requests(a) {
		if !policy.Allow(request, documents...) {
			faults = append(faults, fmt.Sprintf("%s asks for %s of %s %v as %+v, which its policies do not allow", r.function, request.Action, request.Resource, request.Keys, a.Scope))
		}
	}
	mine := string(a.Scope.Tenant)
	if a.Scope.Reach != tenant.ReachTenant || !strings.Contains(a.Key, mine) {
		return faults // before a credential is verified the guard alone knows whose it may be
	}
	if a.Action == "ListBucketMultipartUploads" {
		return faults // S3 has no condition on its prefix: the guard alone holds it (tests/policy)
	}
	theirs := a
	theirs.Key = strings.ReplaceAll(a.Key, mine, string(another))
	theirs.With = nil
	for _, key := range a.With {
		theirs.With = append(theirs.With, strings.ReplaceAll(key, mine, string(another)))
	}
	for _, request := range r.requests(theirs) {
		if policy.Allow(request, documents...) {
			faults = append(faults, fmt.Sprintf("%s, as %+v, is allowed %s of %s %v, which is another tenant's", r.function, a.Scope, request.Action, request.Resource, request.Keys))
		}
	}
	return faults
}

// narrowed are the policies of a tenant's scope: the role of the act, and the
// session policy that narrows it.
func (r *rules) narrowed(scope tenant.Scope) ([]policy.Document, error) {
	opens := scope.Act.Opens()
	role, known := r.roles[scope.Act]
	if !known && opens.Role != "" {
		var err error
		if role, err = policy.Role(r.blue, opens.Role); err != nil {
			return nil, err
		}
		r.roles[scope.Act] = role
	}
	text, err := boot.SessionPolicy(scope.Tenant, opens)
	if err != nil {
		return nil, err
	}
	session, err := policy.Parse(text)
	return []policy.Document{role, session}, err
}

// requests are what a policy is asked for one action: by its own key, and, since
// AWS does not say which, by those of the whole call.
func (r *rules) requests(a calls.Asked) []policy.Request {
	store := r.stores[a.Store]
	if a.Service == "S3" {
		if strings.HasPrefix(a.Action, "ListBucket") { // of a whole bucket, with a prefix
			return []policy.Request{{Action: "s3:" + a.Action, Resource: store, Keys: map[string][]string{"s3:prefix": {a.Key}}}}
		}
		return []policy.Request{{Action: "s3:" + a.Action, Resource: store + "/" + a.Key}}
	}
	if a.Index != "" {
		store += "/index/" + a.Index
	}
	request := func(keys ...string) policy.Request {
		r := policy.Request{Action: "dynamodb:" + a.Action, Resource: store, Keys: map[string][]string{"dynamodb:LeadingKeys": keys}}
		if a.Select != "" {
			r.Keys["dynamodb:Attributes"], r.Keys["dynamodb:Select"] = a.Named, []string{a.Select}
		}
		return r
	}
	if strings.HasPrefix(a.Action, "Batch") || len(a.With) < 2 {
		return []policy.Request{request(a.With...)}
	}
	return []policy.Request{request(a.Key), request(a.With...)}
}
