package drawing

import "math"

// sky is the gradient and the wide light around the sun.
func (s scene) sky(c *canvas) {
	aspect := float64(c.w) / float64(c.h)
	c.soft(func(u, v float64) colour {
		base := s.light.heaven(math.Pow(v/s.horizon, 1.15))
		du, dv := (u-s.sunU)*aspect, (v-s.sunV)*1.25
		d := math.Hypot(du, dv)
		near := math.Exp(-d * 5)
		wide := math.Exp(-d * 1.9)
		strength := 0.55
		if s.moon {
			strength = 0.25
		}
		return base.screen(s.light.sun, float32(strength*(0.5*near+0.34*wide)))
	}, cover)
}

// starfield strews stars, many faint and few bright, and a band of star dust.
func (s scene) starfield(c *canvas) {
	if s.stars == 0 {
		return
	}
	slope, offset := s.dice.between(-0.7, 0.7), s.dice.between(0.1, 0.35)
	dust := hex(0x9fb4e6)
	c.soft(func(u, v float64) colour {
		d := (v - offset - slope*(u-0.5)) / 0.17
		cloudy := c.noise.fractal(u*9, v*9, 4)
		k := math.Exp(-d*d) * math.Max(0, cloudy-0.3) * 0.42 * s.stars * smooth((s.horizon-v)*3)
		return dust.scale(float32(k))
	}, light)
	dice := dice{field: c.noise + 5}
	for range int(1500 * s.stars) {
		u, v := dice.roll(), dice.roll()*s.horizon
		b := math.Pow(dice.roll(), 5)
		fade := smooth((s.horizon - v) * 4)
		tint := hex(0xffffff).mix([]colour{hex(0xaecbff), hex(0xffe2b8)}[int(dice.roll()*1.99)], 0.6)
		c.glow(u, v, 0.0012+0.0022*b, tint, (0.35+0.65*b)*fade)
		if b > 0.7 {
			c.glow(u, v, 0.012, tint, 0.3*fade)
		}
	}
}

func (s scene) sunOrMoon(c *canvas) {
	if s.mood == storm {
		return // behind the clouds; its beams are seen
	}
	if s.moon {
		c.glow(s.sunU, s.sunV, 0.4, s.light.sun, 0.28)
		c.glow(s.sunU, s.sunV, 0.13, s.light.sun, 0.35)
		c.disc(s.sunU, s.sunV, 0.036, 0.0012, s.light.sun, 1)
		for range 6 {
			angle, r := s.dice.between(0, 2*math.Pi), s.dice.between(0, 0.022)
			u := s.sunU + r*math.Cos(angle)*c.unit/float64(c.w)
			v := s.sunV + r*math.Sin(angle)*c.unit/float64(c.h)
			c.disc(u, v, s.dice.between(0.004, 0.01), 0.005, hex(0xc9ccc6), 0.5)
		}
		return
	}
	c.glow(s.sunU, s.sunV, 0.75, s.light.sun, 0.4)
	c.glow(s.sunU, s.sunV, 0.2, s.light.sun.mix(hex(0xffffff), 0.4), 0.6)
	c.disc(s.sunU, s.sunV, 0.04, 0.006, s.light.sun.mix(hex(0xffffff), 0.7), 0.95)
}

// cloudscape lays clouds that are flatter towards the horizon, lit on the side
// of the sun.
func (s scene) cloudscape(c *canvas) {
	aspect := float64(c.w) / float64(c.h)
	threshold := 0.72 - 0.4*s.clouds
	shift := s.dice.between(0, 50)
	field := func(u, v float64) float64 {
		depth := 0.22 + math.Max(0, s.horizon-v) // lower clouds are further away, so flatter and smaller
		return c.noise.fractal(shift+(u-0.5)*aspect*0.9/depth, v*1.5/depth+shift, 5)
	}
	type puff struct {
		tint  colour
		alpha float32
	}
	const step = 4
	gw, gh := c.w/step+2, int(s.horizon*float64(c.h))/step+2
	grid := make([]puff, gw*gh)
	for gy := range gh {
		for gx := range gw {
			u, v := float64(gx*step)/float64(c.w), float64(gy*step)/float64(c.h)
			density := field(u, v)
			alpha := smooth((density - threshold) / 0.24)
			if alpha == 0 {
				continue
			}
			toward := 0.02
			lit := smooth(0.5 + (density-field(u+(s.sunU-u)*toward*2, v+(s.sunV-v)*toward*4))*5)
			near := math.Exp(-math.Hypot((u-s.sunU)*aspect, v-s.sunV) * 3)
			tint := s.light.shade.mix(s.light.cloud, float32(math.Min(1, lit*0.85+near*0.5)))
			alpha *= 0.82 * smooth((s.horizon-v)*7)
			grid[gy*gw+gx] = puff{tint, float32(alpha)}
		}
	}
	at := func(x, y int) puff { return grid[min(y, gh-1)*gw+min(x, gw-1)] }
	for y := range min(int(s.horizon*float64(c.h)), c.h) {
		for x := range c.w {
			p00, p10, p01, p11 := at(x/step, y/step), at(x/step+1, y/step), at(x/step, y/step+1), at(x/step+1, y/step+1)
			if p00.alpha+p10.alpha+p01.alpha+p11.alpha == 0 {
				continue
			}
			fx, fy := float32(x%step)/step, float32(y%step)/step
			w00, w10, w01, w11 := (1-fx)*(1-fy)*p00.alpha, fx*(1-fy)*p10.alpha, (1-fx)*fy*p01.alpha, fx*fy*p11.alpha
			alpha := w00 + w10 + w01 + w11
			if alpha == 0 {
				continue
			}
			tint := colour{
				(p00.tint.r*w00 + p10.tint.r*w10 + p01.tint.r*w01 + p11.tint.r*w11) / alpha,
				(p00.tint.g*w00 + p10.tint.g*w10 + p01.tint.g*w01 + p11.tint.g*w11) / alpha,
				(p00.tint.b*w00 + p10.tint.b*w10 + p01.tint.b*w01 + p11.tint.b*w11) / alpha,
			}
			p := &c.pix[y*c.w+x]
			*p = p.mix(tint, alpha)
		}
	}
}

// beams are rays of light that fan out from the sun, over sky and land.
func (s scene) beams(c *canvas) {
	aspect := float64(c.w) / float64(c.h)
	sunV := s.sunV
	if s.mood == storm {
		sunV = s.horizon - 0.42
	}
	c.soft(func(u, v float64) colour {
		du, dv := (u-s.sunU)*aspect, v-sunV
		d := math.Hypot(du, dv)
		angle := math.Atan2(du, dv)
		ray := c.noise.at(angle*7+40, 3)*0.6 + c.noise.at(angle*19+90, 8)*0.4
		ray = smooth((ray - 0.38) / 0.4)
		down := smooth(0.35 + dv*2.2) // mostly downwards
		k := ray * down * smooth(d*5) * math.Exp(-d*1.35) * 0.5 * s.rays
		return s.light.sun.scale(float32(k))
	}, light)
}
