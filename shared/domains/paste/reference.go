package paste

import (
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
)

// firstReference is the first that a text names; "" is none.
func firstReference(text string, l language.Language) string {
	if all := reading.References(text, l); len(all) > 0 {
		return text[all[0][0]:all[0][1]]
	}
	return ""
}

// onlyReference reports whether a text is a reference and nothing else but marks,
// or the name of a translation.
func onlyReference(text string, l language.Language) bool {
	all := reading.References(text, l)
	left := utf8.RuneCountInString(text)
	for _, at := range all {
		left -= utf8.RuneCountInString(text[at[0]:at[1]])
	}
	return len(all) > 0 && left <= 12
}
