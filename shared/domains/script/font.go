// Package script is what the product knows of writing systems: which fonts draw
// which characters, which of them a video takes, and where lines may break. It
// holds data alone: an API function that asks which characters can be drawn
// links no font.
package script

import (
	_ "embed"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Font is one font that videos may use.
type Font struct {
	Family string // as the font names itself
	File   string // in the folder of fonts; of those that are compiled in, the name they get there
}

// The fonts that are compiled into what renders. They give captions and titles
// of European languages their look.
const (
	Sans  = "Liberation Sans"
	Serif = "STIX Two Text SemiBold"
	Broad = "DejaVu Sans" // for signs, and letters that no other font has
)

// Compiled reports whether the font is in what renders, not in the folder.
func (f Font) Compiled() bool { return f.Family == Sans || f.Family == Serif || f.Family == Broad }

// table is made of the fonts by infra/fontcoverage: a line for each, with its
// family, its file and its characters as gaps and lengths in base 36.
//
//go:embed coverage.txt
var table string

type covered struct {
	Font
	from, to []rune // inclusive, ascending
}

var fonts = sync.OnceValue(func() []covered {
	var all []covered
	for line := range strings.Lines(table) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(parts) != 3 {
			continue
		}
		c := covered{Font: Font{Family: parts[0], File: parts[1]}}
		at := rune(0)
		for i, word := range strings.Fields(parts[2]) {
			n, err := strconv.ParseInt(word, 36, 32)
			if err != nil {
				break
			}
			at += rune(n)
			if i%2 == 0 {
				c.from = append(c.from, at)
			} else {
				c.to = append(c.to, at-1)
			}
		}
		all = append(all, c)
	}
	return all
})

func (c covered) has(r rune) bool {
	i := sort.Search(len(c.to), func(i int) bool { return c.to[i] >= r })
	return i < len(c.from) && c.from[i] <= r
}

// Stock is the fonts that are to be had. The zero Stock has all of them.
type Stock struct{ some []covered } // nil is all

// Without is the stock that lacks the fonts of some files.
func Without(files ...string) Stock {
	if len(files) == 0 {
		return Stock{}
	}
	some := slices.DeleteFunc(slices.Clone(fonts()), func(c covered) bool { return slices.Contains(files, c.File) })
	return Stock{some: some}
}

func (s Stock) all() []covered {
	if s.some != nil {
		return s.some
	}
	return fonts()
}

// Find returns the font of a family, also of one that is not in stock.
func Find(family string) (Font, bool) {
	all := fonts()
	i := slices.IndexFunc(all, func(c covered) bool { return c.Family == family })
	if i < 0 {
		return Font{}, false
	}
	return all[i].Font, true
}

func (s Stock) find(family string) (covered, bool) {
	all := s.all()
	i := slices.IndexFunc(all, func(c covered) bool { return c.Family == family })
	if i < 0 {
		return covered{}, false
	}
	return all[i], true
}

// Invisible characters have no picture of their own and need none: spaces,
// joiners, direction marks, variation selectors.
func Invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// Drawable reports whether some font draws r, or it needs none.
func (s Stock) Drawable(r rune) bool {
	return Invisible(r) || slices.ContainsFunc(s.all(), func(c covered) bool { return c.has(r) })
}

// Undrawable lists the characters of a text that no font has, each once and in
// the text's order. Videos leave them out.
func (s Stock) Undrawable(text string) []rune {
	var all []rune
	for _, r := range text {
		if !s.Drawable(r) && !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return all
}

// Drawable reports whether some font of all draws r, or it needs none.
func Drawable(r rune) bool { return Stock{}.Drawable(r) }

// Undrawable is what no font of all has.
func Undrawable(text string) []rune { return Stock{}.Undrawable(text) }
