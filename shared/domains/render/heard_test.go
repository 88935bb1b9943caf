package render

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// desk is the store of one job with one scene, of which parts are recorded.
type desk struct {
	JobStore
	Files
	job      Job
	text     string
	refusing error // of a record
}

func (d *desk) Job(context.Context, tenant.ID, string) (Job, error) { return d.job, nil }
func (d *desk) Source(context.Context, tenant.ID, string) (Source, error) {
	return Source{Voice: "grace", Language: "en", Scenes: []SourceScene{{Text: d.text}}}, nil
}

func (d *desk) Beat(context.Context, tenant.ID, string, int, string, int, time.Time) error {
	return nil
}

func (d *desk) RecordPart(_ context.Context, _ tenant.ID, _ string, _ int, p Part) error {
	if d.refusing == nil {
		d.job.Parts = map[int]map[PartKind]Part{p.Scene: {p.Kind: p}}
	}
	return d.refusing
}

func (d *desk) RecordWarning(context.Context, tenant.ID, string, int, Warning) error { return nil }
func (d *desk) RecordTrouble(context.Context, tenant.ID, string, int, Failure) error { return nil }
func (d *desk) PutBytes(context.Context, tenant.ID, string, []byte, string) error    { return nil }

// mute is a speaker whose every voice fails.
type mute struct{ plain }

func (mute) Speak(context.Context, string, string) (Speech, error) {
	return Speech{}, problem.New(problem.SpeechFailed, "The narration could not be made.")
}

// A scene is told of once its narration is recorded, and not again when the step comes
// again. What no voice was to read is not told of.
func TestASceneIsHeardOfOnceItIsRecorded(t *testing.T) {
	t.Parallel()
	ended := problem.New(problem.Canceled, "This attempt of the render is over.")
	for name, c := range map[string]struct {
		speaker Speaker
		desk    desk
		want    []bool
	}{
		"read":                      {plain{rate: 24000}, desk{text: "Grace."}, []bool{true}},
		"every voice fails":         {mute{}, desk{text: "Grace."}, []bool{false}},
		"nothing to read":           {plain{rate: 24000}, desk{text: "♪"}, nil},
		"the attempt is over first": {mute{}, desk{text: "Grace.", refusing: ended}, nil},
	} {
		d := c.desk
		d.job = Job{ID: tenant.NewID(), Status: Running, Attempt: 1}
		var heard []bool
		step := VoiceStep{
			Worker:  Worker{Jobs: &d, Files: &d, TempDir: t.TempDir(), Now: time.Now, Warn: func(context.Context, error) {}, Every: time.Hour},
			Speaker: c.speaker, Heard: func(_ context.Context, read bool) { heard = append(heard, read) },
		}
		in := StepInput{Input: workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: d.job.ID, Attempt: 1}, Scene: 1}
		for range 2 {
			if err := step.Run(t.Context(), in); (err != nil) != (d.refusing != nil) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !slices.Equal(heard, c.want) {
			t.Errorf("%s: heard %v, want %v", name, heard, c.want)
		}
	}
}
