package export

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// startTries bounds how often a start is tried that another export refuses which
// then turns out to have ended.
const startTries = 3

// Service starts and shows exports.
type Service struct {
	Store   Store
	Links   Links // Start needs none
	Machine workflow.Machine
	Now     func() time.Time
	Warn    func(context.Context, error) // hears of failures that the sweeper makes good
}

// Start begins an export. Errors: ExportRunning with export_id, Unavailable; with
// a claim also *idempotency.Replay, IdempotencyKeyReused, IdempotencyInProgress.
func (s Service) Start(ctx context.Context, who auth.Caller, claim idempotency.Claim) (Export, error) {
	now := s.now()
	e := Export{
		ID: tenant.NewID(), Attempt: 1, Status: Queued, Step: Listing, AskedBy: string(who.Principal.User),
		CreatedAt: now, DueAt: now.Add(startGrace),
	}
	act := audit.New(now, audit.ExportAsked, who.Principal.Actor(), who.Principal.Session, e.ID)
	var err error
	for range startTries {
		if err = s.Store.Start(ctx, who.Tenant, e, Admission{Claim: claim, Act: act}); !errors.Is(err, ErrRunning) {
			break
		}
		var other string
		if other, err = s.Store.Running(ctx, who.Tenant); err == nil {
			err = running(other)
		}
		if other != "" || !problem.Is(err, problem.ExportRunning) {
			break
		}
	}
	if err != nil {
		return Export{}, idempotency.Explain(ctx, s.Store, who.Tenant, claim, now, err)
	}
	run := e.Run(who.Tenant)
	if err := s.Machine.Start(ctx, run.Execution(), run.Input); err != nil {
		s.Warn(ctx, fmt.Errorf("start export: %w", err))
	}
	return e, nil
}

func running(exportID string) error {
	return problem.New(problem.ExportRunning, "An export is being made already. Wait until it has ended.").With("export_id", exportID)
}

// Admitted is an export as it was answered when an earlier request began it.
// Errors: NotFound.
func (s Service) Admitted(ctx context.Context, id tenant.ID, exportID string) (Export, error) {
	e, err := s.Store.Export(ctx, id, exportID)
	return Export{ID: e.ID, Status: Queued, Step: Listing, CreatedAt: e.CreatedAt}, err
}

// Shown is an export as its owner sees it.
type Shown struct {
	Export
	Link string // "" when there is no archive, and in lists
}

// Get shows one, with a link to its archive. Errors: NotFound.
func (s Service) Get(ctx context.Context, id tenant.ID, exportID string) (Shown, error) {
	if !tenant.ValidID(exportID) {
		return Shown{}, noSuchExport()
	}
	e, err := s.Store.Export(ctx, id, exportID)
	if err != nil || !e.Kept(s.Now()) {
		return Shown{Export: e}, err
	}
	link, err := s.Links.SaveLink(ctx, id, Archive(e.ID), e.Filename())
	return Shown{Export: e, Link: link}, err
}

// List shows a page, newest first, after the given id.
func (s Service) List(ctx context.Context, id tenant.ID, limit int, after string) ([]Shown, string, error) {
	all, next, err := s.Store.Exports(ctx, id, limit, after)
	page := make([]Shown, len(all))
	for i, e := range all {
		page[i].Export = e
	}
	return page, next, err
}

func (s Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }
