package ffmpeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/devotionalai/platform/shared/domains/script"
)

// setting is how one piece of text is set: in which fonts, and which of the usual
// ones its sizes are those of. Another font comes out with the same em.
type setting struct {
	*writer
	choice script.Choice
	unit   float64 // height of the usual font
}

// choose finds the fonts of a text whose family is usually that one.
func (w *writer) choose(usual, text string) setting {
	set := setting{writer: w, choice: w.shelf.stock.Choose(usual, w.language, text), unit: 1}
	font, _ := script.Find(usual)
	if face := w.face(font); face != nil {
		set.unit = face.height
	}
	return set
}

// face takes a font from the shelf; nil, and the error noted, when it is not there.
func (w *writer) face(font script.Font) *typeface {
	face, err := w.shelf.take(font)
	if err != nil && w.err == nil {
		w.err = err
	}
	return face
}

// tagged is a line with the fonts that its parts take, and without what no font
// can draw.
func (s setting) tagged(line string, size float64) string {
	var b strings.Builder
	for _, run := range s.choice.Runs(line) {
		face := s.face(run.Font)
		if face == nil {
			continue
		}
		s.note(face)
		fmt.Fprintf(&b, `{\fn%s\fs%.2f}%s`, face.family, size*face.height/s.unit, escaper.Replace(run.Text))
	}
	return b.String()
}

// note keeps which fonts the script names.
func (w *writer) note(face *typeface) {
	for _, have := range w.fonts {
		if have == face {
			return
		}
	}
	w.fonts = append(w.fonts, face)
}

// width is how wide a line comes out, in parts of the size.
func (s setting) width(line string) float64 {
	total := 0.0
	for _, run := range s.choice.Runs(strings.TrimSpace(line)) {
		if face := s.face(run.Font); face != nil {
			total += s.measure.width(face, run.Text)
		}
	}
	return total / s.unit
}

// tallest is how much room a line with the lines' tallest font needs, in parts of
// the size.
func (s setting) tallest(lines ...string) float64 {
	most := 0.0
	for _, line := range lines {
		for _, run := range s.choice.Runs(line) {
			if face := s.face(run.Font); face != nil {
				most = math.Max(most, face.height/s.unit)
			}
		}
	}
	return most
}

// fit finds the largest size, from most down to least, at which text stands on
// few lines, and balances the lines. At the least size it may take any number.
func (s setting) fit(text string, room, most, least float64) (size float64, lines []string) {
	const maxLines = 4
	atoms := script.Atoms(text)
	for size = most; size > least; size *= 0.94 {
		if lines = s.fill(atoms, room/size); len(lines) <= maxLines && s.widest(lines) <= room/size {
			break
		}
	}
	size = math.Max(size, least)
	lines = s.fill(atoms, room/size)
	// The narrowest column that needs no further line has the most even lines.
	for narrow := 0.95; narrow > 0.4; narrow -= 0.05 {
		tighter := s.fill(atoms, room/size*narrow)
		if len(tighter) > len(lines) || s.widest(tighter) > room/size*narrow {
			break
		}
		lines = tighter
	}
	if over := s.widest(lines) * size / room; over > 1 {
		size /= over // one word wider than the picture
	}
	for i, line := range lines {
		lines[i] = script.Directed(line, text)
	}
	return size, lines
}

// fill sets atoms on lines no wider than room, where an atom allows it.
func (s setting) fill(atoms []string, room float64) []string {
	var lines []string
	for _, atom := range atoms {
		if n := len(lines); n > 0 && s.width(lines[n-1]+atom) <= room {
			lines[n-1] += atom
			continue
		}
		lines = append(lines, atom)
	}
	kept := lines[:0]
	for _, line := range lines {
		if line = strings.TrimSpace(line); s.width(line) > 0 {
			kept = append(kept, line)
		}
	}
	return kept
}

func (s setting) widest(lines []string) float64 {
	most := 0.0
	for _, line := range lines {
		most = math.Max(most, s.width(line))
	}
	return most
}
