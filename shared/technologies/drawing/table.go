package drawing

import "math"

// The set table is an indoor scene: warm lights out of focus, wood, a candle, a
// cup and bread.

const tableTop = 0.7 // where the table begins

func (s scene) warm() (dark, amber, flame colour) {
	dark, amber, flame = hex(0x1c0f0c), hex(0xc9772f), hex(0xffdc94)
	if s.mood == night || s.mood == dusk {
		dark, amber = hex(0x120d1d), hex(0xa75f43)
	}
	return dark, amber, flame
}

// candleU is where the candle stands; everything is lit from there.
func (s scene) candleU() float64 { return 0.24 + 0.5*noise(s.seed).lattice(3, 3) }

func (s scene) room(c *canvas) {
	dark, amber, flame := s.warm()
	aspect := float64(c.w) / float64(c.h)
	u0 := s.candleU()
	c.soft(func(u, v float64) colour {
		d := math.Hypot((u-u0)*aspect, (v-0.42)*1.1)
		base := dark.mix(amber.scale(0.55), float32(0.85*math.Exp(-d*1.7)))
		haze := c.noise.fractal(u*aspect*2.2, v*2.2, 3)
		return base.screen(amber, float32(0.2*(haze-0.3)*math.Exp(-d)))
	}, cover)
	dice := dice{field: c.noise + 91}
	for range 46 {
		u, v := dice.roll(), dice.between(0.02, tableTop-0.03)
		radius := dice.between(0.018, 0.075)
		tint := amber.mix(flame, float32(dice.roll())).mix(hex(0xff8f5a), float32(0.5*dice.roll()))
		k := float32(dice.between(0.05, 0.26))
		c.disc(u, v, radius, 0.004, tint, k*0.8)
		c.disc(u, v, radius*0.86, 0.02, tint, k*0.3)
	}
}

func (s scene) tabletop(c *canvas) {
	dark, amber, flame := s.warm()
	wood := hex(0x5d351f).mix(dark, 0.25)
	u0 := s.candleU()
	edge := int(tableTop * float64(c.h))
	for y := edge; y < c.h; y++ {
		down := (float64(y) - float64(edge)) / float64(c.h)
		for x := range c.w {
			u := float64(x) / float64(c.w)
			across := (u - 0.5) * float64(c.w) / c.unit / (0.35 + down*1.6) // planks run away from us
			grainy := c.noise.at(across*34, down*5)*0.6 + c.noise.at(across*110, down*9)*0.4
			seam := math.Abs(math.Mod(across*3+100, 1) - 0.5)
			k := 0.72 + 0.42*grainy
			if seam > 0.487 {
				k *= 0.72
			}
			d := math.Hypot((u-u0)*float64(c.w)/c.unit, (down-0.09)*2.4)
			lit := math.Exp(-d * 2.1)
			made := wood.scale(float32(k*(0.3+0.95*lit))).screen(amber, float32(0.24*lit)).screen(flame, float32(0.2*lit*lit))
			p := &c.pix[y*c.w+x]
			*p = p.mix(made, float32(smooth((float64(y-edge)+1)/(0.006*c.unit))))
		}
	}
}

// shadow lies under a thing on the table.
func (c *canvas) shadow(u, v, width float64) {
	cx, cy, rx, ry := u*float64(c.w), v*float64(c.h), width*c.unit, width*c.unit*0.2
	for y := int(cy - ry); y < min(c.h, int(cy+ry)); y++ {
		for x := max(0, int(cx-rx)); x < min(c.w, int(cx+rx)); x++ {
			dx, dy := (float64(x)-cx)/rx, (float64(y)-cy)/ry
			if d := dx*dx + dy*dy; d < 1 {
				p := &c.pix[y*c.w+x]
				*p = p.scale(float32(1 - 0.7*(1-d)*(1-d)))
			}
		}
	}
}

