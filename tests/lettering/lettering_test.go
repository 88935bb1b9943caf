package lettering

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/corpus"
	"github.com/devotionalai/platform/tests/harness"
)

// shown are the languages of the videos, each with a title; an ordinary run makes
// the first two.
var shown = []struct {
	language language.Language
	title    string
}{
	{"ko", "주님의 빛"}, {"es", "La luz"}, {"de", "Das Licht"}, {"ar", "النور"}, {"he", "האור"}, {"hi", "प्रकाश"},
	{"bn", "আলো"}, {"ta", "ஒளி"}, {"th", "แสงสว่าง"}, {"zh", "主的光"}, {"ja", "主の光"}, {"am", "ብርሃን"},
}

var frame = render.Frame{Width: 848, Height: 480}

// Texts of the corpus become videos as they do in a render, and what is read back
// from their frames, glyph by glyph, is what was to be shown: captions, title card
// and thumbnail. The frames are left in out/lettering, for eyes.
func TestVideosShowEveryGlyph(t *testing.T) {
	harness.Proof(t)
	some := shown
	if !harness.InFull() {
		some = shown[:2]
	}
	library, data := harness.Espeak(t)
	s := studio{
		ffmpeg: harness.FFmpeg(t), speaker: espeak.New(espeak.Settings{Library: library, Data: data}),
		fonts: NewType(harness.Fonts(t)), out: filepath.Join(blueprint.Root(), "out", "lettering"),
	}
	s.encoder = ffmpeg.New(ffmpeg.Settings{Path: s.ffmpeg, Fonts: harness.Fonts(t), StallTimeout: time.Minute, WorkDir: t.TempDir()})
	harness.Must(t, os.MkdirAll(s.out, 0o755))
	for _, c := range some {
		t.Run(string(c.language), func(t *testing.T) { s.show(t, c.language, c.title) })
	}
}

type studio struct {
	ffmpeg  string
	encoder *ffmpeg.Encoder
	speaker render.Speaker
	fonts   *Type
	out     string
}

func (s studio) show(t *testing.T, l language.Language, title string) {
	dir := t.TempDir()
	line, cues := s.make(t, dir, l, title)
	video := filepath.Join(dir, "video.mp4")
	var all []string
	for _, cue := range cues {
		all = append(all, cue.Lines...)
	}
	from := frame.Height / 2
	choice := script.Choose(script.Sans, l, join(all))
	for i, cue := range cues {
		middle := render.FramesMS(line.Places[1].StartFrame) + (cue.StartMS+cue.EndMS)/2
		white := Find(s.frame(t, video, fmt.Sprintf("%s-%d.png", l, i+1), middle), from, frame.Height)
		placed := s.hold(t, l, fmt.Sprintf("caption %q", cue.Lines), white, choice, cue.Lines)
		s.canFail(t, white, choice, cue.Lines, placed)
	}
	choice = script.Choose(script.Serif, l, title)
	card := s.frame(t, video, string(l)+"-title.png", render.FramesMS(render.TitleFrames/2))
	s.hold(t, l, "title", Find(card, 0, frame.Height), choice, []string{title})
	small := filepath.Join(s.out, string(l)+"-thumbnail.jpg")
	harness.Must(t, s.encoder.Thumbnail(t.Context(), video, render.FramesMS(render.TitleFrames/2), small))
	s.hold(t, l, "thumbnail", Find(open(t, small), 0, frame.Height), choice, []string{title})
}

// make makes the video of a text of the corpus as the steps of a render do.
func (s studio) make(t *testing.T, dir string, l language.Language, title string) (render.Timeline, []render.Cue) {
	t.Helper()
	sentences := reading.Sentences(textOf(t, l), l)
	spoken, narration := render.Silent(sentences), render.Narration{}
	if reader, ok := voice.For(l, voice.Espeak); ok {
		var parts []render.Speech
		for _, sentence := range sentences {
			part, err := s.speaker.Speak(t.Context(), reader.ID, sentence.Spoken)
			harness.Must(t, err)
			parts = append(parts, part)
		}
		speech, said, err := render.Join(sentences, parts)
		harness.Must(t, err)
		spoken, narration.Path = said, filepath.Join(dir, "voice.wav")
		harness.Must(t, os.WriteFile(narration.Path, render.WAV(speech), 0o600))
	}
	cues := render.Cues(spoken, render.Landscape)
	picture := dusk(t, dir)
	card, scene := render.TitleShot(picture, title, ""), render.SceneShot(1, picture, render.NarrationMS(spoken), cues)
	card.Language, scene.Language = l, l
	line := render.NewTimeline(card, []render.Shot{scene})
	spec := render.AssembleSpec{TotalFrames: line.TotalFrames, Title: title}
	narration.StartFrame = line.Places[1].NarrationFrame
	spec.Narrations = append(spec.Narrations, narration)
	for i, segment := range line.Segments(frame) {
		spec.Segments = append(spec.Segments, filepath.Join(dir, fmt.Sprintf("%d.mp4", i)))
		harness.Must(t, s.encoder.Segment(t.Context(), segment, spec.Segments[i], nil))
	}
	harness.Must(t, s.encoder.Assemble(t.Context(), spec, filepath.Join(dir, "video.mp4"), nil))
	return line, cues
}

