package policy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/policy"
)

// deed is a function and what it says that it does.
type deed struct {
	blueprint.Function
	act tenant.Act
}

var does = regexp.MustCompile(`rt\.Does\(tenant\.(\w+)\)`)

// deeds reads the acts: an API function's from its row, a worker's from its main.
func deeds(t *testing.T) []deed {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	named := constants(t)
	rows := map[string]tenant.Act{}
	for _, r := range httpapi.Routes() {
		rows[r.Name] = r.Act
	}
	var all []deed
	for _, f := range b.Functions {
		act, isRoute := rows[f.Name]
		main, err := os.ReadFile(filepath.Join(f.Code, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		if said := does.FindSubmatch(main); said != nil {
			var known bool
			if act, known = named[string(said[1])]; !known || isRoute {
				t.Errorf("%s: a row's act is in the row, a worker's is one of %v", f.Name, named)
			}
		}
		all = append(all, deed{f, act})
	}
	return all
}

var constant = regexp.MustCompile(`(?m)^\t(\w+)\s+Act = "([a-z-]*)"`)

// constants are the acts by the names that mains call them.
func constants(t *testing.T) map[string]tenant.Act {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(blueprint.Root(), "shared", "domains", "tenant", "act.go"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tenant.Act{}
	for _, m := range constant.FindAllStringSubmatch(string(source), -1) {
		all[m[1]] = tenant.Act(m[2])
	}
	if len(all) != len(tenant.Openings()) {
		t.Fatalf("act.go names %d acts and declares %d", len(all), len(tenant.Openings()))
	}
	return all
}

// roleARN is how the templates name the role that a function becomes.
func roleARN(f blueprint.Function) string {
	v, _ := f.Environment["TENANT_ROLE_ARN"].(blueprint.Map)
	if name, ok := v["Ref"].(string); ok {
		return name
	}
	at, _ := v["Fn::GetAtt"].([]any)
	if len(at) != 2 {
		return ""
	}
	name, _ := at[1].(string)
	return strings.TrimPrefix(name, "Outputs.")
}

func TestFunctionsBecomeTheRoleOfTheirAct(t *testing.T) {
	for _, f := range deeds(t) {
		opens := f.act.Opens()
		got := roleARN(f.Function)
		if got == "" && !opens.Credentials && len(opens.Directory) == 0 {
			continue // it works on no tenant's data
		}
		if want := opens.Role + "Arn"; got != want {
			t.Errorf("%s does %q and becomes %q, not %s", f.Name, f.act, got, want)
		}
	}
}

// TestFunctionsMayBecomeTheirRoleAndNoOther: the variable names a role, and the
// function's own policy lets it assume that one.
func TestFunctionsMayBecomeTheirRoleAndNoOther(t *testing.T) {
	for _, f := range deeds(t) {
		own, err := policy.Own(f.Function)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		may := func(arn string) bool { return own.Allows(policy.Request{Action: "sts:AssumeRole", Resource: arn}) }
		variable, has := f.Environment["TENANT_ROLE_ARN"]
		if has && !may(policy.Named(variable)) {
			t.Errorf("%s is to become %s, and its own policy does not let it", f.Name, policy.Named(variable))
		}
		for _, o := range tenant.Openings() {
			if role := o.Role + "Arn"; role != roleARN(f.Function) && (may("${"+role+"}") || may("${Data.Outputs."+role+"}")) {
				t.Errorf("%s does %q, and its own policy lets it become what %s names", f.Name, f.act, role)
			}
		}
	}
}

// TestOwnRolesReachWhatTheActOpensBeforeACredential: of tenants' partitions, a
// function's own role has the one conditional update of a credential, more in a
// sign-in only; of the directory, what its act lists.
func TestOwnRolesReachWhatTheActOpensBeforeACredential(t *testing.T) {
	cases := 0
	for _, f := range deeds(t) {
		own, err := policy.Own(f.Function)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		opens := f.act.Opens()
		for _, on := range targets() {
			for _, operation := range operations() {
				cases++
				may := operation != "Query" && operation != "Scan" && operation != "PartiQL" && on.index == "" // by item
				switch {
				case on.index != "":
					may = operation == "Query" // of keys only; the structure tests say whose
				case on.table == "directory":
					may = may && tenant.Among(opens.Before, on.key)
				case strings.HasPrefix(on.key, "T#"):
					may = may && opens.Enter
				default:
					may = may && (opens.Enter || operation == "UpdateItem")
				}
				if got := allAllowed(parts(operation, on, false), own); got && !may {
					t.Errorf("%s does %q: its own role allows %s of %s%s", f.Name, f.act, operation, on.key, on.index)
				}
			}
		}
	}
	t.Logf("%d calls of functions' own roles", cases)
}

// TestGuardOutsideATenantFollowsTheAct: before a credential is verified, by item
// only, and of the directory only what the act lists.
func TestGuardOutsideATenantFollowsTheAct(t *testing.T) {
	t.Parallel()
	cases := 0
	for _, o := range tenant.Openings() {
		root := tenant.Doing(t.Context(), o.Act)
		checking, signIn := tenant.WithCredential(root, mine), tenant.WithSignIn(root, mine)
		for _, on := range targets() {
			for _, operation := range []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "PartiQL"} {
				cases++
				byItem := !slices.Contains([]string{"Query", "Scan", "PartiQL"}, operation) && on.index == ""
				listed := byItem && on.table == "directory" && tenant.Among(o.Before, on.key)
				credential, data := byItem && on.key == "A#"+mine, byItem && on.key == ownData
				if got := passes(t, ask(root, operation, on)); got != listed {
					t.Errorf("%q without a scope: %s of %s: %v", o.Act, operation, on.key, got)
				}
				if got := passes(t, ask(checking, operation, on)); got != (listed || credential) {
					t.Errorf("%q while it checks a credential: %s of %s: %v", o.Act, operation, on.key, got)
				}
				if got := passes(t, ask(signIn, operation, on)); got != (listed || o.Enter && (credential || data)) {
					t.Errorf("%q in a sign-in: %s of %s: %v", o.Act, operation, on.key, got)
				}
			}
		}
	}
	t.Logf("%d calls, each without a scope, while a credential is checked, and in a sign-in", cases)
}

// TestOnlyManagersReadCredentials takes each row of the API: unless it manages
// credentials, or signs in, neither the guard nor any policy lets it read them.
func TestOnlyManagersReadCredentials(t *testing.T) {
	t.Parallel()
	l, byName := product(t), map[string]blueprint.Function{}
	for _, f := range deeds(t) {
		byName[f.Name] = f.Function
	}
	credentials := target{table: "platform", key: "A#" + mine}
	for _, r := range httpapi.Routes() {
		own, err := policy.Own(byName[r.Name])
		if err != nil {
			t.Fatal(err)
		}
		opens := r.Act.Opens()
		ctx := tenant.WithTenant(tenant.Doing(t.Context(), r.Act), mine)
		for _, operation := range []string{"GetItem", "BatchGetItem", "Query", "TransactGetItems", "Scan", "PartiQL"} {
			may := opens.Credentials && operation != "Scan" && operation != "PartiQL"
			request := parts(operation, credentials, false)
			if got := passes(t, ask(ctx, operation, credentials)); got != may {
				t.Errorf("%s: the guard says %v to %s", r.Name, got, operation)
			}
			if got := allAllowed(request, l.session(opens), l.role(r.Act)); got != may {
				t.Errorf("%s: the tenant's role says %v to %s", r.Name, got, operation)
			}
			if got := allAllowed(request, own); got && !opens.Enter {
				t.Errorf("%s: its own role allows %s", r.Name, operation)
			}
		}
	}
	t.Logf("%d rows", len(httpapi.Routes()))
}

func TestObjects(t *testing.T) {
	t.Parallel()
	l, cases := product(t), 0
	names := map[string]bool{ // may a tenant's scope work on it, or list below it
		"tenants/" + mine + "/a": true, "tenants/" + mine + "/": true, "tenants/" + mine: false, "tenants/" + mine + "X/a": false,
		"tenants/" + theirs + "/a": false, "tenants/": false, "other/" + mine + "/a": false,
	}
	for _, o := range tenant.Openings() {
		if o.Role == "" {
			continue
		}
		ctx := tenant.WithTenant(tenant.Doing(t.Context(), o.Act), mine)
		session, role := l.session(o), l.role(o.Act)
		for name, want := range names {
			want = want && o.Only == nil
			for _, operation := range []string{"GetObject", "PutObject", "DeleteObject", "ListBucket"} {
				cases++
				if got := passes(t, askObject(ctx, operation, name)); got != want {
					t.Errorf("%q: the guard says %v to %s of %s", o.Act, got, operation, name)
				}
				has := o.Files && operation != "DeleteObject" || o.Versions && (operation == "GetObject" || operation == "ListBucket")
				for bucket, has := range map[string]bool{policy.Media: true, policy.Ledger: has} {
					r := policy.Request{Action: "s3:" + operation, Resource: bucket + "/" + name}
					if operation == "ListBucket" {
						r.Resource, r.Keys = bucket, map[string][]string{"s3:prefix": {name}}
					}
					if got := policy.Allow(r, session, role); got != (want && has) {
						t.Errorf("%q: the policies say %v to %s of %s", o.Act, got, operation, r.Resource+" "+name)
					}
				}
			}
		}
		for name, want := range names { // which no policy can hold to a prefix
			want = want && o.Only == nil
			if got := passes(t, askUploads(ctx, name)); got != want {
				t.Errorf("%q: the guard says %v to a listing of unfinished uploads below %s", o.Act, got, name)
			}
		}
		if policy.Allow(policy.Request{Action: "s3:ListBucket", Resource: policy.Media}, session, role) {
			t.Errorf("%q: a listing without a prefix is allowed", o.Act)
		}
	}
	t.Logf("%d calls on objects", cases)
}
