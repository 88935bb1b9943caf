package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

func TestWholeVideo(t *testing.T) {
	k := newKit(t)
	image := k.picture(t, "a 'picture'.jpg", waves)
	voices := []render.Narration{k.tone(t, "one.wav", 1234, 22050, 0.4), k.tone(t, "two.wav", 1500, 16000, 0.05)}
	cues := render.Cues([]render.Spoken{{Text: "The Lord is my shepherd;", EndMS: 1000}}, render.Landscape)
	timeline := render.NewTimeline(render.TitleShot(image, "Psalm 23", "A psalm"),
		[]render.Shot{render.SceneShot(1, image, 1234, cues), render.SceneShot(2, image, 1500, cues)})
	var segments []string
	headers := map[string]bool{}
	for i, spec := range timeline.Segments(small) {
		path := k.file(fmt.Sprintf("segment %d.mp4", i))
		progress := ascending(t, spec.Frames())
		if err := k.Segment(t.Context(), spec, path, progress.seen); err != nil {
			t.Fatalf("segment %d: %v", i, err)
		}
		progress.check(t, fmt.Sprintf("segment %d", i))
		if got := k.frames(t, path); got != spec.Frames() {
			t.Errorf("segment %d has %d frames, want %d", i, got, spec.Frames())
		}
		headers[k.ask(t, "-loglevel", "error", "-i", "file:"+path, "-c", "copy", "-bsf:v", "h264_mp4toannexb,filter_units=pass_types=7-8", "-frames:v", "1", "-f", "md5", "-")] = true
		segments = append(segments, path)
	}
	if len(headers) != 1 {
		t.Errorf("the segments have %d different stream headers", len(headers))
	}
	for i := range voices {
		voices[i].StartFrame = timeline.Places[i+1].NarrationFrame
	}
	video := k.file("whole video.mp4")
	spec := render.AssembleSpec{Segments: segments, Narrations: voices, TotalFrames: timeline.TotalFrames, Title: `"Psalm" = 23; it's`}
	progress := ascending(t, timeline.TotalFrames)
	if err := k.Assemble(t.Context(), spec, video, progress.seen); err != nil {
		t.Fatal(err)
	}
	progress.check(t, "assembly")
	k.checkWhole(t, video, timeline)
	k.checkOnsets(t, video, timeline)
	k.checkNothingElse(t)
}

// checkWhole holds the finished file to what media.go promises.
func (k kit) checkWhole(t *testing.T, video string, timeline render.Timeline) {
	t.Helper()
	info, err := k.Probe(t.Context(), video)
	if err != nil {
		t.Fatal(err)
	}
	if d := info.DurationMS - timeline.DurationMS(); d < -34 || d > 34 {
		t.Errorf("lasts %d ms, want %d", info.DurationMS, timeline.DurationMS())
	}
	if math.Abs(info.LoudnessLUFS-render.LoudnessTarget) > 1 {
		t.Errorf("has %.1f LUFS", info.LoudnessLUFS)
	}
	info.DurationMS, info.LoudnessLUFS = 0, 0
	want := render.MediaInfo{Width: 320, Height: 180, VideoCodec: "h264", PixelFormat: "yuv420p", AudioCodec: "aac", SampleRate: 48000, FrameRate: 30}
	if info != want {
		t.Errorf("%+v, want %+v", info, want)
	}
	// Every frame is there once, a thirtieth of a second after the one before.
	lines := k.packets(t, video, "0:v")
	if len(lines) != timeline.TotalFrames {
		t.Errorf("%d frames, want %d", len(lines), timeline.TotalFrames)
	}
	for i := 1; i < len(lines); i++ {
		if lines[i].dts-lines[i-1].dts != 512 || lines[i].pts%512 != 0 {
			t.Fatalf("frame %d: dts %d after %d, pts %d", i, lines[i].dts, lines[i-1].dts, lines[i].pts)
		}
	}
	data, err := os.ReadFile(video)
	if err != nil || bytes.Index(data, []byte("moov")) > bytes.Index(data, []byte("mdat")) {
		t.Errorf("the index is not at the front (%v)", err)
	}
	if dump := k.ask(t, "-i", "file:"+video, "-c", "copy", "-t", "0.1", "-f", "null", "-"); !strings.Contains(dump, `"Psalm" = 23; it's`) || !strings.Contains(dump, "bt709") {
		t.Errorf("title or colours are missing:\n%s", dump)
	}
}

