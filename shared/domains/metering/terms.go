package metering

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Terms are what a tenant may use: its plan, and the limits that were agreed
// with it alone.
type Terms struct {
	TenantID  tenant.ID          `json:"tenant_id"`
	Plan      tenant.Plan        `json:"plan"`
	Overrides map[string]float64 `json:"overrides"` // shown units by metric; -1 is unlimited
}

// TermsChange is what an operator asks for. What is absent stays as it is.
type TermsChange struct {
	TenantID tenant.ID          `json:"tenant_id,omitempty"` // or
	Email    string             `json:"email,omitempty"`     // of one of its users
	Plan     tenant.Plan        `json:"plan,omitempty"`
	Set      map[Metric]float64 `json:"set,omitempty"`   // limits in shown units; -1 is unlimited
	Reset    []Metric           `json:"reset,omitempty"` // back to the plan's limit
}

// TermsStore keeps terms on the tenant's item.
type TermsStore interface {
	// TenantAt finds the tenant of a mail address. Errors: InvalidInput, NotFound.
	TenantAt(ctx context.Context, email string) (tenant.ID, error)
	// Tenant reads a tenant, strongly consistent. Errors: NotFound.
	Tenant(ctx context.Context, id tenant.ID) (tenant.Tenant, error)
	// ReplaceTerms stores plan, overrides and revision of t if the stored revision
	// is the one before, and records act in the same transaction. Errors:
	// ErrTenantChanged.
	ReplaceTerms(ctx context.Context, t tenant.Tenant, act audit.Entry) error
}

// ChangeTerms changes a tenant's terms. They hold from its next operation on:
// each admission is written on the condition that the revision is the one it was
// decided by. What is used already stays used. Errors: NotFound, InvalidInput,
// Unavailable.
func ChangeTerms(ctx context.Context, store TermsStore, c TermsChange, now time.Time) (Terms, error) {
	if err := c.check(); err != nil {
		return Terms{}, err
	}
	id, err := c.tenant(ctx, store)
	if err != nil {
		return Terms{}, err
	}
	ctx = tenant.WithTenant(ctx, id)
	for range tenantTries {
		t, err := store.Tenant(ctx, id)
		if err != nil {
			return Terms{}, err
		}
		t = c.apply(t)
		switch err := store.ReplaceTerms(ctx, t, changedTo(t.Plan, now)); {
		case err == nil:
			return termsOf(t), nil
		case !errors.Is(err, ErrTenantChanged):
			return Terms{}, err
		}
	}
	return Terms{}, problem.New(problem.Unavailable, "The account is being changed right now. Try again in a moment.")
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

func (c TermsChange) check() error {
	var wrong []problem.Field
	if c.Plan != "" && !slices.Contains(tenant.Plans(), c.Plan) {
		wrong = append(wrong, problem.Field{Field: "plan", Message: fmt.Sprintf("must be one of %v", tenant.Plans())})
	}
	for _, m := range slices.Concat(slices.Sorted(maps.Keys(c.Set)), c.Reset) {
		if !slices.Contains(Metrics(), m) {
			wrong = append(wrong, problem.Field{Field: string(m), Message: fmt.Sprintf("is no metric; there are %v", Metrics())})
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

func (c TermsChange) apply(t tenant.Tenant) tenant.Tenant {
	t.Revision++
	t.Overrides = maps.Clone(t.Overrides)
	if t.Overrides == nil {
		t.Overrides = map[string]int64{}
	}
	if c.Plan != "" {
		t.Plan = c.Plan
	}
	for m, shown := range c.Set {
		if shown == float64(tenant.Unlimited) {
			t.Overrides[string(m)] = tenant.Unlimited
		} else {
			t.Overrides[string(m)] = m.stored(shown)
		}
	}
	for _, m := range c.Reset {
		delete(t.Overrides, string(m))
	}
	return t
}

func termsOf(t tenant.Tenant) Terms {
	terms := Terms{TenantID: t.ID, Plan: t.Plan, Overrides: map[string]float64{}}
	for name, stored := range t.Overrides {
		terms.Overrides[name] = float64(stored)
		if stored != tenant.Unlimited {
			terms.Overrides[name] = Metric(name).Shown(stored)
		}
	}
	return terms
}
