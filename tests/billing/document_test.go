package billing_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
)

// TestTheLifeIsAsItIsDocumented: docs/billing.md lists every state as the code has
// it, in the words of the web app, and each step of a life in it happens so.
func TestTheLifeIsAsItIsDocumented(t *testing.T) {
	states, steps := documented(t)
	words := read(t, "frontend/src/features/billing/status.ts")
	if len(states) != len(billing.Outcomes()) {
		t.Errorf("%d states are documented, there are %d", len(states), len(billing.Outcomes()))
	}
	for _, o := range billing.Outcomes() {
		row, there := states[string(o.Status)]
		if yes := map[bool]string{true: "yes", false: "no"}[o.Live]; !there || row[0] != string(o.Plan) || row[1] != yes {
			t.Errorf("%s is documented as %v, and is %s, %s", o.Status, row, o.Plan, yes)
		}
		if badge, _, _ := strings.Cut(row[2], " …"); !strings.Contains(words, "badge: \""+badge) && !strings.Contains(words, "`"+badge+" ${") {
			t.Errorf("%s: the web app never says %q", o.Status, badge)
		}
	}
	told := map[string]bool{}
	for _, step := range steps {
		t.Run(step[0]+" "+step[1], func(t *testing.T) { takes(t, step) })
		told[step[2]] = true
	}
	for kind := range told {
		if !billing.Handled(kind) {
			t.Errorf("%s is documented, and changes nothing", kind)
		}
	}
	t.Logf("%d states and %d steps are as documented", len(states), len(steps))
}

// takes lives one step: from a state, by an event, to another.
func takes(t *testing.T, step []string) {
	from, kind, to := billing.Status(step[0]), step[2], billing.Status(step[3])
	before, after := moment{}, moment{[]billing.Reported{subscribed(to, 2, false, "in_1")}, []billing.Invoice{bill("in_1", true, 2)}}
	if from != billing.NotBought {
		before = moment{[]billing.Reported{subscribed(from, 1, false, "in_1")}, []billing.Invoice{bill("in_1", true, 1)}}
	}
	if from == billing.Canceled { // bought again: the payment service makes another one
		after.subscriptions = append(before.subscriptions, billing.Reported{
			ID: "sub_2", Customer: mine, Plan: tenant.Pro, Status: to, CreatedAt: begun.AddDate(0, 3, 0), PeriodEnd: begun.AddDate(0, 4, 0),
		})
	}
	if strings.HasPrefix(kind, "charge.") { // the worker itself ends what it paid for
		disputed := bill("in_1", true, 1)
		disputed.DisputeOpen, disputed.DisputeLost = kind == "charge.dispute.created", kind == "charge.dispute.closed"
		if kind == "charge.refunded" {
			disputed.Refunded = disputed.Amount
		}
		after = moment{before.subscriptions, []billing.Invoice{disputed}}
	}
	if kind == "customer.deleted" {
		after = moment{}
	}
	w, _ := inMemory(t, "", life{moments: []moment{before, after}})
	must(t, w.hear(event(1, "customer.subscription.updated", "sub_1", "")))
	held, err := w.store.Held(w.ctx, w.id)
	must(t, err)
	if held.Subscription.Status != from {
		t.Fatalf("it begins as %s", held.Subscription.Status)
	}
	w.service.reach(1)
	invoice := ""
	if strings.HasPrefix(kind, "charge.") || strings.HasPrefix(kind, "invoice.") {
		invoice = "in_1"
	}
	must(t, w.hear(event(2, kind, "sub_1", invoice)))
	held, err = w.store.Held(w.ctx, w.id)
	must(t, err)
	if held.Subscription.Status != to || held.Tenant.Plan != tenant.Plan(step[4]) {
		t.Errorf("it is %s, with the plan %s", held.Subscription.Status, held.Tenant.Plan)
	}
}

// documented are the rows of the two tables: by state its plan, whether it is live
// and what is seen; and each step's cells.
func documented(t *testing.T) (states map[string][]string, steps [][]string) {
	t.Helper()
	states = map[string][]string{}
	_, part, _ := strings.Cut(read(t, "docs/billing.md"), "## The life of a subscription")
	part, _, _ = strings.Cut(part, "\n## ")
	for line := range strings.Lines(part) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		switch len(cells) {
		case 4:
			states[cells[0]] = cells[1:]
		case 5:
			steps = append(steps, cells)
		}
	}
	if len(steps) < 20 {
		t.Fatalf("%d steps are documented", len(steps))
	}
	return states, steps
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(blueprint.Root(), filepath.FromSlash(name)))
	must(t, err)
	return string(b)
}