// textOf is the shortest plain text of a language.
func textOf(t *testing.T, l language.Language) string {
	t.Helper()
	all := slices.DeleteFunc(corpus.Texts(), func(x corpus.Text) bool { return x.Language != l || x.Kind != "plain" })
	if len(all) == 0 {
		t.Fatalf("the corpus has no text in %s", l)
	}
	return slices.MinFunc(all, func(a, b corpus.Text) int { return cmp.Compare(len(a.Text), len(b.Text)) }).Text
}

// otherwise are languages whose letters the reference's shaper joins in other forms
// than HarfBuzz (go-text 0.3.5 gives noon its isolated one before waw): of them the
// amount of ink is held, and the frames are for eyes.
var otherwise = []language.Language{"ar"}

func (s studio) hold(t *testing.T, l language.Language, what string, white White, choice script.Choice, lines []string) Placed {
	t.Helper()
	set := s.set(t, choice, lines)
	if slices.Contains(otherwise, l) {
		if err := HoldInk(white, set); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return Placed{}
	}
	placed, err := Hold(white, set)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	return placed
}

func (s studio) set(t *testing.T, choice script.Choice, lines []string) []Line {
	t.Helper()
	var set []Line
	for _, line := range lines {
		if missing := script.Undrawable(line); len(missing) > 0 {
			t.Errorf("%q: no font has %q", line, missing)
		}
		one, err := s.fonts.Set(choice, line)
		harness.Must(t, err)
		set = append(set, one)
	}
	return set
}

// canFail tries the comparison itself: a lost glyph, a box in its place, a lost
// caption and another text are each seen.
func (s studio) canFail(t *testing.T, white White, choice script.Choice, lines []string, placed Placed) {
	t.Helper()
	if len(placed.Glyphs) == 0 {
		return // said already, or not held by glyphs
	}
	large := slices.MaxFunc(placed.Glyphs, func(a, b image.Rectangle) int { return cmp.Compare(a.Dx()*a.Dy(), b.Dx()*b.Dy()) })
	set := s.set(t, choice, lines)
	for name, spoilt := range map[string]White{
		"a lost glyph": white.Without(large, false), "a box": white.Without(large, true), "no caption": white.Without(image.Rect(0, 0, frame.Width, frame.Height), false),
	} {
		if _, err := Hold(spoilt, set); err == nil {
			t.Errorf("%s in %q is not seen", name, lines)
		}
	}
	turned := []rune(lines[0])
	slices.Reverse(turned)
	other := append([]string{string(turned)}, lines[1:]...)
	if _, err := Hold(white, s.set(t, choice, other)); err == nil {
		t.Errorf("%q passes for %q", lines, other)
	}
}

// frame reads a frame back from a video, and leaves it in out.
func (s studio) frame(t *testing.T, video, name string, ms int64) image.Image {
	t.Helper()
	path := filepath.Join(s.out, name)
	cmd := exec.Command(s.ffmpeg, "-y", "-loglevel", "error", "-ss", fmt.Sprintf("%d.%03d", ms/1000, ms%1000), "-i", "file:"+video, "-frames:v", "1", "-update", "1", "file:"+path)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("read frame: %v, %s", err, said)
	}
	return open(t, path)
}

func open(t *testing.T, path string) image.Image {
	t.Helper()
	data, err := os.ReadFile(path)
	harness.Must(t, err)
	img, _, err := image.Decode(bytes.NewReader(data))
	harness.Must(t, err)
	return img
}

func join(lines []string) string {
	var all bytes.Buffer
	for i, line := range lines {
		if i > 0 {
			all.WriteByte('\n')
		}
		all.WriteString(line)
	}
	return all.String()
}

// dusk is a picture that is darker than letters everywhere.
func dusk(t *testing.T, dir string) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1280, 720))
	for y := range 720 {
		for x := range 1280 {
			img.Set(x, y, color.RGBA{uint8(40 + y/12), uint8(50 + x/40), uint8(110 - y/10), 255})
		}
	}
	var out bytes.Buffer
	harness.Must(t, jpeg.Encode(&out, img, nil))
	path := filepath.Join(dir, "picture")
	harness.Must(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}
