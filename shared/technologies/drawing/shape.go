package drawing

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// pen draws closed shapes in a square of its own: (0,0) is the point that stands
// on the ground, y grows upwards, 1 is the height of the figure.
type pen struct {
	c     *canvas
	x, y  float64 // where it stands, pixels
	size  float64 // pixels
	flip  float64 // -1 mirrors it
	paint func(x, y float64) colour
}

func (c *canvas) pen(u, v, size float64, flip bool, tint colour) pen {
	p := pen{c: c, x: u * float64(c.w), y: v * float64(c.h), size: size * c.unit, flip: 1}
	if flip {
		p.flip = -1
	}
	p.paint = func(float64, float64) colour { return tint }
	return p
}

// in is the same pen with another paint.
func (p pen) in(tint colour) pen {
	p.paint = func(float64, float64) colour { return tint }
	return p
}

// shaded paints from one colour at the foot to another at the top.
func (p pen) shaded(foot, top colour) pen {
	p.paint = func(_, y float64) colour { return foot.mix(top, float32(smooth(y))) }
	return p
}

// across paints from the left side of a figure of the given width to its right.
func (p pen) across(width float64, stops ...colour) pen {
	p.paint = func(x, _ float64) colour {
		t := min(max(x/width+0.5, 0), 0.999) * float64(len(stops)-1)
		i := int(t)
		return stops[i].mix(stops[i+1], float32(t-float64(i)))
	}
	return p
}

// polygon fills the shape whose corners are x, y, x, y, …
func (p pen) polygon(corners ...float64) {
	p.fill(func(to func(x, y float64), _ func(ax, ay, x, y float64)) {
		for i := 0; i+1 < len(corners); i += 2 {
			to(corners[i], corners[i+1])
		}
	})
}

// ellipse fills an ellipse.
func (p pen) ellipse(x, y, rx, ry float64) {
	const corners = 28
	points := make([]float64, 0, 2*corners)
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points = append(points, x+rx*cos, y+ry*sin)
	}
	p.polygon(points...)
}

// fill fills what outline draws with straight lines and quadratic curves.
func (p pen) fill(outline func(line func(x, y float64), curve func(ax, ay, x, y float64))) {
	const margin = 1.6 // no figure is wider or taller, in its own sizes
	reach := p.size * margin
	left, top := math.Floor(p.x-reach), math.Floor(p.y-reach)
	side := int(2*reach) + 2
	r := vector.NewRasterizer(side, side)
	at := func(x, y float64) (float32, float32) {
		return float32(p.x + p.flip*x*p.size - left), float32(p.y - y*p.size - top)
	}
	started := false
	line := func(x, y float64) {
		if px, py := at(x, y); started {
			r.LineTo(px, py)
		} else {
			r.MoveTo(px, py)
			started = true
		}
	}
	outline(line, func(ax, ay, x, y float64) {
		px, py := at(ax, ay)
		qx, qy := at(x, y)
		r.QuadTo(px, py, qx, qy)
	})
	r.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, side, side))
	r.DrawOp = draw.Src
	r.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	p.stamp(mask, int(left), int(top))
}

// stamp puts the paint through a mask.
func (p pen) stamp(mask *image.Alpha, left, top int) {
	for my := range mask.Rect.Dy() {
		y := top + my
		if y < 0 || y >= p.c.h {
			continue
		}
		for mx, a := range mask.Pix[my*mask.Stride : my*mask.Stride+mask.Rect.Dx()] {
			x := left + mx
			if a == 0 || x < 0 || x >= p.c.w {
				continue
			}
			at := &p.c.pix[y*p.c.w+x]
			made := p.paint(p.flip*(float64(x)-p.x)/p.size, (p.y-float64(y))/p.size)
			*at = at.mix(made, float32(a)/255)
		}
	}
}
