// Package lettering holds what videos show against the fonts themselves: each
// text is shaped and drawn here a second time, without ffmpeg and libass.
package lettering

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"path/filepath"

	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/stix/stix2textsemibold"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"github.com/devotionalai/platform/shared/domains/script"
)

// Type sets lines with the fonts of a folder and those that are compiled in.
type Type struct {
	folder string
	faces  map[string]*font.Face
	shaper shaping.HarfbuzzShaper
}

// NewType opens fonts as they are asked for.
func NewType(folder string) *Type { return &Type{folder: folder, faces: map[string]*font.Face{}} }

func (t *Type) face(f script.Font) (*font.Face, error) {
	if face := t.faces[f.Family]; face != nil {
		return face, nil
	}
	data, ok := map[string][]byte{script.Sans: liberationsansbold.TTF, script.Broad: dejavusansbold.TTF, script.Serif: stix2textsemibold.TTF}[f.Family]
	if !ok {
		var err error
		if data, err = os.ReadFile(filepath.Join(t.folder, f.File)); err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", f.Family, err)
	}
	t.faces[f.Family] = face
	return face, nil
}

// glyph is one glyph of a line: its outline, and where its pen stands, both in
// parts of the em.
type glyph struct {
	outline font.GlyphOutline
	upem, x float32
	y       float32
}

// Line is a shaped line.
type Line struct {
	glyphs []glyph
	// Boxes counts the glyphs that a font draws for what it lacks.
	Boxes int
}

const em = 1024

// Set shapes a line whose letters are of one direction.
func (t *Type) Set(choice script.Choice, line string) (Line, error) {
	var set Line
	pen := float32(0)
	for _, run := range choice.Runs(line) {
		face, err := t.face(run.Font)
		if err != nil {
			return Line{}, err
		}
		text := []rune(run.Text)
		in := shaping.Input{
			Text: text, RunEnd: len(text), Face: face, Size: fixed.I(em), Direction: di.DirectionLTR, Language: language.NewLanguage("und"),
			FontFeatures: []shaping.FontFeature{{Tag: opentype.MustNewTag("kern"), Value: 0}}, // libass does not kern
		}
		for _, r := range text {
			if s := language.LookupScript(r); s.Strong() {
				in.Script = s
				break
			}
		}
		if in.Script == language.Arabic || in.Script == language.Hebrew {
			in.Direction = di.DirectionRTL
		}
		for _, g := range t.shaper.Shape(in).Glyphs {
			if g.GlyphID == 0 {
				set.Boxes++
			}
			if outline, ok := face.GlyphData(g.GlyphID).(font.GlyphOutline); ok {
				at := glyph{outline: outline, upem: float32(face.Upem()), x: pen + parts(g.XOffset), y: parts(g.YOffset)}
				set.glyphs = append(set.glyphs, at)
			}
			pen += parts(g.Advance)
		}
	}
	return set, nil
}

func parts(v fixed.Int26_6) float32 { return float32(v) / 64 / em }

// ink is what a glyph or a line covers, as 0 to 255.
type ink struct{ *image.Alpha }

// draw draws glyphs at a size into a picture of which (x, y) is the line's beginning.
func draw(glyphs []glyph, size float32, x, y float32, w, h int) ink {
	r := vector.NewRasterizer(w, h)
	for _, g := range glyphs {
		at := func(p opentype.SegmentPoint) (float32, float32) {
			return x + (g.x+p.X/g.upem)*size, y - (g.y+p.Y/g.upem)*size
		}
		for _, s := range g.outline.Segments {
			x0, y0 := at(s.Args[0])
			x1, y1 := at(s.Args[1])
			x2, y2 := at(s.Args[2])
			switch s.Op {
			case opentype.SegmentOpMoveTo:
				r.ClosePath()
				r.MoveTo(x0, y0)
			case opentype.SegmentOpLineTo:
				r.LineTo(x0, y0)
			case opentype.SegmentOpQuadTo:
				r.QuadTo(x0, y0, x1, y1)
			case opentype.SegmentOpCubeTo:
				r.CubeTo(x0, y0, x1, y1, x2, y2)
			}
		}
		r.ClosePath()
	}
	out := image.NewAlpha(image.Rect(0, 0, w, h))
	r.Draw(out, out.Bounds(), image.Opaque, image.Point{})
	return ink{out}
}

// span is from where to where a line has ink, in parts of the em.
func (l Line) span() (from, to, top, bottom float32) {
	from, to, top, bottom = 1e9, -1e9, 1e9, -1e9
	for _, g := range l.glyphs {
		for _, s := range g.outline.Segments {
			for _, p := range s.ArgsSlice() {
				x, y := g.x+p.X/g.upem, -(g.y + p.Y/g.upem)
				from, to, top, bottom = min(from, x), max(to, x), min(top, y), max(bottom, y)
			}
		}
	}
	return from, to, top, bottom
}
