package script

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Choice is the fonts of one piece of text, best first.
type Choice struct {
	stock Stock
	order []covered
}

// Choose finds the fonts for a text. usual is the family that a text of European
// letters has. One family draws all of it where one can: that of its language,
// the usual one, or that of a script in it. Where none can, the first draws what
// it has and others draw the rest.
func (s Stock) Choose(usual string, l language.Language, text string) Choice {
	text = s.whatIsDrawn(text)
	order := s.candidates(usual, l, text)
	most, best := -1, 0
	for i, c := range order {
		drawn, whole := c.share(text)
		if whole {
			best = i
			break
		}
		if drawn > most {
			most, best = drawn, i
		}
	}
	first := order[best]
	return Choice{s, append([]covered{first}, slices.Delete(slices.Clone(order), best, best+1)...)}
}

// candidates lists every font, those that suit best first.
func (s Stock) candidates(usual string, l language.Language, text string) []covered {
	han := hanFamily(l, text)
	count := map[Script]int{}
	for _, r := range text {
		count[Of(r)]++
	}
	var seen []Script
	for kind := range count {
		if familyOf(kind, han) != "" {
			seen = append(seen, kind)
		}
	}
	slices.SortFunc(seen, func(a, b Script) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	families := []string{familyOf(scriptOf(l), han), usual, Sans}
	for _, kind := range seen {
		families = append(families, familyOf(kind, han))
	}
	for _, c := range s.all() {
		families = append(families, c.Family)
	}
	var order []covered
	for _, family := range families {
		c, ok := s.find(family)
		if ok && !slices.ContainsFunc(order, func(o covered) bool { return o.Family == family }) {
			order = append(order, c)
		}
	}
	return order
}

// whatIsDrawn is a text without what no font can draw.
func (s Stock) whatIsDrawn(text string) string {
	var b strings.Builder
	state := -1
	for len(text) > 0 {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		b.WriteString(s.drawable(cluster))
	}
	return b.String()
}

// share counts the characters that a font draws of a text. whole says that it
// draws all of them but signs: for an arrow or a star no text changes its look.
func (c covered) share(text string) (drawn int, whole bool) {
	whole = true
	for _, r := range text {
		switch {
		case Invisible(r):
		case c.has(r):
			drawn++
		case !unicode.Is(unicode.S, r):
			whole = false
		}
	}
	return drawn, whole
}

// Run is a part of a text and the font that draws it.
type Run struct {
	Font Font
	Text string
}

// Runs divides a line among the fonts, in order. A character that no font has is
// left out, with all that is joined to it; a mark that none has is left out alone.
func (c Choice) Runs(line string) []Run {
	pieces := c.pieces(line)
	// Spaces and marks that the first font lacks go with what is beside them.
	for i := range pieces {
		if pieces[i].script != Common || pieces[i].font == 0 {
			continue
		}
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(pieces) && pieces[j].font >= 0 && c.order[pieces[j].font].hasAll(pieces[i].text) {
				pieces[i].font = pieces[j].font
				break
			}
		}
	}
	var runs []Run
	for _, p := range pieces {
		if p.font < 0 {
			continue
		}
		font := c.order[p.font].Font
		if n := len(runs); n > 0 && runs[n-1].Font == font {
			runs[n-1].Text += p.text
			continue
		}
		runs = append(runs, Run{font, p.text})
	}
	return runs
}

// Fonts are those that draw a text.
func (c Choice) Fonts(text string) []Font {
	var all []Font
	for _, run := range c.Runs(text) {
		if !slices.Contains(all, run.Font) {
			all = append(all, run.Font)
		}
	}
	return all
}

// First is the font that draws most.
func (c Choice) First() Font { return c.order[0].Font }

type piece struct {
	text   string
	script Script
	font   int // in the order; -1 for none
}

// pieces cuts a line where the script changes; a piece that no font draws as a
// whole falls into its characters.
func (c Choice) pieces(line string) []piece {
	var all []piece
	state := -1
	for len(line) > 0 {
		var cluster string
		cluster, line, _, state = uniseg.FirstGraphemeClusterInString(line, state)
		cluster = c.stock.drawable(cluster)
		if cluster == "" || cluster == " " && len(all) > 0 && strings.HasSuffix(all[len(all)-1].text, " ") {
			continue
		}
		s := scriptOfCluster(cluster)
		if n := len(all); n > 0 && s != Common && all[n-1].script == s {
			all[n-1].text += cluster
			continue
		}
		all = append(all, piece{text: cluster, script: s})
	}
	var parts []piece
	for _, p := range all {
		if p.font = c.first(p.text); p.font >= 0 {
			parts = append(parts, p)
			continue
		}
		state := -1
		for rest := p.text; rest != ""; {
			var cluster string
			cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			parts = append(parts, c.alone(cluster, p.script))
		}
	}
	return parts
}

// alone is one character; marks that no font has together with it are left out.
func (c Choice) alone(cluster string, s Script) piece {
	if font := c.first(cluster); font >= 0 {
		return piece{cluster, s, font}
	}
	base := []rune(cluster)[:1]
	font := c.first(string(base))
	if font < 0 {
		return piece{"", s, font}
	}
	for _, r := range []rune(cluster)[1:] {
		if c.order[font].has(r) {
			base = append(base, r)
		}
	}
	return piece{string(base), s, font}
}

func (c Choice) first(text string) int {
	return slices.IndexFunc(c.order, func(font covered) bool { return font.hasAll(text) })
}

func (c covered) hasAll(text string) bool {
	for _, r := range text {
		if !Invisible(r) && !c.has(r) {
			return false
		}
	}
	return true
}

// drawable is what can be drawn of one character with its marks: none of it when
// a part of it has no picture, so that no family loses its mother.
func (s Stock) drawable(cluster string) string {
	kept := make([]rune, 0, len(cluster))
	for _, r := range cluster {
		switch {
		case s.Drawable(r):
			kept = append(kept, r)
		case !unicode.Is(unicode.M, r):
			return ""
		}
	}
	if len(kept) > 0 && !unicode.Is(unicode.M, kept[0]) {
		return string(kept)
	}
	return ""
}

func scriptOfCluster(cluster string) Script {
	for _, r := range cluster {
		if s := Of(r); s != Common {
			return s
		}
	}
	return Common
}

// Choose is Stock.Choose of all fonts.
func Choose(usual string, l language.Language, text string) Choice {
	return Stock{}.Choose(usual, l, text)
}
