package drawing

import "math"

// people puts the figures into the land. They are dark against the light, as
// on a photograph taken towards the sun.
func (s scene) people(c *canvas) {
	ground := func(u float64) float64 { return s.groundAt(c, u) }
	dark := s.light.near.scale(0.5)
	if s.with(path) && !s.water {
		s.road(c)
	}
	if s.with(church) {
		u := s.standU
		s.churchAt(c.pen(u, ground(u)+0.014, 0.23, false, dark))
	}
	if s.with(cross) {
		u := s.standU
		s.crossAt(c.pen(u, ground(u)+0.012, 0.27, false, dark))
	}
	if s.with(tree) {
		u := []float64{0.14, 0.86}[int(s.dice.roll()*1.99)]
		s.treeAt(c.pen(u, ground(u)+0.03, 0.42, s.dice.roll() < 0.5, dark))
	}
	if s.with(boat) && s.water {
		s.boatAt(c.pen(s.sunU*0.5+0.28, s.horizon+0.085, 0.16, s.sunU > 0.5, dark))
	}
	s.flock(c, ground)
	if s.with(birds) && !s.moon {
		s.birdsAt(c, dark.mix(s.light.sky[1], 0.25))
	}
}

// groundAt finds the top of the last hill but one: the middle ground, where
// figures stand. With water there is only the near bank.
func (s scene) groundAt(c *canvas, u float64) float64 {
	level, height, frequency, salt := s.horizon+0.2, 0.13+0.02*2/3, 1.05, 12
	if s.water {
		level, height, frequency, salt = 0.95, 0.17, 0.8, 11
	}
	field := c.noise + noise(salt)*104729
	n := field.fractal(u*float64(c.w)/c.unit*frequency, 3.5, 3) - 0.35
	v := level - height*n
	if !s.water {
		v -= s.mound(c, u)
	}
	if s.valley {
		v -= nearRise * 0.9 * s.flank(u, 0.16)
	}
	if s.water {
		v -= bankRise * s.flank(u, 0.3)
	}
	return v
}

func (s scene) crossAt(p pen) {
	c := p.c
	c.glow(p.x/float64(c.w), (p.y-p.size*0.7)/float64(c.h), 0.34, s.light.sun, 0.5)
	const w = 0.036
	p.polygon(-w, -0.1, -w, 1, w, 1, w, -0.1)
	p.polygon(-0.27, 0.66, -0.27, 0.66+2*w, 0.27, 0.66+2*w, 0.27, 0.66)
}

// churchAt is a small chapel with light in its windows.
func (s scene) churchAt(p pen) {
	c := p.c
	wall := s.light.near.scale(0.7).mix(s.light.mist, 0.16)
	c.glow(p.x/float64(c.w), (p.y-p.size*0.35)/float64(c.h), 0.3, hex(0xffd591), 0.32)
	p.in(wall).polygon(-0.16, -0.12, -0.16, 0.3, 0.42, 0.3, 0.42, -0.12)          // nave
	p.in(wall.scale(0.62)).polygon(-0.2, 0.29, -0.06, 0.5, 0.36, 0.5, 0.47, 0.29) // roof
	p.in(wall.scale(1.12)).polygon(-0.32, -0.12, -0.32, 0.56, -0.1, 0.56, -0.1, -0.12)
	p.in(wall.scale(0.55)).polygon(-0.345, 0.55, -0.21, 1, -0.075, 0.55) // steeple
	p.in(wall.scale(0.5)).polygon(-0.217, 0.98, -0.217, 1.12, -0.203, 1.12, -0.203, 0.98)
	p.in(wall.scale(0.5)).polygon(-0.25, 1.055, -0.25, 1.07, -0.17, 1.07, -0.17, 1.055)
	lamp := p.in(hex(0xffdf9c))
	for _, x := range []float64{0, 0.13, 0.26} {
		lamp.polygon(x, 0.08, x, 0.2, x+0.025, 0.235, x+0.05, 0.2, x+0.05, 0.08)
	}
	lamp.polygon(-0.235, 0.34, -0.235, 0.42, -0.21, 0.46, -0.185, 0.42, -0.185, 0.34)
	lamp.polygon(-0.25, -0.12, -0.25, 0.08, -0.21, 0.125, -0.17, 0.08, -0.17, -0.12)
	c.glow((p.x-0.21*p.size)/float64(c.w), p.y/float64(c.h), 0.07, hex(0xffd591), 0.5)
}

