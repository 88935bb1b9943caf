package reading

import (
	"unicode"

	"github.com/devotionalai/platform/shared/domains/language"
)

// foreignTo reports of a word whether a voice of a language cannot read it: all
// its letters are of other scripts. Every voice reads Latin letters.
func foreignTo(l language.Language) func(string) bool {
	own := scriptsOf(l)
	return func(word string) bool {
		for _, r := range word {
			if unicode.IsLetter(r) && (unicode.In(r, unicode.Latin, unicode.Common, unicode.Inherited) || unicode.In(r, own...)) {
				return false
			}
		}
		for _, r := range word {
			if unicode.IsLetter(r) {
				return true
			}
		}
		return false
	}
}

// scriptsOf are those that a language is written in, beside Latin.
func scriptsOf(l language.Language) []*unicode.RangeTable {
	switch l {
	case "ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg":
		return []*unicode.RangeTable{unicode.Cyrillic}
	case "el":
		return []*unicode.RangeTable{unicode.Greek}
	case "he", "yi":
		return []*unicode.RangeTable{unicode.Hebrew}
	case "ar", "fa", "ur", "ps":
		return []*unicode.RangeTable{unicode.Arabic}
	case "hi", "mr", "ne", "sa":
		return []*unicode.RangeTable{unicode.Devanagari}
	case "bn", "as":
		return []*unicode.RangeTable{unicode.Bengali}
	case "ta":
		return []*unicode.RangeTable{unicode.Tamil}
	case "te":
		return []*unicode.RangeTable{unicode.Telugu}
	case "kn":
		return []*unicode.RangeTable{unicode.Kannada}
	case "ml":
		return []*unicode.RangeTable{unicode.Malayalam}
	case "gu":
		return []*unicode.RangeTable{unicode.Gujarati}
	case "pa":
		return []*unicode.RangeTable{unicode.Gurmukhi}
	case "th":
		return []*unicode.RangeTable{unicode.Thai}
	case "am", "ti":
		return []*unicode.RangeTable{unicode.Ethiopic}
	case "ka":
		return []*unicode.RangeTable{unicode.Georgian}
	case "hy":
		return []*unicode.RangeTable{unicode.Armenian}
	case "ko":
		return []*unicode.RangeTable{unicode.Hangul, unicode.Han}
	case "zh", "yue", "cmn":
		return []*unicode.RangeTable{unicode.Han, unicode.Bopomofo}
	case "ja":
		return []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}
	}
	return nil
}
