package ffmpeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
)

// assScript is a subtitle file for libass and the fonts that it names.
type assScript struct {
	text  string
	fonts []*typeface
}

// script draws a shot's title or captions for frames [from, from+frames) of the
// shot; empty when there is nothing to draw.
func (s *shelf) script(frame render.Frame, shot render.Shot, from, frames int) (assScript, error) {
	w := &writer{frame: frame, from: from, frames: frames, language: shot.Language, shelf: s}
	if shot.Title != "" {
		w.titleCard(shot.Title, shot.Byline)
	}
	w.captions(shot.Cues)
	if w.err != nil || w.events.Len() == 0 {
		return assScript{}, w.err
	}
	return assScript{text: w.file(), fonts: w.fonts}, nil
}

type writer struct {
	frame        render.Frame
	from, frames int
	language     language.Language
	shelf        *shelf
	measure      measure
	events       strings.Builder
	fonts        []*typeface
	err          error // the first; a font that is not there
}

// file is the whole script. Its one style names a font that is there: without
// one libass would not even draw shapes. Encoding -1 lets each text decide its own
// direction; WrapStyle 2 leaves line breaks to us.
func (w *writer) file() string {
	return fmt.Sprintf(`[Script Info]
ScriptType: v4.00+
PlayResX: %d
PlayResY: %d
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Text,%s,40,&H00FFFFFF,&H00FFFFFF,&H58000000,&HA0000000,-1,0,0,0,100,100,0,0,1,0,0,5,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
%s`, w.frame.Width, w.frame.Height, w.fonts[0].family, w.events.String())
}

// event adds one line of the script when it is seen within the segment. ms
// counts from the start of the shot; a fade-in that began before the segment is
// left out.
func (w *writer) event(layer int, startMS, endMS int64, tags, text string) {
	offset := render.FramesMS(w.from)
	start, end := startMS-offset, endMS-offset
	if end <= 0 || start >= render.FramesMS(w.frames) {
		return
	}
	fmt.Fprintf(&w.events, "Dialogue: %d,%s,%s,Text,,0,0,0,,{%s}%s\n", layer, assTime(max(start, 0)), assTime(end), tags, text)
}

// assTime is a time in hundredths of a second, the most that the format knows.
func assTime(ms int64) string {
	cs := (ms + 5) / 10
	return fmt.Sprintf("%d:%02d:%02d.%02d", cs/360000, cs/6000%60, cs/100%60, cs%100)
}

