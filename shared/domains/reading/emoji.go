package reading

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// withoutEmoji leaves out pictographs, each whole with its joiners, skins and
// flags, and the space that stood before one at the end of a phrase. The fonts
// have none in colour, and half a family is worse than none.
func withoutEmoji(s string) string {
	if !strings.ContainsFunc(s, mayBeEmoji) {
		return s
	}
	out := make([]byte, 0, len(s))
	gap := false // something was left out
	state, rest := -1, s
	for len(rest) > 0 {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if emoji(cluster) {
			gap = true
			continue
		}
		if gap && strings.ContainsAny(cluster[:1], ".,;:!?)") {
			out = bytes.TrimRight(out, " ")
		}
		gap = gap && cluster == " "
		out = append(out, strings.ReplaceAll(cluster, "\ufe0f", "")...)
	}
	return string(out)
}

func mayBeEmoji(r rune) bool {
	return r >= 0x2190 && r <= 0x2bff || r >= 0x1f000 && r <= 0x1faff || r == 0x20e3 || r == 0xfe0f || r == 0x3030 || r == 0x303d || r == 0x3297 || r == 0x3299 || r >= 0xe0020 && r <= 0xe007f
}

// emoji reports whether a whole character is a pictograph.
func emoji(cluster string) bool {
	if strings.ContainsRune(cluster, 0x20e3) {
		return true // a key with its digit
	}
	coloured := strings.ContainsRune(cluster, 0xfe0f)
	switch r, _ := utf8.DecodeRuneInString(cluster); {
	case r >= 0x1f000 && r <= 0x1faff, r >= 0xe0020 && r <= 0xe007f:
		return true
	case r >= 0x2600 && r <= 0x27bf, r >= 0x2b05 && r <= 0x2b55, r == 0x231a, r == 0x231b, r >= 0x23e9 && r <= 0x23fa:
		return unicode.Is(unicode.So, r)
	case r >= 0x2190 && r <= 0x2bff, r == 0x3030, r == 0x303d, r == 0x3297, r == 0x3299:
		return coloured
	}
	return false
}
