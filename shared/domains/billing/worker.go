package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Worker makes what is stored follow the payment service. It alone writes
// subscriptions.
//
// It believes no event but that something happened: it reads what is stored, then
// what is so at the payment service, and writes that on the condition that nothing
// was written in between. So whatever is stored was read after what was stored
// before it, in whatever order the events come, and however late.
type Worker struct {
	Store    WorkStore
	Provider Provider
	Now      func() time.Time
}

// Apply applies an event, or without one reads the subscription again. It may be
// repeated. Its error says that the order must come again, by the queue or by the
// sweep.
func (w Worker) Apply(ctx context.Context, o Order) error {
	if !tenant.ValidID(string(o.TenantID)) {
		return errors.New("billing: an order names no tenant")
	}
	ctx = tenant.WithTenant(ctx, o.TenantID)
	for range changeTries {
		if err := w.apply(ctx, o); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return beingChanged()
}

// apply is one try; ErrChanged says that the next one reads what is there then.
func (w Worker) apply(ctx context.Context, o Order) error {
	hook, err := w.hook(ctx, o)
	if err != nil || hook.Status == Applied {
		return err
	}
	held, err := w.Store.Held(ctx, o.TenantID)
	switch {
	case problem.Is(err, problem.NotFound):
		return nil // the account is gone
	case err != nil:
		return err
	case held.Tenant.Status != tenant.Active:
		return nil // it is being erased, and what was bought has ended with it
	}
	seen, err := w.look(ctx, held, hook) // after what is stored: see Worker
	if err != nil {
		return err
	}
	if hook.ID != "" && seen.wrong != nil {
		return w.fail(ctx, o, hook, seen.wrong)
	}
	ended, endErr := w.end(ctx, held, seen)
	if ended {
		return ErrChanged
	}
	c := decide(held, seen, w.Now())
	again := len(c.Subscription.Refused) > len(held.Subscription.Refused)
	if endErr == nil && !again && seen.odd == nil {
		c.Hook = hook.ID
	}
	if err := w.Store.Apply(ctx, o.TenantID, c); err != nil {
		return err
	}
	if again { // what is refused is noted before it is ended, so that it is noted once
		return ErrChanged
	}
	if hook.ID != "" && endErr == nil && seen.odd != nil {
		return w.fail(ctx, o, hook, seen.odd)
	}
	return errors.Join(endErr, seen.wrong, seen.odd)
}

// hook reads the event of an order. One that is gone was kept for its time, and is
// as good as applied.
func (w Worker) hook(ctx context.Context, o Order) (Hook, error) {
	if o.EventID == "" {
		return Hook{Status: Received}, nil
	}
	hook, err := w.Store.Hook(ctx, o.TenantID, o.EventID)
	if problem.Is(err, problem.NotFound) {
		return Hook{Status: Applied}, nil
	}
	return hook, err
}

// fail leaves an event for an operator to see to.
func (w Worker) fail(ctx context.Context, o Order, hook Hook, why error) error {
	if hook.Status == Failed {
		return why
	}
	failed := hook
	failed.Status, failed.DueAt = Failed, time.Time{}
	if err := w.Store.MoveHook(ctx, o.TenantID, hook, failed); err != nil && !errors.Is(err, ErrChanged) {
		return err
	}
	return why
}

// seen is what the payment service says now.
type seen struct {
	all     []Reported // with a price of ours, not refused, the oldest first
	refused []Reported // of what the tenant was refused
	kept    bool       // nothing of it may be believed: the subscription stays as it is
	undone  int64      // invoices of second subscriptions that were granted before the first was heard of
	invoice *Invoice
	granted bool  // the invoice was granted before
	wrong   error // why the event cannot be applied
	odd     error // what an operator must see to, though all that is known was applied
}

// look asks the payment service.
func (w Worker) look(ctx context.Context, held Held, hook Hook) (seen, error) {
	customer := held.Account.Customer
	switch {
	case hook.Customer != "" && hook.Customer != customer:
		return seen{kept: true, wrong: fmt.Errorf("event %s is of a customer who is not this account", hook.ID)}, nil
	case customer == "":
		return seen{}, nil
	}
	all, err := w.Provider.Subscriptions(ctx, customer)
	if hook.ID == "" && errors.Is(err, ErrOff) {
		return seen{kept: true}, nil // a grant ends even so
	}
	if err != nil {
		return seen{}, fmt.Errorf("read subscriptions: %w", err)
	}
	s := sorted(all, held, hook)
	own, second, found := s.own()
	for _, r := range second {
		granted, err := w.granted(ctx, held, r.Invoice)
		if err != nil {
			return seen{}, err
		}
		if granted {
			s.undone++
		}
	}
	id := hook.Invoice
	if id == "" && hook.ID == "" && found {
		id = own.Invoice
	}
	if id == "" || s.kept {
		return s, nil
	}
	return s, w.lookAt(ctx, held, id, &s)
}

// sorted sorts what a customer has. What has a price that is none of ours is not
// ours to end, nor to believe; but what was bought here stays ours under any price:
// it keeps its plan, and lapses and ends as every other.
func sorted(all []Reported, held Held, hook Hook) seen {
	var s seen
	for _, r := range all {
		_, refused := slices.BinarySearch(held.Subscription.Refused, r.ID)
		switch {
		case refused:
			s.refused = append(s.refused, r)
		case r.Plan != "":
			s.all = append(s.all, r)
		case r.ID == held.Subscription.ID:
			r.Plan, s.odd = held.Subscription.Plan, ofNobody(r)
			s.all = append(s.all, r)
		case r.ID == hook.Object:
			s.wrong = ofNobody(r)
		}
	}
	slices.SortFunc(s.all, func(a, b Reported) int {
		if byTime := a.CreatedAt.Compare(b.CreatedAt); byTime != 0 {
			return byTime
		}
		return strings.Compare(a.ID, b.ID)
	})
	return s
}

func ofNobody(r Reported) error {
	return fmt.Errorf("subscription %s has a price that is none of this product's", r.ID)
}

// own is the subscription that counts: the oldest live one, or else the newest.
// second are other live ones.
func (s seen) own() (own Reported, second []Reported, found bool) {
	for _, r := range s.all {
		if r.Status.Live() {
			if !found {
				own, found = r, true
				continue
			}
			second = append(second, r)
		}
	}
	if !found && len(s.all) > 0 {
		return s.all[len(s.all)-1], nil, true
	}
	return own, second, found
}

func (w Worker) lookAt(ctx context.Context, held Held, id string, s *seen) error {
	invoice, err := w.Provider.Invoice(ctx, id)
	switch {
	case problem.Is(err, problem.NotFound):
		return nil // a draft that was thrown away
	case err != nil:
		return fmt.Errorf("read invoice: %w", err)
	case invoice.Customer != held.Account.Customer:
		s.wrong = fmt.Errorf("invoice %s is of a customer who is not this account", id)
		return nil
	}
	if invoice.Plan == "" && invoice.Subscription != "" && invoice.Subscription == held.Subscription.ID {
		invoice.Plan = held.Subscription.Plan // see sorted
	}
	s.invoice = &invoice
	if invoice.Paid {
		s.granted, err = w.granted(ctx, held, invoice.ID)
	}
	return err
}

func (w Worker) granted(ctx context.Context, held Held, invoice string) (bool, error) {
	if invoice == "" {
		return false, nil
	}
	return w.Store.Granted(ctx, held.Tenant.ID, invoice)
}

// end ends at the payment service what must not go on: a second subscription,
// which is paid back, and one whose last payment went back. It reports whether
// anything was ended: all must be read again then.
func (w Worker) end(ctx context.Context, held Held, s seen) (ended bool, err error) {
	for _, r := range s.refused {
		did, oneErr := w.refuse(ctx, r)
		ended, err = ended || did, errors.Join(err, oneErr)
	}
	own, _, found := s.own()
	if i := s.invoice; found && own.Status.Live() && i != nil && i.ends(own) {
		oneErr := w.Provider.EndNow(ctx, own.ID)
		ended, err = ended || oneErr == nil, errors.Join(err, oneErr)
	}
	return ended && err == nil, err
}

// ends reports whether a subscription must not go on because of what became of a
// payment of it: one for the period that it is in went back in full, or one of any
// period was lost in a dispute, which is decided when later ones are paid.
func (i Invoice) ends(own Reported) bool {
	switch {
	case i.Subscription != own.ID:
		return false
	case i.DisputeLost:
		return i.Paid
	}
	return i.Ended() && (i.ID == own.Invoice || !i.PeriodEnd.Before(own.PeriodEnd))
}

// refuse ends a second subscription and pays it back, unless that was done. Only an
// end is read again: a payment may take days to go back, or have nothing to go back.
func (w Worker) refuse(ctx context.Context, r Reported) (did bool, err error) {
	if r.Status.Live() {
		if err := w.Provider.EndNow(ctx, r.ID); err != nil {
			return false, fmt.Errorf("end second subscription: %w", err)
		}
		did = true
	}
	if r.Invoice == "" {
		return did, nil
	}
	invoice, err := w.Provider.Invoice(ctx, r.Invoice)
	switch {
	case problem.Is(err, problem.NotFound):
		return did, nil
	case err != nil:
		return did, fmt.Errorf("read second invoice: %w", err)
	case !invoice.Paid || invoice.Amount == 0 || invoice.Ended() || invoice.DisputeOpen: // a dispute decides by itself
		return did, nil
	}
	if err := w.Provider.Refund(ctx, invoice.ID); err != nil {
		return did, fmt.Errorf("pay second subscription back: %w", err)
	}
	return did, nil
}
