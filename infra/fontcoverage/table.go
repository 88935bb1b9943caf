package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/stix/stix2textsemibold"
	"golang.org/x/image/font/sfnt"
)

// Table is the coverage of the compiled-in fonts and of those in a folder. The
// order is the one in which fonts are tried for a character that a text's own
// lack: the large ones last.
func Table(folder string) (string, error) {
	var b strings.Builder
	compiled := map[string][]byte{
		"LiberationSans-Bold.ttf": liberationsansbold.TTF, "DejaVuSans-Bold.ttf": dejavusansbold.TTF, "STIXTwoText-SemiBold.otf": stix2textsemibold.TTF,
	}
	for _, file := range []string{
		"LiberationSans-Bold.ttf", "STIXTwoText-SemiBold.otf", "NotoSans_700Bold.ttf", "NotoSansHebrew_700Bold.ttf", "NotoSansArabic_700Bold.ttf",
		"NotoSansDevanagari_700Bold.ttf", "NotoSansBengali_700Bold.ttf", "NotoSansTamil_700Bold.ttf", "NotoSansTelugu_700Bold.ttf",
		"NotoSansThai_700Bold.ttf", "NotoSansEthiopic_700Bold.ttf", "NotoSansGeorgian_700Bold.ttf", "NotoSansArmenian_700Bold.ttf", "DejaVuSans-Bold.ttf",
		"NotoSansKR_700Bold.ttf", "NotoSansJP_700Bold.ttf", "NotoSansTC_700Bold.ttf", "NotoSansSC_700Bold.ttf",
	} {
		raw, ok := compiled[file]
		if !ok {
			var err error
			if raw, err = os.ReadFile(filepath.Join(folder, file)); err != nil {
				return "", fmt.Errorf("read font: %w", err)
			}
		}
		line, err := row(file, raw)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", file, err)
		}
		b.WriteString(line)
	}
	return b.String(), nil
}

const lastRune = 0x3FFFF // beyond it lie only selectors and private letters

func row(file string, raw []byte) (string, error) {
	font, err := sfnt.Parse(raw)
	if err != nil {
		return "", err
	}
	var buffer sfnt.Buffer
	family, err := font.Name(&buffer, sfnt.NameIDFamily)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\t%s\t", family, file)
	at, inside := 0, false
	for r := 0x20; r <= lastRune+1; r++ {
		glyph := sfnt.GlyphIndex(0)
		if private := r >= 0xE000 && r < 0xF900; r <= lastRune && !private {
			if glyph, err = font.GlyphIndex(&buffer, rune(r)); err != nil {
				return "", err
			}
		}
		if (glyph != 0) == inside {
			continue
		}
		if at > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatInt(int64(r-at), 36))
		at, inside = r, !inside
	}
	b.WriteByte('\n')
	return b.String(), nil
}
