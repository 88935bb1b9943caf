package pipeline

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// A text that the chosen voice does not read is told of with the price, and stands on
// the job before anything is made of it.
func TestAVoiceOfAnotherLanguageIsToldOfBeforeAnythingIsCharged(t *testing.T) {
	w := newWorld(t)
	p, offered := w.process(nil), voice.Offered(voice.Espeak)
	projects := project.NewService(dynamo.NewProjects(p.store), offered, p.now)
	for text, says := range map[string]string{
		"清晨的光照在山上，我的心安静下来。愿平安与你同在。":                                        "Chinese",
		"प्रभु मेरी ज्योति है; मैं किससे डरूँ? आज उसकी शांति मेरे साथ है।": "Hindi",
		"الرب نوري وخلاصي، ممن أخاف؟ سلامه معي اليوم.":                     "Arabic",
	} {
		title, scenes, reader := "A test", []project.Scene{{Text: text}}, "grace"
		made, err := projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes, Voice: &reader}, idempotency.Claim{})
		harness.Must(t, err)
		q, err := p.pricer.Quote(w.ctx(), w.id, made.ID)
		harness.Must(t, err)
		want := fmt.Sprintf("The text is in %s, and the voice Grace reads English. Choose a voice of that language.", says)
		told := slices.ContainsFunc(q.Warnings, func(w render.Warning) bool { return w.Code == render.WarnVoiceLanguage && w.Message == want })
		if !told {
			t.Errorf("the quote of %s warns of %+v", says, q.Warnings)
		}
		j := w.render(p, made.ID)
		plan := render.PlanStep{Worker: render.Worker{Jobs: p.jobs, Files: p.files, TempDir: t.TempDir(), Now: p.now, Warn: p.warn, Every: time.Hour}, Voices: offered}
		if _, err := plan.Run(tenant.Doing(t.Context(), tenant.Render), workflow.Input{TenantID: w.id, JobID: j.ID, Attempt: j.Attempt}); err != nil {
			t.Fatal(err)
		}
		begun, err := p.jobs.Job(w.ctx(), w.id, j.ID)
		harness.Must(t, err)
		if !slices.Equal(begun.Warnings, q.Warnings) || len(begun.Parts) > 0 || !begun.Made(true).Zero() {
			t.Errorf("the job of %s has %+v, and %v made", says, begun.Warnings, begun.Parts)
		}
	}
}
