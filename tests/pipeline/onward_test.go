package pipeline

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// retried begins the next attempt of a job.
func (w *world) retried(p parts, j render.Job) render.Job {
	w.t.Helper()
	j, _, err := p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.Must(w.t, err)
	return j
}

// TestALostPreviewIsOurFault: a preview whose object is gone and whose item is not was
// lost. It is named as lost, counts as ours, and the retry paints another; it stays in the
// list and in the storage until its owner deletes it.
func TestALostPreviewIsOurFault(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	preview, _, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Landscape, idempotency.Claim{})
	harness.Must(t, err)
	title, scenes := "A lake", []project.Scene{{Text: psalm, ImageID: preview.ID}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	j := w.render(p, made.ID)
	harness.Must(t, p.files.Remove(w.ctx(), w.id, preview.Object))
	s := plainStudio()
	s.names = dynamo.NewUploads(p.store)
	j = w.execution(p, s, j)
	if j.Failure == nil || j.Failure.Code != problem.ImageFailed || j.Failure.Own() || !strings.HasPrefix(j.Failure.Detail, "Scene 1: Your picture was lost, which is our fault. A retry leaves it out") {
		t.Fatalf("%s %+v", j.Status, j.Failure)
	}
	if got := told(w.execution(p, plainStudio(), w.retried(p, j))); got != "succeeded, scene 1 picture_left_out" {
		t.Error(got)
	}
	before := w.balanced().Taken[metering.StorageMB]
	harness.Must(t, render.NewAlbum(p.images, p.files, p.now).Delete(w.ctx(), w.id, preview.ID))
	if left := w.balanced().Taken[metering.StorageMB]; left >= before {
		t.Errorf("its deletion left %d of %d MB", left, before)
	}
}

