package contract

import (
	"context"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/drawing"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// person is the tenant of the person whom every event is from.
func (s *stage) person(t *testing.T) tenant.ID {
	t.Helper()
	return tenant.ID(s.fill(t, "{{tenant_id}}"))
}

// project writes a devotional with the given scenes for a tenant.
func (s *stage) project(t *testing.T, owner tenant.ID, scenes ...string) string {
	t.Helper()
	list := []project.Scene{}
	for _, text := range scenes {
		list = append(list, project.Scene{Text: text})
	}
	title := "Psalm 23"
	p, err := project.NewService(dynamo.NewProjects(s.store()), nil, time.Now).Create(t.Context(), owner, project.Draft{Title: &title, Scenes: &list}, idempotency.Claim{})
	if err != nil {
		t.Fatalf("write a project: %v", err)
	}
	return p.ID
}

// job asks for a tenant's render and brings it to a status.
func (s *stage) job(t *testing.T, owner tenant.ID, status render.Status) string {
	t.Helper()
	store := s.store()
	admitter := render.NewAdmitter(render.NewPricer(dynamo.NewAdmissions(store), s.intake(), voice.Espeak), nowhere{}, func(context.Context, error) {})
	job, _, err := admitter.Render(t.Context(), owner, s.project(t, owner, "Yahweh is my shepherd; I shall lack nothing."), idempotency.Claim{})
	if err != nil {
		t.Fatalf("ask for a render: %v", err)
	}
	jobs := dynamo.NewJobs(store)
	settler := render.NewSettler(jobs, time.Now)
	switch status {
	case render.Failed:
		_, err = settler.Fail(t.Context(), owner, job.ID, job.Attempt, render.Failure{Code: problem.EncodeStalled, Detail: "The encoder made no progress."})
	case render.Succeeded:
		video := render.Video{DurationMS: 21_400, Width: 1920, Height: 1080, Size: 4_200_000, Stored: 4_300_000}
		err = jobs.BeginJob(t.Context(), owner, job.ID, job.Attempt, time.Now(), time.Now().Add(time.Minute))
		if err == nil {
			err = jobs.RecordVideo(t.Context(), owner, job.ID, job.Attempt, video)
		}
		if err == nil {
			_, err = settler.Succeed(t.Context(), owner, job.ID, job.Attempt)
		}
	case render.Canceled:
		_, err = settler.Cancel(t.Context(), owner, job.ID)
	}
	if err != nil {
		t.Fatalf("end a render: %v", err)
	}
	return job.ID
}

// intake admits as much as any sample event needs.
func (s *stage) intake() metering.Intake {
	quotas := metering.NewQuotas(metering.Base{ImagesCount: 1000, TTSSeconds: 100000, RenderMinutes: 1000, StorageMB: 100000, UploadsCount: 1000})
	return metering.NewIntake(s.store(), quotas, metering.Slots{PerTenant: 1000, Overall: 1000}, appURL, time.Now)
}

// picture makes a square preview for a tenant.
func (s *stage) picture(t *testing.T, owner tenant.ID) string {
	t.Helper()
	return s.pictureFor(t, owner, "")
}

// drawn writes a devotional with a preview that was made for it.
func (s *stage) drawn(t *testing.T, owner tenant.ID) string {
	t.Helper()
	id := s.project(t, owner, "He restores my soul.")
	s.pictureFor(t, owner, id)
	return id
}

func (s *stage) pictureFor(t *testing.T, owner tenant.ID, projectID string) string {
	t.Helper()
	files := s3files.New(s.aws, s.outputs["Data.Outputs.MediaBucket"])
	previewer := render.NewPreviewer(s.intake(), dynamo.NewImages(s.store()), files, drawing.New(), time.Minute, func(_ context.Context, err error) { t.Error(err) })
	image, _, _, err := previewer.For(projectID).Preview(t.Context(), owner, "green hills", render.Square, idempotency.Claim{})
	if err != nil {
		t.Fatalf("make a preview: %v", err)
	}
	return image.ID
}

// nowhere is a workflow that starts nothing.
type nowhere struct{}

func (nowhere) Start(context.Context, string, workflow.Input) error { return nil }
func (nowhere) Stop(context.Context, string) error                  { return nil }
func (nowhere) State(context.Context, string) (workflow.State, error) {
	return workflow.Absent, nil
}
