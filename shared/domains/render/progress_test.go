package render

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

func TestProgressNamesTheStepAndNeverGoesBack(t *testing.T) {
	j := Job{Status: Queued, Scenes: 2, Frames: 400, Parts: map[int]map[PartKind]Part{}, Live: map[string]int{}}
	record := func(scene int, kind PartKind, frames int) func() {
		return func() {
			if j.Parts[scene] == nil {
				j.Parts[scene] = map[PartKind]Part{}
			}
			j.Parts[scene][kind] = Part{Frames: frames}
			delete(j.Live, PartName(scene, kind))
		}
	}
	live := func(name string, frames int) func() { return func() { j.Live[name] = frames } }
	last := -1
	for _, c := range []struct {
		name   string
		happen func()
		step   Step
	}{
		{"queued", func() {}, StepQueued},
		{"begun", func() { j.Status, j.StartedAt = Running, time.Now() }, StepPlan},
		{"first picture", record(1, ImagePart, 0), StepImage},
		{"second picture", record(2, ImagePart, 0), StepVoice},
		{"first voice", record(1, VoicePart, 150), StepVoice},
		{"first frames", live("1-body", 70), StepVoice},
		{"second voice", record(2, VoicePart, 150), StepEncode},
		{"first body", record(1, BodyPart, 140), StepEncode},
		{"second body", record(2, BodyPart, 140), StepEncode},
		{"title", record(0, BodyPart, 90), StepEncode},
		{"fades", func() { record(0, FadePart, 18)(); record(1, FadePart, 18)() }, StepAssemble},
		{"assembly", live(assembleName, 400), StepAssemble},
		{"done", func() { j.Status = Succeeded }, StepDone},
	} {
		c.happen()
		step, percent := j.Progress()
		if step != c.step || percent < last || percent > 100 || (percent == 100) != (j.Status == Succeeded) {
			t.Errorf("%s: %s %d%% after %d%%, want %s", c.name, step, percent, last, c.step)
		}
		last = percent
	}
}

func TestALateBeatIsNotCountedBesideItsPart(t *testing.T) {
	j := Job{Status: Running, Scenes: 1, Frames: 400, Parts: map[int]map[PartKind]Part{1: {BodyPart: {Frames: 300}}}}
	_, want := j.Progress()
	j.Live = map[string]int{PartName(1, BodyPart): 290}
	if _, got := j.Progress(); got != want {
		t.Errorf("%d%%, want %d%%", got, want)
	}
}

func TestALeaseMovesInStrides(t *testing.T) {
	ends := map[time.Time]bool{}
	start := time.Date(2026, 11, 1, 9, 0, 7, 0, time.UTC)
	for now := start; now.Before(start.Add(time.Minute)); now = now.Add(beatEvery) {
		end := leaseEnd(now)
		if left := end.Sub(now); left < lease || left > lease+lease/4 {
			t.Errorf("a beat at %s is good for %s", now, left)
		}
		ends[end] = true
	}
	if len(ends) > 3 {
		t.Errorf("the index is written %d times a minute", len(ends))
	}
}

func TestAFailureIsAlwaysAReasonToRead(t *testing.T) {
	noted := Failure{Code: problem.ImageTimeout, Detail: "Scene 3: The picture was not finished within 20 seconds."}
	for _, c := range []struct {
		name, errorName string
		noted           *Failure
		want            problem.Code
	}{
		{"the step's own words", "image_timeout", &noted, problem.ImageTimeout},
		{"the engine wraps the name", "States.TaskFailed", &noted, problem.ImageTimeout},
		{"an older note does not hide the last error", "storage_full", &noted, problem.StorageFull},
		{"the process died", "Runtime.ExitError", nil, problem.RenderInterrupted},
		{"nobody knows", "", nil, problem.RenderInterrupted},
	} {
		got := FailureOf(Job{Failure: c.noted}, c.errorName)
		if got.Code != c.want || len(got.Detail) < 20 {
			t.Errorf("%s: %+v, want %s", c.name, got, c.want)
		}
	}
}
