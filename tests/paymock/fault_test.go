package paymock_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/tests/harness"
)

// step is something that changes a customer; whoever asked for it asks again
// until there is an answer.
type step struct {
	name     string
	do       func(w *world, b *paymock.Book, customer, page string) error
	before   bool // the plan is bought already
	invoices int  // in the end
	events   int
}

func steps() []step {
	move := func(form string) func(*world, *paymock.Book, string, string) error {
		return func(w *world, b *paymock.Book, _, page string) error {
			values, err := url.ParseQuery(form)
			if err != nil {
				return err
			}
			return b.Act(w.ctx(), page, func(d *paymock.Document) error { return d.Move(values) })
		}
	}
	return []step{
		{name: "pay", do: func(w *world, b *paymock.Book, _, page string) error { return w.pay(b, page) }, invoices: 1, events: 5},
		{name: "renew", do: move("to=2026-04-06T00:00:00Z"), before: true, invoices: 2, events: 5 + 3},
		{name: "refund", do: func(w *world, b *paymock.Book, customer, _ string) error {
			charge := w.kept(customer).Charges[0].ID
			_, err := w.call(b, "POST", "refunds", "charge="+charge, "refund-1")
			return err
		}, before: true, invoices: 1, events: 5 + 1},
	}
}

// TestNoFailureLosesAnEventOrPaysTwice lets each call of the store fail, in each
// way.
func TestNoFailureLosesAnEventOrPaysTwice(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t, harness.OnEmulator)
	ways := harness.WaysForEver(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut)
	ways = append(ways, harness.Ways(calls.KillBefore, calls.KillAfter)...)
	for _, s := range steps() {
		harness.Sweep{Flow: s.name, Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			w := shared.as(t)
			faults := calls.Plant(plan...).OnKill(func() {})
			w.through(s, func(customer, page string) {
				if err := s.do(w, w.book(faults), customer, page); err != nil && faults.Struck() == 0 {
					t.Fatalf("nothing failed: %v", err)
				}
			})
			return faults
		})
	}
}

// through begins a step in some way, has it asked for again, and looks at what is
// there in the end.
func (w *world) through(s step, begin func(customer, page string)) {
	w.t.Helper()
	good := w.book(nil)
	customer := w.customer(good)
	page := w.page(good, customer)
	if s.before {
		harness.Must(w.t, w.pay(good, page))
	}
	begin(customer, page)
	harness.Must(w.t, s.do(w, w.book(nil), customer, page))
	w.bought(customer, s.invoices)
	w.nothingLost(customer)
	if n := len(w.kept(customer).Events); n != s.events {
		w.t.Errorf("%d events, want %d", n, s.events)
	}
}

// TestNoEventIsLostWhicheverPostFails: before it reaches the product, and after.
func TestNoEventIsLostWhicheverPostFails(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t, harness.OnEmulator)
	cases := 0
	for _, s := range steps() {
		told := s.events
		if s.before {
			told -= 5
		}
		for nth := 1; nth <= told; nth++ {
			for _, after := range []bool{false, true} {
				cases++
				t.Run(fmt.Sprintf("%s, post %d, after its effect %v", s.name, nth, after), func(t *testing.T) {
					w := shared.as(t)
					w.through(s, func(customer, page string) {
						w.failAt, w.after = w.posts+nth, after
						harness.Must(t, s.do(w, w.book(nil), customer, page))
						if left := w.kept(customer).Undelivered(); left != told-nth+1 {
							t.Errorf("%d events wait after post %d failed, want %d", left, nth, told-nth+1)
						}
					})
				})
			}
		}
	}
	t.Logf("%d posts failed", cases)
}

// TestWhoeverAsksDelivers: what waits is sent at once to who asks for it, and
// counted.
func TestWhoeverAsksDelivers(t *testing.T) {
	w := newWorld(t, harness.OnEmulator)
	customer := w.customer(w.book(nil))
	w.failAt = 1
	harness.Must(t, w.pay(w.book(nil), w.page(w.book(nil), customer)))
	left, err := w.book(nil).Deliver(w.ctx(), customer)
	harness.Must(t, err)
	if left != 0 || len(w.heard) != 5 {
		t.Errorf("%d wait, %d were heard", left, len(w.heard))
	}
	before := len(w.heard)
	w.clock.Forward(time.Hour)
	if left, err = w.book(nil).Deliver(w.ctx(), customer); err != nil || left != 0 || len(w.heard) != before {
		t.Errorf("what was heard was sent again: %d %d %v", left, len(w.heard), err)
	}
}
