package ffmpeg

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
)

func TestVerdictsOnSound(t *testing.T) {
	for _, c := range []struct {
		name  string
		heard hearing
		want  bool
	}{
		{"usual", hearing{peak: -3, samples: 48_000}, true},
		{"far too loud", hearing{peak: 120, samples: 48_000}, false},
		{"silent", hearing{peak: -96, samples: 48_000}, false},
		{"nothing", hearing{peak: -3}, false},
		{"no numbers", hearing{peak: -3, samples: 48_000, nans: 1}, false},
		{"endless numbers", hearing{peak: -3, samples: 48_000, infs: 1}, false},
		{"damaged", hearing{peak: -3, samples: 48_000, bad: 9}, false},
	} {
		err := c.heard.verdict()
		if (err == nil) != c.want || err != nil && !problem.Is(err, problem.UploadRejected) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestAFileDoesNotMeasureItself: only the filter's own lines count, each once,
// whatever titles, comments and lyrics say.
func TestAFileDoesNotMeasureItself(t *testing.T) {
	heard := func(lines string) hearing {
		h := newHearing("heardx")
		for line := range strings.SplitSeq(lines, "\n") {
			h.read(line)
		}
		return h
	}
	const own = "[astats@heardx @ 0x55d0] "
	for name, lines := range map[string]string{
		"a title":          "    title           : Peak level dB: -3\n    comment         : Number of samples: 48000",
		"with our name":    "    title           : " + own + "Peak level dB: -3\n" + "                    : " + own + "Number of samples: 48000",
		"another filter":   "[Parsed_astats_2 @ 0x55d0] Peak level dB: -3\n[astats@heardy @ 0x55d0] Number of samples: 48000",
		"behind the value": own + "Peak level dB: -3 dB\n" + own + "Number of samples: 48000 or so",
	} {
		if h := heard(lines); h.peak != math.Inf(-1) || h.samples != 0 || h.verdict() == nil {
			t.Errorf("%s is believed: %+v", name, h)
		}
	}
	twice := heard(own + "Number of NaNs: 1.000000\n" + own + "Number of NaNs: 0.000000\n" + own + "Number of Infs: 0.000000\n" +
		own + "Peak level dB: -1.5\n" + own + "Peak level dB: nan\n" + own + "Number of samples: 7\n" + own + "Number of samples: 48000")
	if twice.nans != 0 || twice.peak != math.Inf(-1) || twice.samples != 48_000 {
		t.Errorf("the last line does not count: %+v", twice)
	}
	lyrics := heard(strings.Repeat("    lyrics          : Decoding error\nError submitting packet\n", 9))
	if lyrics.bad != 0 {
		t.Errorf("words in a file count as %d bad packets", lyrics.bad)
	}
	real := heard("[aist#0:0/aac @ 0x5641] [dec:aac @ 0x5642] Error submitting packet to decoder: Invalid data found when processing input")
	if real.bad != 1 {
		t.Errorf("a bad packet counts as %d", real.bad)
	}
}

// TestMetadataDoesNotTalkASoundIn: silence whose tags say that it is music.
func TestMetadataDoesNotTalkASoundIn(t *testing.T) {
	k := newKit(t)
	lie := "x\n[Parsed_astats_2 @ 0x1] Peak level dB: -3\r[Parsed_astats_2 @ 0x1] Number of NaNs: -9"
	for _, name := range []string{"a.mp3", "a.m4a", "a.wav"} {
		path := k.file(name)
		k.ask(t, "-y", "-v", "error", "-f", "lavfi", "-i", "anullsrc=duration=1", "-metadata", "title="+lie, "-metadata", "comment="+lie, path)
		if err := k.Sound(t.Context(), path); !problem.Is(err, problem.UploadRejected) || problem.From(err).Detail != detailSilent {
			t.Errorf("%s: %v", name, err)
		}
	}
	loud := k.file("loud.wav")
	k.ask(t, "-y", "-v", "error", "-f", "lavfi", "-i", "aevalsrc=1000*sin(1000*t):d=1", "-c:a", "pcm_f32le", "-metadata", "title="+lie, loud)
	if err := k.Sound(t.Context(), loud); !problem.Is(err, problem.UploadRejected) || problem.From(err).Detail != detailLoud {
		t.Errorf("loud: %v", err)
	}
}

// decoders are the ways in which an uploaded file is decoded.
func decoders(t *testing.T) map[string]func(*Encoder, context.Context) error {
	t.Helper()
	write := func(name, data string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	still, sound := write("a.jpg", "\xff\xd8\xff"), write("a.mp3", "ID3 and twelve more")
	return map[string]func(*Encoder, context.Context) error{
		"still": func(e *Encoder, ctx context.Context) error { return e.Still(ctx, still) },
		"upright": func(e *Encoder, ctx context.Context) error {
			return e.Upright(ctx, still, upload.Clockwise, still+".out")
		},
		"sound": func(e *Encoder, ctx context.Context) error { return e.Sound(ctx, sound) },
	}
}

// TestWhatTakesTooMuchIsTheFilesFault: a stall, a kill by the system, and a limit
// that passes while the decoder still works. The order of a check is not to come
// again for any of them.
func TestWhatTakesTooMuchIsTheFilesFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		program string
		set     Settings
		limit   time.Duration
	}{
		"stalls":       {"exec sleep 300", Settings{StallTimeout: 50 * time.Millisecond}, 0},
		"killed":       {"kill -9 $$", Settings{}, 0},
		"crashes":      {"kill -11 $$", Settings{}, 0},
		"goes on long": {"n=0; while true; do n=$((n+1)); echo frame=$n; sleep 0.01; done", Settings{}, 200 * time.Millisecond},
	} {
		c.set.Path, c.set.WorkDir = fake(t, c.program), t.TempDir()
		for way, decode := range decoders(t) {
			encoder := New(c.set)
			encoder.limit = c.limit
			err := decode(encoder, t.Context())
			if !problem.Is(err, problem.UploadRejected) || !strings.Contains(problem.From(err).Detail, "takes more time or memory") {
				t.Errorf("%s, %s: %v", way, name, err)
			}
		}
	}
}

// TestAnEndOfOursIsNoVerdict: a check that is called off, a full disk, and a
// decoder that is not there say nothing of the file.
func TestAnEndOfOursIsNoVerdict(t *testing.T) {
	t.Parallel()
	for way, decode := range decoders(t) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := decode(New(Settings{Path: fake(t, "exec sleep 300"), WorkDir: t.TempDir()}), ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, called off: %v", way, err)
		}
		for name, path := range map[string]string{"full": fake(t, "echo 'No space left on device' >&2; exit 1"), "none": filepath.Join(t.TempDir(), "none")} {
			if err := decode(New(Settings{Path: path, WorkDir: t.TempDir()}), t.Context()); err == nil || problem.Is(err, problem.UploadRejected) {
				t.Errorf("%s, %s: %v", way, name, err)
			}
		}
	}
}

// TestTransparencyOfTilesIsLeftOut: the first two pictures of a file in tiles are
// two tiles.
func TestTransparencyOfTilesIsLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		items string
		want  bool
	}{
		"one picture":           {"infe\x02\x00\x00\x00\x00\x01\x00\x00av01", true},
		"the word in a name":    {"infe\x02\x00\x00\x00\x00\x01\x00\x00av01grid", true},
		"tiles":                 {"infe\x02\x00\x00\x00\x00\x01\x00\x00hvc1\x00infe\x02\x00\x00\x00\x00\x02\x00\x00grid\x00", false},
		"tiles with longer ids": {"infe\x03\x00\x00\x00\x00\x00\x00\x02\x00\x00grid", false},
		"the end of the file":   {"infe", true},
	} {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, []byte("\x00\x00\x00\x18ftypheic"+alphaPicture+"\x00"+c.items), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, err := otherPicture(path); err != nil || p.alpha != c.want {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
}
