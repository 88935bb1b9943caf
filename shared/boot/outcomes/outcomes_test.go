package outcomes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// counted is what CloudWatch makes of the lines that count wrote: a metric with its
// dimensions, and the value.
func counted(t *testing.T, count func(*boot.Runtime)) map[string]float64 {
	t.Helper()
	var out bytes.Buffer
	count(&boot.Runtime{Metrics: boot.NewMetrics(&out, "test", "f", time.Now), Log: slog.New(slog.DiscardHandler)})
	all := map[string]float64{}
	for line := range bytes.Lines(out.Bytes()) {
		var made struct {
			AWS struct {
				CloudWatchMetrics []struct {
					Dimensions [][]string
					Metrics    []struct{ Name string }
				}
			} `json:"_aws"`
		}
		values := map[string]any{}
		if err := json.Unmarshal(line, &made); err != nil {
			t.Fatal(err)
		}
		_ = json.Unmarshal(line, &values)
		for _, m := range made.AWS.CloudWatchMetrics {
			for _, set := range m.Dimensions {
				name := m.Metrics[0].Name
				for _, d := range set {
					name += fmt.Sprint(" ", values[d])
				}
				all[name] += values[m.Metrics[0].Name].(float64)
			}
		}
	}
	return all
}

func TestHowARenderEndsIsCounted(t *testing.T) {
	failed := func(code problem.Code, detail string) render.Job {
		return render.Job{Status: render.Failed, Failure: &render.Failure{Code: code, Detail: detail}}
	}
	ours := func(code string) map[string]float64 {
		return map[string]float64{"JobsSucceeded test": 0, "JobsFailed test": 1, "JobsFailed test " + code: 1}
	}
	for name, c := range map[string]struct {
		job  render.Job
		want map[string]float64
	}{
		"a video":                 {render.Job{Status: render.Succeeded}, map[string]float64{"JobsSucceeded test": 1, "JobsFailed test": 0}},
		"canceled":                {render.Job{Status: render.Canceled, Failure: &render.Failure{Code: problem.Canceled}}, map[string]float64{}},
		"the encoder":             {failed(problem.EncodeFailed, "no"), ours("encode_failed")},
		"a picture":               {failed(problem.ImageFailed, "Scene 1: The picture could not be made."), ours("image_failed")},
		"a code that no job has":  {failed(problem.LinkInvalid, ""), ours("internal")},
		"what a person described": {failed(problem.PromptRefused, ""), map[string]float64{"JobsRefused test": 1}},
		"a person's own file":     {failed(problem.UploadRejected, ""), map[string]float64{"JobsRefused test": 1}},
		"a picture that its owner deleted": {
			failed(problem.ImageFailed, "Scene 2: The picture that the scene shows was deleted. Choose another one in the project, then make a new video."),
			map[string]float64{"JobsRefused test": 1},
		},
	} {
		got := counted(t, func(rt *boot.Runtime) { Ended(rt)(context.Background(), c.job) })
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Both kinds are written, so that the average is the share without a voice.
func TestASceneIsCountedWhetherItWasReadOrNot(t *testing.T) {
	for read, want := range map[bool]float64{true: 0, false: 1} {
		got := counted(t, func(rt *boot.Runtime) { Read(rt)(context.Background(), read) })
		if v, is := got["ScenesWithoutVoice test"]; !is || v != want || len(got) != 1 {
			t.Errorf("read %v: %v", read, got)
		}
	}
}

// waiting is a store of one job that waits since then; it is its own index.
type waiting struct{ job render.Job }

func (w waiting) Overdue(context.Context, openwork.Kind, time.Time, string) ([]openwork.Entry, string, error) {
	return []openwork.Entry{{Tenant: "T", ID: w.job.ID}}, "", nil
}

func (w waiting) Job(context.Context, tenant.ID, string) (render.Job, error) { return w.job, nil }

// TestARenderThatDoesNotEndIsCounted by its age in seconds, and none that is young.
func TestARenderThatDoesNotEndIsCounted(t *testing.T) {
	now := time.Now()
	for age, want := range map[time.Duration]map[string]float64{2 * time.Hour: {"OldestRender test": 7200}, time.Minute: {}} {
		w := waiting{render.Job{ID: tenant.IDAt(now.Add(-age)), Status: render.Queued, AdmittedAt: now.Add(-age)}}
		got := counted(t, func(rt *boot.Runtime) {
			report, err := Sweeping(rt, openwork.Sweeper{Index: w, Now: func() time.Time { return now }}, w, 1)(t.Context(), struct{}{})
			if err != nil || report.Done == nil {
				t.Errorf("the sweep itself: %+v (%v)", report, err)
			}
		})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after %s: %v, want %v", age, got, want)
		}
	}
}
