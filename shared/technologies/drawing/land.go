package drawing

import "math"

// ridge is one layer of land: how high it stands at each column, in pixels from
// the top, and its paint.
type ridge struct {
	top     []float64
	ground  []float64 // where trees of this layer stand; nil when it has none
	paint   colour
	foot    colour // what it fades to further down: mist
	fade    float64
	rim     float32 // light along its edge on the side of the sun
	texture float32
}

// lay paints a ridge and everything below it.
func (c *canvas) lay(s scene, r ridge) {
	table := make([]colour, c.h+2)
	fall := make([]float32, c.h+2)
	for d := range table {
		t := smooth(float64(d) / (r.fade * float64(c.h)))
		table[d] = r.paint.mix(r.foot, float32(t))
		fall[d] = r.rim * float32(math.Exp(-float64(d)/(0.016*c.unit)))
	}
	lit := make([]float32, c.w)
	highest := c.h
	for x := range lit {
		d := (float64(x)/float64(c.w) - s.sunU) * float64(c.w) / float64(c.h)
		lit[x] = float32(math.Exp(-d * d * 3))
		highest = min(highest, max(0, int(r.top[x])))
	}
	for y := highest; y < c.h; y++ {
		line := c.pix[y*c.w : (y+1)*c.w]
		for x := range line {
			d := float64(y) - r.top[x]
			if d < -1 {
				continue
			}
			i := max(int(d), 0)
			if r.ground != nil {
				i = max(int(float64(y)-r.ground[x]), 0)
			}
			made := table[i]
			if k := fall[i] * lit[x]; k > 0.004 {
				made = made.screen(s.light.sun, k)
			}
			if r.texture > 0 {
				made = made.scale(1 + r.texture*c.grain(x, y))
			}
			if d < 0 {
				made = line[x].mix(made, float32(1+d))
			}
			line[x] = made
		}
	}
}

// outline makes a ridge line around level (0 is the top) with waves of the
// given height; rough mountains have creases.
func (c *canvas) outline(level, height, frequency float64, rough bool, salt int) []float64 {
	top := make([]float64, c.w)
	field := c.noise + noise(salt)*104729
	for x := range top {
		u := float64(x) / c.unit * frequency
		var n float64
		if rough {
			for octave, weight := 0, 0.55; octave < 6; octave, weight = octave+1, weight*0.5 {
				k := 1 - math.Abs(field.at(u*math.Pow(2, float64(octave))+float64(octave)*31, 7.5)*2-1)
				n += weight * k
			}
			n -= 0.3
		} else {
			n = field.fractal(u, 3.5, 3) - 0.35
		}
		top[x] = (level - height*n) * float64(c.h)
	}
	return top
}

// plant sets conifers along a ridge line, each a pointed step in its height, and
// returns the line without them.
func (c *canvas) plant(top []float64, tall float64, salt int) (ground []float64) {
	dice := dice{field: c.noise + noise(salt)*15485863}
	ground = append([]float64(nil), top...)
	spacing := tall * c.unit * 0.2
	for x := -spacing; x < float64(c.w)+spacing; x += spacing * dice.between(0.5, 1.7) {
		crowd := c.noise.at(x/c.unit*3+float64(salt), 11)
		if crowd < 0.35 {
			continue
		}
		height := tall * c.unit * dice.between(0.5, 1.05) * (0.5 + crowd*0.6)
		width := height * dice.between(0.17, 0.24)
		for i := int(x - width); i <= int(x+width); i++ {
			if i < 0 || i >= c.w {
				continue
			}
			side := math.Abs(float64(i)-x) / width
			tier := 0.09 * math.Abs(math.Mod(side*5+dice.field.lattice(int64(i)/3, int64(x)), 1)-0.5)
			up := height * (1 - side - tier)
			if up > 0 {
				top[i] = math.Min(top[i], ground[i]-up)
			}
		}
	}
	return ground
}

// evened is a ridge line without its teeth: mist lies level below them.
func (c *canvas) evened(top []float64) []float64 {
	reach := int(0.12 * c.unit)
	even := make([]float64, len(top))
	sum, count := 0.0, 0
	for x := -reach; x < len(top); x++ {
		if in := x + reach; in < len(top) {
			sum, count = sum+top[in], count+1
		}
		if out := x - reach - 1; out >= 0 {
			sum, count = sum-top[out], count-1
		}
		if x >= 0 {
			even[x] = sum / float64(count)
		}
	}
	return even
}

