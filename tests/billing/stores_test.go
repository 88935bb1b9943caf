package billing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// stand is the tables of a test, and a clock.
type stand struct {
	tables *harness.Store
	clock  *harness.Clock
}

func newStand(t *testing.T, db harness.Database) stand {
	t.Helper()
	return stand{db.Tables(t), harness.NewClock(now())}
}

// client is a process's; faults may be nil.
func (s stand) client(faults *calls.Faults) *dynamo.Client {
	cfg := s.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	return dynamo.NewClient(cfg, s.tables.Platform, s.tables.Directory)
}

// customer is a new tenant who is a customer.
func (s stand) customer(t *testing.T, l life) *world {
	t.Helper()
	id := tenant.ID(tenant.NewID())
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for sort, attributes := range map[string]map[string]types.AttributeValue{
		"TENANT":       {"plan": text("free"), "status": text("active")},
		"SUBSCRIPTION": {"status": text("active")}, // as sign-ups wrote it before anything was sold
		"BILLING":      {"customer": text(mine)},
	} {
		attributes["pk"], attributes["sk"] = text("T#"+string(id)), text(sort)
		_, err := dynamodb.NewFromConfig(s.tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(s.tables.Platform), Item: attributes})
		harness.Must(t, err)
	}
	c := s.client(nil)
	ctx := tenant.WithTenant(t.Context(), id)
	return &world{
		ctx: ctx, id: id, store: dynamo.NewSubscriptions(c), service: newService(mine, l.moments...), now: s.clock.Now,
		acts: func() []audit.Entry {
			all, _, err := dynamo.NewTrail(c).Entries(ctx, id, archive.MonthOf(now()), 100, "")
			harness.Must(t, err)
			slices.Reverse(all)
			return all
		},
	}
}

// as is the world as a process sees it whose calls fail.
func (w *world) as(s stand, faults *calls.Faults) *world {
	return &world{ctx: w.ctx, id: w.id, store: dynamo.NewSubscriptions(s.client(faults)), service: w.service, now: w.now, acts: w.acts}
}

// TestASampleOfOrdersEndsInOneStateOnEachStore: sixty of the orders, in the four
// ways by turns.
func TestASampleOfOrdersEndsInOneStateOnEachStore(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		s, all, heard := newStand(t, db), orders(6), 0
		var sample []int
		for n := range 60 {
			sample = append(sample, n)
		}
		if !harness.InFull() {
			sample = []int{7, 18, 29, 40} // one of each way
		}
		for _, n := range sample {
			l, how, order := lives()[n/4%2], ways()[n%4], all[n*12+n%12]
			w := s.customer(t, l)
			events, err := w.live(l, order, how)
			harness.Must(t, err)
			if wrong := w.wrong(l, events); wrong != nil {
				t.Fatalf("%s, %s, in the order %v: %v", l.name, how, order, wrong)
			}
			heard += events
		}
		t.Logf("%d lives, %d events applied: one state each", len(sample), heard)
	})
}

// sweep hands on what is overdue of this tenant's, of one kind, and works it off.
func (w *world) sweep(c *dynamo.Client, kind openwork.Kind) error {
	only := func(mend openwork.Mender) openwork.Mender {
		return func(ctx context.Context, id tenant.ID, item string) error {
			if id != w.id {
				return nil
			}
			return mend(ctx, id, item)
		}
	}
	tasks := slices.DeleteFunc(w.inbox().Tasks(), func(task openwork.Task) bool { return task.Kind != kind })
	tasks[0].Mend = only(tasks[0].Mend)
	sweeper := openwork.Sweeper{Index: dynamo.NewOpenWork(c), Tasks: tasks, Now: w.now, Warn: func(context.Context, error) {}}
	if _, err := sweeper.Sweep(w.ctx, 100); err != nil {
		return err
	}
	return w.workOff()
}

// workOff applies what was sent.
func (w *world) workOff() error {
	w.mu.Lock()
	sent := w.sent
	w.sent = nil
	w.mu.Unlock()
	for _, o := range sent {
		if err := w.worker().Apply(w.ctx, o); err != nil {
			return err
		}
	}
	return nil
}

func everyWay() []harness.Way {
	return harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter)
}

// short is a life of one event, after which a plan is paid.
func short() life {
	l := lives()[1]
	l.moments, l.events = []moment{l.moments[0], l.moments[2]}, l.events[1:2]
	return l
}