// treeAt is a broad old tree: leaves in many soft clumps, lit from the sun's side.
func (s scene) treeAt(p pen) {
	bark := s.light.near.scale(0.42)
	p.in(bark).fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.09, -0.06)
		curve(-0.03, 0.1, -0.035, 0.38)
		curve(-0.08, 0.52, -0.2, 0.62)
		line(-0.17, 0.64)
		curve(-0.03, 0.55, 0, 0.48)
		curve(0.05, 0.58, 0.2, 0.66)
		line(0.22, 0.63)
		curve(0.06, 0.5, 0.035, 0.36)
		curve(0.03, 0.1, 0.1, -0.06)
	})
	dice := dice{field: p.c.noise + 55}
	leaf := s.light.near.scale(0.72)
	sunny := 1.0
	if s.sunU*float64(p.c.w) < p.x {
		sunny = -1
	}
	for i := range 190 {
		angle, r := dice.between(0, 2*math.Pi), math.Sqrt(dice.roll())
		x, y := 0.46*r*math.Cos(angle), 0.74+0.27*r*math.Sin(angle)
		if y < 0.56 && math.Abs(x) < 0.1 {
			continue
		}
		lit := 0.5 + 0.5*(x/0.46*sunny*0.6+(y-0.74)/0.27*0.7)
		tint := leaf.mix(s.light.far, float32(0.18*dice.roll())).screen(s.light.sun, float32(0.26*lit*float64(i)/190))
		q := p.in(tint)
		q.flip = 1
		size := dice.between(0.035, 0.085)
		q.ellipse(x, y, size*1.25, size*0.8)
	}
}

func (s scene) boatAt(p pen) {
	hull := p
	hull.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.5, 0.13)
		curve(-0.38, -0.08, 0, -0.07)
		curve(0.4, -0.07, 0.56, 0.17)
		curve(0.1, 0.06, -0.5, 0.13)
	})
	p.polygon(-0.012, 0.05, -0.008, 1, 0.008, 1, 0.012, 0.05)
	sail := s.light.cloud.mix(s.light.sun, 0.3).scale(0.93)
	p.in(sail).fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(0.02, 0.97)
		curve(0.4, 0.55, 0.42, 0.18)
		line(0.02, 0.18)
	})
	p.in(sail.scale(0.82)).fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.02, 0.9)
		curve(-0.24, 0.5, -0.34, 0.2)
		line(-0.02, 0.18)
	})
	c := p.c // its reflection
	for y := 0; y < int(p.size*0.5); y++ {
		half := p.size * 0.42 * (1 - float64(y)/(p.size*0.5))
		shift := p.size * 0.05 * (c.noise.at(float64(y)*0.22, 4) - 0.5)
		for x := int(p.x - half + shift); x < int(p.x+half+shift); x++ {
			row := int(p.y) + y + 2
			if x >= 0 && x < c.w && row < c.h {
				at := &c.pix[row*c.w+x]
				*at = at.mix(s.light.near.scale(0.5), float32(0.42*(1-float64(y)/(p.size*0.5))))
			}
		}
	}
}

// flock is the sheep, small and far or large and near, and their shepherd.
func (s scene) flock(c *canvas, ground func(u float64) float64) {
	base := 1 - s.standU
	if !s.with(cross) && !s.with(church) {
		base = s.standU
	}
	if s.with(shepherd) {
		s.shepherdAt(c.pen(base, ground(base)+0.014, 0.125, s.sunU < base, s.light.near.scale(0.38)))
	}
	if !s.with(sheep) {
		return
	}
	type place struct{ u, v, size float64 }
	var places []place
	for i := range 11 {
		u := base + s.dice.between(-0.24, 0.24)
		down := 0.008 + 0.011*float64(i)*s.dice.between(0.7, 1.2)
		places = append(places, place{u, ground(u) + down, 0.034 + 0.16*down})
	}
	for _, at := range places {
		s.sheepAt(c.pen(at.u, at.v, at.size, s.dice.roll() < 0.5, hex(0xffffff)))
	}
}