// TestADeletedPreviewIsPaintedAnewByTheRetry: what its owner deleted while a render was
// to show it ends the attempt as his act, and what was made is charged, once; the retry
// is not refused for it, paints a picture in its place and says so.
func TestADeletedPreviewIsPaintedAnewByTheRetry(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	preview, _, _, err := w.previewer(p, easel{}).Preview(w.ctx(), w.id, "a lake", render.Landscape, idempotency.Claim{})
	harness.Must(t, err)
	title, scenes := "A lake", []project.Scene{{Text: psalm}, {Text: psalm, ImageID: preview.ID}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	j := w.render(p, made.ID)
	harness.Must(t, render.NewAlbum(p.images, p.files, p.now).Delete(w.ctx(), w.id, preview.ID))
	if j = w.execution(p, plainStudio(), j); j.Failure == nil || j.Failure.Code != problem.UploadRejected {
		t.Fatalf("%s", told(j))
	}
	if want := "Scene 2: Your picture was deleted. A retry leaves it out and paints one from the scene's description; " +
		"or choose another picture in the project, then make a new video."; j.Failure.Detail != want {
		t.Errorf("%q", j.Failure.Detail)
	}
	speech := w.balanced().Taken[metering.TTSSeconds]
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 1+1 || speech == 0 || !c.Reserved.Zero() {
		t.Errorf("beside the preview the attempt took %+v", c)
	}
	j = w.execution(p, plainStudio(), w.retried(p, j))
	if got := told(j); got != "succeeded, scene 2 picture_left_out" {
		t.Error(got)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 1+2 || c.Taken[metering.TTSSeconds] != 2*speech || !c.Reserved.Zero() {
		t.Errorf("%+v", c)
	}
}

// showing is an encoder whose pieces hold the pictures that they show, and whose videos
// its pieces; it may fail to join them.
type showing struct {
	stamp
	fails  bool
	joined []byte
}

func (s *showing) Segment(_ context.Context, spec render.SegmentSpec, out string, _ func(int)) error {
	var all []byte
	for _, shot := range spec.Shots {
		data, err := os.ReadFile(shot.Image)
		if err != nil {
			return err
		}
		all = append(append(all, data...), ' ')
	}
	return os.WriteFile(out, all, 0o600)
}

func (s *showing) Assemble(_ context.Context, spec render.AssembleSpec, out string, _ func(int)) error {
	if s.fails {
		return problem.New(problem.EncodeFailed, "The pieces could not be joined.")
	}
	for _, path := range spec.Segments {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s.joined = append(s.joined, data...)
	}
	return s.write(out)
}

// TestARetryAfterALateDeletionShowsOnePictureInAScene: a picture that was deleted after
// pieces with it were encoded is in none of them when its scene is painted anew; the
// other pieces are not encoded again.
func TestARetryAfterALateDeletionShowsOnePictureInAScene(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	photograph := w.uploaded(p, []byte("photograph"))
	j := w.render(p, w.newProject(p, psalm, psalm, psalm).ID)
	w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[1].UploadID = photograph })
	s := plainStudio()
	encoder := &showing{fails: true}
	s.encoder = encoder
	if j = w.execution(p, s, j); j.Failure == nil || j.Failure.Code != problem.EncodeFailed {
		t.Fatalf("%s", told(j))
	}
	first := j.Parts
	encoder.fails = false
	j = w.execution(p, s, w.retried(p, j)) // the photograph's item is not there: it was deleted
	if got := told(j); got != "succeeded, scene 2 picture_left_out" {
		t.Fatal(got)
	}
	if bytes.Contains(encoder.joined, []byte("photograph")) || bytes.Count(encoder.joined, []byte("picture")) != 1+2+1+2+1+2+1 {
		t.Errorf("the video shows %s", encoder.joined)
	}
	for _, same := range []struct {
		scene int
		kind  render.PartKind
	}{{0, render.BodyPart}, {0, render.FadePart}, {1, render.BodyPart}, {3, render.BodyPart}} {
		if j.Parts[same.scene][same.kind].Object != first[same.scene][same.kind].Object {
			t.Errorf("%s was encoded again", render.PartName(same.scene, same.kind))
		}
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 3 {
		t.Errorf("%+v", c)
	}
}

// censor is a Painter that refuses one description, and notes all.
type censor struct{ asked *[]string }

func (c censor) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	*c.asked = append(*c.asked, prompt)
	if prompt == "a battle" {
		return render.Picture{}, problem.New(problem.PromptRefused, "The picture's description was refused.")
	}
	return easel{}.Paint(ctx, prompt, aspect)
}

