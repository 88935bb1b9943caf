package standing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tariff"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// page is how many tenants are read before it is asked whether time is left.
	page = 25
	// atOnce is how many of them are read at the same time.
	atOnce = 5
	// usual and most are how many tenants one call answers.
	usual, most = 100, 500
)

// Surveyor reads how tenants stand.
type Surveyor struct {
	Store Store
	By    tariff.Sources
	Now   func() time.Time
	Warn  func(context.Context, error)
}

// Request is what a call is asked for.
type Request struct {
	Month  string `json:"month"`  // like 2026-11; "" is the one under way
	Limit  int    `json:"limit"`  // of tenants, at most; 0 is 100
	Cursor string `json:"cursor"` // where the last call left off
}

// Survey is what a call answers.
type Survey struct {
	Month   metering.Period `json:"month"`
	Tenants []Line          `json:"tenants"`
	Failed  []tenant.ID     `json:"failed"` // could not be read
	Cursor  string          `json:"cursor"` // for the next call; "" when no tenant is left
}

// Run answers tenants in the order of the index, for as long as its context and the
// limit let it. Errors: InvalidInput, InvalidCursor.
func (s Surveyor) Run(ctx context.Context, ask Request) (Survey, error) {
	now := s.Now()
	p, err := ask.month(now)
	if err != nil {
		return Survey{}, err
	}
	answer := Survey{Month: p, Tenants: []Line{}, Failed: []tenant.ID{}, Cursor: ask.Cursor}
	limit, enough := ask.Limit, share(ctx)
	if limit == 0 {
		limit = usual
	}
	for read := 0; ; {
		ids, next, err := s.Store.Tenants(tenant.WithSweep(ctx), answer.Cursor, min(page, limit-read))
		if err != nil {
			return answer, err
		}
		s.add(ctx, &answer, ids, p, now)
		read += len(ids)
		if answer.Cursor = next; next == "" || read >= limit || !enough() {
			return answer, nil
		}
	}
}

func (r Request) month(now time.Time) (metering.Period, error) {
	current := metering.PeriodOf(now)
	p, ok := metering.ParsePeriod(r.Month)
	switch {
	case r.Limit < 0 || r.Limit > most:
		return "", problem.Invalid(problem.Field{Field: "limit", Message: fmt.Sprintf("must be from 1 to %d, or 0 for %d", most, usual)})
	case r.Month == "":
		return current, nil
	case !ok:
		return "", problem.Invalid(problem.Field{Field: "month", Message: "must be a month, like " + string(current)})
	case p > current:
		return "", problem.Invalid(problem.Field{Field: "month", Message: "has not begun"})
	}
	return p, nil
}

// share says whether enough of ctx is left for one more page: a third.
func share(ctx context.Context) func() bool {
	end, bounded := ctx.Deadline()
	whole := time.Until(end)
	return func() bool { return ctx.Err() == nil && (!bounded || time.Until(end) > whole/3) }
}

// add reads a page of tenants, some at a time, and keeps their order.
func (s Surveyor) add(ctx context.Context, answer *Survey, ids []tenant.ID, p metering.Period, now time.Time) {
	lines, errs := make([]Line, len(ids)), make([]error, len(ids))
	places := make(chan struct{}, atOnce)
	var readers sync.WaitGroup
	for i, id := range ids {
		places <- struct{}{}
		readers.Go(func() {
			defer func() { <-places }()
			lines[i], errs[i] = s.one(tenant.WithTenant(ctx, id), id, p, now)
		})
	}
	readers.Wait()
	for i, id := range ids {
		if errs[i] != nil {
			s.Warn(tenant.WithTenant(ctx, id), fmt.Errorf("survey: %w", errs[i]))
			answer.Failed = append(answer.Failed, id)
			continue
		}
		answer.Tenants = append(answer.Tenants, lines[i])
	}
}

// one reads how a tenant stands. The index, in which it was found, lags behind: it may
// be gone.
func (s Surveyor) one(ctx context.Context, id tenant.ID, p metering.Period, now time.Time) (Line, error) {
	account, err := s.Store.Account(ctx, id)
	if errors.Is(err, tenant.ErrGone) {
		return Line{Tenant: id, State: Erased}, nil
	}
	if err != nil {
		return Line{}, err
	}
	counted, err := s.Store.Month(ctx, id, p)
	if err != nil {
		return Line{}, err
	}
	paid, err := s.Store.Paid(ctx, id)
	if err != nil {
		return Line{}, err
	}
	return line(id, account, counted, paid, p, s.By, now), nil
}