func (s scene) candle(c *canvas) {
	_, amber, flame := s.warm()
	u, v := s.candleU(), tableTop+0.08
	c.shadow(u, v+0.004, 0.13)
	p := c.pen(u, v, 0.3, false, flame)
	wax := p.across(0.24, hex(0xb98a5c), hex(0xfff0cf), hex(0xffe6b8), hex(0xa8774b))
	wax.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.12, 0.02)
		line(-0.12, 0.72)
		curve(0, 0.765, 0.12, 0.7)
		line(0.12, 0.02)
		curve(0, -0.035, -0.12, 0.02)
	})
	p.in(hex(0xfff4d2)).ellipse(0, 0.715, 0.115, 0.026)
	p.in(hex(0x3b2114)).polygon(-0.006, 0.71, -0.004, 0.79, 0.008, 0.79, 0.006, 0.71)
	top := (v*float64(c.h) - 0.3*c.unit*0.88) / float64(c.h)
	c.glow(u, top, 0.75, amber, 0.55)
	c.glow(u, top, 0.22, flame, 0.75)
	fire := func(p pen, scale float64) {
		p.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
			line(0, 0.76)
			curve(-0.075*scale, 0.8, 0.004, 0.76+0.26*scale)
			curve(0.075*scale, 0.81, 0, 0.76)
		})
	}
	fire(p.in(hex(0xffb54f)), 1)
	fire(p.in(hex(0xfff3c9)), 0.72)
	c.glow(u, top, 0.07, hex(0xffffff), 0.6)
}

// chalice is a cup on a stem, lit from the candle's side.
func (s scene) chalice(c *canvas) {
	gap := 0.46 * c.unit / float64(c.w)
	flip := s.candleU()+gap > 0.85
	if flip {
		gap = -gap
	}
	u := s.candleU() + gap
	v := tableTop + 0.12
	c.shadow(u, v+0.002, 0.15)
	metal := c.pen(u, v, 0.36, flip, hex(0xffffff)).across(0.5,
		hex(0xffe9b0), hex(0xe2aa4d), hex(0x7d4a1d), hex(0x4a2a14), hex(0x8e5a26), hex(0x3a2010))
	metal.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.2, 0.02)
		curve(-0.16, 0.07, -0.04, 0.1)
		curve(-0.02, 0.24, -0.03, 0.36)
		curve(-0.26, 0.46, -0.25, 0.86)
		line(0.25, 0.86)
		curve(0.26, 0.46, 0.03, 0.36)
		curve(0.02, 0.24, 0.04, 0.1)
		curve(0.16, 0.07, 0.2, 0.02)
		curve(0, -0.05, -0.2, 0.02)
	})
	metal.ellipse(0, 0.27, 0.055, 0.035)
	metal.in(hex(0xe9b968)).ellipse(0, 0.86, 0.25, 0.045)
	metal.in(hex(0x4a0f16)).ellipse(0, 0.857, 0.225, 0.034)
}

func (s scene) bread(c *canvas) {
	u := s.candleU() - 0.34*c.unit/float64(c.w)
	flip := false
	if u < 0.16 {
		u, flip = s.candleU()+0.24*c.unit/float64(c.w), true
	}
	v := tableTop + 0.17
	c.shadow(u, v, 0.23)
	p := c.pen(u, v, 0.3, flip, hex(0xffffff))
	p.paint = func(x, y float64) colour {
		lit := smooth(0.5+x*0.9) * smooth(y*3.2)
		crust := hex(0x5a2d12).mix(hex(0xd99648), float32(lit))
		spots := float32(c.noise.fractal(x*9, y*9, 3))
		return crust.scale(0.84 + 0.3*spots)
	}
	p.fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
		line(-0.6, 0.06)
		curve(-0.58, 0.32, -0.1, 0.38)
		curve(0.5, 0.4, 0.6, 0.08)
		curve(0.5, -0.04, 0, -0.04)
		curve(-0.5, -0.04, -0.6, 0.06)
	})
	for _, x := range []float64{-0.3, -0.05, 0.2} {
		p.in(hex(0xf0c684)).fill(func(line func(x, y float64), curve func(ax, ay, x, y float64)) {
			line(x-0.05, 0.22)
			curve(x, 0.34, x+0.1, 0.34)
			curve(x+0.04, 0.28, x-0.05, 0.22)
		})
	}
}
