package export

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// CloseStep puts the parts together.
type CloseStep struct{ work }

// NewCloseStep reads nothing but parts.
func NewCloseStep(store Store, files Files, now func() time.Time) CloseStep {
	return CloseStep{work{Store: store, Files: files, Now: now}}
}

// Run may be repeated: an upload that is gone has become the archive.
func (s CloseStep) Run(ctx context.Context, in workflow.Input) (workflow.Input, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Input) (workflow.Input, error) {
		e, err := s.begin(ctx, in, Closing)
		if err == nil {
			err = s.finish(ctx, in, e)
		}
		if err == nil {
			err = s.made(ctx, in, e)
		}
		return in, err
	})
}

// made notes whose archive is there, so that no late packer throws the plan away.
func (s CloseStep) made(ctx context.Context, in workflow.Input, e Export) error {
	err := s.Store.Made(ctx, in, e.Plan, s.Now().Add(lease))
	if errors.Is(err, ErrChanged) { // thrown away before
		return again(err)
	}
	return err
}

func (s CloseStep) finish(ctx context.Context, in workflow.Input, e Export) error {
	parts, err := s.Files.Parts(ctx, in.TenantID, Archive(e.ID), e.Plan.Upload)
	if errors.Is(err, ErrNoUpload) {
		return s.unlessFinished(ctx, in, e, err)
	}
	if err != nil {
		return err
	}
	if len(parts) != e.Plan.Parts() {
		return s.lost(ctx, in, e, errors.New("parts are missing"))
	}
	for n, p := range parts {
		if p.Size != e.Plan.PartSize(n) {
			return s.lost(ctx, in, e, errors.New("a part has another size"))
		}
	}
	err = s.Files.FinishUpload(ctx, in.TenantID, Archive(e.ID), e.Plan.Upload, parts)
	if errors.Is(err, ErrNoUpload) { // another run did, or it is lost
		return s.unlessFinished(ctx, in, e, err)
	}
	if err != nil {
		return err
	}
	size, there, err := s.Files.Size(ctx, in.TenantID, Archive(e.ID))
	if err == nil && (!there || size != e.Plan.Size) {
		err = &problem.Error{Code: problem.Internal, Final: true, Detail: "The archive has another size than it was to have."}
	}
	return err
}
