package paste

import (
	"math"
	"strings"

	"github.com/devotionalai/platform/shared/domains/render"
)

// What makes an arrangement of scenes worse; a scene twice outside of 8 to 20
// seconds by four seconds costs as much as two.
const (
	slack            = 4_000.0 // milliseconds
	inParagraph      = 0.6     // to begin a scene within a paragraph
	inSentence       = 6       // to begin one within a sentence
	headingWithin    = 1.5     // to have one after the beginning of a scene
	headingLast      = 100     // to end a scene with one
	referenceAlone   = 3       // to begin a scene with the reference of what was before
	fromMiddle       = 0.2     // to be at either end of 8 to 20 seconds
	middleOfThoughts = float64(shortest+longest) / 2
)

// arrange puts units into at most render.MaxScenes scenes, each of so many units,
// as well as can be. ok is false when there is no room for them.
func arrange(units []unit) (scenes []int, ok bool) {
	best := make([][]float64, render.MaxScenes+1) // by scenes used, then units placed
	from := make([][]int, render.MaxScenes+1)
	for k := range best {
		best[k], from[k] = make([]float64, len(units)+1), make([]int, len(units)+1)
		for i := range best[k] {
			best[k][i] = math.Inf(1)
		}
	}
	best[0][0] = 0
	for end := 1; end <= len(units); end++ {
		var scene scene
		for start := end - 1; start >= 0 && scene.prepend(units[start]); start-- {
			cost := scene.cost() + beginning(units, start)
			for k := 1; k <= render.MaxScenes; k++ {
				if all := best[k-1][start] + cost; all < best[k][end] {
					best[k][end], from[k][end] = all, start
				}
			}
		}
	}
	chosen := 1
	for k := range best {
		if best[k][len(units)] < best[chosen][len(units)] {
			chosen = k
		}
	}
	if math.IsInf(best[chosen][len(units)], 1) {
		return nil, false
	}
	scenes = make([]int, chosen)
	for k, end := chosen, len(units); k > 0; k-- {
		scenes[k-1] = end - from[k][end]
		end = from[k][end]
	}
	return scenes, true
}

// scene is a run of units, put together from its end.
type scene struct {
	units    int
	ms       int64
	chars    int
	joiner   int // code points before its first unit, if another came there
	headings int // after its first unit
	first    bool
	last     bool // its last unit is a heading
}

// prepend puts a unit before the others; false when the scene is full.
func (s *scene) prepend(u unit) bool {
	chars := s.chars + s.joiner + u.chars
	if chars > render.MaxSceneChars {
		return false
	}
	if s.units == 0 {
		s.last = u.heading
	} else {
		s.ms += render.SentencePauseMS
	}
	if s.first {
		s.headings++
	}
	s.units++
	s.ms += u.ms
	s.chars, s.joiner, s.first = chars, len(u.before), u.heading
	return true
}

func (s *scene) cost() float64 {
	ms, cost := float64(s.ms), 0.0
	switch {
	case ms < shortest:
		cost = (shortest - ms) / slack
	case ms > longest:
		cost = (ms - longest) / slack
	}
	cost = cost*cost + fromMiddle*math.Abs(ms-middleOfThoughts)/middleOfThoughts + headingWithin*float64(s.headings)
	if s.last {
		cost += headingLast
	}
	return cost
}

// beginning is what it costs to begin a scene with a unit.
func beginning(units []unit, at int) float64 {
	switch u := units[at]; {
	case at == 0:
		return 0
	case u.reference:
		return referenceAlone
	case u.inside:
		return inSentence
	case !u.begins:
		return inParagraph
	}
	return 0
}

// textOf joins the units of a scene.
func textOf(units []unit) string {
	var b strings.Builder
	for i, u := range units {
		if i > 0 {
			b.WriteString(u.before)
		}
		b.WriteString(u.text)
	}
	return b.String()
}
