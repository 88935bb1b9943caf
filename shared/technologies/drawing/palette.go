package drawing

// palette is the light of a scene.
type palette struct {
	sky   [4]colour // from the zenith to the horizon
	sun   colour    // of the disc and its light
	cloud colour    // lit side
	shade colour    // shadow side
	mist  colour    // between the hills
	far   colour    // hills
	near  colour
}

// mood is a time of day or a weather.
type mood int

const (
	dawn mood = iota
	day
	golden
	dusk
	night
	storm
	spring
	winter
	desert
	sea
)

func paletteOf(m mood) palette {
	switch m {
	case day:
		return palette{
			sky: [4]colour{hex(0x2f6fb5), hex(0x6aa5d8), hex(0xb4d7ec), hex(0xf4efdc)}, sun: hex(0xfff3c8),
			cloud: hex(0xffffff), shade: hex(0xa9bfd6), mist: hex(0xdfe9e4), far: hex(0x86a9b4), near: hex(0x2f5a34)}
	case golden:
		return palette{
			sky: [4]colour{hex(0x4a5f95), hex(0xb98a92), hex(0xf2b57c), hex(0xffdf9e)}, sun: hex(0xffe6a6),
			cloud: hex(0xffd9a8), shade: hex(0xa97a8b), mist: hex(0xf6c48d), far: hex(0xb98b7e), near: hex(0x3a2f2b)}
	case dusk:
		return palette{
			sky: [4]colour{hex(0x231b4b), hex(0x5d3a79), hex(0xc8627c), hex(0xf9a66c)}, sun: hex(0xffc486),
			cloud: hex(0xf08f83), shade: hex(0x583a6e), mist: hex(0xc97a86), far: hex(0x7a5482), near: hex(0x1d1730)}
	case night:
		return palette{
			sky: [4]colour{hex(0x060b24), hex(0x11204a), hex(0x274a78), hex(0x5b86a4)}, sun: hex(0xf3f1dc),
			cloud: hex(0x5f7da4), shade: hex(0x1b2c52), mist: hex(0x3a648a), far: hex(0x2a4a70), near: hex(0x060d1e)}
	case storm:
		return palette{
			sky: [4]colour{hex(0x161b2c), hex(0x333d54), hex(0x66707f), hex(0xd9b98c)}, sun: hex(0xffdca0),
			cloud: hex(0x98a0ad), shade: hex(0x252b3c), mist: hex(0x8a8987), far: hex(0x57606f), near: hex(0x14171f)}
	case spring:
		return palette{
			sky: [4]colour{hex(0x4d9ad0), hex(0x93c7e3), hex(0xd6ecec), hex(0xfff6d6)}, sun: hex(0xfff6cc),
			cloud: hex(0xffffff), shade: hex(0xb7cedd), mist: hex(0xe8f1d3), far: hex(0x93bd9c), near: hex(0x3f7d2f)}
	case winter:
		return palette{
			sky: [4]colour{hex(0x6d8fb8), hex(0xa9c1da), hex(0xdbe4ee), hex(0xfbe9df)}, sun: hex(0xfff1e0),
			cloud: hex(0xffffff), shade: hex(0xb9c6da), mist: hex(0xf1f2f6), far: hex(0xb7c6da), near: hex(0x8aa0c0)}
	case desert:
		return palette{
			sky: [4]colour{hex(0x3f7fa8), hex(0x8fbcc4), hex(0xf0d9ad), hex(0xffe7b6)}, sun: hex(0xfff0c0),
			cloud: hex(0xfff0d8), shade: hex(0xd6b48f), mist: hex(0xf4d3a0), far: hex(0xd9a878), near: hex(0x8a4b2c)}
	case sea:
		return palette{
			sky: [4]colour{hex(0x1f5c96), hex(0x5aa3c8), hex(0xaad9dd), hex(0xffeecb)}, sun: hex(0xfff0c4),
			cloud: hex(0xffffff), shade: hex(0x95b7c9), mist: hex(0xd3ecec), far: hex(0x6a9fb2), near: hex(0x1d4a58)}
	}
	return palette{ // dawn
		sky: [4]colour{hex(0x52699f), hex(0x9c93bd), hex(0xf0b8a6), hex(0xffe3b3)}, sun: hex(0xffeebd),
		cloud: hex(0xffd3c0), shade: hex(0x8a83ad), mist: hex(0xf5cdb5), far: hex(0x9f93b0), near: hex(0x2f3a4c)}
}

// leaning leans every colour of the palette a little towards tint, so that two
// scenes of one mood are not of one colour.
func (p palette) leaning(tint colour, t float32) palette {
	for i := range p.sky {
		p.sky[i] = p.sky[i].mix(tint, t)
	}
	p.mist, p.far = p.mist.mix(tint, t), p.far.mix(tint, t)
	p.near, p.shade = p.near.mix(tint, t/2), p.shade.mix(tint, t)
	return p
}

// heaven is the sky's colour at height t from 0 (zenith) to 1 (horizon).
func (p palette) heaven(t float64) colour {
	t = min(max(t, 0), 1) * 3
	i := min(int(t), 2)
	return p.sky[i].mix(p.sky[i+1], float32(smooth(t-float64(i))*0.5+(t-float64(i))*0.5))
}
