package drawing

import (
	"image"
	"math"
)

// colour is red, green and blue from 0 to 1, gamma-encoded: what is mixed here
// are paints, not lights.
type colour struct{ r, g, b float32 }

func hex(rgb uint32) colour {
	return colour{float32(rgb>>16&255) / 255, float32(rgb>>8&255) / 255, float32(rgb&255) / 255}
}

func (c colour) mix(d colour, t float32) colour {
	return colour{c.r + (d.r-c.r)*t, c.g + (d.g-c.g)*t, c.b + (d.b-c.b)*t}
}

func (c colour) scale(f float32) colour { return colour{c.r * f, c.g * f, c.b * f} }

// screen adds light without ever reaching beyond white.
func (c colour) screen(d colour, t float32) colour {
	return colour{1 - (1-c.r)*(1-d.r*t), 1 - (1-c.g)*(1-d.g*t), 1 - (1-c.b)*(1-d.b*t)}
}

// canvas is a picture in the making. Sizes in it are in parts of unit, its
// short side, so that a picture looks alike in every resolution.
type canvas struct {
	w, h    int
	unit    float64
	pix     []colour
	noise   noise
	texture []float32 // textureSize², seamless, around 0
}

const textureSize = 256

func newCanvas(w, h int, seed uint64) *canvas {
	c := &canvas{w: w, h: h, unit: float64(min(w, h)), pix: make([]colour, w*h), noise: noise(seed)}
	c.texture = make([]float32, textureSize*textureSize)
	for y := range textureSize {
		for x := range textureSize {
			fine := c.noise.lattice(int64(x), int64(y)) - 0.5
			coarse := c.noise.wrapped(float64(x)/8, float64(y)/4, textureSize/8, textureSize/4) - 0.5
			c.texture[y*textureSize+x] = float32(0.35*fine + 0.65*coarse)
		}
	}
	return c
}

// grain is the texture at a point.
func (c *canvas) grain(x, y int) float32 {
	return c.texture[(y&(textureSize-1))*textureSize+x&(textureSize-1)]
}

// soft paints what has no sharp edges: f is called on a coarse grid and its
// colours are interpolated. u and v run from 0 to 1.
func (c *canvas) soft(f func(u, v float64) colour, put func(at *colour, made colour)) {
	const step = 4
	gw, gh := c.w/step+2, c.h/step+2
	grid := make([]colour, gw*gh)
	for gy := range gh {
		for gx := range gw {
			grid[gy*gw+gx] = f(float64(gx*step)/float64(c.w), float64(gy*step)/float64(c.h))
		}
	}
	row := make([]colour, gw)
	for y := range c.h {
		top, t := grid[y/step*gw:], float32(y%step)/step
		bottom := top[gw:]
		for i := range row {
			row[i] = top[i].mix(bottom[i], t)
		}
		line := c.pix[y*c.w : (y+1)*c.w]
		for x := range line {
			a, b, s := row[x/step], row[x/step+1], float32(x%step)/step
			put(&line[x], a.mix(b, s))
		}
	}
}

func cover(at *colour, made colour) { *at = made }
func light(at *colour, made colour) { *at = at.screen(made, 1) }

// glow is a round light that fades to nothing at radius (in units).
func (c *canvas) glow(u, v, radius float64, tint colour, strength float64) {
	cx, cy, r := u*float64(c.w), v*float64(c.h), radius*c.unit
	for y := max(0, int(cy-r)); y < min(c.h, int(cy+r)+1); y++ {
		for x := max(0, int(cx-r)); x < min(c.w, int(cx+r)+1); x++ {
			dx, dy := float64(x)-cx, float64(y)-cy
			d := (dx*dx + dy*dy) / (r * r)
			if d < 1 {
				k := (1 - d) * (1 - d)
				at := &c.pix[y*c.w+x]
				*at = at.screen(tint, float32(k*k*strength))
			}
		}
	}
}

// disc is a round shape with an edge softened over feather (in units).
func (c *canvas) disc(u, v, radius, feather float64, tint colour, strength float32) {
	cx, cy := u*float64(c.w), v*float64(c.h)
	r, f := radius*c.unit, math.Max(feather*c.unit, 1.2)
	reach := r + f
	for y := max(0, int(cy-reach)); y < min(c.h, int(cy+reach)+1); y++ {
		for x := max(0, int(cx-reach)); x < min(c.w, int(cx+reach)+1); x++ {
			d := math.Hypot(float64(x)-cx, float64(y)-cy)
			if d < reach {
				at := &c.pix[y*c.w+x]
				*at = at.mix(tint, strength*float32(smooth((reach-d)/(2*f))))
			}
		}
	}
}

// develop darkens the corners a little and rounds to eight bits with noise of
// one step, so that wide gradients show no bands.
func (c *canvas) develop() *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	across := make([]float32, c.w)
	for x := range across {
		d := float64(x)/float64(c.w)*2 - 1
		across[x] = float32(d * d)
	}
	state := uint32(c.noise) | 1
	for y := range c.h {
		d := float64(y)/float64(c.h)*2 - 1
		down := float32(d * d)
		line := c.pix[y*c.w : (y+1)*c.w]
		bytes := out.Pix[y*out.Stride : y*out.Stride+4*c.w]
		for x, p := range line {
			r := across[x] + down
			v := (1 - 0.045*r*r) * 255
			state ^= state << 13
			state ^= state >> 17
			state ^= state << 5
			dither := (float32(state&0xffff)+float32(state>>16))/65536 - 0.5 // triangular, 0.5 ± 1
			q := bytes[4*x : 4*x+4 : 4*x+4]
			q[0], q[1], q[2], q[3] = level(p.r*v+dither), level(p.g*v+dither), level(p.b*v+dither), 255
		}
	}
	return out
}

func level(v float32) uint8 {
	if v <= 0 {
		return 0
	}
	if v >= 255 {
		return 255
	}
	return uint8(v)
}
