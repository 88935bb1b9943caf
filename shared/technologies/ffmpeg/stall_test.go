package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg/camera"
)

// fake is a program in ffmpeg's place. Of a picture it makes a black still.
func fake(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+stills+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

var stills = fmt.Sprintf(`case "$*" in *rawvideo\ pipe:1) head -c %d /dev/zero; exit 0;; esac; `, camera.Size(small.Width*camera.Oversize, small.Height*camera.Oversize))

// body shows a picture whose first bytes are one.
func body(t *testing.T, frames int) render.SegmentSpec {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.jpg")
	if err := os.WriteFile(path, []byte("\xff\xd8\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	return render.SegmentSpec{Frame: small, Shots: []render.Shot{{Image: path, Index: 1, Frames: frames}}, To: frames}
}

func TestAStuckEncoderIsKilledWithItsChildren(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pids := filepath.Join(dir, "pids")
	path := fake(t, fmt.Sprintf("echo frame=7; sleep 300 & echo $! > %s; echo $$ >> %s; while true; do echo frame=7; sleep 0.05; done", pids, pids))
	var last int
	start := time.Now()
	e := New(Settings{Path: path, WorkDir: dir, StallTimeout: 2 * time.Second})
	err := e.Segment(t.Context(), body(t, 60), filepath.Join(dir, "out.mp4"), func(n int) { last = n })
	if !problem.Is(err, problem.EncodeStalled) || time.Since(start) > 30*time.Second || last != 7 {
		t.Errorf("after %v, %d frames: %v", time.Since(start), last, err)
	}
	data, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields(string(data)) {
		awaitDeath(t, field)
	}
}

// awaitDeath fails when the process is still there after ten seconds.
func awaitDeath(t *testing.T, field string) {
	t.Helper()
	pid, err := strconv.Atoi(field)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || err == nil && strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d is still alive", pid)
}

func TestSlowButMovingIsNotStuck(t *testing.T) {
	t.Parallel()
	path := fake(t, `for i in 1 2 3 4 5 6 7 8 9 10; do echo frame=$i; sleep 0.25; done; for last; do :; done; echo x > "${last#file:}"`)
	e := New(Settings{Path: path, WorkDir: t.TempDir(), StallTimeout: 2 * time.Second})
	if err := e.Segment(t.Context(), body(t, 10), filepath.Join(t.TempDir(), "out.mp4"), nil); err != nil {
		t.Error(err)
	}
}

// A picture tells nothing while it is decoded: it has several stall timeouts, and
// not all the time in the world.
func TestAPictureIsDecodedInItsOwnTime(t *testing.T) {
	t.Parallel()
	late := filepath.Join(t.TempDir(), "ffmpeg")
	size := camera.Size(small.Width*camera.Oversize, small.Height*camera.Oversize)
	for does, want := range map[string]problem.Code{
		fmt.Sprintf("sleep 1.5; head -c %d /dev/zero", size): "", "sleep 300": problem.EncodeStalled,
	} {
		if err := os.WriteFile(late, []byte("#!/bin/sh\n"+does), 0o700); err != nil {
			t.Fatal(err)
		}
		e := New(Settings{Path: late, WorkDir: t.TempDir(), StallTimeout: time.Second})
		spec := body(t, 6)
		pictures, err := picturesOf(spec.Shots)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.still(t.Context(), t.TempDir(), small, spec.Shots[0], pictures[0])
		if want == "" && err != nil || want != "" && !problem.Is(err, want) {
			t.Errorf("%s: %v", does, err)
		}
	}
}

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.mp4")
	full := New(Settings{Path: fake(t, "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1"), WorkDir: dir})
	if err := full.Segment(t.Context(), body(t, 6), out, nil); !problem.Is(err, problem.StorageFull) || problem.Status(problem.From(err).Code) != 507 {
		t.Errorf("told by ffmpeg: %v", err)
	}
	never := New(Settings{Path: fake(t, "exit 9"), WorkDir: dir, KeepFree: 1 << 60})
	if err := never.Segment(t.Context(), body(t, 6), out, nil); !problem.Is(err, problem.StorageFull) {
		t.Errorf("seen beforehand: %v", err)
	}
}

// A device that is always full stands in for the disk: the real program meets
// the real error.
func TestFullDiskForReal(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Log("this system has no /dev/full")
		return
	}
	k := newKit(t)
	out := k.file("out.mp4")
	if err := os.Symlink("/dev/full", out+".part"); err != nil {
		t.Fatal(err)
	}
	shot := render.SceneShot(1, k.picture(t, "g.jpg", plain(color.Gray{90})), 500, nil)
	if err := k.Segment(t.Context(), render.BodySpec(small, shot, false), out, nil); !problem.Is(err, problem.StorageFull) {
		t.Errorf("got %v", err)
	}
}

func TestNoProgram(t *testing.T) {
	e := New(Settings{Path: filepath.Join(t.TempDir(), "none"), WorkDir: t.TempDir()})
	if err := e.Segment(t.Context(), body(t, 6), filepath.Join(t.TempDir(), "out.mp4"), nil); !problem.Is(err, problem.EncodeFailed) {
		t.Errorf("got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Segment(ended, body(t, 6), filepath.Join(t.TempDir(), "out.mp4"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestProbeReadsWhatFfmpegPrints(t *testing.T) {
	var d describer
	for line := range strings.SplitSeq(`Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'x.mp4':
  Duration: 00:01:02.07, start: 0.000000, bitrate: 799 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 1280x720 [SAR 1:1 DAR 16:9], 667 kb/s, 29.97 fps, 30 tbr, 15360 tbn (default)
  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, stereo, fltp, 123 kb/s (default)
Stream mapping:
  Stream #0:0: Video: wrapped_avframe, rgb24, 10x10, 5 fps
    I:         -16.3 LUFS`, "\n") {
		d.read(line)
	}
	want := render.MediaInfo{DurationMS: 62070, Width: 1280, Height: 720, VideoCodec: "h264", PixelFormat: "yuv420p", AudioCodec: "aac", SampleRate: 48000, FrameRate: 29.97}
	if d.info != want || d.meter.integrated() != -16.3 {
		t.Errorf("%+v, %v", d.info, d.meter)
	}
}
