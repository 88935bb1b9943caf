package billing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// NoGrant for a plan ends a grant: what was bought is in force again.
const NoGrant tenant.Plan = "none"

// Terms are what a tenant may use: its plan, and the limits that were agreed
// with it alone, which hold on every plan.
type Terms struct {
	TenantID  tenant.ID          `json:"tenant_id"`
	Plan      tenant.Plan        `json:"plan"` // in force
	Granted   tenant.Plan        `json:"granted,omitempty"`
	Until     time.Time          `json:"until,omitzero"` // of what is granted; zero: until an operator ends it
	Bought    Status             `json:"bought"`
	Overrides map[string]float64 `json:"overrides"` // shown units by metric; -1 is unlimited
}

// TermsChange is what an operator asks for. What is absent stays as it is.
type TermsChange struct {
	TenantID tenant.ID                   `json:"tenant_id,omitempty"` // or
	Email    string                      `json:"email,omitempty"`     // of one of its users
	Plan     tenant.Plan                 `json:"plan,omitempty"`      // granted whatever is bought, also the free one; NoGrant ends that
	Until    time.Time                   `json:"until,omitzero"`      // when the grant of Plan ends by itself; zero: never
	Set      map[metering.Metric]float64 `json:"set,omitempty"`       // limits in shown units; -1 is unlimited
	Reset    []metering.Metric           `json:"reset,omitempty"`     // back to the plan's limit
}

// TermsStore keeps grants and agreed limits.
type TermsStore interface {
	// TenantAt finds the tenant of a mail address. Errors: InvalidInput, NotFound.
	TenantAt(ctx context.Context, email string) (tenant.ID, error)
	// Held reads all that decides the plan, strongly consistent. Errors: NotFound.
	Held(ctx context.Context, t tenant.ID) (Held, error)
	// ReplaceTerms stores plan, overrides and revision of next, and the grant, if the
	// revisions of tenant and subscription, and the grant, are those of before, and
	// records act in the same transaction. Errors: ErrChanged.
	ReplaceTerms(ctx context.Context, before Held, next tenant.Tenant, g Grant, act audit.Entry) error
}

// ChangeTerms changes a tenant's terms. They hold from its next operation on:
// each admission is written on the condition that the revision is the one it was
// decided by. What is used already stays used. Errors: NotFound, InvalidInput,
// Unavailable.
func ChangeTerms(ctx context.Context, store TermsStore, c TermsChange, now time.Time) (Terms, error) {
	if err := c.check(now); err != nil {
		return Terms{}, err
	}
	id, err := c.tenant(ctx, store)
	if err != nil {
		return Terms{}, err
	}
	ctx = tenant.WithTenant(ctx, id)
	for range changeTries {
		held, err := store.Held(ctx, id)
		if err != nil {
			return Terms{}, err
		}
		if held.Tenant.Status != tenant.Active {
			return Terms{}, problem.New(problem.Forbidden, "This account is being closed.")
		}
		next, grant := c.apply(held, now)
		switch err := store.ReplaceTerms(ctx, held, next, grant, changedTo(next.Plan, now)); {
		case err == nil:
			return termsOf(next, grant, held.Subscription), nil
		case !errors.Is(err, ErrChanged):
			return Terms{}, err
		}
	}
	return Terms{}, beingChanged()
}

// changedTo is the entry of an operator's change of terms.
func changedTo(plan tenant.Plan, now time.Time) audit.Entry {
	e := audit.New(now, audit.TermsChanged, audit.Operator, "", "")
	e.Detail = string(plan)
	return e
}

func (c TermsChange) tenant(ctx context.Context, store TermsStore) (tenant.ID, error) {
	switch {
	case c.Email != "":
		return store.TenantAt(ctx, c.Email)
	case tenant.ValidID(string(c.TenantID)):
		return c.TenantID, nil
	}
	return "", problem.Invalid(problem.Field{Field: "tenant_id", Message: "must be an id, or give an email"})
}

func (c TermsChange) check(now time.Time) error {
	var wrong []problem.Field
	if c.Plan != "" && c.Plan != NoGrant && !slices.Contains(tenant.Plans(), c.Plan) {
		wrong = append(wrong, problem.Field{Field: "plan", Message: fmt.Sprintf("must be one of %v, or %s", tenant.Plans(), NoGrant)})
	}
	if !c.Until.IsZero() && (c.Plan == "" || c.Plan == NoGrant || !c.Until.After(now)) {
		wrong = append(wrong, problem.Field{Field: "until", Message: "must be ahead, and goes with the plan that it ends"})
	}
	for _, m := range slices.Concat(slices.Sorted(maps.Keys(c.Set)), c.Reset) {
		if !slices.Contains(metering.Metrics(), m) {
			wrong = append(wrong, problem.Field{Field: string(m), Message: fmt.Sprintf("is no metric; there are %v", metering.Metrics())})
		}
		if n := c.Set[m]; n != float64(tenant.Unlimited) && (n < 0 || n > maxAgreed || math.IsNaN(n)) {
			wrong = append(wrong, problem.Field{Field: string(m), Message: "must be -1 (unlimited) or a number from 0 to a billion"})
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

// maxAgreed keeps every limit, in stored units, far below what 64 bits hold.
const maxAgreed = 1e9

// apply is the tenant, with the plan in force, and its grant after the change.
func (c TermsChange) apply(held Held, now time.Time) (tenant.Tenant, Grant) {
	t, grant := held.Tenant, held.Agreed()
	switch c.Plan {
	case "":
	case NoGrant:
		grant = Grant{}
	default:
		grant = Grant{Plan: c.Plan, Until: c.Until.UTC().Truncate(time.Millisecond)}
	}
	if !grant.Holds(now) {
		grant = Grant{}
	}
	t.Revision++
	t.Plan = InForce(held.Subscription, grant, now)
	t.Overrides = maps.Clone(t.Overrides)
	if t.Overrides == nil {
		t.Overrides = map[string]int64{}
	}
	for m, shown := range c.Set {
		if shown == float64(tenant.Unlimited) {
			t.Overrides[string(m)] = tenant.Unlimited
		} else {
			t.Overrides[string(m)] = m.Stored(shown)
		}
	}
	for _, m := range c.Reset {
		delete(t.Overrides, string(m))
	}
	return t, grant
}

func termsOf(t tenant.Tenant, g Grant, bought Subscription) Terms {
	terms := Terms{TenantID: t.ID, Plan: t.Plan, Granted: g.Plan, Until: g.Until, Bought: bought.Status, Overrides: map[string]float64{}}
	for name, stored := range t.Overrides {
		terms.Overrides[name] = float64(stored)
		if stored != tenant.Unlimited {
			terms.Overrides[name] = metering.Metric(name).Shown(stored)
		}
	}
	return terms
}