// TestAChangedDescriptionIsTakenUpByTheRetry: a job whose description was refused goes
// on with what its project says of the scene by then, and paints nothing twice. Other
// changes of the project do not reach into it.
func TestAChangedDescriptionIsTakenUpByTheRetry(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	title, scenes := "Psalm", []project.Scene{{Text: psalm, ImagePrompt: "a hill"}, {Text: psalm, ImagePrompt: "a battle"}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	s, asked := plainStudio(), []string{}
	s.painter = censor{&asked}
	j := w.render(p, made.ID)
	for range 2 { // the second time nothing has been changed
		if j = w.execution(p, s, j); j.Failure == nil || j.Failure.Code != problem.PromptRefused {
			t.Fatalf("%s", told(j))
		}
		if c := w.balanced(); c.Taken[metering.ImagesCount] != 1 {
			t.Errorf("%+v", c)
		}
		j = w.retried(p, j)
	}
	if _, err = p.settler.Cancel(w.ctx(), w.id, j.ID); err != nil {
		t.Fatal(err)
	}
	renamed, changed := "Renamed", slices.Clone(scenes)
	changed[0].ImagePrompt, changed[1].ImagePrompt = "a valley", "a lamb"
	_, err = p.projects.Update(w.ctx(), w.id, made.ID, made.Version, project.Draft{Title: &renamed, Scenes: &changed})
	harness.Must(t, err)
	j = w.execution(p, s, w.retried(p, j)) // canceled: it goes on with its own copy
	if j.Failure == nil || j.Failure.Code != problem.PromptRefused {
		t.Fatalf("%s", told(j))
	}
	j = w.execution(p, s, w.retried(p, j))
	if j.Status != render.Succeeded || j.Title != title {
		t.Fatalf("%s %q", told(j), j.Title)
	}
	if want := []string{"a hill", "a battle", "a battle", "a battle", "a lamb"}; !slices.Equal(asked, want) {
		t.Errorf("painted %q", asked)
	}
	if c := w.balanced(); c.Taken[metering.ImagesCount] != 2 || !c.Reserved.Zero() {
		t.Errorf("%+v", c)
	}
}

// TestWhatWasSaidToCostNothingCostsNothingWithoutAVideo: an attempt that a file of its
// owner's ended is said to cost nothing; the next one may be canceled or fail, and only
// a video pays for what the first had made.
func TestWhatWasSaidToCostNothingCostsNothingWithoutAVideo(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	j := w.render(p, w.newProject(p, psalm, psalm).ID)
	w.rewrite(p, j.ID, func(s *render.Source) { s.Scenes[1].UploadID = w.uploaded(p, []byte("broken")) })
	s := plainStudio()
	s.encoder = blind{object: "broken"}
	charged := func(what string, pictures int64) {
		t.Helper()
		c := w.balanced()
		if c.Taken[metering.ImagesCount] != pictures || pictures == 0 && !c.Taken.Zero() || !c.Reserved.Zero() {
			t.Errorf("%s: %+v", what, c)
		}
	}
	if j = w.execution(p, s, j); j.Failure == nil || j.Failure.Code != problem.UploadRejected {
		t.Fatalf("%s", told(j))
	}
	charged("the attempt that the file ended", 0)
	j = w.retried(p, j)
	_, err := p.settler.Cancel(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	charged("the next, canceled", 0)
	s.encoder = &showing{fails: true}
	if j = w.execution(p, s, w.retried(p, j)); j.Failure == nil || j.Failure.Code != problem.EncodeFailed {
		t.Fatalf("%s", told(j))
	}
	charged("one that painted another picture, and failed", 1)
	if j = w.execution(p, plainStudio(), w.retried(p, j)); j.Status != render.Succeeded || !j.Unpaid.Zero() {
		t.Fatalf("%s, unpaid %v", told(j), j.Unpaid)
	}
	charged("the video", 2)
	if c := w.balanced(); c.Taken[metering.TTSSeconds] == 0 {
		t.Errorf("speech is not paid: %+v", c)
	}
}

// rationed is a Speaker that says a sentence with every seventh call, and is busy
// otherwise. It counts how often it said each.
type rationed struct {
	choir
	calls int
	said  map[string]int
}

func (r *rationed) Speak(ctx context.Context, voice, sentence string) (render.Speech, error) {
	if r.calls++; r.calls%7 != 0 {
		return render.Speech{}, render.Busy("busy", time.Second, nil)
	}
	r.said[sentence]++
	return r.choir.Speak(ctx, voice, sentence)
}

// TestASentenceThatWasReadIsNotReadAgain: a voice step that its busy speaker sends away
// comes back to the sentence where it stopped, so that a scene of any length is read at
// last, each sentence paid once.
func TestASentenceThatWasReadIsNotReadAgain(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	s := plainStudio()
	speaker := &rationed{said: map[string]int{}}
	s.speaker = speaker
	text := "Be still. Wait for the morning. It comes to the patient. Grace is new each day. Sing to the Lord."
	j := w.execution(p, s, w.render(p, w.newProject(p, text).ID))
	if j.Status != render.Succeeded || len(j.Warnings) > 0 {
		t.Fatalf("%s", told(j))
	}
	if len(speaker.said) != 5 {
		t.Errorf("said %v", speaker.said)
	}
	for sentence, times := range speaker.said {
		if times != 1 {
			t.Errorf("%q was said %d times", sentence, times)
		}
	}
	w.balanced()
}
