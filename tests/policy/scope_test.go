package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/policy"
)

// The ids differ in one character.
const (
	mine    = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	theirs  = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
	ownData = "T#" + mine
)

// target is what a call is about: an item by its partition key, or an index.
type target struct{ table, key, index string }

func (on target) arn() string {
	arn := policy.Platform
	if on.table == "directory" {
		arn = policy.Directory
	}
	if on.index != "" {
		arn += "/index/" + on.index
	}
	return arn
}

// together puts the tenant's own item beside the target's where both are in one table.
func (on target) together(own, pk item) []item {
	if on.table == "platform" && on.key != ownData {
		return []item{own, pk}
	}
	return []item{pk}
}

func targets() []target {
	var all []target
	for _, pk := range []string{ownData, "A#" + mine, "T#" + theirs, "A#" + theirs, ownData + "X", "A#" + mine + "X", "T#", "A#", "T#*"} {
		all = append(all, target{table: "platform", key: pk})
	}
	for _, pk := range directoryKeys() {
		all = append(all, target{table: "directory", key: pk})
	}
	return append(all, target{table: "platform", key: "render", index: "open-work"})
}

// directoryKeys has a key for each prefix that any act opens, and some that none does.
func directoryKeys() []string {
	keys := []string{"SLOTS#export", "CUSTOMER#c", "EVENT#e"}
	for _, o := range tenant.Openings() {
		for _, k := range slices.Concat(o.Directory, o.Before) {
			if tenant.IsPrefix(k) {
				k += "x"
			}
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

func operations() []string {
	return []string{
		"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem",
		"TransactGetItems", "TransactWriteItems", "Scan", "PartiQL",
	}
}

// parts are the permissions that an operation needs. together says that those of
// a transaction are judged by the keys of all of it: AWS does not say which.
func parts(operation string, on target, together bool) []policy.Request {
	request := func(action, resource string, keys ...string) policy.Request {
		r := policy.Request{Action: "dynamodb:" + action, Resource: resource, Keys: map[string][]string{}}
		if len(keys) > 0 {
			r.Keys["dynamodb:LeadingKeys"] = keys
		}
		return r
	}
	own, other := []string{ownData}, []string{on.key}
	if together {
		own, other = []string{ownData, on.key}, []string{ownData, on.key}
	}
	switch operation {
	case "TransactGetItems":
		return []policy.Request{request("GetItem", on.arn(), on.key)}
	case "TransactWriteItems":
		return []policy.Request{request("PutItem", policy.Platform, own...), request("UpdateItem", on.arn(), other...)}
	case "BatchGetItem":
		if on.table == "platform" {
			return []policy.Request{request(operation, on.arn(), ownData, on.key)}
		}
	case "Scan":
		return []policy.Request{request("Scan", on.arn())}
	case "PartiQL":
		return []policy.Request{request("PartiQLSelect", on.arn())}
	case "Query":
		r := request(operation, on.arn(), on.key)
		r.Keys["dynamodb:Attributes"], r.Keys["dynamodb:Select"] = []string{"pk", "sk"}, []string{"SPECIFIC_ATTRIBUTES"}
		return []policy.Request{r}
	}
	return []policy.Request{request(operation, on.arn(), on.key)}
}

// declared is what act.go says about a call in a tenant's scope.
func declared(o tenant.Opening, operation string, on target) bool {
	if operation == "Scan" || operation == "PartiQL" || on.index != "" || o.Only != nil && operation != "Query" {
		return false
	}
	switch {
	case on.table == "directory":
		return operation != "Query" && tenant.Among(o.Directory, on.key)
	case on.key == "A#"+mine:
		return o.Credentials
	}
	return on.key == ownData
}

// enough are the operations that the role of an act has on the directory: fewer
// than the guard, which knows keys, would let pass.
func enough(o tenant.Opening, operation string) bool {
	for _, r := range parts(operation, target{table: "directory"}, false) {
		if verb := strings.TrimPrefix(r.Action, "dynamodb:"); r.Resource == policy.Directory && !slices.Contains(o.Verbs, verb) {
			return false
		}
	}
	return true
}

// verbs are what a transaction may ask for one item of the directory.
func verbs() []string {
	return []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"}
}

// layers is what stands between a call and another's data.
type layers struct {
	guard   func(tenant.Act) tenant.Act // what the guard takes the act for
	session func(tenant.Opening) policy.Document
	role    func(tenant.Act) policy.Document
}

func product(t *testing.T) layers {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	return layers{
		guard: func(a tenant.Act) tenant.Act { return a },
		session: func(o tenant.Opening) policy.Document {
			text, err := boot.SessionPolicy(mine, o)
			if err != nil {
				t.Fatal(err)
			}
			d, err := policy.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
		role: func(a tenant.Act) policy.Document {
			if a.Opens().Role == "" {
				return nil // which allows nothing
			}
			d, err := policy.Role(b, a.Opens().Role)
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	}
}

// disagreements asks every layer about every call and holds the answers to what
// is declared.
func disagreements(t *testing.T, l layers) (cases int, found []string) {
	t.Helper()
	for _, o := range tenant.Openings() {
		if o.Role == "" {
			continue // nobody is known: it works on no tenant's data
		}
		ctx := tenant.WithTenant(tenant.Doing(t.Context(), l.guard(o.Act)), mine)
		session, role := l.session(o), l.role(o.Act)
		for _, on := range targets() {
			for _, operation := range operations() {
				cases++
				want := declared(o, operation, on)
				say := func(layer string, got, want bool) {
					found = append(found, fmt.Sprintf("act %q, %s of %s%s: %s says %v, declared is %v", o.Act, operation, on.key, on.index, layer, got, want))
				}
				if got := passes(t, ask(ctx, operation, on)); got != want {
					say("guard", got, want)
				}
				granted := want && (on.table == "platform" || enough(o, operation))
				for _, together := range []bool{false, true} {
					for _, p := range [][]policy.Document{{session, role}, {session}, {role}} {
						got := allAllowed(parts(operation, on, together), p...)
						if layer := fmt.Sprintf("%d policies", len(p)); len(p) == 2 && got != granted {
							say(layer, got, granted)
						} else if len(p) == 1 && got && !want && on.key == "A#"+mine { // neither alone may open credentials
							say("one policy alone", got, want)
						}
					}
				}
			}
			if on.table != "directory" {
				continue
			}
			for _, verb := range verbs() { // in one transaction with the tenant's own items
				cases++
				r := policy.Request{Action: "dynamodb:" + verb, Resource: policy.Directory, Keys: map[string][]string{"dynamodb:LeadingKeys": {ownData, on.key}}}
				want := tenant.Among(o.Directory, on.key) && slices.Contains(o.Verbs, verb)
				if got := policy.Allow(r, session, role); got != want {
					found = append(found, fmt.Sprintf("act %q, %s of %s in a transaction: 2 policies says %v, declared is %v", o.Act, verb, on.key, got, want))
				}
			}
		}
	}
	return cases, found
}

func allAllowed(requests []policy.Request, policies ...policy.Document) bool {
	return !slices.ContainsFunc(requests, func(r policy.Request) bool { return !policy.Allow(r, policies...) })
}

func TestGuardSessionPolicyRoleAndDeclarationAgree(t *testing.T) {
	t.Parallel()
	cases, found := disagreements(t, product(t))
	for _, f := range found {
		t.Error(f)
	}
	t.Logf("%d calls: %d acts, %d targets, %d operations", cases, len(tenant.Openings()), len(targets()), len(operations()))
}

// TestWideningsAreFound plants what must not be and expects the comparison to
// name it.
func TestWideningsAreFound(t *testing.T) {
	t.Parallel()
	good := product(t)
	lead := func(d policy.Document, values ...string) policy.Document {
		wide := slices.Clone(d)
		for i, s := range wide {
			wide[i].Conditions = slices.Clone(s.Conditions)
			for j, c := range s.Conditions {
				if c.Key == "dynamodb:LeadingKeys" {
					wide[i].Conditions[j].Values, wide[i].Conditions[j].Patterns = append(slices.Clone(c.Values), values...), true
				}
			}
		}
		return wide
	}
	also := func(d policy.Document, action string) policy.Document {
		wide := slices.Clone(d)
		wide[0].Actions = append(slices.Clone(wide[0].Actions), action)
		return wide
	}
	session, role := good.session, good.role
	cases := map[string]struct {
		wide layers
		want string
	}{
		"every tenant's data in the session": {layers{good.guard, func(o tenant.Opening) policy.Document { return lead(session(o), "T#*") }, role}, "of T#" + theirs},
		"credentials in the session":         {layers{good.guard, func(o tenant.Opening) policy.Document { return lead(session(o), "A#"+mine) }, role}, `act "", GetItem of A#` + mine},
		"credentials in the role":            {layers{good.guard, session, func(a tenant.Act) policy.Document { return lead(role(a), "A#*") }}, `act "", Query of A#` + mine},
		"an id without its end":              {layers{good.guard, func(o tenant.Opening) policy.Document { return lead(session(o), ownData+"*") }, role}, "of " + ownData + "X"},
		"a scan": {layers{good.guard, func(o tenant.Opening) policy.Document { return also(session(o), "dynamodb:Scan") },
			func(a tenant.Act) policy.Document { return also(role(a), "dynamodb:Scan") }}, "Scan of"},
		"a guard that takes every act for managing": {layers{func(tenant.Act) tenant.Act { return tenant.Manage }, session, role}, "guard says true"},
		"a guard that takes every act for a render": {layers{func(tenant.Act) tenant.Act { return tenant.Render }, session, role}, "of SLOTS#render: guard says true"},
		"a role that is too narrow":                 {layers{good.guard, session, func(tenant.Act) policy.Document { return role(tenant.None) }}, `act "manage", Query of A#` + mine},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, found := disagreements(t, c.wide)
			if !strings.Contains(strings.Join(found, "\n"), c.want) {
				t.Errorf("not found; %d disagreements: %.300v", len(found), found)
			}
			t.Logf("found %d times", len(found))
		})
	}
}

// A prefix in a tenant's scope, which no act has today, becomes a pattern; the
// tenant's own keys still mean themselves.
func TestPrefixesBecomePatterns(t *testing.T) {
	session := product(t).session(tenant.Opening{Credentials: true, Directory: []string{"ADDR#", "SLOTS#render"}})
	for pk, want := range map[string]bool{
		"ADDR#a@b": true, "SLOTS#render": true, ownData: true, "A#" + mine: true,
		"ADDRESS#x": false, "SLOTS#renders": false, ownData + "X": false, "T#" + theirs: false, "LINK#x": false,
	} {
		if got := allAllowed(parts("UpdateItem", target{table: "directory", key: pk}, false), session); got != want {
			t.Errorf("%s: %v", pk, got)
		}
	}
	if !allAllowed(parts("TransactWriteItems", target{table: "directory", key: "ADDR#a@b"}, true), session) {
		t.Error("a transaction over both tables is refused when it is judged by all its keys")
	}
}
