package contract

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// exportFixture makes what events of exports speak of; "" for another name.
func (s *stage) exportFixture(t *testing.T, name string) string {
	t.Helper()
	if name == "export_of_another_tenant" {
		return s.export(t, s.stranger(t), "succeeded")
	}
	if until, ok := strings.CutPrefix(name, "export_"); ok {
		return s.export(t, s.person(t), until)
	}
	return ""
}

// export begins an export of a tenant and brings it to where it is queued, listed,
// packed, closed, failed or succeeded. One that the tenant makes already is ended.
func (s *stage) export(t *testing.T, owner tenant.ID, until string) string {
	t.Helper()
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Export), owner)
	store := dynamo.NewExports(s.store())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("make an export: %v", err)
		}
	}
	settler := export.Settler{Store: store, Now: time.Now}
	running, err := store.Running(ctx, owner)
	must(err)
	if running != "" {
		_, err = settler.Fail(ctx, workflow.Input{TenantID: owner, JobID: running, Attempt: 1}, problem.Unavailable)
		must(err)
	}
	service := export.Service{Store: store, Machine: nowhere{}, Now: time.Now, Warn: func(_ context.Context, err error) { t.Error(err) }}
	who := auth.Caller{Tenant: owner, Principal: auth.Principal{User: auth.UserID(tenant.NewID()), Session: tenant.NewID()}}
	e, err := service.Start(ctx, who, idempotency.Claim{})
	must(err)
	in := workflow.Input{TenantID: owner, JobID: e.ID, Attempt: 1}
	if until == "failed" {
		_, err := settler.Fail(ctx, in, problem.Unavailable)
		must(err)
		return e.ID
	}
	for i, reached := range []string{"queued", "listed", "packed", "closed", "succeeded"} {
		must(s.exportSteps(t, store)[i](ctx, in))
		if reached == until {
			return e.ID
		}
	}
	t.Fatalf("no export is ever %q", until)
	return ""
}

// exportSteps lead from one to the next.
func (s *stage) exportSteps(t *testing.T, store *dynamo.Exports) []func(context.Context, workflow.Input) error {
	files, ledger := s3files.New(s.aws, s.outputs["Data.Outputs.MediaBucket"]), s3files.New(s.aws, s.outputs["Data.Outputs.LedgerBucket"])
	return []func(context.Context, workflow.Input) error{
		func(context.Context, workflow.Input) error { return nil },
		func(ctx context.Context, in workflow.Input) error {
			_, err := export.ReadStep{
				Store: store, Items: store, Files: files, Ledger: ledger, Format: exporting.Zip{}, Now: time.Now,
				Warn: func(_ context.Context, err error) { t.Error(err) },
			}.Run(ctx, in)
			return err
		},
		func(ctx context.Context, in workflow.Input) error {
			_, err := export.NewPackStep(store, files, ledger, exporting.Zip{}, time.Now).Run(ctx, export.PackInput{Input: in})
			return err
		},
		func(ctx context.Context, in workflow.Input) error {
			_, err := export.NewCloseStep(store, files, time.Now).Run(ctx, in)
			return err
		},
		func(ctx context.Context, in workflow.Input) error {
			_, err := export.Settler{Store: store, Now: time.Now}.Succeed(ctx, in)
			return err
		},
	}
}
