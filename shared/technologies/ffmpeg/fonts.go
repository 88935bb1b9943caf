package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/stix/stix2textsemibold"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"

	"github.com/devotionalai/platform/shared/domains/script"
)

// typeface is a font as libass gets it and as we measure it.
type typeface struct {
	family, file string
	data         []byte
	font         *font.Font
	height       float64 // what libass takes for the font's size, in parts of its em
}

// shelf has the fonts: those that are compiled in, whose licences allow that
// (Liberation and STIX Two: SIL Open Font License; DejaVu: Bitstream Vera), and
// those of a folder, of which only the ones that a text asks for are read.
type shelf struct {
	folder string
	stock  script.Stock
	mu     sync.Mutex
	taken  map[string]*typeface
}

// newShelf has what lies in a folder, which lacks some of the files.
func newShelf(folder string, lacking ...string) *shelf {
	return &shelf{folder: folder, stock: script.Without(lacking...), taken: map[string]*typeface{}}
}

// take answers a font by its family.
func (s *shelf) take(f script.Font) (*typeface, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if face := s.taken[f.Family]; face != nil {
		return face, nil
	}
	data, err := s.read(f)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", f.Family, err)
	}
	face, err := newTypeface(f, data)
	if err != nil {
		return nil, fmt.Errorf("open font %s: %w", f.Family, err)
	}
	s.taken[f.Family] = face
	return face, nil
}

func (s *shelf) read(f script.Font) ([]byte, error) {
	switch f.Family {
	case script.Sans:
		return liberationsansbold.TTF, nil
	case script.Broad:
		return dejavusansbold.TTF, nil
	case script.Serif:
		return stix2textsemibold.TTF, nil
	}
	if s.folder == "" {
		return nil, errors.New("no folder of fonts is set (FONTS)")
	}
	return os.ReadFile(filepath.Join(s.folder, f.File))
}

func newTypeface(f script.Font, data []byte) (*typeface, error) {
	loader, err := opentype.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	parsed, err := font.NewFont(loader)
	if err != nil {
		return nil, err
	}
	// libass sizes fonts as Windows does, by these two numbers of the table OS/2.
	const ascent, descent = 74, 76
	metrics, err := loader.RawTable(opentype.MustNewTag("OS/2"))
	if err != nil || len(metrics) < descent+2 {
		return nil, fmt.Errorf("it has no table OS/2: %w", err)
	}
	tall := float64(binary.BigEndian.Uint16(metrics[ascent:])) + float64(binary.BigEndian.Uint16(metrics[descent:]))
	return &typeface{family: f.Family, file: f.File, data: data, font: parsed, height: tall / float64(parsed.Upem())}, nil
}

// measure shapes texts as libass will: with joined letters, conjuncts and marks.
// It is for one goroutine.
type measure struct {
	shaper shaping.HarfbuzzShaper
	faces  map[*typeface]*font.Face
}

const measureEm = 1000

// glyphs are the shaped pieces of a text in one font.
func (m *measure) glyphs(face *typeface, text string) []shaping.Output {
	if m.faces == nil {
		m.faces = map[*typeface]*font.Face{}
	}
	if m.faces[face] == nil {
		m.faces[face] = font.NewFace(face.font)
	}
	runes := []rune(text)
	var all []shaping.Output
	for from := 0; from < len(runes); {
		to, kind := from, script.Common
		for ; to < len(runes); to++ {
			s := script.Of(runes[to])
			if s != script.Common && kind != script.Common && s != kind {
				break
			}
			if s != script.Common {
				kind = s
			}
		}
		in := shaping.Input{
			Text: runes, RunStart: from, RunEnd: to, Face: m.faces[face], Size: fixed.I(measureEm),
			Direction: di.DirectionLTR, Script: writing(runes[from:to]), Language: language.NewLanguage("und"),
			FontFeatures: []shaping.FontFeature{{Tag: opentype.MustNewTag("kern"), Value: 0}}, // libass does not kern
		}
		if kind == script.Arabic || kind == script.Hebrew {
			in.Direction = di.DirectionRTL
		}
		all = append(all, m.shaper.Shape(in))
		from = to
	}
	return all
}

func writing(runes []rune) language.Script {
	for _, r := range runes {
		if s := language.LookupScript(r); s.Strong() {
			return s
		}
	}
	return language.Common
}

// width is how wide a text comes out, in parts of its em.
func (m *measure) width(face *typeface, text string) float64 {
	total := 0.0
	for _, out := range m.glyphs(face, text) {
		total += float64(out.Advance) / 64 / measureEm
	}
	return total
}
