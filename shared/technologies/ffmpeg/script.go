package ffmpeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/devotionalai/platform/shared/domains/render"
)

// assScript is a subtitle file for libass and the fonts that it names.
type assScript struct {
	text    string
	fonts   []*typeface
	foreign bool // holds letters that only the machine's fonts may have
}

// script draws a shot's title or captions for frames [from, from+frames) of the
// shot; empty when there is nothing to draw.
func script(frame render.Frame, shot render.Shot, from, frames int) assScript {
	w := &writer{frame: frame, from: from, frames: frames}
	if shot.Title != "" {
		w.titleCard(shot.Title, shot.Byline)
	}
	for _, cue := range shot.Cues {
		w.caption(cue)
	}
	if w.events.Len() == 0 {
		return assScript{}
	}
	return assScript{text: w.file(), fonts: w.fonts, foreign: w.foreign}
}

type writer struct {
	frame        render.Frame
	from, frames int
	events       strings.Builder
	fonts        []*typeface
	foreign      bool
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

// use notes which font a text needs and returns what of it can be drawn.
func (w *writer) use(first *typeface, text string) (*typeface, string) {
	face, drawn, foreign := choose(first, text)
	w.foreign = w.foreign || foreign
	for _, have := range w.fonts {
		if have == face {
			return face, drawn
		}
	}
	w.fonts = append(w.fonts, face)
	return face, drawn
}

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

// caption draws a cue: white letters on a soft dark cushion that is a little
// larger than the text, so that they are read on snow as well as at night.
func (w *writer) caption(cue render.Cue) {
	face, joined := w.use(sans, strings.Join(cue.Lines, "\n"))
	var lines []string
	size, widest := w.captionSize(), 0.0
	for line := range strings.SplitSeq(joined, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, escaper.Replace(line))
			widest = math.Max(widest, face.width(line))
		}
	}
	if len(lines) == 0 {
		return
	}
	room := float64(w.frame.Width) * safeWidth
	size = math.Min(size, room/widest)
	lead := size * 1.16
	width, height := widest*size, lead*float64(len(lines))
	x, bottom := float64(w.frame.Width)/2, w.captionBottom()
	blur := size * 0.5
	w.cushion(cue, x, bottom-height/2, width+size*0.9, height+size*0.1, blur)
	for i, line := range lines {
		y := bottom - height + lead*(float64(i)+0.5)
		tags := fmt.Sprintf(`\an5\pos(%.1f,%.1f)\fn%s\fs%.2f\bord%.2f\blur%.2f`, x, y, face.family, size, size*0.035, size*0.03)
		w.event(1, cue.StartMS, cue.EndMS, tags, line)
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
	face, title := w.use(serif, strings.Join(strings.Fields(title), " "))
	room := float64(w.frame.Width) * safeWidth
	size, lines := fit(face, title, room, w.short()*0.165, w.short()*0.06)
	lead := size * 0.9
	block := lead * float64(len(lines))
	bylineFace, byline := w.use(serif, strings.Join(strings.Fields(byline), " "))
	bylineSize, bylineLines := fit(bylineFace, byline, room, w.short()*0.056, w.short()*0.038)
	gap := w.short() * 0.05
	total := block
	if byline != "" {
		total += 2*gap + bylineSize*float64(len(bylineLines))
	}
	x, top := float64(w.frame.Width)/2, (float64(w.frame.Height)-total)/2
	for i, line := range lines {
		w.titleLine(face, line, x, top+lead*(float64(i)+0.5), size, 0)
	}
	if byline == "" {
		return
	}
	w.rule(x, top+block+gap)
	for i, line := range bylineLines {
		y := top + block + 2*gap + bylineSize*(float64(i)+0.5)
		w.titleLine(bylineFace, line, x, y, bylineSize, bylineFromMS)
	}
}

const titleEndMS = 60 * 60 * 1000 // the shot ends long before

func (w *writer) titleLine(face *typeface, line string, x, y, size float64, fromMS int64) {
	tags := fmt.Sprintf(`\an5\pos(%.1f,%.1f)\fn%s\fs%.2f\b0\bord0\shad%.2f\blur%.2f%s`,
		x, y, face.family, size, size*0.02, size*0.015, w.fadeIn(fromMS))
	w.event(1, fromMS, titleEndMS, tags, escaper.Replace(line))
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

// fit finds the largest size, from most down to least, at which text stands on
// few lines, and balances the lines. At the least size it may take any number.
func fit(face *typeface, text string, room, most, least float64) (size float64, lines []string) {
	const maxLines = 4
	for size = most; size > least; size *= 0.94 {
		if lines = fill(face, text, room/size); len(lines) <= maxLines && widest(face, lines) <= room/size {
			break
		}
	}
	size = math.Max(size, least)
	lines = fill(face, text, room/size)
	// The narrowest column that needs no further line has the most even lines.
	for narrow := 0.95; narrow > 0.4; narrow -= 0.05 {
		tighter := fill(face, text, room/size*narrow)
		if len(tighter) > len(lines) || widest(face, tighter) > room/size*narrow {
			break
		}
		lines = tighter
	}
	if over := widest(face, lines) * size / room; over > 1 {
		size /= over // one word wider than the picture
	}
	return size, lines
}

// fill sets words on lines no wider than room, where a word allows it.
func fill(face *typeface, text string, room float64) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 && face.width(lines[n-1]+" "+word) <= room {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

func widest(face *typeface, lines []string) float64 {
	most := 0.0
	for _, line := range lines {
		most = math.Max(most, face.width(line))
	}
	return most
}
