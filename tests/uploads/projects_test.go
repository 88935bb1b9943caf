package uploads

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) projects(p process) project.Service {
	return project.NewService(dynamo.NewProjects(p.store), nil, w.clock.Now)
}

// draft reads a project's draft as it is sent.
func draft(t *testing.T, sent string) project.Draft {
	t.Helper()
	var d project.Draft
	harness.Must(t, json.Unmarshal([]byte(sent), &d))
	return d
}

func (w *world) wantFields(err error, fields ...string) {
	w.t.Helper()
	refused := harness.WantCode(w.t, err, problem.InvalidInput)
	if len(refused.Fields) != len(fields) {
		w.t.Fatalf("%v, want %v", refused.Fields, fields)
	}
	for i, f := range refused.Fields {
		if f.Field != fields[i] {
			w.t.Errorf("%v, want %v", refused.Fields, fields)
		}
	}
}

func TestProjectsNameOnlyUploadsThatCanBeUsed(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	projects := w.projects(p)
	sound := sample{"hymn.wav", "audio/wav", encoded(t)["hymn.wav"].data}
	picture, music, other := w.ready(p, pngOf(32, 32)), w.ready(p, sound), w.as(t)
	pending, _ := w.open(p, pngOf(32, 32))
	foreign := other.ready(other.process(nil), pngOf(32, 32))
	deleted := w.ready(p, pngOf(32, 32))
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, deleted.ID))

	create := func(sent string) (project.Project, error) {
		return projects.Create(w.ctx(), w.id, draft(t, sent), idempotency.Claim{})
	}
	for _, id := range []string{pending.ID, foreign.ID, deleted.ID, music.ID, tenant.NewID(), "x"} {
		_, err := create(`{"title":"A","scenes":[{"text":"a"},{"text":"b","upload_id":"` + id + `"}]}`)
		w.wantFields(err, "scenes[1].upload_id")
	}
	for _, id := range []string{pending.ID, foreign.ID, deleted.ID, picture.ID, tenant.NewID(), "x"} {
		_, err := create(`{"title":"A","music_upload_id":"` + id + `"}`)
		w.wantFields(err, "music_upload_id")
	}
	_, err := create(`{"title":"A","scenes":[{"text":"a","upload_id":"` + picture.ID + `","image_id":"` + tenant.NewID() + `"}]}`)
	w.wantFields(err, "scenes[0].upload_id", "scenes[0].image_id")

	made, err := create(`{"title":"A","scenes":[{"text":"a","upload_id":"` + picture.ID + `"}],"music_upload_id":"` + music.ID + `"}`)
	harness.Must(t, err)
	change := func(sent string) project.Project {
		made, err = projects.Update(w.ctx(), w.id, made.ID, made.Version, draft(t, sent))
		harness.Must(t, err)
		made, err = projects.Get(w.ctx(), w.id, made.ID)
		harness.Must(t, err)
		return made
	}
	if got := change(`{"title":"B"}`); got.Music != music.ID || got.Scenes[0].UploadID != picture.ID {
		t.Errorf("lost: %+v", got)
	}
	for _, none := range []string{`null`, `""`} {
		if got := change(`{"music_upload_id":` + none + `}`); got.Music != "" {
			t.Errorf("%s keeps %+v", none, got)
		}
		change(`{"music_upload_id":"` + music.ID + `"}`)
	}
}

// nowhere is a workflow that starts nothing.
type nowhere struct{}

func (nowhere) Start(context.Context, string, workflow.Input) error { return nil }
func (nowhere) Stop(context.Context, string) error                  { return nil }
func (nowhere) State(context.Context, string) (workflow.State, error) {
	return workflow.Absent, nil
}

func TestWhatNamesADeletedUploadIsNotRendered(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	sound := sample{"hymn.wav", "audio/wav", encoded(t)["hymn.wav"].data}
	picture, music := w.ready(p, pngOf(32, 32)), w.ready(p, sound)
	intake := metering.NewIntake(p.store, metering.NewQuotas(w.base), metering.Slots{PerTenant: 3, Overall: 9}, "http://app.test", w.clock.Now)
	admitter := render.NewAdmitter(render.NewPricer(dynamo.NewAdmissions(p.store), intake, voice.Espeak), nowhere{}, w.warned.Add)
	made, err := w.projects(p).Create(w.ctx(), w.id, draft(t,
		`{"title":"A","scenes":[{"text":"He leads me."},{"text":"He restores me.","upload_id":"`+picture.ID+`"},{"text":"Amen.","upload_id":"`+picture.ID+`"}],"music_upload_id":"`+music.ID+`"}`,
	), idempotency.Claim{})
	harness.Must(t, err)
	job, _, err := admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
	harness.Must(t, err)
	source, err := dynamo.NewJobs(p.store).Source(w.ctx(), w.id, job.ID)
	harness.Must(t, err)
	if source.MusicUploadID != music.ID || source.Scenes[1].UploadID != picture.ID || source.Scenes[0].UploadID != "" {
		t.Errorf("%+v", source)
	}
	refused := func(want string) {
		t.Helper()
		_, _, err := admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
		if got := harness.WantCode(t, err, problem.ProjectNotReady); got.Detail != want {
			t.Errorf("%q, want %q", got.Detail, want)
		}
	}
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, music.ID))
	refused("The music was deleted. Choose another one, or none.")
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, picture.ID))
	refused("The picture of scene 2 was deleted. Choose another one.")
	if c := w.balanced(); c.ActiveJobs != 1 {
		t.Errorf("%+v", c)
	}
}