// TestNoFaultLosesAnEvent: each call of the webhook, the worker and the sweep fails
// in turn. An event that is not kept comes again from the payment service, one that
// is kept by nothing but the sweep.
func TestNoFaultLosesAnEvent(t *testing.T) {
	harness.Proof(t)
	s := newStand(t, harness.OnEmulator)
	begin := s.clock.Now()
	harness.Sweep{Flow: "an event is heard and applied", Ways: everyWay()}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s.clock.Set(begin)
		l, planted := short(), calls.Plant(plan...).OnKill(func() {})
		w := s.customer(t, l)
		w.service.reach(1)
		failing := w.as(s, planted)
		if err := failing.inbox().Receive(w.ctx, w.id, l.events[0]); err == nil {
			_ = failing.workOff()
		}
		if _, err := w.store.Hook(w.ctx, w.id, l.events[0].ID); err != nil {
			harness.Must(t, w.hear(l.events[0]))
		}
		s.clock.Forward(10 * time.Minute)
		harness.Must(t, w.sweep(s.client(nil), openwork.Hook))
		if wrong := w.wrong(l, 1); wrong != nil {
			t.Error(wrong)
		}
		return planted
	})
	harness.Sweep{Flow: "an event is swept", Ways: everyWay()}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s.clock.Set(begin)
		l, planted := short(), calls.Plant(plan...).OnKill(func() {})
		w := s.customer(t, l)
		w.service.reach(1)
		harness.Must(t, w.inbox().Receive(w.ctx, w.id, l.events[0]))
		w.sent = nil // the queue lost it
		s.clock.Forward(10 * time.Minute)
		failing := w.as(s, planted)
		_ = failing.sweep(s.client(planted), openwork.Hook)
		s.clock.Forward(time.Hour)
		harness.Must(t, w.sweep(s.client(nil), openwork.Hook))
		if wrong := w.wrong(l, 1); wrong != nil {
			t.Error(wrong)
		}
		return planted
	})
}

// TestNoFaultLeavesTwoSubscriptions: each call of the worker fails in turn while it
// refuses the second one, by the first event that it is given.
func TestNoFaultLeavesTwoSubscriptions(t *testing.T) {
	harness.Proof(t)
	s := newStand(t, harness.OnEmulator)
	harness.Sweep{Flow: "a second subscription is refused", Ways: everyWay()}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		l, planted := pair(), calls.Plant(plan...).OnKill(func() {})
		w := s.customer(t, l)
		w.service.reach(4)
		for _, e := range l.events {
			harness.Must(t, w.inbox().Receive(w.ctx, w.id, e))
		}
		failing := w.as(s, planted)
		_ = failing.worker().Apply(w.ctx, w.sent[0])
		for _, o := range w.sent { // the queue hands it over again
			harness.Must(t, w.worker().Apply(w.ctx, o))
		}
		if wrong := w.oneIsLeft(); wrong != nil {
			t.Error(wrong)
		}
		return planted
	})
}

// TestNoFaultPartsGrantAndPlan: each call of an operator's change fails in turn, and
// each call of the worker that ends the grant.
func TestNoFaultPartsGrantAndPlan(t *testing.T) {
	harness.Proof(t)
	s := newStand(t, harness.OnEmulator)
	begin := s.clock.Now()
	agrees := func(w *world, want tenant.Plan) {
		held, err := w.store.Held(w.ctx, w.id)
		harness.Must(t, err)
		if in := billing.InForce(held.Subscription, held.Grant, s.clock.Now()); in != held.Tenant.Plan || in != want {
			t.Errorf("want %s in force: %+v", want, held)
		}
	}
	harness.Sweep{Flow: "a plan is granted, and the grant ends", Ways: everyWay()}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s.clock.Set(begin)
		planted := calls.Plant(plan...).OnKill(func() {})
		w := s.customer(t, short())
		change := billing.TermsChange{TenantID: w.id, Plan: tenant.Enterprise, Until: begin.Add(time.Hour)}
		failing := s.client(planted)
		if _, err := billing.ChangeTerms(w.ctx, dynamo.NewTerms(failing), change, begin); err != nil {
			_, err = billing.ChangeTerms(w.ctx, dynamo.NewTerms(s.client(nil)), change, begin)
			harness.Must(t, err)
		}
		agrees(w, tenant.Enterprise)
		s.clock.Forward(2 * time.Hour)
		_ = w.as(s, planted).sweep(failing, openwork.Grant)
		s.clock.Forward(2 * time.Hour) // one that was put off and not handed on
		harness.Must(t, w.sweep(s.client(nil), openwork.Grant))
		agrees(w, tenant.Free)
		return planted
	})
}
