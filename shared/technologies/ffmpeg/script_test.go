package ffmpeg

import (
	"image/color"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/tests/harness"
)

var hostile = []string{
	`{\an8\fs400}up`, `a\Nb`, `a\nb`, `a\hb`, `\`, `{`, `}`, `{{}}`, `\{\b1}`, `{\p1}m 0 0 l 9 9`, "a\nDialogue: 0,0:00:00.00,9:00:00.00,Text,,0,0,0,,x",
	`100% "quoted" 'single'`, "🙏🏽 amen", "שלום עולם", "الرب راعي", "مرحبا {\\i1}", "日本語", "a\x00b", strings.Repeat("W", 300), "",
}

// What a person wrote is drawn as it is: it opens no override block, breaks no
// line and adds no event.
func TestScriptTakesNoOrdersFromText(t *testing.T) {
	fonts := newShelf(harness.Fonts(t))
	font := regexp.MustCompile(`\{\\fn[A-Za-z ]+\\fs[\d.]+\}`)
	ours := regexp.MustCompile(`^Dialogue: \d,[\d:.]+,[\d:.]+,Text,,0,0,0,,\{\\an5[^{}]*\}`)
	for _, text := range hostile {
		scene := render.SceneShot(1, "x", 1000, []render.Cue{{StartMS: 800, EndMS: 1800, Lines: []string{text, "second"}}})
		for _, shot := range []render.Shot{scene, render.TitleShot("x", "T "+text, text)} {
			_, events, _ := strings.Cut(drawn(t, fonts, shot, 0, 87), "Effect, Text\n")
			for line := range strings.Lines(events) {
				line = strings.TrimSuffix(line, "\n")
				if !ours.MatchString(line) {
					t.Fatalf("%q made the line %q", text, line)
				}
				body := font.ReplaceAllString(ours.ReplaceAllString(line, ""), "")
				body = strings.NewReplacer(`\{`, "", `\}`, "", "\\\u2060", "").Replace(body)
				if strings.ContainsAny(body, `{}\`) {
					t.Errorf("%q left %q", text, body)
				}
			}
		}
	}
}

func TestHostileTextStillEncodes(t *testing.T) {
	k := newKit(t)
	image := k.picture(t, "gray.jpg", plain(color.Gray{90}))
	var cues []render.Cue
	for i, text := range hostile {
		cues = append(cues, render.Cue{StartMS: int64(600 + 100*i), EndMS: int64(700 + 100*i), Lines: []string{text}})
	}
	shots := []render.Shot{render.SceneShot(1, image, int64(100*len(hostile)), cues), render.TitleShot(image, strings.Join(hostile[:10], " "), hostile[13])}
	for _, shot := range shots {
		out := k.file("hostile.mp4")
		spec := render.BodySpec(small, shot, false)
		if err := k.Segment(t.Context(), spec, out, nil); err != nil {
			t.Fatal(err)
		}
		if got := k.frames(t, out); got != spec.Frames() {
			t.Errorf("%d frames, want %d", got, spec.Frames())
		}
	}
}

func TestTimesCountFromTheSegment(t *testing.T) {
	shot := render.SceneShot(1, "x", 3000, []render.Cue{{StartMS: 800, EndMS: 2000, Lines: []string{"one"}}, {StartMS: 2000, EndMS: 3900, Lines: []string{"two"}}})
	fonts := newShelf("")
	text := drawn(t, fonts, shot, 18, 60) // 0.6 s to 2.6 s of the shot
	for _, want := range []string{"0:00:00.20,0:00:01.40,Text", "0:00:01.40,0:00:03.30,Text"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if drawn(t, fonts, shot, 120, 18) != "" {
		t.Error("a segment after the last caption has a script")
	}
	title := render.TitleShot("x", "Title", "by")
	if !strings.Contains(drawn(t, fonts, title, 0, 87), `\fad(`) || strings.Contains(drawn(t, fonts, title, 87, 18), `\fad(`) {
		t.Error("the title fades in at the start, and only there")
	}
}

func TestTitlesFitAndAreBalanced(t *testing.T) {
	const room = 1100.0
	fonts := newShelf(harness.Fonts(t))
	for _, title := range []string{"Hope", "The Lord Is My Shepherd", strings.Repeat("And it came to pass ", 8), strings.Repeat("W", 90)} {
		set := (&writer{frame: small, shelf: fonts}).choose(script.Serif, title)
		size, lines := set.fit(title, room, 119, 43)
		if w := set.widest(lines) * size; w > room*1.001 {
			t.Errorf("%.30q is %.0f wide", title, w)
		}
		if strings.Join(lines, " ") != strings.TrimSpace(title) {
			t.Errorf("%q became %q", title, lines)
		}
	}
}

// drawn is the subtitle file of a shot, "" when it has none.
func drawn(t *testing.T, fonts *shelf, shot render.Shot, from, frames int) string {
	t.Helper()
	made, err := fonts.script(small, shot, from, frames)
	if err != nil {
		t.Fatal(err)
	}
	return made.text
}
