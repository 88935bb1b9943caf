package memory

import (
	"context"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// bought is what a tenant pays for.
type bought struct {
	subscription billing.Subscription
	readAt       time.Time // of the subscription; zero: never
	grantReadAt  time.Time // zero: when the grant ends
	grant        billing.Grant
	account      billing.Account
	hooks        map[string]billing.Hook
	invoices     map[string]billing.Invoice
	acts         []audit.Entry
}

func nothingBought() bought {
	return bought{
		subscription: billing.Subscription{Plan: tenant.Free, Status: billing.NotBought},
		hooks:        map[string]billing.Hook{}, invoices: map[string]billing.Invoice{},
	}
}

// AddCustomer stores a tenant on the free plan that is a customer.
func (s *Store) AddCustomer(id tenant.ID, customer string) {
	s.AddTenant(id, tenant.Free)
	s.SetCustomer(id, customer)
}

// SetCustomer makes a tenant a customer.
func (s *Store) SetCustomer(id tenant.ID, customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tenants[id].bought.account.Customer = customer
}

// TenantAt implements billing.TermsStore: nobody has an address here.
func (s *Store) TenantAt(context.Context, string) (tenant.ID, error) {
	return "", problem.New(problem.NotFound, "Nobody signs in with this address.")
}

// Held implements billing.TermsStore and billing.WorkStore.
func (s *Store) Held(_ context.Context, id tenant.ID) (held billing.Held, err error) {
	err = s.read(id, func(t *state) error {
		held = t.held()
		return nil
	})
	return held, err
}

func (t *state) held() billing.Held {
	return billing.Held{Tenant: t.tenant, Subscription: t.bought.subscription, Grant: t.bought.grant, Account: t.bought.account}
}

// ReplaceTerms implements billing.TermsStore.
func (s *Store) ReplaceTerms(_ context.Context, before billing.Held, next tenant.Tenant, g billing.Grant, act audit.Entry) error {
	return s.write(next.ID, func(t *state) error {
		if t.moved(before) {
			return billing.ErrChanged
		}
		t.tenant = next
		t.bought.grantIs(g)
		t.bought.acts = append(t.bought.acts, act)
		return nil
	})
}

// moved reports whether a plan rests on other revisions, or another grant, than
// those read.
func (t *state) moved(before billing.Held) bool {
	return t.bought.grant.Plan != before.Grant.Plan || !t.bought.grant.Until.Equal(before.Grant.Until) || t.tenant.Revision != before.Tenant.Revision || t.bought.subscription.Revision != before.Subscription.Revision
}

// AddHook implements billing.HookStore.
func (s *Store) AddHook(_ context.Context, id tenant.ID, h billing.Hook) (kept billing.Hook, err error) {
	err = s.write(id, func(t *state) error {
		if _, there := t.bought.hooks[h.ID]; !there || s.Bug == "keeps-again" {
			t.bought.hooks[h.ID] = h
		}
		kept = t.bought.hooks[h.ID]
		return nil
	})
	return kept, err
}

// Hook implements billing.HookStore.
func (s *Store) Hook(_ context.Context, id tenant.ID, event string) (h billing.Hook, err error) {
	err = s.read(id, func(t *state) error {
		there := false
		if h, there = t.bought.hooks[event]; !there {
			return problem.New(problem.NotFound, "There is no such event.")
		}
		return nil
	})
	return h, err
}

// MoveHook implements billing.HookStore.
func (s *Store) MoveHook(_ context.Context, id tenant.ID, before, after billing.Hook) error {
	return s.write(id, func(t *state) error {
		h, there := t.bought.hooks[before.ID]
		if !there || h.Status != before.Status || h.Tries != before.Tries {
			return billing.ErrChanged
		}
		h.Status, h.Tries, h.DueAt = after.Status, after.Tries, after.DueAt
		t.bought.hooks[before.ID] = h
		return nil
	})
}

// PutOff implements billing.HookStore.
func (s *Store) PutOff(_ context.Context, id tenant.ID, kind openwork.Kind, now, until time.Time) error {
	return s.write(id, func(t *state) error {
		due, to := t.bought.readAt, &t.bought.readAt
		if kind == openwork.Grant {
			due, to = t.bought.grantDue(), &t.bought.grantReadAt
		}
		if due.IsZero() || !due.Before(now) {
			return billing.ErrChanged
		}
		*to = until
		return nil
	})
}

// grantIs puts a grant in the place of the one before; one that stays keeps when it is due.
func (b *bought) grantIs(g billing.Grant) {
	if g.Plan != b.grant.Plan || !g.Until.Equal(b.grant.Until) {
		b.grant, b.grantReadAt = g, time.Time{}
	}
}

func (b *bought) grantDue() time.Time {
	if !b.grantReadAt.IsZero() {
		return b.grantReadAt
	}
	return b.grant.Until
}

// Granted implements billing.WorkStore.
func (s *Store) Granted(_ context.Context, id tenant.ID, invoice string) (granted bool, err error) {
	err = s.read(id, func(t *state) error {
		_, granted = t.bought.invoices[invoice]
		return nil
	})
	return granted && s.Bug != "grants-again", err
}

// Apply implements billing.WorkStore.
func (s *Store) Apply(_ context.Context, id tenant.ID, c billing.Change) error {
	return s.write(id, func(t *state) error {
		b := &t.bought
		hook, there := b.hooks[c.Hook]
		switch {
		case t.moved(c.Before) && s.Bug != "believes-what-is-late":
			return billing.ErrChanged
		case c.Hook != "" && (!there || hook.Status == billing.Applied):
			return billing.ErrChanged
		}
		if c.Invoice != nil {
			old, there := b.invoices[c.Invoice.ID]
			switch {
			case there == c.New && s.Bug != "grants-again":
				return billing.ErrChanged
			case c.New:
				b.invoices[c.Invoice.ID] = *c.Invoice
			default:
				old.Refunded = c.Invoice.Refunded
				b.invoices[old.ID] = old
			}
		}
		if c.Plan != t.tenant.Plan {
			t.tenant.Plan = c.Plan
			t.tenant.Revision++
		}
		b.subscription, b.readAt = c.Subscription, c.DueAt
		b.grantIs(c.Grant)
		b.acts = append(b.acts, c.Acts...)
		if c.Hook != "" {
			hook.Status, hook.DueAt = billing.Applied, time.Time{}
			b.hooks[hook.ID] = hook
		}
		return nil
	})
}

// overdue lists what of a kind should have been seen to.
func (b *bought) overdue(kind openwork.Kind, now time.Time) (ids []string) {
	due := func(id string, at time.Time) {
		if !at.IsZero() && at.Before(now) {
			ids = append(ids, id)
		}
	}
	switch kind {
	case openwork.Subscription:
		due("", b.readAt)
	case openwork.Grant:
		due("", b.grantDue())
	case openwork.Hook:
		for id, h := range b.hooks {
			due(id, h.DueAt)
		}
	}
	slices.Sort(ids)
	return ids
}

// Acts lists what was recorded of a tenant's plan, the oldest first.
func (s *Store) Acts(id tenant.ID) []audit.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tenants[id].bought.acts)
}