func (s scene) sheepAt(p pen) {
	wool := hex(0xf6efe2).mix(s.light.mist, 0.3)
	shade := wool.mix(s.light.near, 0.42)
	face := s.light.near.scale(0.5)
	p.in(s.light.near.scale(0.45)).ellipse(0.02, 0, 0.6, 0.08)
	for _, x := range []float64{-0.3, -0.18, 0.16, 0.28} {
		p.in(face).polygon(x, 0, x, 0.4, x+0.07, 0.4, x+0.07, 0)
	}
	fleece := p.shaded(shade, wool)
	for _, b := range [][3]float64{{-0.3, 0.5, 0.22}, {0, 0.47, 0.28}, {0.28, 0.5, 0.22}, {-0.18, 0.64, 0.2}, {0.08, 0.68, 0.22}, {0.3, 0.62, 0.17}} {
		fleece.ellipse(b[0], b[1], b[2], b[2]*0.92)
	}
	p.in(face).ellipse(0.55, 0.6, 0.15, 0.12)
	p.in(face).ellipse(0.45, 0.7, 0.06, 0.035)
	p.in(wool).ellipse(0.46, 0.74, 0.09, 0.07)
}

func (s scene) shepherdAt(p pen) {
	cloak := p.shaded(s.light.near.scale(0.36), s.light.near.scale(0.5).screen(s.light.sun, 0.12))
	cloak.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.2, 0)
		curve(-0.16, 0.5, -0.11, 0.76)
		curve(-0.02, 0.86, 0.08, 0.77)
		curve(0.17, 0.45, 0.2, 0)
	})
	cloak.ellipse(-0.01, 0.89, 0.075, 0.09)
	cloak.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) { // headcloth
		line(-0.09, 0.94)
		curve(0, 1.04, 0.08, 0.93)
		curve(0.03, 0.84, -0.13, 0.74)
	})
	cloak.polygon(0.06, 0.66, 0.05, 0.74, 0.3, 0.62, 0.3, 0.57) // arm
	staff := p.in(s.light.near.scale(0.34))
	staff.polygon(0.29, 0, 0.27, 1.02, 0.295, 1.02, 0.315, 0)
	for i := range 12 { // the crook
		a := math.Pi * float64(i) / 11 * 1.25
		staff.ellipse(0.355-0.073*math.Cos(a), 1.02+0.075*math.Sin(a), 0.016, 0.016)
	}
}

// road winds from the foot of the picture into the hills.
func (s scene) road(c *canvas) {
	far := s.groundAt(c, s.sunU) + 0.005
	light := s.light.mist.mix(s.light.sun, 0.35).mix(s.light.near, 0.2)
	phase, sway := s.dice.between(0, 6), s.dice.between(0.05, 0.09)
	start := s.dice.between(0.35, 0.65)
	at := func(t float64) (u, v, half float64) { // t: 0 near, 1 far
		v = 1.03 + (far-1.03)*math.Pow(t, 0.62)
		u = start + (s.sunU-start)*t + sway*math.Sin(phase+t*7)*(1-t*0.75)*smooth(t*3)
		return u, v, 0.082*math.Pow(1-t, 1.7) + 0.0022
	}
	for y := int(far * float64(c.h)); y < c.h; y++ {
		v := float64(y) / float64(c.h)
		t := math.Pow(min(max((1.03-v)/(1.03-far), 0), 1), 1/0.62)
		u, _, half := at(t)
		half *= c.unit / float64(c.w)
		edge := half * 0.22
		for x := int((u - half - edge) * float64(c.w)); x <= int((u+half+edge)*float64(c.w)); x++ {
			if x < 0 || x >= c.w {
				continue
			}
			d := math.Abs(float64(x)/float64(c.w)-u) - half
			k := smooth(0.5 - d/(2*edge))
			p := &c.pix[y*c.w+x]
			tint := light.scale(1 - 0.35*float32(1-t) + 0.18*c.grain(x, y))
			*p = p.mix(tint, float32(k*(0.8-0.25*t)))
		}
	}
}

// birdsAt are a few pairs of wings, far off.
func (s scene) birdsAt(c *canvas, tint colour) {
	dice := dice{field: c.noise + 71}
	middle, height := 1-s.sunU, s.sunV*0.62
	for range 7 {
		u, v := middle+dice.between(-0.14, 0.14), height+dice.between(-0.07, 0.08)
		p := c.pen(u, v, dice.between(0.012, 0.026), dice.roll() < 0.5, tint)
		lift := dice.between(0.25, 0.6)
		p.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
			line(-1, lift)
			curve(-0.45, lift+0.18, 0, 0)
			curve(0.45, lift+0.18, 1, lift*0.8)
			curve(0.4, lift-0.06, 0, -0.16)
			curve(-0.4, lift-0.06, -1, lift)
		})
	}
}
