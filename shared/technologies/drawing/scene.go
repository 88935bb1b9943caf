package drawing

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// scene is what a prompt becomes: a light, a land, and what stands in it.
type scene struct {
	seed    uint64
	dice    *dice
	light   palette
	mood    mood
	horizon float64 // 0 is the top
	sunU    float64
	sunV    float64
	standU  float64 // where figures stand
	clouds  float64 // 0 to 1
	rays    float64
	stars   float64
	moon    bool
	peaks   bool // mountains, not hills, far away
	valley  bool // slopes rise on both sides
	water   bool
	forest  bool
	flowers bool
	table   bool
	figures []figure
}

// figure is something that stands in the scene and is drawn as a silhouette.
type figure string

const (
	cross    figure = "cross"
	church   figure = "church"
	sheep    figure = "sheep"
	shepherd figure = "shepherd"
	birds    figure = "birds"
	path     figure = "path"
	tree     figure = "tree"
	boat     figure = "boat"
)

// moods by the words that call for them, strongest first.
var moodWords = []struct {
	mood  mood
	words string
}{
	{storm, "storm stormy shadow death fear darkness dark valley trouble sorrow grief weep tempest thunder rain deep wrath tormenta sombra"},
	{night, "night star stars moon midnight heavens sleep rest silent bethlehem nativity dream forever noche"},
	{golden, "gold golden sunset evening glory harvest wheat oil anoint honey autumn crown table feast bread joy"},
	{dusk, "dusk twilight purple candle advent lament longing repent passion"},
	{winter, "winter snow snowy ice cold white pure frost"},
	{desert, "desert wilderness sand exodus rock dry thirst sinai camel"},
	{sea, "sea ocean wave waves shore beach coast island sail fish galilee mar"},
	{spring, "green pasture pastures spring meadow grass flower flowers garden lamb field fields blossom bloom lily"},
	{dawn, "dawn sunrise morning new easter resurrection hope awake waters still lake soul restore mercy peace"},
	{day, "day sky mountain mountains hill hills cloud clouds light sun road path creation blue"},
}

// compose reads the prompt. Words choose what is seen; its hash chooses
// everything else.
func compose(prompt string) scene {
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(prompt), func(r rune) bool { return !unicode.IsLetter(r) }) {
		words[word] = true
	}
	has := func(list string) bool {
		for _, word := range strings.Fields(list) {
			if words[word] || words[word+"s"] {
				return true
			}
		}
		return false
	}
	sum := fnv.New64a()
	sum.Write([]byte(prompt)) // a hash never fails
	s := scene{seed: sum.Sum64() ^ sum.Sum64()>>29}
	s.dice = &dice{field: noise(s.seed * 31)}
	s.mood = s.chooseMood(has)
	tints := []colour{hex(0xff9a6b), hex(0x6bb6ff), hex(0xc58bff), hex(0xffe08a), hex(0x7fe0c0)}
	s.light = paletteOf(s.mood).leaning(tints[int(s.dice.roll()*4.99)], float32(s.dice.between(0.02, 0.11)))
	s.horizon = s.dice.between(0.56, 0.66)
	s.sunU, s.sunV = s.dice.between(0.22, 0.78), s.horizon-s.dice.between(0.04, 0.2)
	s.clouds = s.dice.between(0.35, 0.7)
	// Figures keep out of the sun's own column, so that both are seen.
	s.standU = s.dice.between(0.26, 0.36)
	if s.sunU < 0.5 {
		s.standU = 1 - s.standU
	}
	s.choose(has)
	return s
}

// chooseMood weighs every mood by its words, so that one "dark" in a sunny
// prompt does not make it night; no word at all leaves it to the hash.
func (s *scene) chooseMood(has func(string) bool) mood {
	best, most := mood(int(s.dice.roll()*9.99)), 0
	for _, candidate := range moodWords {
		count := 0
		for word := range strings.FieldsSeq(candidate.words) {
			if has(word) {
				count++
			}
		}
		if count > most {
			best, most = candidate.mood, count
		}
	}
	return best
}

func (s *scene) choose(has func(string) bool) {
	s.moon = s.mood == night
	if s.moon {
		s.stars, s.clouds, s.sunV = 1, s.clouds*0.5, s.dice.between(0.14, 0.3)
	}
	if s.mood == dusk {
		s.stars = 0.4
	}
	if s.mood == storm {
		s.clouds, s.rays = 0.95, 0.8
	}
	if has("ray light glory heaven heavens holy spirit hope grace shine shining luz") {
		s.rays = max(s.rays, 0.6)
	}
	if has("cloud sky heaven heavens storm") {
		s.clouds = max(s.clouds, 0.7)
	}
	s.peaks = has("mountain mount sinai zion peak valley rock strength fortress winter snow") || s.dice.roll() < 0.25
	s.valley = has("valley canyon shadow")
	s.water = has("water lake river sea ocean stream still baptism galilee jordan shore wave agua agua") || s.mood == sea
	s.forest = !s.water && s.mood != desert && (s.mood == winter || has("forest tree wood pine cedar") || s.mood != spring && s.mood != sea && s.dice.roll() < 0.3)
	s.flowers = s.mood == spring || has("flower lily garden blossom bloom")
	s.table = has("table cup feast bread wine candle oil supper communion")
	for _, choice := range []struct {
		figure figure
		words  string
	}{
		{path, "path road way walk walking journey pilgrim righteousness follow lead leads camino"},
		{sheep, "sheep shepherd lamb flock pasture pastor"},
		{shepherd, "shepherd rod staff pastor"},
		{church, "house church temple chapel dwell sanctuary cathedral casa"},
		{cross, "cross calvary crucified resurrection easter savior christ jesus passion cruz"},
		{tree, "tree olive oak planted fruit wood arbol"},
		{boat, "boat ship sail fishermen disciples"},
		{birds, "bird dove wing eagle sparrow freedom soar"},
	} {
		if has(choice.words) {
			s.figures = append(s.figures, choice.figure)
		}
	}
}

// passes lists what is painted, from back to front.
func (s scene) passes() []func(*canvas) {
	if s.table {
		return []func(*canvas){s.room, s.tabletop, s.candle, s.chalice, s.bread}
	}
	all := []func(*canvas){s.sky, s.starfield, s.sunOrMoon, s.cloudscape, s.farHills}
	if s.water {
		all = append(all, s.lake)
	}
	all = append(all, s.nearHills)
	if s.rays > 0 {
		all = append(all, s.beams)
	}
	return append(all, s.people)
}

func (s scene) with(f figure) bool {
	for _, have := range s.figures {
		if have == f {
			return true
		}
	}
	return false
}
