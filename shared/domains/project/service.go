package project

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Store keeps projects. Every method touches the tenant's own partition only.
type Store interface {
	idempotency.Claims
	// CreateProject stores a new project under a fresh id. Errors:
	// idempotency.ErrClaimed.
	CreateProject(ctx context.Context, id tenant.ID, p Project, claim idempotency.Claim) error
	// Project reads one. Errors: NotFound.
	Project(ctx context.Context, id tenant.ID, projectID string) (Project, error)
	// Projects reads a page, newest first, after the given id ("" is the start).
	// next is "" on the last page.
	Projects(ctx context.Context, id tenant.ID, limit int, after string) (page []Project, next string, err error)
	// ReplaceProject stores p over version p.Version-1. Errors:
	// PreconditionFailed when another version is stored, NotFound when none is.
	ReplaceProject(ctx context.Context, id tenant.ID, p Project) error
	// MissingMedia returns those that are no finished previews, or no ready uploads
	// of their kind, of the tenant.
	MissingMedia(ctx context.Context, id tenant.ID, named Media) (Media, error)
}

// Service is what callers may do with projects.
type Service struct {
	store  Store
	voices []voice.Voice
	now    func() time.Time
}

// NewService makes a Service. voices are the ids that a project may choose from.
func NewService(store Store, voices []voice.Voice, now func() time.Time) Service {
	return Service{store: store, voices: voices, now: now}
}

// Create stores a new project. Errors: InvalidInput naming every bad field; with
// a claim also *idempotency.Replay of the project, IdempotencyKeyReused.
func (s Service) Create(ctx context.Context, id tenant.ID, d Draft, claim idempotency.Claim) (Project, error) {
	p, err := s.create(ctx, id, d, claim)
	return p, idempotency.Explain(ctx, s.store, id, claim, s.now(), err)
}

func (s Service) create(ctx context.Context, id tenant.ID, d Draft, claim idempotency.Claim) (Project, error) {
	c := &checker{voices: s.voices}
	p := c.create(d)
	if err := s.checkMedia(ctx, id, c, p, d); err != nil {
		return Project{}, err
	}
	if err := c.err(); err != nil {
		return Project{}, err
	}
	p.ID, p.Version = tenant.NewID(), 1
	p.CreatedAt = s.now().UTC().Truncate(time.Millisecond)
	p.UpdatedAt = p.CreatedAt
	if err := s.store.CreateProject(ctx, id, p, claim); err != nil {
		return Project{}, err
	}
	return p, nil
}

// Get reads a project. Errors: NotFound.
func (s Service) Get(ctx context.Context, id tenant.ID, projectID string) (Project, error) {
	if !tenant.ValidID(projectID) {
		return Project{}, NotFound()
	}
	return s.store.Project(ctx, id, projectID)
}

// List reads a page of projects, newest first.
func (s Service) List(ctx context.Context, id tenant.ID, limit int, after string) ([]Project, string, error) {
	return s.store.Projects(ctx, id, limit, after)
}

// NoVersion is the version of a change that does not say what it changes.
const NoVersion = 0

// Update changes a project that is still at the given version. Errors:
// NotFound, PreconditionMissing, PreconditionFailed, InvalidInput.
func (s Service) Update(ctx context.Context, id tenant.ID, projectID string, version int64, d Draft) (Project, error) {
	p, err := s.Get(ctx, id, projectID)
	if err != nil {
		return Project{}, err
	}
	switch version {
	case p.Version:
	case NoVersion:
		return Project{}, problem.New(problem.PreconditionMissing, "Send If-Match with the ETag of the version that you changed.")
	default:
		return Project{}, Outdated()
	}
	c := &checker{voices: s.voices}
	p = c.change(p, d)
	if err := s.checkMedia(ctx, id, c, p, d); err != nil {
		return Project{}, err
	}
	if err := c.err(); err != nil {
		return Project{}, err
	}
	p.Version++
	p.UpdatedAt = s.now().UTC().Truncate(time.Millisecond)
	return p, s.store.ReplaceProject(ctx, id, p)
}

// NotFound answers an absent project and another tenant's alike.
func NotFound() error { return problem.New(problem.NotFound, "There is no such project.") }

// Outdated answers a change to a version that is no longer the newest.
func Outdated() error {
	return problem.New(problem.PreconditionFailed, "The project has changed since you read it. Read it again and repeat your change.")
}
