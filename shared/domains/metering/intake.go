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

// Bid is what one try of an admission has read and wants to write.
type Bid struct {
	Tenant  tenant.Tenant
	Counter Counter // as read with the tenant, strongly consistent
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
	claims idempotency.Claims
	quotas Quotas
	slots  Slots
	appURL string
	now    func() time.Time
}

// NewIntake makes an Intake. appURL is the product's origin, for links to the
// page where a plan is changed; slots matter to jobs only.
func NewIntake(claims idempotency.Claims, quotas Quotas, slots Slots, appURL string, now func() time.Time) Intake {
	return Intake{claims: claims, quotas: quotas, slots: slots, appURL: appURL, now: now}
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
	return standing, idempotency.Explain(ctx, i.claims, id, claim, i.now(), err)
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
		if err := i.refuseEarly(a, bid); err != nil {
			return Standing{}, err
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

// refuseEarly refuses what had no room when it was read. The read is strongly
// consistent and each refusal rests on one item, so that it is as exact as the
// transaction's own; and those who ask again and again for what is used up write
// nothing, least of all to the item that all tenants share.
func (i Intake) refuseEarly(a Admission, bid Bid) error {
	if a.Job != nil && bid.Counter.ActiveJobs >= int64(a.Job.PerTenant) {
		return i.slots.tooMany()
	}
	if m, over := Exceeded(a.Limits, bid.Counter, a.Row.Taken); over {
		return Refusal(a.Limits, a.Row.Period, bid.Counter, a.Row.Taken, m, i.appURL)
	}
	return nil
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