// farHills are the layers between the horizon and the middle distance.
func (s scene) farHills(c *canvas) {
	layers := 3
	for i := range layers {
		t := float64(i) / float64(layers)
		level := s.horizon - 0.02 + 0.06*t
		height := (0.17 - 0.07*t)
		frequency := 1.5 + t*1.2
		if s.peaks {
			height *= 1.75
			frequency *= 0.75
		}
		if s.water {
			level = s.horizon - 0.005
			height *= 0.62 - 0.15*t
		}
		if s.mood == sea {
			height *= 0.35
		}
		top := c.outline(level, height, frequency, s.peaks, i+1)
		if s.valley {
			s.slope(c, top, 0.2+0.08*t, 0.12)
		}
		if s.water {
			for x := range top {
				top[x] = math.Min(top[x], (s.horizon+0.004)*float64(c.h))
			}
		}
		ground := c.evened(top)
		if s.forest && i > 0 {
			ground = c.evened(c.plant(top, 0.05+0.02*t, i))
		}
		paint := s.light.far.mix(s.light.near, float32(0.1+0.32*t)).mix(s.light.mist, float32(0.5-0.42*t))
		c.lay(s, ridge{top: top, ground: ground, paint: paint, foot: paint.mix(s.light.mist, 0.85), fade: 0.2, rim: 0.3 * s.glint(), texture: 0.06})
	}
}

// slope raises a ridge towards both sides of the picture.
func (s scene) slope(c *canvas, top []float64, rise, middle float64) {
	for x := range top {
		top[x] -= rise * float64(c.h) * s.flank(float64(x)/float64(c.w), middle)
	}
}

// flank is the cross-section of a valley: flat in the middle, ever steeper
// towards the sides.
func (s scene) flank(u, middle float64) float64 {
	d := math.Abs(u - s.sunU)
	return 1.7 * (math.Sqrt(d*d+middle*middle) - middle) * (1 + d)
}

// glint is how much edges shine: by moonlight they hardly do.
func (s scene) glint() float32 {
	if s.moon {
		return 0.35
	}
	return 1
}

// raise makes a mound where a cross or a church stands.
func (s scene) raise(c *canvas, top []float64) {
	for x := range top {
		top[x] -= s.mound(c, float64(x)/float64(c.w)) * float64(c.h)
	}
}

func (s scene) mound(c *canvas, u float64) float64 {
	if !s.with(cross) && !s.with(church) {
		return 0
	}
	d := (u - s.standU) * float64(c.w) / c.unit / 0.36
	return 0.085 * math.Exp(-d*d)
}

// lake mirrors what stands above the horizon, stirred and darker towards us,
// with the light of the sun on the ripples.
func (s scene) lake(c *canvas) {
	shore := s.horizon * float64(c.h)
	deep := s.light.near.mix(s.light.sky[0], 0.6)
	for y := int(shore); y < c.h; y++ {
		down := (float64(y) - shore) / float64(c.h)
		stir := 0.002 + down*0.06
		ripple := 9 / (down + 0.035)
		source := shore - (float64(y)-shore)*0.92
		line := c.pix[y*c.w : (y+1)*c.w]
		for x := range line {
			u := float64(x) / c.unit
			n := c.noise.at(u*ripple*0.16, down*260/(1+down*5)) - 0.5
			sy := min(max(int(source+n*stir*2.2*float64(c.h)), 0), int(shore)-1)
			sx := min(max(x+int(n*stir*0.7*c.unit), 0), c.w-1)
			made := c.pix[sy*c.w+sx].mix(deep, float32(math.Min(0.62, 0.16+down*1.2)))
			side := (float64(x)/float64(c.w) - s.sunU) * float64(c.w) / c.unit / (0.05 + down*0.5)
			spark := math.Exp(-side*side) * smooth((n+0.12)*4) * (0.62 - down*0.7)
			if spark > 0.01 {
				made = made.screen(s.light.sun, float32(spark))
			}
			line[x] = made
		}
	}
	c.soft(func(_, v float64) colour { // mist over the far shore
		d := (v - s.horizon) / 0.022
		return s.light.mist.scale(float32(0.3 * math.Exp(-d*d)))
	}, light)
}

