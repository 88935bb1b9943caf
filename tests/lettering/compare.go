package lettering

import (
	"fmt"
	"image"
)

// White are the pixels of a part of a frame that are as light as letters are.
type White struct {
	w, h   int
	pixels []bool
}

// letterLight is lighter than the pictures that these tests show.
const letterLight = 150

// Find takes the white pixels of a frame below a row and above another.
func Find(frame image.Image, from, to int) White {
	b := frame.Bounds()
	white := White{w: b.Dx(), h: b.Dy(), pixels: make([]bool, b.Dx()*b.Dy())}
	for y := from; y < to; y++ {
		for x := range white.w {
			r, g, bl, _ := frame.At(b.Min.X+x, b.Min.Y+y).RGBA()
			white.pixels[y*white.w+x] = (r*299+g*587+bl*114)/1000>>8 > letterLight
		}
	}
	return white
}

func (w White) at(x, y int) bool {
	return x >= 0 && y >= 0 && x < w.w && y < w.h && w.pixels[y*w.w+x]
}

// near reports white within so many pixels.
func (w White) near(x, y, reach int) bool {
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			if w.at(x+dx, y+dy) {
				return true
			}
		}
	}
	return false
}

func (w White) box() image.Rectangle {
	var box image.Rectangle
	for y := range w.h {
		for x := range w.w {
			if w.pixels[y*w.w+x] {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// Without is the same with a part painted over by a hollow box, or by nothing.
func (w White) Without(part image.Rectangle, box bool) White {
	other := White{w: w.w, h: w.h, pixels: append([]bool(nil), w.pixels...)}
	for y := max(part.Min.Y, 0); y < min(part.Max.Y, w.h); y++ {
		for x := max(part.Min.X, 0); x < min(part.Max.X, w.w); x++ {
			edge := min(x-part.Min.X, part.Max.X-1-x, y-part.Min.Y, part.Max.Y-1-y) < 1
			other.pixels[y*w.w+x] = box && edge
		}
	}
	return other
}

// Placed says where lines were found in a frame.
type Placed struct {
	Glyphs []image.Rectangle // each one's ink
}

const (
	// A glyph is there when so much of its ink is white, give or take a pixel.
	glyphCovered = 0.8
	// So much white may lie beside all of them: noise of the encoder.
	stray = 0.04
	// What has fewer pixels says nothing.
	leastInk = 12
)

// Hold finds lines in what is white. The error names the glyph that is not
// there, or tells of white that is no glyph of theirs.
func Hold(white White, lines []Line) (Placed, error) {
	box := white.box()
	if box.Dx() < 8 {
		return Placed{}, fmt.Errorf("no letters are seen")
	}
	widest := float32(0)
	for _, l := range lines {
		if l.Boxes > 0 {
			return Placed{}, fmt.Errorf("the fonts lack %d glyphs", l.Boxes)
		}
		from, to, _, _ := l.span()
		widest = max(widest, to-from)
	}
	size := float32(box.Dx()) / widest
	explained := make([]bool, len(white.pixels))
	var placed Placed
	for i, l := range lines {
		glyphs, err := holdLine(white, box, l, size, explained)
		if err != nil {
			return Placed{}, fmt.Errorf("line %d: %w", i+1, err)
		}
		placed.Glyphs = append(placed.Glyphs, glyphs...)
	}
	all, alien := 0, 0
	for i, is := range white.pixels {
		if is {
			all++
			if !explained[i] {
				alien++
			}
		}
	}
	if float64(alien) > stray*float64(all) {
		return placed, fmt.Errorf("%d of %d white pixels are no glyph's", alien, all)
	}
	return placed, nil
}

// HoldInk is Hold for letters that the two shapers join in other forms: there is
// about as much white as the lines have ink at their height, and no box.
func HoldInk(white White, lines []Line) error {
	box := white.box()
	if box.Dx() < 8 {
		return fmt.Errorf("no letters are seen")
	}
	size, ink, seen := float32(0), 0, 0
	for _, l := range lines {
		if l.Boxes > 0 {
			return fmt.Errorf("the fonts lack %d glyphs", l.Boxes)
		}
		_, _, top, bottom := l.span()
		size = max(size, float32(box.Dy())/float32(len(lines))/(bottom-top))
	}
	for _, l := range lines {
		from, _, top, _ := l.span()
		ink += len(points(draw(l.glyphs, size, -from*size, -top*size, white.w, white.h)))
	}
	for _, is := range white.pixels {
		if is {
			seen++
		}
	}
	if seen*4 < ink*3 || seen*3 > ink*4 {
		return fmt.Errorf("%d pixels are white where the letters have %d", seen, ink)
	}
	return nil
}

// holdLine finds the place at which most of a line's ink is white, and there looks
// at each glyph.
func holdLine(white White, box image.Rectangle, l Line, size float32, explained []bool) ([]image.Rectangle, error) {
	from, to, top, _ := l.span()
	x := float32(box.Min.X+box.Max.X)/2 - (from+to)/2*size
	base := float32(box.Min.Y) - top*size
	whole := points(draw(l.glyphs, size, x, base, white.w, white.h))
	best, at := -1, image.Point{}
	for dy := -8; dy < box.Dy(); dy++ {
		for dx := -8; dx <= 8; dx++ {
			hits := 0
			for i := 0; i < len(whole); i += 3 {
				if white.at(whole[i].X+dx, whole[i].Y+dy) {
					hits++
				}
			}
			if hits > best {
				best, at = hits, image.Pt(dx, dy)
			}
		}
	}
	var glyphs []image.Rectangle
	for n, g := range l.glyphs {
		ink := points(draw([]glyph{g}, size, x+float32(at.X), base+float32(at.Y), white.w, white.h))
		covered, off := white.settle(ink)
		if len(ink) >= leastInk && float64(covered) < glyphCovered*float64(len(ink)) {
			return nil, fmt.Errorf("of glyph %d of %d, at %v, %d of %d pixels are white", n+1, len(l.glyphs), boxOf(ink, off), covered, len(ink))
		}
		if len(ink) >= leastInk {
			at.X += off // the next one follows it
			glyphs = append(glyphs, boxOf(ink, off))
		}
		white.explain(explained, ink, off)
	}
	return glyphs, nil
}

// elastic is how far a glyph may stand from where the one before it says: the
// two shapers do not always space alike, in Arabic above all.
const elastic = 4

// settle finds where nearest to its place most of a glyph's ink is white.
func (w White) settle(ink []image.Point) (covered, off int) {
	covered = -1
	for _, dx := range []int{0, -1, 1, -2, 2, -3, 3, -elastic, elastic} {
		hits := 0
		for _, p := range ink {
			if w.near(p.X+dx, p.Y, 1) {
				hits++
			}
		}
		if hits > covered {
			covered, off = hits, dx
		}
	}
	return covered, off
}

// explain marks what lies within two pixels of a glyph.
func (w White) explain(explained []bool, ink []image.Point, off int) {
	for _, p := range ink {
		for dy := -2; dy <= 2; dy++ {
			for dx := -2; dx <= 2; dx++ {
				if q := (p.Y+dy)*w.w + p.X + off + dx; q >= 0 && q < len(explained) {
					explained[q] = true
				}
			}
		}
	}
}

func boxOf(ink []image.Point, off int) image.Rectangle {
	var box image.Rectangle
	for _, p := range ink {
		box = box.Union(image.Rect(p.X+off, p.Y, p.X+off+1, p.Y+1))
	}
	return box
}

// points are the pixels that ink covers for the most part.
func points(of ink) []image.Point {
	var all []image.Point
	for i, a := range of.Pix {
		if a > 160 {
			all = append(all, image.Pt(i%of.Stride, i/of.Stride))
		}
	}
	return all
}
