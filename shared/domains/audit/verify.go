package audit

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// verifyLimit bounds how many tenants one run answers for.
	verifyLimit = 500
	// namedFindings bounds how many of a tenant's findings are named.
	namedFindings = 200
	// hours in which all tenants are verified once.
	hours = 24
)

// VerifyStore is what verifying reads of the tables. Reads of a tenant are
// strongly consistent.
type VerifyStore interface {
	// Tenants reads a page of all tenants. It needs a context from
	// tenant.WithSweep. next is "" at the end.
	Tenants(ctx context.Context, cursor string) (page []tenant.ID, next string, err error)
	Heads(ctx context.Context, id tenant.ID) (map[archive.Month]archive.Head, error)
	// Written reads the entries of the months from first to last, both included;
	// "" is no bound.
	Written(ctx context.Context, id tenant.ID, first, last archive.Month) ([]Filed, error)
}

// Verifier holds the entries of the table against their locked copies, and the
// copies against the chain that they make.
type Verifier struct {
	Store    VerifyStore
	Segments archive.ListedSegments
	Archiver Archiver
	Now      func() time.Time
	Warn     func(context.Context, error)
	Again    time.Duration // until the second reading; 0 is the default
}

// VerifyRequest is what a run is asked for. The schedule asks for nothing.
type VerifyRequest struct {
	All    bool   `json:"all"`           // every tenant, and every month in full
	Cursor string `json:"cursor"`        // where the last run of all left off
	Stale  int    `json:"stale_seconds"` // archive entries of this age; 0 is the default
}

// VerifyReport is what a run found.
type VerifyReport struct {
	Tenants []TenantReport `json:"tenants"`
	Failed  []tenant.ID    `json:"failed"` // could not be read
	Left    int            `json:"left"`   // whom the run had no time for; their hour comes again tomorrow
	Cursor  string         `json:"cursor"` // "" when no tenant is left
}

// TenantReport is what was found of one tenant.
type TenantReport struct {
	Tenant   tenant.ID     `json:"tenant"`
	Months   []MonthReport `json:"months"`
	Count    int           `json:"count"` // of findings, named or not
	Findings []Finding     `json:"findings"`
}

// MonthReport counts what was compared of a month.
type MonthReport struct {
	Month      archive.Month `json:"month"`
	Entries    int           `json:"entries"`    // in the table; 0 for a month that was not read in full
	Segments   int           `json:"segments"`   // up to the head
	Unarchived int           `json:"unarchived"` // entries that are in no segment yet
	Full       bool          `json:"full"`       // read entry by entry; else its head and segments were counted
	Broken     *Finding      `json:"broken"`     // the first broken link of its chain; null: it is whole
}

// Run verifies the tenants of this hour: each has one of the day's. They come in
// random order, so that a run which ends early does not always leave out the same.
func (v Verifier) Run(ctx context.Context, ask VerifyRequest) (VerifyReport, error) {
	report := VerifyReport{Tenants: []TenantReport{}, Failed: []tenant.ID{}, Cursor: ask.Cursor}
	enough := share(ctx)
	for {
		page, next, err := v.Store.Tenants(tenant.WithSweep(ctx), report.Cursor)
		if err != nil {
			return report, err
		}
		rand.Shuffle(len(page), func(i, j int) { page[i], page[j] = page[j], page[i] })
		for _, id := range page {
			switch {
			case !ask.All && hourOf(id) != v.Now().UTC().Hour():
			case !ask.All && !enough():
				report.Left++
			default:
				v.one(tenant.WithTenant(ctx, id), id, ask, &report)
			}
		}
		if report.Cursor = next; next == "" || ask.All && (len(report.Tenants) >= verifyLimit || !enough()) {
			return report, nil
		}
	}
}

// hourOf spreads tenants evenly over the day.
func hourOf(id tenant.ID) int {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(id)) // it never fails
	return int(sum.Sum32() % hours)
}

// share says whether enough of ctx is left for one more tenant: a third.
func share(ctx context.Context) func() bool {
	end, bounded := ctx.Deadline()
	whole := time.Until(end)
	return func() bool { return ctx.Err() == nil && (!bounded || time.Until(end) > whole/3) }
}

func (v Verifier) one(ctx context.Context, id tenant.ID, ask VerifyRequest, report *VerifyReport) {
	found, err := v.Tenant(ctx, id, time.Duration(ask.Stale)*time.Second, ask.All)
	if err != nil {
		report.Failed = append(report.Failed, id)
		v.Warn(ctx, fmt.Errorf("verify audit: %w", err))
		return
	}
	report.Tenants = append(report.Tenants, found)
}

// Tenant verifies one tenant: every month in full, or those in which something
// may still be written and one of the others. What counts is what two readings
// find.
func (v Verifier) Tenant(ctx context.Context, id tenant.ID, stale time.Duration, all bool) (TenantReport, error) {
	report := TenantReport{Tenant: id, Findings: []Finding{}}
	if stale == 0 {
		stale = archive.StaleAfter
	}
	s := scope{now: v.Now(), all: all}
	s.stale = s.now.Add(-stale)
	r, err := v.first(ctx, id, s)
	found := r.findings(id, s)
	if err == nil && len(found) > 0 {
		if err = archive.BeforeAgain(ctx, v.Again); err == nil {
			before := found
			r, err = v.read(ctx, id, s)
			found = both(before, r.findings(id, s))
		}
	}
	report.Months, report.Count = r.months(found), len(found)
	report.Findings = append(report.Findings, found[:min(len(found), namedFindings)]...)
	return report, err
}

// first archives what the stream has left out, and reads.
func (v Verifier) first(ctx context.Context, id tenant.ID, s scope) (reading, error) {
	r, err := v.read(ctx, id, s)
	if err != nil {
		return r, err
	}
	left := r.left(s.stale)
	if len(left) == 0 {
		return r, nil
	}
	for m, names := range left {
		if err := v.Archiver.File(ctx, id, m, names); err != nil {
			v.Warn(ctx, fmt.Errorf("archive what the stream left: %w", err))
		}
	}
	return v.read(ctx, id, s)
}