// How far the land on our side rises towards the sides of the picture: in a
// valley, and as the bank of a lake.
const (
	nearRise = 0.32
	bankRise = 0.22
)

// nearHills are the land on which we stand.
func (s scene) nearHills(c *canvas) {
	levels := []float64{s.horizon + 0.1, s.horizon + 0.2, s.horizon + 0.31}
	if s.water {
		levels = []float64{0.95}
	}
	for i, level := range levels {
		t := float64(i+1) / float64(len(levels))
		height := 0.13 + 0.02*t
		if s.water {
			height = 0.17
		}
		top := c.outline(level, height, 0.8+0.25*float64(i), false, i+11)
		if s.valley {
			s.slope(c, top, nearRise*(0.7+0.3*t), 0.16)
		}
		if s.water {
			s.slope(c, top, bankRise, 0.3)
		}
		if !s.water && i == 1 {
			s.raise(c, top)
		}
		var ground []float64
		if s.forest && i < 2 {
			ground = c.plant(top, 0.09+0.06*t, i+5)
		}
		paint := s.light.far.mix(s.light.near, float32(0.55+0.45*t))
		foot := paint.mix(s.light.near.scale(0.55), 0.9)
		if i < len(levels)-1 {
			foot = paint.mix(s.light.mist, 0.38)
		}
		rim := 0.34 * float32(1.15-t*0.5) * s.glint()
		c.lay(s, ridge{top: top, ground: ground, paint: paint, foot: foot, fade: 0.3, rim: rim, texture: 0.13})
		if i == len(levels)-1 {
			s.foreground(c, top)
		}
	}
}

// foreground is what is near enough to be seen one by one: blades of grass and
// flowers on the last hill.
func (s scene) foreground(c *canvas, top []float64) {
	if s.mood != desert && s.mood != winter {
		s.grass(c, top)
	}
	if !s.flowers {
		return
	}
	tints := []colour{hex(0xffffff), hex(0xffd76a), hex(0xf7a1b5), hex(0xd9c2ff)}
	dice := dice{field: c.noise + 21}
	for range 420 {
		x := dice.between(0, float64(c.w-1))
		depth := math.Pow(dice.roll(), 0.8)
		y := top[int(x)] + (0.006+depth*0.3)*float64(c.h)
		size := 0.0016 + 0.0042*depth
		tint := tints[int(dice.roll()*3.99)].mix(s.light.near, float32(0.28*dice.roll()))
		c.disc(x/float64(c.w), y/float64(c.h), size, size*0.5, tint, 0.85)
	}
}

// grass blades bend in one wind and are lit from behind near the sun.
func (s scene) grass(c *canvas, top []float64) {
	dice := dice{field: c.noise + 33}
	wind := s.dice.between(-0.5, 0.5)
	for range int(2600 * float64(c.w) / c.unit) {
		x := dice.between(0, float64(c.w-1))
		depth := dice.roll()
		y := top[int(x)] + (depth*depth*0.3+0.004)*float64(c.h)
		length := c.unit * (0.008 + 0.024*depth) * dice.between(0.6, 1.3)
		near := float32(math.Exp(-math.Abs(x/float64(c.w)-s.sunU) * 3))
		tint := s.light.near.mix(s.light.far, float32(0.22*dice.roll())).screen(s.light.sun, 0.13*near*float32(dice.roll()))
		tint = tint.scale(float32(1.05 - 0.35*depth))
		lean := (wind + dice.between(-0.35, 0.35)) * length
		c.blade(x, y, lean, length, tint)
	}
}

// blade is a tapering stroke.
func (c *canvas) blade(x, y, lean, length float64, tint colour) {
	steps := int(length)
	wide := math.Max(length*0.06, 0.7)
	for i := range steps {
		t := float64(i) / float64(steps)
		cx, cy := x+lean*t*t, int(y-length*t)
		half := wide * (1 - t)
		for px := int(cx - half); px <= int(cx+half); px++ {
			if px >= 0 && px < c.w && cy >= 0 && cy < c.h {
				p := &c.pix[cy*c.w+px]
				*p = p.mix(tint, 0.75)
			}
		}
	}
}
