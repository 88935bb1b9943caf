package storecontract

import (
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

func (s *subject) held() billing.Held {
	s.t.Helper()
	held, err := s.Bought.Held(s.ctx(), s.id)
	s.must(err)
	return held
}

// change is one that buys pro.
func (s *subject) change(before billing.Held) billing.Change {
	c := billing.Change{
		Before: before, Plan: tenant.Pro, DueAt: s.now.Add(2 * time.Hour), Grant: before.Grant,
		Subscription: billing.Subscription{
			ID: "sub_1", Plan: tenant.Pro, Status: billing.Active, PeriodEnd: s.now.Add(time.Hour), TrialEnd: s.now.Add(time.Minute), CancelAtEnd: true,
			Disputes: []string{"in_2"}, Disputed: true, Refused: []string{"sub_2", "sub_3"}, Grants: 1, Revision: before.Subscription.Revision + 1,
		},
		Invoice: &billing.Invoice{ID: "in_1", Plan: tenant.Pro, Paid: true, PaidAt: s.now, PeriodEnd: s.now.Add(time.Hour), Amount: 2900, Currency: "usd"}, New: true,
		Acts: []audit.Entry{audit.New(s.now, audit.PlanChanged, audit.Product, "", "sub_1")},
	}
	return c
}

// due is whether something of this tenant's is overdue at a moment.
func (s *subject) due(kind openwork.Kind, id string, at time.Time) bool {
	s.t.Helper()
	for cursor := ""; ; {
		page, next, err := s.Index.Overdue(tenant.WithSweep(s.t.Context()), kind, at, cursor)
		s.must(err)
		if slices.Contains(page, openwork.Entry{Tenant: s.id, ID: id}) {
			return true
		}
		if cursor = next; next == "" {
			return false
		}
	}
}

func (s *subject) holdsGrants() {
	until := s.now.Add(time.Hour)
	terms, err := billing.ChangeTerms(s.ctx(), s.Terms, billing.TermsChange{TenantID: s.id, Plan: tenant.Enterprise, Until: until}, s.now)
	s.must(err)
	granted := s.held()
	if terms.Plan != tenant.Enterprise || granted.Tenant.Plan != tenant.Enterprise || granted.Grant.Plan != tenant.Enterprise || !granted.Grant.Until.Equal(until) {
		s.t.Errorf("granted: %+v", granted)
	}
	if s.due(openwork.Grant, "", until) || !s.due(openwork.Grant, "", until.Add(time.Millisecond)) {
		s.t.Error("a grant is not overdue when it is over")
	}
	s.putsOff(openwork.Grant, until)
	if now := s.held(); now.Grant.Plan != tenant.Enterprise || !now.Grant.Until.Equal(until) {
		s.t.Errorf("put off: %+v", now.Grant)
	}
	if status := granted.Subscription.Status; status != billing.NotBought || granted.Subscription.Plan != tenant.Free {
		s.t.Errorf("bought: %+v", granted.Subscription)
	}
	s.must(s.Bought.Apply(s.ctx(), s.id, func() billing.Change {
		c := s.change(granted)
		c.Grant, c.Plan = billing.Grant{}, tenant.Free
		return c
	}()))
	if now := s.held(); now.Grant != (billing.Grant{}) || now.Tenant.Plan != tenant.Free || now.Tenant.Revision != granted.Tenant.Revision+1 || s.due(openwork.Grant, "", until.Add(time.Hour)) {
		s.t.Errorf("ended: %+v", now)
	}
	// The plan in force rests on both: terms that were read before what was bought changed.
	next := granted.Tenant
	next.Revision++
	s.is(s.Terms.ReplaceTerms(s.ctx(), granted, next, granted.Grant, audit.New(s.now, audit.TermsChanged, audit.Operator, "", "")), billing.ErrChanged)
	half := s.held()
	half.Subscription.Revision = granted.Subscription.Revision
	next = half.Tenant
	next.Revision++
	s.is(s.Terms.ReplaceTerms(s.ctx(), half, next, granted.Grant, audit.New(s.now, audit.TermsChanged, audit.Operator, "", "")), billing.ErrChanged)
}

func (s *subject) keepsEvents() {
	h := billing.Hook{
		Event:  billing.Event{ID: "evt_1", Type: "invoice.paid", CreatedAt: s.now, Customer: "cus_1", Object: "in_1", Invoice: "in_1"},
		Status: billing.Received, At: s.now, DueAt: s.now.Add(time.Minute),
	}
	_, err := s.Bought.Hook(s.ctx(), s.id, h.ID)
	s.coded(err, problem.NotFound)
	kept, err := s.Bought.AddHook(s.ctx(), s.id, h)
	s.must(err)
	again := h
	again.Type, again.At = "other", s.now.Add(time.Second)
	second, err := s.Bought.AddHook(s.ctx(), s.id, again)
	s.must(err)
	read, err := s.Bought.Hook(s.ctx(), s.id, h.ID)
	s.must(err)
	if kept != h || second != h || read != h {
		s.t.Errorf("kept %+v, then %+v, read %+v, want %+v", kept, second, read, h)
	}
	if s.due(openwork.Hook, h.ID, h.DueAt) || !s.due(openwork.Hook, h.ID, h.DueAt.Add(time.Millisecond)) {
		s.t.Error("an event is not overdue when it is")
	}
	later := h
	later.Tries, later.DueAt = 1, s.now.Add(time.Hour)
	s.must(s.Bought.MoveHook(s.ctx(), s.id, h, later))
	s.is(s.Bought.MoveHook(s.ctx(), s.id, h, later), billing.ErrChanged)
	failed := later
	failed.Status, failed.DueAt = billing.Failed, time.Time{}
	s.must(s.Bought.MoveHook(s.ctx(), s.id, later, failed))
	if read, err := s.Bought.Hook(s.ctx(), s.id, h.ID); err != nil || read != failed || s.due(openwork.Hook, h.ID, s.now.Add(9*time.Hour)) {
		s.t.Errorf("%+v (%v), want %+v", read, err, failed)
	}
	absent := h
	absent.ID = "evt_2"
	s.is(s.Bought.MoveHook(s.ctx(), s.id, absent, failed), billing.ErrChanged)
}

func (s *subject) appliesEvents() {
	h := billing.Hook{Event: billing.Event{ID: "evt_3", CreatedAt: s.now}, Status: billing.Received, At: s.now, DueAt: s.now.Add(time.Minute)}
	_, err := s.Bought.AddHook(s.ctx(), s.id, h)
	s.must(err)
	before := s.held()
	c := s.change(before)
	c.Hook = h.ID
	var applied atomic.Int64
	atOnce(4, func() {
		err := s.Bought.Apply(s.ctx(), s.id, c)
		if count(&applied, err); err != nil {
			s.is(err, billing.ErrChanged)
		}
	})
	after := s.held()
	if applied.Load() != 1 || after.Tenant.Plan != tenant.Pro || after.Tenant.Revision != before.Tenant.Revision+1 {
		s.t.Errorf("applied %d times: %+v", applied.Load(), after.Tenant)
	}
	if got, want := after.Subscription, c.Subscription; got.ID != want.ID || got.Status != want.Status || got.Revision != want.Revision || got.Grants != want.Grants ||
		!got.PeriodEnd.Equal(want.PeriodEnd) || !got.TrialEnd.Equal(want.TrialEnd) || !got.CancelAtEnd || !got.Disputed ||
		!slices.Equal(got.Disputes, want.Disputes) || !slices.Equal(got.Refused, want.Refused) {
		s.t.Errorf("%+v, want %+v", got, want)
	}
	if read, err := s.Bought.Hook(s.ctx(), s.id, h.ID); err != nil || read.Status != billing.Applied || s.due(openwork.Hook, h.ID, s.now.Add(time.Hour)) {
		s.t.Errorf("%+v (%v)", read, err)
	}
	if s.due(openwork.Subscription, "", c.DueAt) || !s.due(openwork.Subscription, "", c.DueAt.Add(time.Millisecond)) {
		s.t.Error("a subscription is not overdue when it is")
	}
	s.putsOff(openwork.Subscription, c.DueAt)
	if now := s.held(); !reflect.DeepEqual(now, after) {
		s.t.Errorf("put off: %+v, want %+v", now, after)
	}
	// What the change does not have is not kept from the one before.
	c = billing.Change{Before: after, Plan: tenant.Pro, Subscription: billing.Subscription{ID: "sub_1", Plan: tenant.Pro, Status: billing.Canceled, Revision: after.Subscription.Revision + 1}}
	c.Hook = h.ID
	s.is(s.Bought.Apply(s.ctx(), s.id, c), billing.ErrChanged) // applied already
	c.Hook = ""
	s.must(s.Bought.Apply(s.ctx(), s.id, c))
	last := s.held()
	if sub := last.Subscription; !sub.PeriodEnd.IsZero() || sub.Disputed || len(sub.Refused) > 0 || sub.CancelAtEnd || last.Tenant.Revision != after.Tenant.Revision {
		s.t.Errorf("%+v", last)
	}
	if s.due(openwork.Subscription, "", s.now.Add(9*time.Hour)) {
		s.t.Error("what is never read again is overdue")
	}
	s.is(s.Bought.PutOff(s.ctx(), s.id, openwork.Subscription, s.now.Add(9*time.Hour), s.now.Add(10*time.Hour)), billing.ErrChanged)
}

// putsOff holds the store to moving what is due at a time by an hour, once and not
// before it is overdue.
func (s *subject) putsOff(kind openwork.Kind, due time.Time) {
	s.t.Helper()
	over, until := due.Add(time.Millisecond), due.Add(time.Hour)
	s.is(s.Bought.PutOff(s.ctx(), s.id, kind, due, until), billing.ErrChanged)
	var moved atomic.Int64
	atOnce(4, func() {
		err := s.Bought.PutOff(s.ctx(), s.id, kind, over, until)
		if count(&moved, err); err != nil {
			s.is(err, billing.ErrChanged)
		}
	})
	if moved.Load() != 1 || s.due(kind, "", until) || !s.due(kind, "", until.Add(time.Millisecond)) {
		s.t.Errorf("%s was put off %d times", kind, moved.Load())
	}
}

func (s *subject) paysOnce() {
	s.must(s.Bought.Apply(s.ctx(), s.id, s.change(s.held())))
	granted, err := s.Bought.Granted(s.ctx(), s.id, "in_1")
	s.must(err)
	other, err := s.Bought.Granted(s.ctx(), s.id, "in_9")
	s.must(err)
	if !granted || other {
		s.t.Errorf("granted %v, another %v", granted, other)
	}
	before := s.held()
	s.is(s.Bought.Apply(s.ctx(), s.id, s.change(before)), billing.ErrChanged) // the invoice is no new one
	if after := s.held(); after.Subscription.Revision != before.Subscription.Revision {
		s.t.Error("of a change that was refused, something was written")
	}
	c := s.change(before)
	c.New, c.Acts = false, nil
	s.must(s.Bought.Apply(s.ctx(), s.id, c))
	c = s.change(s.held())
	c.New, c.Acts, c.Invoice.ID = false, nil, "in_9"
	s.is(s.Bought.Apply(s.ctx(), s.id, c), billing.ErrChanged) // and this one is not there
	s.is(s.Bought.Apply(s.ctx(), s.id, s.change(before)), billing.ErrChanged)
}
