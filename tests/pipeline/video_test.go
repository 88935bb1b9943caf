package pipeline

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/drawing"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/harness"
)

func realPainter() render.Painter { return drawing.New() }

// TestARealVideo draws, speaks and encodes: nothing is a stand-in but the
// workflow service.
func TestARealVideo(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	library, data := harness.Espeak(t)
	encoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t), Fonts: harness.Fonts(t), StallTimeout: time.Minute, WorkDir: t.TempDir()})
	s := studio{
		painter: realPainter(), speaker: espeak.New(espeak.Settings{Library: library, Data: data}),
		encoder: encoder, timeout: 20 * time.Second,
	}
	title, resolution, aspect := "Psalm 23", render.HD, render.Square
	scenes := []project.Scene{{Text: psalm, ImagePrompt: "green pastures"}, {Text: "He restores my soul.", ImagePrompt: "still waters"}}
	made, err := p.projects.Create(w.ctx(), w.id, project.Draft{Title: &title, Resolution: &resolution, Aspect: &aspect, Scenes: &scenes}, idempotency.Claim{})
	harness.Must(t, err)
	quote, err := p.pricer.Quote(w.ctx(), w.id, made.ID)
	harness.Must(t, err)
	j := w.execution(p, s, w.render(p, made.ID))
	if j.Status != render.Succeeded || len(j.Warnings) > 0 {
		t.Fatalf("%s %+v %v", j.Status, j.Failure, j.Warnings)
	}
	if step, percent := j.Progress(); step != render.StepDone || percent != 100 {
		t.Errorf("progress %s %d", step, percent)
	}
	counter := w.balanced()
	if !counter.Taken.Minus(j.Made(true)).Zero() || !counter.Reserved.Plus(nil).Zero() {
		t.Errorf("counter %+v, made %v", counter, j.Made(true))
	}
	if off := j.Video.DurationMS - quote.DurationMS; off > 0 || off < -3000 {
		t.Errorf("estimated %d ms, made %d ms", quote.DurationMS, j.Video.DurationMS)
	}

	shown, err := render.NewLibrary(p.jobs, p.files, p.now).Get(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	path := filepath.Join(t.TempDir(), "video.mp4")
	size := download(t, shown.Links.Video, path)
	if size != j.Video.Size {
		t.Errorf("downloaded %d bytes, recorded %d", size, j.Video.Size)
	}
	info, err := encoder.Probe(w.ctx(), path)
	harness.Must(t, err)
	t.Logf("%+v", info)
	if info.Width != 720 || info.Height != 720 || info.VideoCodec != "h264" || info.AudioCodec != "aac" || info.PixelFormat != "yuv420p" || info.SampleRate != render.SampleRate {
		t.Errorf("the file holds %+v", info)
	}
	if off := info.DurationMS - j.Video.DurationMS; off < -100 || off > 100 {
		t.Errorf("the file lasts %d ms, recorded %d ms", info.DurationMS, j.Video.DurationMS)
	}
	captions := filepath.Join(t.TempDir(), "captions.vtt")
	download(t, shown.Links.Captions, captions)
	if vtt, _ := os.ReadFile(captions); !strings.HasPrefix(string(vtt), "WEBVTT") || !strings.Contains(string(vtt), "restores") {
		t.Errorf("captions: %s", vtt)
	}
	download(t, shown.Links.Thumbnail, filepath.Join(t.TempDir(), "thumbnail.jpg"))

	library2 := render.NewLibrary(p.jobs, p.files, p.now)
	harness.Must(t, library2.DeleteVideo(w.ctx(), w.id, j.ID))
	harness.Must(t, library2.DeleteVideo(w.ctx(), w.id, j.ID))
	if shown, err = library2.Get(w.ctx(), w.id, j.ID); err != nil || shown.Links != nil {
		t.Errorf("after deletion: %+v %v", shown.Links, err)
	}
	_, err = p.files.GetBytes(w.ctx(), w.id, render.VideoObject(j.ID))
	harness.WantCode(t, err, problem.NotFound)
}

func download(t *testing.T, url, path string) int64 {
	t.Helper()
	resp, err := http.Get(url)
	harness.Must(t, err)
	defer func() { _ = resp.Body.Close() }()
	f, err := os.Create(path)
	harness.Must(t, err)
	defer func() { _ = f.Close() }()
	n, err := io.Copy(f, resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(fmt.Errorf("download: %s, %w", resp.Status, err))
	}
	return n
}
