package ffmpeg

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

var (
	fontTag  = regexp.MustCompile(`\{\\fn[A-Za-z ]+\\fs[\d.]+\}`)
	ownEvent = regexp.MustCompile(`^Dialogue: \d,[\d:.]+,[\d:.]+,Text,,0,0,0,,\{\\an5[^{}]*\}`)
)

// FuzzScript: no text opens an override block, breaks a line or adds an event.
// It is drawn in the fonts that are compiled in; others change which tag of ours
// stands before a run.
func FuzzScript(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	for _, text := range []string{`\\{`, "\\\u2060{", `{\\`, "\u2028{\\an8}", "a\u0085Dialogue: 0", "}{", `\\N`, "a\\\U0001F64F{b}", "\\\u0301{"} {
		f.Add(text)
	}
	fonts := newShelf("")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > render.MaxSceneChars {
			return
		}
		scene := render.SceneShot(1, "x", 1000, []render.Cue{{StartMS: 800, EndMS: 1800, Lines: []string{text, "second"}}})
		for _, shot := range []render.Shot{scene, render.TitleShot("x", "T "+text, text)} {
			script, err := fonts.script(render.Frame{Width: 320, Height: 180}, shot, 0, 87)
			if err != nil {
				return // it takes a font that is not compiled in
			}
			_, events, _ := strings.Cut(script.text, "Effect, Text\n")
			for line := range strings.SplitSeq(strings.TrimSuffix(events, "\n"), "\n") {
				body := fontTag.ReplaceAllString(ownEvent.ReplaceAllString(line, ""), "")
				body = strings.NewReplacer(`\{`, "", `\}`, "", "\\\u2060", "").Replace(body)
				if !ownEvent.MatchString(line) || strings.ContainsAny(body, "{}\\\r\x00") {
					t.Errorf("%q made the line %q", text, line)
				}
			}
		}
	})
}

// FuzzHearing: what a file says of itself, which ffmpeg prints among its own lines,
// measures nothing; a verdict is the file's, never an outage.
func FuzzHearing(f *testing.F) {
	for _, seed := range []string{
		"[astats@heardx @ 0x1] Peak level dB: -12.5", "[astats@heardx @ 0x1] Number of samples: 1e308", "[astats@heardx @ 0x1] Number of NaNs: nan", "  title : [astats@heardx @ 0x1] Number of samples: 48000",
		"[astats@heard @ 0x1] Number of samples: 48000", "[mp3 @ 0x1] Error while decoding", "    I:         -23.0 LUFS", "Duration: 99:59:59.99", "  Duration: 99999999999999999999:00:00.00", "Stream #0:0: Video: h264, yuv420p(tv), 99999x99999 , 30 fps", "Output #0",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, said string) {
		heard := newHearing("hearddrawn")
		var d describer
		for line := range strings.SplitSeq(said, "\n") {
			heard.read(line)
			d.read(line)
		}
		named := regexp.MustCompile(`(?m)^\[astats@hearddrawn @ `).MatchString(said)
		if !named && heard.samples+heard.nans+heard.infs != 0 {
			t.Errorf("%q is heard as %+v", said, heard)
		}
		if err := heard.verdict(); err != nil && !problem.Is(err, problem.UploadRejected) {
			t.Errorf("%q: %v", said, err)
		}
		if d.info.Width < 0 || d.info.Height < 0 || d.info.Width > 99999 || d.info.Height > 99999 {
			t.Errorf("%q is described as %+v", said, d.info)
		}
	})
}

// FuzzEscape: what the product takes as text keeps its letters in a script.
func FuzzEscape(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	back := strings.NewReplacer("\\\u2060", `\`, `\{`, "{", `\}`, "}")
	f.Fuzz(func(t *testing.T, text string) {
		clean, wrong := plaintext.Rule{Max: render.MaxSceneChars}.Check(text)
		if wrong != "" || strings.Contains(clean, "\\\u2060") {
			return
		}
		if got := back.Replace(escaper.Replace(clean)); got != clean {
			t.Errorf("%q is drawn as %q", clean, got)
		}
	})
}
