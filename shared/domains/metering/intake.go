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

// Admission is everything that one transaction writes beside the subject when
// something is admitted, and what must hold for it.
type Admission struct {
	Tenant tenant.Tenant // as read; the transaction fails when its plan or limits changed
	Limits Limits
	Row    Row
	Job    *Slot // nil: what is admitted is no job
	Claim  idempotency.Claim
}

// Counters is what an Intake reads for its answers.
type Counters interface {
	idempotency.Claims
	// Counter reads a month and the levels, strongly consistent; what was never
	// touched is empty.
	Counter(ctx context.Context, id tenant.ID, p Period) (Counter, error)
}

// Bid is what one try of an admission has read and wants to write.
type Bid struct {
	Tenant  tenant.Tenant
	Counter Counter // as read with the tenant
	Row     Row
	Job     bool // takes a slot
	// Write stores the admission and its subject in one transaction, all or
	// nothing; repeated after it took effect it succeeds again. Errors: *Full,
	// ErrTooManyJobs, ErrNoSlot, ErrTenantChanged, idempotency.ErrClaimed, Unavailable.
	Write func(context.Context, Admission) error
}

// Standing is what an admission leaves of the quota, as far as the caller can
// know: others may take at the same time.
type Standing struct {
	Limits Limits
	Period Period
	After  Counter
	Took   Amounts
}

// Intake admits whatever takes of a quota.
type Intake struct {
	counters Counters
	quotas   Quotas
	slots    Slots
	appURL   string
	now      func() time.Time
}

// NewIntake makes an Intake. appURL is the product's origin, for links to the
// page where a plan is changed; slots matter to jobs only.
func NewIntake(counters Counters, quotas Quotas, slots Slots, appURL string, now func() time.Time) Intake {
	return Intake{counters: counters, quotas: quotas, slots: slots, appURL: appURL, now: now}
}

// AppURL is the product's origin.
func (i Intake) AppURL() string { return i.appURL }

// Now is the present.
func (i Intake) Now() time.Time { return i.now() }

// Limits are what a tenant may use.
func (i Intake) Limits(t tenant.Tenant) Limits { return i.quotas.Limits(t) }

// bidTries bounds how often an admission starts over because the tenant's plan
// changed between reading and writing it.
const bidTries = 3

// Admit makes one admission; prepare reads afresh on every try. Errors:
// QuotaExceeded, TooManyJobs, TooBusy, Unavailable, those of prepare; with a
// claim also *idempotency.Replay, IdempotencyKeyReused, IdempotencyInProgress.
func (i Intake) Admit(ctx context.Context, id tenant.ID, claim idempotency.Claim, prepare func() (Bid, error)) (Standing, error) {
	standing, err := i.try(ctx, id, claim, prepare)
	return standing, idempotency.Explain(ctx, i.counters, id, claim, i.now(), err)
}

func (i Intake) try(ctx context.Context, id tenant.ID, claim idempotency.Claim, prepare func() (Bid, error)) (Standing, error) {
	for range bidTries {
		bid, err := prepare()
		if err != nil {
			return Standing{}, err
		}
		a := Admission{Tenant: bid.Tenant, Limits: i.quotas.Limits(bid.Tenant), Row: bid.Row, Claim: claim}
		if bid.Job {
			slot := i.slots.For(bid.Counter.ActiveJobs)
			a.Job = &slot
		}
		if m, over := Exceeded(a.Limits, Counter{}, bid.Row.Taken); over {
			return Standing{}, i.tooLarge(ctx, id, a, m)
		}
		err = bid.Write(ctx, a)
		if err == nil {
			return Standing{Limits: a.Limits, Period: bid.Row.Period, After: bid.Counter.Plus(bid.Row), Took: bid.Row.Taken}, nil
		}
		if !errors.Is(err, ErrTenantChanged) {
			return Standing{}, i.refusal(a, err)
		}
	}
	return Standing{}, problem.New(problem.Unavailable, "The account is being changed right now. Try again in a moment.")
}

// tooLarge answers what is more than the whole limit and can never be admitted;
// the counter is read for the answer only.
func (i Intake) tooLarge(ctx context.Context, id tenant.ID, a Admission, m Metric) error {
	counter, err := i.counters.Counter(ctx, id, a.Row.Period)
	if err != nil {
		return err
	}
	return Refusal(a.Limits, a.Row.Period, counter, a.Row.Taken, m, i.appURL)
}

// refusal turns the store's word into the caller's.
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