// checkOnsets finds where sound begins after a rest: at the narrations' places.
func (k kit) checkOnsets(t *testing.T, video string, timeline render.Timeline) {
	t.Helper()
	report := k.ask(t, "-i", "file:"+video, "-af", "silencedetect=noise=-45dB:d=0.9", "-f", "null", "-")
	var ends []float64
	for line := range strings.SplitSeq(report, "\n") {
		if _, after, ok := strings.Cut(line, "silence_end: "); ok {
			value, _, _ := strings.Cut(after, " ")
			if s, err := strconv.ParseFloat(value, 64); err == nil {
				ends = append(ends, s)
			}
		}
	}
	for i, place := range timeline.Places[1:] {
		want := float64(place.NarrationFrame) / render.FrameRate
		if i >= len(ends) || math.Abs(ends[i]-want) > 0.03 {
			t.Errorf("sound begins at %v, narration %d should at %.3f", ends, i+1, want)
		}
	}
}

// checkNothingElse makes sure that no scratch file stays.
func (k kit) checkNothingElse(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"encode-*", "*.part"} {
		found, err := filepath.Glob(filepath.Join(strings.ReplaceAll(k.dir, "[", `\[`), pattern))
		if err != nil || len(found) > 0 {
			t.Errorf("left behind: %v (%v)", found, err)
		}
	}
}

// counted collects progress reports.
type counted struct{ last, want int }

func ascending(_ testing.TB, want int) *counted { return &counted{want: want} }

func (c *counted) seen(frames int) {
	if frames <= c.last {
		c.last = math.MinInt
		return
	}
	c.last = frames
}

func (c *counted) check(t *testing.T, what string) {
	t.Helper()
	if c.last != c.want {
		t.Errorf("%s: the last progress is %d, want %d", what, c.last, c.want)
	}
}

func TestLoudnessWhateverTheRecording(t *testing.T) {
	k := newKit(t)
	segment := k.file("black.mp4")
	k.ask(t, "-loglevel", "error", "-f", "lavfi", "-i", "color=black:s=64x36:r=30", "-frames:v", "150", "-c:v", "libx264", "-video_track_timescale", "15360", "file:"+segment)
	cases := map[string][]render.Narration{
		"faint":       {k.tone(t, "faint.wav", 4000, 22050, 0.004)},
		"usual":       {k.tone(t, "usual.wav", 4000, 22050, 0.3)},
		"overdriven":  {k.tone(t, "loud.wav", 4000, 16000, 1.4)},
		"very short":  {k.tone(t, "short.wav", 500, 22050, 0.3)},
		"too long":    {k.tone(t, "long.wav", 9000, 22050, 0.3)},
		"silent":      nil,
		"all zeros":   {k.tone(t, "zeros.wav", 3000, 22050, 0)},
		"half silent": {{}, k.tone(t, "half.wav", 2000, 22050, 0.2)},
	}
	for name, narrations := range cases {
		t.Run(name, func(t *testing.T) {
			out := k.file(name + ".mp4")
			if err := k.Assemble(t.Context(), render.AssembleSpec{Segments: []string{segment}, Narrations: narrations, TotalFrames: 150}, out, nil); err != nil {
				t.Fatal(err)
			}
			info, err := k.Probe(t.Context(), out)
			if err != nil {
				t.Fatal(err)
			}
			silent := name == "silent" || name == "all zeros"
			if silent != math.IsInf(info.LoudnessLUFS, -1) || !silent && math.Abs(info.LoudnessLUFS-render.LoudnessTarget) > 1 {
				t.Errorf("%.1f LUFS", info.LoudnessLUFS)
			}
			if d := info.DurationMS - 5000; d < -34 || d > 34 || info.AudioCodec != "aac" {
				t.Errorf("%d ms, %s", info.DurationMS, info.AudioCodec)
			}
		})
	}
}

// The picture moves evenly: no frame differs from the one before much more or
// less than its neighbours do. Cropping at whole pixels fails this.
func TestCameraDoesNotTremble(t *testing.T) {
	k := newKit(t)
	shot := render.SceneShot(2, k.picture(t, "waves.jpg", waves), 1000, nil)
	out := k.file("body.mp4")
	if err := k.Segment(t.Context(), render.BodySpec(small, shot, false), out, nil); err != nil {
		t.Fatal(err)
	}
	report := k.ask(t, "-i", "file:"+out, "-vf", "signalstats,metadata=print:key=lavfi.signalstats.YDIF:file=-", "-f", "null", "-")
	var changes []float64
	for line := range strings.SplitSeq(report, "\n") {
		if _, value, ok := strings.Cut(line, "YDIF="); ok {
			if v, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
				changes = append(changes, v)
			}
		}
	}
	changes = changes[1:]
	var sum, squares float64
	for _, v := range changes {
		sum, squares = sum+v, squares+v*v
	}
	mean := sum / float64(len(changes))
	spread := math.Sqrt(squares/float64(len(changes))-mean*mean) / mean
	if mean < 0.2 || spread > 0.3 {
		t.Errorf("%d frames change by %.2f on average, spread %.2f", len(changes), mean, spread)
	}
}

