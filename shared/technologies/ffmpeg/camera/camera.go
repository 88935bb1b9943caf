// Package camera films a still picture: each frame shows a window of it that
// slides and grows by fractions of a pixel.
//
// The still is larger than the frame (Oversize), so that two neighbours a pixel
// apart say enough of what lies between them: each frame is interpolated along
// straight lines, first over rows, eight pixels in a machine word, then over
// columns by a table. Whole numbers only, so that the same still gives the same
// bytes everywhere.
package camera

import (
	"encoding/binary"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/render"
)

// Oversize is how many times as wide and high as the frame a still should be.
// Less is blurred between pixels, which is seen as breathing; more costs memory
// and shows nothing (docs/adr/0032).
const Oversize = 2

// Still is a picture in yuv420p: the plane of brightness, then the two of colour
// at half its size. Both sides are even.
type Still struct {
	Width, Height int
	Pixels        []byte
}

// Size is how many bytes a picture in yuv420p takes.
func Size(width, height int) int { return width * height * 3 / 2 }

// Camera films one still. It is not safe for concurrent use.
type Camera struct {
	frame   render.Frame
	planes  [3]plane
	row     []byte
	columns []place
}

// New returns a camera for frames of that size. Errors: sizes that are odd,
// tiny, or not those of the pixels.
func New(still Still, frame render.Frame) (*Camera, error) {
	w, h := still.Width, still.Height
	switch {
	case min(w, h, frame.Width, frame.Height) < 4 || (w|h|frame.Width|frame.Height)&1 != 0:
		return nil, fmt.Errorf("a still of %d x %d for frames of %d x %d", w, h, frame.Width, frame.Height)
	case len(still.Pixels) != Size(w, h):
		return nil, fmt.Errorf("a still of %d x %d has %d bytes", w, h, len(still.Pixels))
	}
	y, u := w*h, w*h/4
	return &Camera{
		frame: frame,
		planes: [3]plane{
			{w, h, still.Pixels[:y]},
			{w / 2, h / 2, still.Pixels[y : y+u]},
			{w / 2, h / 2, still.Pixels[y+u:]},
		},
		row:     make([]byte, w+word),
		columns: make([]place, frame.Width),
	}, nil
}

// Film writes the frame that shows a window of the still. dst holds a picture in
// yuv420p in which frames of several cameras stand one above the other: of so
// many, this is number i.
func (c *Camera) Film(dst []byte, frames, i int, view render.View) {
	w, h := c.frame.Width, c.frame.Height
	for n := range c.planes {
		if n == 1 {
			w, h = w/2, h/2
		}
		c.film(dst[i*w*h:][:w*h], &c.planes[n], w, h, view)
		dst = dst[frames*w*h:]
	}
}

type plane struct {
	width, height int
	pixels        []byte
}

// place is where a frame's row or column lies in the still: between at and the
// next one, part of the way (0 to whole).
type place struct{ at, part uint32 }

const (
	partBits = 8 // the finest step is 1/256 of the still's pixel, 1/512 of the frame's
	whole    = 1 << partBits
	word     = 8 // bytes
)

// film interpolates one plane.
func (c *Camera) film(dst []byte, p *plane, w, h int, view render.View) {
	columns := c.columns[:w]
	for x := range columns {
		columns[x] = placeOf(x, w, p.width, view.X, view.Size)
	}
	// Only the columns that the window reaches are needed, from a word's start.
	first := int(columns[0].at) &^ (word - 1)
	last := int(columns[w-1].at) + 2
	for x := range columns {
		columns[x].at -= uint32(first)
	}
	row := c.row[:last-first+word]
	for y := range h {
		place := placeOf(y, h, p.height, view.Y, view.Size)
		above := p.pixels[int(place.at)*p.width:][:2*p.width]
		blend(row, above[first:last], above[p.width+first:p.width+last], uint64(place.part))
		pick(dst[y*w:][:w], row, columns)
	}
}

// placeOf finds the middle of row or column i of n in a side of the still that
// has the given length, through a window from start on.
func placeOf(i, n, length int, start, size float64) place {
	// In 2^-32 of a pixel, exactly: whole numbers do not drift along the row.
	const one = 1 << 32
	step := int64(size * float64(length) / float64(n) * one)
	at := int64(start*float64(length)*one) + step*int64(i) + step/2 - one/2
	at = (at + one/whole/2) >> (32 - partBits)
	at = min(max(at, 0), int64(length-1)*whole)
	if at == int64(length-1)*whole {
		return place{uint32(length - 2), whole}
	}
	return place{uint32(at >> partBits), uint32(at & (whole - 1))}
}

// blend mixes two rows of the same length into dst, which has room for a word
// more: eight pixels at a time, every other one in 16 bits of its own.
func blend(dst, a, b []byte, part uint64) {
	const lanes, half = 0x00FF00FF00FF00FF, 0x0080008000800080
	rest := whole - part
	n := len(a)
	b = b[:n]
	i := 0
	for ; i+word <= n; i += word {
		p, q := binary.LittleEndian.Uint64(a[i:]), binary.LittleEndian.Uint64(b[i:])
		even := (p&lanes)*rest + (q&lanes)*part + half
		odd := (p>>8&lanes)*rest + (q>>8&lanes)*part + half
		binary.LittleEndian.PutUint64(dst[i:], even>>8&lanes|odd&^uint64(lanes))
	}
	for ; i < n; i++ {
		dst[i] = byte((uint64(a[i])*rest + uint64(b[i])*part + whole/2) >> partBits)
	}
}

// pick fills a row of the frame from a row of the still.
func pick(dst, row []byte, columns []place) {
	for x, c := range columns[:len(dst)] {
		pair := row[c.at : c.at+2]
		a, b := uint32(pair[0]), uint32(pair[1])
		dst[x] = byte((a*(whole-c.part) + b*c.part + whole/2) >> partBits)
	}
}