// escaper makes user text harmless in a script: braces are literal, a backslash
// is kept from forming a tag by an invisible joiner behind it.
var escaper = strings.NewReplacer(`\`, "\\\u2060", "{", `\{`, "}", `\}`, "\n", " ", "\r", " ", "\x00", "")

// short is the picture's short side, the measure of all sizes.
func (w *writer) short() float64 { return float64(min(w.frame.Width, w.frame.Height)) }

// captionSize and captionBottom suit the line lengths that render.Cues uses.
// On a portrait picture captions keep clear of what phones put at the bottom.
func (w *writer) captionSize() float64 {
	switch {
	case w.frame.Width > w.frame.Height:
		return w.short() * 0.058
	case w.frame.Width == w.frame.Height:
		return w.short() * 0.056
	}
	return w.short() * 0.068
}

func (w *writer) captionBottom() float64 {
	if w.frame.Height > w.frame.Width {
		return float64(w.frame.Height) * 0.845
	}
	return float64(w.frame.Height) * 0.93
}

const safeWidth = 0.86 // of the picture, for every text

// captions draws all cues of a shot in the same fonts.
func (w *writer) captions(cues []render.Cue) {
	var all []string
	for _, cue := range cues {
		all = append(all, cue.Lines...)
	}
	if len(all) == 0 {
		return
	}
	set := w.choose(script.Sans, strings.Join(all, "\n"))
	for _, cue := range cues {
		w.caption(set, cue)
	}
}

// caption draws a cue: white letters on a soft dark cushion that is a little
// larger than the text, so that they are read on snow as well as at night.
func (w *writer) caption(set setting, cue render.Cue) {
	var lines []string
	size, widest := w.captionSize(), 0.0
	for _, line := range cue.Lines {
		if wide := set.width(line); wide > 0 {
			lines = append(lines, line)
			widest = math.Max(widest, wide)
		}
	}
	if len(lines) == 0 {
		return
	}
	room := float64(w.frame.Width) * safeWidth
	size = math.Min(size, room/widest)
	lead := size * math.Max(1.16, set.tallest(lines...)*0.86)
	width, height := widest*size, lead*float64(len(lines))
	x, bottom := float64(w.frame.Width)/2, w.captionBottom()
	blur := size * 0.5
	w.cushion(cue, x, bottom-height/2, width+size*0.9, height+size*0.1, blur)
	for i, line := range lines {
		y := bottom - height + lead*(float64(i)+0.5)
		tags := fmt.Sprintf(`\an5\pos(%.1f,%.1f)\bord%.2f\blur%.2f`, x, y, size*0.035, size*0.03)
		w.event(1, cue.StartMS, cue.EndMS, tags, set.tagged(line, size))
	}
}

func (w *writer) cushion(cue render.Cue, x, y, width, height, blur float64) {
	tags := fmt.Sprintf(`\an5\pos(%.1f,%.1f)\bord0\shad0\1c&H000000&\1a&H66&\blur%.1f\p1`, x, y, blur)
	shape := fmt.Sprintf("m 0 0 l %.0f 0 %.0f %.0f 0 %.0f", width, width, height, height)
	w.event(0, cue.StartMS, cue.EndMS, tags, shape)
}

// The title comes up softly; the byline follows it.
const (
	titleFadeMS  = 700
	bylineFromMS = 350
)

// titleCard sets the title in a serif, as large as fits on four lines, with a
// thin rule and the byline below, centred as one block.
func (w *writer) titleCard(title, byline string) {
	room := float64(w.frame.Width) * safeWidth
	set := w.choose(script.Serif, title)
	size, lines := set.fit(title, room, w.short()*0.165, w.short()*0.06)
	lead := size * math.Max(0.9, set.tallest(lines...)*0.9)
	block := lead * float64(len(lines))
	small := w.choose(script.Serif, byline)
	bylineSize, bylineLines := small.fit(byline, room, w.short()*0.056, w.short()*0.038)
	gap := w.short() * 0.05
	total := block
	if len(bylineLines) > 0 {
		total += 2*gap + bylineSize*float64(len(bylineLines))
	}
	x, top := float64(w.frame.Width)/2, (float64(w.frame.Height)-total)/2
	for i, line := range lines {
		w.titleLine(set, line, x, top+lead*(float64(i)+0.5), size, 0)
	}
	if len(bylineLines) == 0 {
		return
	}
	w.rule(x, top+block+gap)
	for i, line := range bylineLines {
		y := top + block + 2*gap + bylineSize*(float64(i)+0.5)
		w.titleLine(small, line, x, y, bylineSize, bylineFromMS)
	}
}

const titleEndMS = 60 * 60 * 1000 // the shot ends long before

func (w *writer) titleLine(set setting, line string, x, y, size float64, fromMS int64) {
	tags := fmt.Sprintf(`\an5\pos(%.1f,%.1f)\b0\bord0\shad%.2f\blur%.2f%s`, x, y, size*0.02, size*0.015, w.fadeIn(fromMS))
	w.event(1, fromMS, titleEndMS, tags, set.tagged(line, size))
}

func (w *writer) rule(x, y float64) {
	width, height := w.short()*0.12, math.Max(2, w.short()*0.003)
	tags := fmt.Sprintf(`\an5\pos(%.1f,%.1f)\bord0\shad0\1a&H40&\p1%s`, x, y, w.fadeIn(bylineFromMS))
	w.event(1, bylineFromMS, titleEndMS, tags, fmt.Sprintf("m 0 0 l %.0f 0 %.0f %.0f 0 %.0f", width, width, height, height))
}

// fadeIn is left out of a segment that begins after it.
func (w *writer) fadeIn(fromMS int64) string {
	if render.FramesMS(w.from) > fromMS {
		return ""
	}
	return fmt.Sprintf(`\fad(%d,0)`, titleFadeMS)
}
