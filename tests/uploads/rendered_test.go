package uploads

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/harness"
)

// studio renders what completion has kept.
type studio struct {
	*testing.T
	encoder *ffmpeg.Encoder
	dir     string
	black   string // a segment without content, a second long
}

func newStudio(t *testing.T) studio {
	t.Helper()
	dir := t.TempDir()
	black := filepath.Join(dir, "black.mp4")
	data := ffmpegMade(t, "black.mp4", "-f", "lavfi", "-i", "color=black:s=64x36:r=30", "-frames:v", "30", "-c:v", "libx264", "-preset", "ultrafast", "-video_track_timescale", "15360")
	harness.Must(t, os.WriteFile(black, data, 0o600))
	return studio{t, ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t), WorkDir: dir, Threads: 1}), dir, black}
}

// render puts a file through what a video does with it: a scene's pictures are
// filmed from it, music is laid under a second of pictures.
func (s studio) render(kind upload.Kind, data []byte) error {
	path := filepath.Join(s.dir, "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return err
	}
	if kind == upload.Image {
		shot := render.Shot{Image: path, Index: 1, Frames: 2}
		return s.encoder.Film(s.Context(), render.SegmentSpec{Frame: render.Frame{Width: 64, Height: 36}, Shots: []render.Shot{shot}, To: 2}, io.Discard)
	}
	out := filepath.Join(s.dir, "out.mp4")
	defer func() { _ = os.Remove(out) }()
	return s.encoder.Assemble(s.Context(), render.AssembleSpec{Segments: []string{s.black}, TotalFrames: 30, Music: path}, out, nil)
}

// corner is the colour of a picture near one of its corners, as it is stored.
func (s studio) corner(data []byte, width, height, n int) color.NRGBA {
	s.Helper()
	crop := fmt.Sprintf("scale=%d:%d,crop=1:1:%d:%d", width, height, width*(1+n%2*6)/8, height*(1+n/2*6)/8)
	out, err := exec.CommandContext(s.Context(), harness.FFmpeg(s.T), "-v", "error", "-noautorotate", "-i", fileOf(s.T, data), "-frames:v", "1", "-vf", crop, "-pix_fmt", "rgb24", "-f", "rawvideo", "-").Output()
	if err != nil || len(out) != 3 {
		s.Fatalf("look at a corner: %d bytes, %v", len(out), err)
	}
	return color.NRGBA{out[0], out[1], out[2], 255}
}

// upright holds a kept picture to what the camera saw.
func (s studio) upright(name string, data []byte, u upload.Upload, width, height int) {
	s.Helper()
	if u.Width != width || u.Height != height {
		s.Errorf("%s: %d×%d, want %d×%d", name, u.Width, u.Height, width, height)
		return
	}
	off := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	for n, want := range corners {
		got := s.corner(data, u.Width, u.Height, n)
		if max(off(got.R, want.R), off(got.G, want.G), off(got.B, want.B)) > 70 {
			s.Errorf("%s: corner %d is %v, want %v", name, n, got, want)
		}
	}
}

// completed posts a file and completes it. refusal is why it was not taken: any
// failure but that is one of ours.
func (w *world) completed(p process, f sample) (u upload.Upload, kept []byte, refusal string) {
	w.t.Helper()
	opened, form := w.open(p, f)
	w.post(form, f)
	shown, err := p.receiver.Complete(w.ctx(), w.id, opened.ID, idempotency.Claim{})
	switch {
	case problem.Is(err, problem.UploadRejected) && problem.From(err).Detail != "":
		return opened, nil, problem.From(err).Detail
	case err != nil || shown.Upload.Status != upload.Ready:
		w.t.Errorf("%s: %s, %v: no verdict", f.name, shown.Upload.Status, err)
		return opened, nil, "no verdict"
	}
	data, _ := w.fetch(shown.URL)
	return shown.Upload, data, ""
}
