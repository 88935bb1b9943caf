package drawing

import "math"

// noise is a seeded field of smooth random values from 0 to 1.
type noise uint64

// lattice is the value at a whole position.
func (n noise) lattice(x, y int64) float64 {
	h := uint64(x)*0x9E3779B97F4A7C15 ^ uint64(y)*0xC2B2AE3D27D4EB4F ^ uint64(n)
	h ^= h >> 31
	h *= 0x94D049BB133111EB
	h ^= h >> 29
	return float64(h>>40) / (1 << 24)
}

// at is the value anywhere, interpolated.
func (n noise) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int64(fx), int64(fy)
	tx, ty := smooth(x-fx), smooth(y-fy)
	top := n.lattice(ix, iy) + (n.lattice(ix+1, iy)-n.lattice(ix, iy))*tx
	bottom := n.lattice(ix, iy+1) + (n.lattice(ix+1, iy+1)-n.lattice(ix, iy+1))*tx
	return top + (bottom-top)*ty
}

// wrapped is at on a field that repeats after px and py.
func (n noise) wrapped(x, y float64, px, py int64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int64(fx)%px, int64(fy)%py
	jx, jy := (ix+1)%px, (iy+1)%py
	tx, ty := smooth(x-fx), smooth(y-fy)
	top := n.lattice(ix, iy) + (n.lattice(jx, iy)-n.lattice(ix, iy))*tx
	bottom := n.lattice(ix, jy) + (n.lattice(jx, jy)-n.lattice(ix, jy))*tx
	return top + (bottom-top)*ty
}

// fractal adds octaves of ever finer detail; still from 0 to 1.
func (n noise) fractal(x, y float64, octaves int) float64 {
	sum, weight, total := 0.0, 1.0, 0.0
	for i := range octaves {
		sum += weight * (n+noise(i)*7919).at(x, y)
		total += weight
		x, y, weight = x*2.03+17.7, y*2.03+9.2, weight*0.5
	}
	return sum / total
}

// smooth eases from 0 to 1 and stays there.
func smooth(t float64) float64 {
	if t <= 0 {
		return 0
	}
	if t >= 1 {
		return 1
	}
	return t * t * (3 - 2*t)
}

// dice draws repeatable random numbers.
type dice struct {
	field noise
	count int64
}

func (d *dice) roll() float64 {
	d.count++
	return d.field.lattice(d.count, 77)
}

// between is evenly spread from a to b.
func (d *dice) between(a, b float64) float64 { return a + (b-a)*d.roll() }
