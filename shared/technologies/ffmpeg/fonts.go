package ffmpeg

import (
	"sync"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/stix/stix2textsemibold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface is a font that is compiled in. Its licence allows embedding:
// Liberation and STIX Two are under the SIL Open Font License, DejaVu under the
// Bitstream Vera licence.
type typeface struct {
	family, file string
	data         []byte
	parsed       func() (*sfnt.Font, error)
}

func newTypeface(family, file string, data []byte) *typeface {
	return &typeface{family: family, file: file, data: data,
		parsed: sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(data) })}
}

// The fonts of captions (first choice, then for Arabic, Armenian, Georgian and
// other scripts that it lacks) and of titles.
var (
	sans  = newTypeface("Liberation Sans", "LiberationSans-Bold.ttf", liberationsansbold.TTF)
	broad = newTypeface("DejaVu Sans", "DejaVuSans-Bold.ttf", dejavusansbold.TTF)
	serif = newTypeface("STIX Two Text SemiBold", "STIXTwoText-SemiBold.otf", stix2textsemibold.TTF)
)

func (f *typeface) has(r rune) bool {
	font, err := f.parsed()
	if err != nil {
		return false
	}
	var buffer sfnt.Buffer
	glyph, err := font.GlyphIndex(&buffer, r)
	return err == nil && glyph != 0
}

// covers reports whether f draws every visible character of text.
func (f *typeface) covers(text string) bool {
	for _, r := range text {
		if !unicode.IsSpace(r) && !ignorable(r) && !f.has(r) {
			return false
		}
	}
	return true
}

// width is how wide text comes out, in parts of the font's size as libass
// counts it (ascent plus descent). Kerning and joined letters are not counted;
// a character without a glyph counts as a square.
func (f *typeface) width(text string) float64 {
	font, err := f.parsed()
	if err != nil {
		return float64(len(text)) / 2
	}
	var buffer sfnt.Buffer
	const em = 1000
	metrics, err := font.Metrics(&buffer, fixed.I(em), 0)
	if err != nil {
		return float64(len(text)) / 2
	}
	total := fixed.Int26_6(0)
	for _, r := range text {
		if ignorable(r) || unicode.Is(unicode.Mn, r) {
			continue
		}
		glyph, err := font.GlyphIndex(&buffer, r)
		if err != nil || glyph == 0 {
			total += fixed.I(em)
			continue
		}
		advance, err := font.GlyphAdvance(&buffer, glyph, fixed.I(em), 0)
		if err != nil {
			continue
		}
		total += advance
	}
	return float64(total) / float64(metrics.Ascent+metrics.Descent)
}

// ignorable characters have no picture of their own: joiners, direction marks,
// variation selectors.
func ignorable(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// choose picks the font for a text and what of the text can be drawn: emoji
// that no font of ours has are left out (they stay in the WebVTT file), letters
// never are. foreign says that only the machine's own fonts can draw all of it.
func choose(first *typeface, text string) (face *typeface, drawn string, foreign bool) {
	if first.covers(text) {
		return first, text, false
	}
	kept := make([]rune, 0, len(text))
	for _, r := range text {
		known := first.has(r) || broad.has(r)
		if !known && (unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cn, r)) {
			continue
		}
		foreign = foreign || !known && !unicode.IsSpace(r) && !ignorable(r)
		kept = append(kept, r)
	}
	drawn = string(kept)
	if first.covers(drawn) {
		return first, drawn, false
	}
	return broad, drawn, foreign
}
