// Package language owns which human languages the product knows, and which one
// a text is written in. It knows nothing of voices or fonts.
package language

import "strings"

// Language is the primary subtag of a BCP 47 tag, in lower case: "en", "pt",
// "zh". "" is unknown.
type Language string

// Unknown is the language of a text that does not tell.
const Unknown Language = ""

// English is what a text is taken for when nothing tells otherwise.
const English Language = "en"

// Pattern is what a known or unknown language looks like, to a regular expression.
const Pattern = `^([a-z]{2,3})?$`

// Valid reports whether l looks like a primary subtag.
func (l Language) Valid() bool {
	letters := strings.IndexFunc(string(l), func(r rune) bool { return r < 'a' || r > 'z' }) < 0
	return letters && (len(l) == 2 || len(l) == 3)
}

// Of returns the language of a BCP 47 tag: "en" for "en-GB".
func Of(tag string) Language {
	primary, _, _ := strings.Cut(tag, "-")
	return Language(strings.ToLower(primary))
}
