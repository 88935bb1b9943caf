package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// settleTries bounds how often an end is decided anew because the export changed.
const settleTries = 6

// Settler ends exports: status, whether the tenant may make another, and the record
// of acts change together, once.
type Settler struct {
	Store Store
	Now   func() time.Time
}

// Succeed ends an export whose archive is there. Ending it again changes nothing.
func (s Settler) Succeed(ctx context.Context, in workflow.Input) (Export, error) {
	return s.settle(ctx, in, Succeeded, "")
}

// Fail ends an export with a code.
func (s Settler) Fail(ctx context.Context, in workflow.Input, code problem.Code) (Export, error) {
	return s.settle(ctx, in, Failed, code)
}

func (s Settler) settle(ctx context.Context, in workflow.Input, status Status, code problem.Code) (Export, error) {
	for range settleTries {
		e, err := s.Store.Export(ctx, in.TenantID, in.JobID)
		if err != nil || e.Status.Ended() || e.Attempt != in.Attempt {
			return e, err
		}
		at := s.Now().UTC().Truncate(time.Millisecond)
		st := Settlement{Export: e, Status: status, Failure: string(code), At: at}
		st.Act = audit.New(at, audit.ExportMade, audit.Product, "", e.ID)
		if status == Succeeded {
			st.Expires = at.Add(Life)
		} else {
			st.Act.Result, st.Act.Detail = audit.Refused, string(Failed)
		}
		err = s.Store.Settle(ctx, in.TenantID, st)
		if err == nil {
			return s.Store.Export(ctx, in.TenantID, in.JobID)
		}
		if !errors.Is(err, ErrChanged) {
			return Export{}, err
		}
	}
	return Export{}, problem.New(problem.Unavailable, "The export is changing too fast. Try again in a moment.")
}

// SettleInput is what the last task is told; Error is present on the way that
// every Catch leads to.
type SettleInput struct {
	workflow.Input
	Error *struct {
		Error string `json:"Error"` // a problem code, or one of the workflow engine's own names
	} `json:"error,omitempty"`
}

// SettleResult is what the execution ends with.
type SettleResult struct {
	Status Status `json:"status"`
}

// SettleStep ends an export, clears what it was made from, and tells who asked.
type SettleStep struct {
	Settler
	Keeper Keeper
	Items  Items
	Mail   auth.Mailer
	AppURL string
	Warn   func(context.Context, error) // hears of mail that no address takes
}

// Run may be repeated: each part of it is done once, or again without harm.
func (s SettleStep) Run(ctx context.Context, in SettleInput) (SettleResult, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in SettleInput) (SettleResult, error) {
		var e Export
		var err error
		if in.Error == nil {
			e, err = s.Succeed(ctx, in.Input)
		} else {
			e, err = s.Fail(ctx, in.Input, failureOf(in.Error.Error))
		}
		if err == nil {
			err = s.tell(ctx, in.TenantID, e)
		}
		if err == nil {
			err = s.Keeper.clear(ctx, in.TenantID, e)
		}
		return SettleResult{e.Status}, err
	})
}

// tell mails who asked, if that is a member still. A mail whose handing over was
// not noted is sent again.
func (s SettleStep) tell(ctx context.Context, id tenant.ID, e Export) error {
	if e.Told || !e.Status.Ended() {
		return nil
	}
	to, there, err := s.Items.Address(ctx, id, e.AskedBy)
	if err != nil {
		return err
	}
	if there {
		err = s.Mail.Send(ctx, mailOf(to, s.AppURL, e))
		// No mail can go there, ever or until an operator has seen to it, which no other try
		// brings about. The export shows how it ended.
		if problem.Is(err, problem.InvalidInput) || problem.Is(err, problem.MailFailed) || problem.Is(err, problem.MailNotSetUp) {
			s.Warn(ctx, fmt.Errorf("tell of an export: %w", err))
			err = nil
		}
	}
	if err != nil {
		return err
	}
	return s.Store.Told(ctx, id, e.ID)
}

// failureOf is the code of a failed export. Names that are not ours come from the
// workflow engine.
func failureOf(errorName string) problem.Code {
	if code := problem.Named(errorName); slices.Contains(problem.Codes(), code) {
		return code
	}
	return problem.Internal
}
