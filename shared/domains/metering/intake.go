package metering

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Bid is something that takes of a quota and asks to be admitted. Each try reads
// it and then writes it, so that it may keep what it has read.
type Bid interface {
	// Read reads afresh what the admission is decided on. Its errors are Admit's.
	Read(ctx context.Context) (Demand, error)
	// Write stores the admission and its subject, as last read, in one
	// transaction, all or nothing; repeated after it took effect it succeeds again.
	// Errors: *Full, ErrTooManyJobs, ErrNoSlot, ErrTenantChanged,
	// idempotency.ErrClaimed, Unavailable, and the bid's own.
	Write(ctx context.Context, a Admission) error
}

// Demand is what a bid takes, and of what: the tenant and its counter, read
// together and strongly consistent.
type Demand struct {
	Tenant  tenant.Tenant
	Counter Counter // of the row's month
	Row     Row     // the reservation
	Job     bool    // takes a slot too
}

// Admission is what one transaction writes beside the subject when a bid is
// admitted, and what must hold for it.
type Admission struct {
	Tenant tenant.Tenant // as read; the transaction fails when its plan or limits changed, or it is not active
	Limits Limits        // stored units, which what is taken with the row must not exceed
	Row    Row
	Job    *Slot             // nil: what is admitted is no job
	Claim  idempotency.Claim // the zero Claim: the request had no key
}

// Standing is what an admission leaves of the quota, as far as the caller can
// know: others may take at the same time.
type Standing struct {
	Limits Limits  // stored units
	Period Period  // month of the reservation
	After  Counter // as read, and the reservation
	Took   Amounts // stored units that were reserved
}

// Intake admits bids.
type Intake struct {
	claims idempotency.Claims
	quotas Quotas
	slots  Slots
	appURL string
	now    func() time.Time
}

// NewIntake makes an Intake. appURL is the product's origin, for links to the
// page where a plan is changed; slots are for jobs only.
func NewIntake(claims idempotency.Claims, quotas Quotas, slots Slots, appURL string, now func() time.Time) Intake {
	return Intake{claims: claims, quotas: quotas, slots: slots, appURL: appURL, now: now}
}

// AppURL is the product's origin.
func (i Intake) AppURL() string { return i.appURL }

// Now is the present.
func (i Intake) Now() time.Time { return i.now() }

// Limits are what a tenant may use.
func (i Intake) Limits(t tenant.Tenant) Limits { return i.quotas.Limits(t) }

// tenantTries bounds how often what is written on the condition that the tenant
// is as it was read starts over because it was not.
const tenantTries = 3

// Admit makes one admission. Errors: QuotaExceeded, TooManyJobs, TooBusy,
// Unavailable, and the bid's own; with a claim also *idempotency.Replay,
// IdempotencyKeyReused, IdempotencyInProgress.
func (i Intake) Admit(ctx context.Context, id tenant.ID, claim idempotency.Claim, bid Bid) (Standing, error) {
	standing, err := i.admit(ctx, claim, bid)
	return standing, idempotency.Explain(ctx, i.claims, id, claim, i.now(), err)
}

func (i Intake) admit(ctx context.Context, claim idempotency.Claim, bid Bid) (Standing, error) {
	for range tenantTries {
		d, err := bid.Read(ctx)
		if err != nil {
			return Standing{}, err
		}
		a := i.admission(d, claim)
		if err := i.refuseEarly(d, a); err != nil {
			return Standing{}, err
		}
		switch err := bid.Write(ctx, a); {
		case err == nil:
			return Standing{Limits: a.Limits, Period: d.Row.Period, After: d.Counter.Plus(d.Row), Took: d.Row.Taken}, nil
		case !errors.Is(err, ErrTenantChanged):
			return Standing{}, i.refusal(a, err)
		}
	}
	return Standing{}, problem.New(problem.Unavailable, "The account is being changed right now. Try again in a moment.")
}

// admission is what a demand writes by the limits of its tenant.
func (i Intake) admission(d Demand, claim idempotency.Claim) Admission {
	a := Admission{Tenant: d.Tenant, Limits: i.quotas.Limits(d.Tenant), Row: d.Row, Claim: claim}
	if d.Job {
		slot := i.slots.For(d.Counter.ActiveJobs)
		a.Job = &slot
	}
	return a
}

// refuseEarly refuses what had no room when it was read. The read is strongly
// consistent and each refusal rests on one item, so it is as exact as the
// transaction's own. A refused caller who asks again writes nothing, least of all
// to the item that all tenants share.
func (i Intake) refuseEarly(d Demand, a Admission) error {
	if a.Job != nil && d.Counter.ActiveJobs >= int64(a.Job.PerTenant) {
		return i.slots.tooMany()
	}
	if m, over := Exceeded(a.Limits, d.Counter, a.Row.Taken); over {
		return Refusal(a.Limits, a.Row.Period, d.Counter, a.Row.Taken, m, i.appURL)
	}
	return nil
}

// refusal turns the store's error into the caller's.
func (i Intake) refusal(a Admission, err error) error {
	var full *Full
	switch {
	case errors.As(err, &full):
		m, over := Exceeded(a.Limits, full.Counter, a.Row.Taken)
		if !over {
			return fmt.Errorf("admit: the counter refused what fits: %w", err)
		}
		return Refusal(a.Limits, a.Row.Period, full.Counter, a.Row.Taken, m, i.appURL)
	case errors.Is(err, ErrTooManyJobs):
		return i.slots.tooMany()
	case errors.Is(err, ErrNoSlot):
		return tooBusy()
	}
	return err
}
