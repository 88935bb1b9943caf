package ffmpeg

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/tests/harness"
)

var small = render.Frame{Width: 320, Height: 180}

// kit is an encoder over the real program, and a folder whose name would break
// any command line that is not quoted.
type kit struct {
	*Encoder
	path, dir string
}

func newKit(t testing.TB) kit {
	t.Helper()
	dir := filepath.Join(t.TempDir(), `it's a "folder": 100% [x]`)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := harness.FFmpeg(t)
	return kit{New(Settings{Path: path, Fonts: harness.Fonts(t), WorkDir: dir, Threads: 1}), path, dir}
}

func (k kit) file(name string) string { return filepath.Join(k.dir, name) }

// picture is detailed all over, so that every movement changes every pixel.
func (k kit) picture(t testing.TB, name string, at func(x, y int) color.Color) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for y := range 360 {
		for x := range 640 {
			img.Set(x, y, at(x, y))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	path := k.file(name)
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func waves(x, y int) color.Color {
	v := 128 + 60*math.Sin(float64(x)/7) + 50*math.Cos(float64(y)/9+float64(x)/23)
	return color.RGBA{uint8(v), uint8(v / 2), uint8(255 - v), 255}
}

func plain(c color.Color) func(int, int) color.Color {
	return func(int, int) color.Color { return c }
}

// tone is speech-like: bursts with rests, at a peak from 0 to 1.
func (k kit) tone(t testing.TB, name string, ms, rate int, peak float64) render.Narration {
	t.Helper()
	samples := make([]int16, ms*rate/1000)
	for i := range samples {
		at := float64(i) / float64(rate)
		burst := 0.35 + 0.65*math.Abs(math.Sin(at*9))
		if math.Mod(at, 1.5) > 1.2 {
			burst = 0
		}
		samples[i] = int16(32767 * peak * burst * (0.7*math.Sin(2*math.Pi*180*at) + 0.3*math.Sin(2*math.Pi*1900*at)))
	}
	path := k.file(name)
	if err := os.WriteFile(path, render.WAV(render.Speech{Samples: samples, Rate: rate}), 0o600); err != nil {
		t.Fatal(err)
	}
	return render.Narration{Path: path}
}

// ask runs ffmpeg for the test's own questions.
func (k kit) ask(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.Command(k.path, append([]string{"-hide_banner", "-nostdin"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg %q: %v\n%s", args, err, out)
	}
	return string(out)
}

type packet struct{ dts, pts int }

func (k kit) packets(t testing.TB, video, stream string) []packet {
	t.Helper()
	var all []packet
	for line := range strings.SplitSeq(k.ask(t, "-loglevel", "error", "-i", "file:"+video, "-map", stream, "-c", "copy", "-f", "framecrc", "-"), "\n") {
		fields := strings.Split(line, ",")
		if strings.HasPrefix(line, "#") || len(fields) < 4 {
			continue
		}
		dts, _ := strconv.Atoi(strings.TrimSpace(fields[1]))
		pts, _ := strconv.Atoi(strings.TrimSpace(fields[2]))
		all = append(all, packet{dts, pts})
	}
	return all
}

func (k kit) frames(t testing.TB, video string) int { return len(k.packets(t, video, "0:v")) }

// gray decodes one frame.
func (k kit) gray(t testing.TB, video, at string, frame render.Frame) []byte {
	t.Helper()
	out, err := exec.Command(k.path, "-loglevel", "error", "-ss", at, "-i", "file:"+video, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-").Output()
	if err != nil || len(out) != frame.Width*frame.Height {
		t.Fatalf("decode: %d bytes, %v", len(out), err)
	}
	return out
}
