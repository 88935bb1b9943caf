package quota

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// patience is how often a caller asks until it has an answer.
const patience = 100

// request is what one caller wants, under one Idempotency-Key.
type request struct {
	claim idempotency.Claim
	takes metering.Amounts
	job   bool // and a slot
	// subject is kept by one half of the callers; the other half gets a new one
	// with each try, as the API hands them out.
	subject string
}

func newRequest(takes metering.Amounts, job bool) request {
	r := request{claim: idempotency.NewClaim("user", tenant.NewID(), "POST", "/things", nil), takes: takes, job: job}
	if rand.IntN(2) == 0 {
		r.subject = tenant.NewID()
	}
	return r
}

// answer is the first clear one: admitted as a subject, or refused.
type answer struct {
	request
	admitted string
	refused  *problem.Error
}

// ask repeats a request until it is answered. Half of the callers meet a fault,
// and so do half of their repetitions.
func (w *world) ask(r request) answer {
	for range patience {
		faults := someFault()
		subject := r.subject
		if subject == "" {
			subject = tenant.NewID()
		}
		err := w.process(faults).admit(w.ctx(), w.id, r, subject)
		struck := faults != nil && faults.Struck() > 0
		if struck {
			w.struck.Add(int64(faults.Struck()))
		}
		switch id, replayed := idempotency.Replayed(err); {
		case err == nil:
			return answer{request: r, admitted: subject}
		case replayed:
			return answer{request: r, admitted: id}
		case problem.Is(err, problem.QuotaExceeded), problem.Is(err, problem.TooManyJobs):
			return answer{request: r, refused: problem.From(err)}
		case !struck && !problem.Is(err, problem.Unavailable) && !problem.Is(err, problem.IdempotencyInProgress):
			w.t.Errorf("an answer that nobody should get: %v", err)
		}
		w.repeated.Add(1)
		time.Sleep(rand.N(20 * time.Millisecond))
	}
	w.t.Errorf("no answer after %d tries", patience)
	return answer{request: r, refused: problem.From(nil)}
}

// someFault is for one of the calls of an admission: read, write, look up what
// became of the write or of the key.
func someFault() *calls.Faults {
	if rand.IntN(2) == 0 {
		return nil
	}
	kinds := []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter}
	fault := calls.Fault{Kind: kinds[rand.IntN(len(kinds))], Nth: 1 + rand.IntN(3), Forever: rand.IntN(2) == 0}
	plan := []calls.Fault{fault}
	switch {
	case fault.Kind == calls.KillBefore || fault.Kind == calls.KillAfter:
		plan = append(plan, calls.Fault{Nth: fault.Nth + 1, Kind: calls.LostBefore, Forever: true}) // a dead process makes no call
	case !fault.Forever:
		plan[0].FirstTry = rand.IntN(2) == 0 // the SDK sends it again
	}
	return calls.Plant(plan...).OnKill(func() {})
}

// admit asks once, as the functions of the product do.
func (p process) admit(ctx context.Context, id tenant.ID, r request, subject string) error {
	_, err := p.intake.Admit(ctx, id, r.claim, bid{process: p, request: r, tenant: id, subject: subject})
	return err
}

// bid is a request's for one subject.
type bid struct {
	process
	request
	tenant  tenant.ID
	subject string
}

// Read implements metering.Bid.
func (b bid) Read(ctx context.Context) (metering.Demand, error) {
	owner, counter, err := b.images.TenantMonth(ctx, b.tenant, month)
	return metering.Demand{Tenant: owner, Counter: counter, Row: metering.Reserve(month, b.subject, 1, b.takes, now), Job: b.job}, err
}

// Write implements metering.Bid.
func (b bid) Write(ctx context.Context, a metering.Admission) error {
	if b.job {
		j := render.Job{ID: b.subject, Status: render.Queued, Attempt: 1, Period: month, Reserved: b.takes, CreatedAt: now, DueAt: now}
		return b.admits.AdmitJob(ctx, b.tenant, j, render.Source{}, a)
	}
	i := render.Image{ID: b.subject, Period: month, CreatedAt: now, DueAt: now, Reserved: b.takes}
	return b.images.AdmitImage(ctx, b.tenant, i, a)
}