func TestCaptionsAreReadableOnWhiteAndLastFrameIsBlack(t *testing.T) {
	k := newKit(t)
	white := k.picture(t, "white.jpg", plain(color.White))
	for _, frame := range []render.Frame{{Width: 320, Height: 180}, {Width: 180, Height: 320}, {Width: 180, Height: 180}} {
		shot := render.SceneShot(1, white, 1000, []render.Cue{{StartMS: 0, EndMS: 60000, Lines: []string{"WWWWWWWWWW WWWWWWWWWWWWW", "I shall lack nothing"}}})
		out := k.file(fmt.Sprintf("white %dx%d.mp4", frame.Width, frame.Height))
		if err := k.Segment(t.Context(), render.BodySpec(frame, shot, true), out, nil); err != nil {
			t.Fatal(err)
		}
		first, last := k.gray(t, out, "0", frame), k.gray(t, out, "1.95", frame)
		dark, edge := 0, 0
		for i, v := range first {
			x := i % frame.Width
			if v < 140 {
				dark++
			}
			if v < 225 && (x < frame.Width/50 || x > frame.Width*49/50) {
				edge++
			}
		}
		if share := float64(dark) / float64(len(first)); share < 0.02 || share > 0.3 {
			t.Errorf("%v: %.3f of the picture is dark behind the caption", frame, share)
		}
		if edge > 0 {
			t.Errorf("%v: %d caption pixels outside the safe margin", frame, edge)
		}
		for _, v := range last {
			if v > 60 {
				t.Fatalf("%v: the last frames are not dark: %d", frame, v)
			}
		}
	}
}

func TestFadeBeginsWithTheFirstAndEndsBeforeTheSecond(t *testing.T) {
	k := newKit(t)
	a := render.SceneShot(1, k.picture(t, "black.jpg", plain(color.Black)), 500, nil)
	b := render.SceneShot(2, k.picture(t, "white.jpg", plain(color.White)), 500, nil)
	out := k.file("fade.mp4")
	if err := k.Segment(t.Context(), render.FadeSpec(small, a, b), out, nil); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string][2]byte{"0": {0, 24}, "0.3": {110, 150}, "0.56": {210, 250}} {
		if v := k.gray(t, out, at, small)[small.Width*90+160]; v < want[0] || v > want[1] {
			t.Errorf("at %s s the middle is %d, want %v", at, v, want)
		}
	}
}

func TestThumbnailAndSample(t *testing.T) {
	k := newKit(t)
	video := k.file("tall.mp4")
	k.ask(t, "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=s=1080x1920:r=30", "-frames:v", "30", "-c:v", "libx264", "-preset", "ultrafast", "file:"+video)
	out := k.file("thumb.jpg")
	if err := k.Thumbnail(t.Context(), video, 500, out); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if config, err := jpeg.DecodeConfig(f); err != nil || config.Width != 720 || config.Height != 1280 {
		t.Errorf("thumbnail %+v, %v", config, err)
	}
	k.checkNothingElse(t)
}

func TestBadInputIsEncodeFailedAndSaysNothingOfItsCause(t *testing.T) {
	k := newKit(t)
	broken := k.file("broken.mp4")
	if err := os.WriteFile(broken, []byte("not a video"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := k.file("out.mp4")
	calls := map[string]func() error{
		"missing picture": func() error {
			return k.Segment(t.Context(), render.BodySpec(small, render.SceneShot(1, "none.jpg", 1, nil), false), out, nil)
		},
		"no shots": func() error { return k.Segment(t.Context(), render.SegmentSpec{Frame: small, To: 3}, out, nil) },
		"odd size": func() error {
			return k.Segment(t.Context(), render.SegmentSpec{Frame: render.Frame{Width: 321, Height: 180}, Shots: make([]render.Shot, 1)}, out, nil)
		},
		"missing segment": func() error {
			return k.Assemble(t.Context(), render.AssembleSpec{Segments: []string{"none.mp4"}, TotalFrames: 9}, out, nil)
		},
		"no segments": func() error { return k.Assemble(t.Context(), render.AssembleSpec{}, out, nil) },
		"not a video": func() error { _, err := k.Probe(t.Context(), broken); return err },
		"no video":    func() error { return k.Thumbnail(t.Context(), "none.mp4", 0, out) },
	}
	for name, call := range calls {
		err := call()
		if !problem.Is(err, problem.EncodeFailed) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if detail := problem.From(err).Detail; strings.Contains(detail, "jpg") || strings.Contains(detail, "ffmpeg") || strings.Contains(detail, k.dir) {
			t.Errorf("%s: the detail tells %q", name, detail)
		}
		if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: something was left at the output", name)
		}
	}
	k.checkNothingElse(t)
}

func TestContextEndsTheEncoderAtOnce(t *testing.T) {
	k := newKit(t)
	shot := render.SceneShot(1, k.picture(t, "waves.jpg", waves), 60000, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := k.Segment(ctx, render.BodySpec(render.Frame{Width: 1280, Height: 720}, shot, false), k.file("out.mp4"), nil)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 15*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
	k.checkNothingElse(t)
}
