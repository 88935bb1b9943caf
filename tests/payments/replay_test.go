package payments_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// shelf keeps events, and hands on orders, in memory.
type shelf struct {
	hooks map[string]billing.Hook
	sent  []billing.Order
}

func (s *shelf) AddHook(_ context.Context, _ tenant.ID, h billing.Hook) (billing.Hook, error) {
	if old, there := s.hooks[h.ID]; there {
		return old, nil
	}
	s.hooks[h.ID] = h
	return h, nil
}

func (s *shelf) Hook(_ context.Context, _ tenant.ID, id string) (billing.Hook, error) {
	if h, there := s.hooks[id]; there {
		return h, nil
	}
	return billing.Hook{}, problem.New(problem.NotFound, "There is no such event.")
}

func (s *shelf) MoveHook(_ context.Context, _ tenant.ID, _, after billing.Hook) error {
	s.hooks[after.ID] = after
	return nil
}

func (s *shelf) PutOff(context.Context, tenant.ID, openwork.Kind, time.Time, time.Time) error {
	return billing.ErrChanged // nothing of it is overdue
}

func (s *shelf) Send(_ context.Context, o billing.Order) error {
	s.sent = append(s.sent, o)
	return nil
}

// told are the events that the payment service can be asked for.
type told map[string]billing.Event

func (all told) Event(_ context.Context, id string) (billing.Event, error) {
	if e, there := all[id]; there {
		return e, nil
	}
	return billing.Event{}, problem.New(problem.NotFound, "The payment service knows no such event.")
}

// TestAnOperatorHasAnEventAppliedAgain: whatever has become of it, and also when it
// never came.
func TestAnOperatorHasAnEventAppliedAgain(t *testing.T) {
	events := told{
		"evt_lost": {ID: "evt_lost", Type: "invoice.paid", Customer: customer}, "evt_stored": {ID: "evt_stored", Type: "invoice.paid", Customer: customer},
		"evt_nobody": {ID: "evt_nobody", Type: "invoice.paid", Customer: "cus_elsewhere"}, "evt_other": {ID: "evt_other", Type: "product.created"},
	}
	for name, c := range map[string]struct {
		order billing.ReplayOrder
		code  problem.Code
	}{
		"one that never came":             {order: billing.ReplayOrder{ID: "evt_lost"}},
		"one that was applied":            {order: billing.ReplayOrder{ID: "evt_stored"}},
		"as it is stored":                 {order: billing.ReplayOrder{ID: "evt_stored", TenantID: owner}},
		"one that is not stored":          {billing.ReplayOrder{ID: "evt_lost", TenantID: owner}, problem.NotFound},
		"one of nobody here":              {billing.ReplayOrder{ID: "evt_nobody"}, problem.NotFound},
		"one that changes nothing":        {billing.ReplayOrder{ID: "evt_other"}, problem.NotFound},
		"one that nobody knows":           {billing.ReplayOrder{ID: "evt_made_up"}, problem.NotFound},
		"no event":                        {billing.ReplayOrder{}, problem.InvalidInput},
		"a tenant that is no tenant's id": {billing.ReplayOrder{ID: "evt_stored", TenantID: "T#x"}, problem.InvalidInput},
	} {
		t.Run(name, func(t *testing.T) {
			stored := billing.Hook{Event: events["evt_stored"], Status: billing.Applied, Tries: 3}
			s, w := &shelf{hooks: map[string]billing.Hook{"evt_stored": stored}}, &world{known: map[string]tenant.ID{customer: owner}}
			replayer := billing.Replayer{Events: events, Customers: w, Inbox: billing.Inbox{Store: s, Queue: s, Now: time.Now}}
			done, err := replayer.Replay(t.Context(), c.order)
			if c.code != "" {
				harness.WantCode(t, err, c.code)
				if len(s.sent) > 0 {
					t.Errorf("sent %v", s.sent)
				}
				return
			}
			want := billing.Order{TenantID: owner, EventID: c.order.ID}
			if h := s.hooks[c.order.ID]; err != nil || done.Order != want || !slices.Equal(s.sent, []billing.Order{want}) || h.Status != billing.Received || h.Tries != 0 {
				t.Errorf("%+v, %v: sent %v, kept %+v", done, err, s.sent, h)
			}
		})
	}
}
