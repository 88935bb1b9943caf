package script

import (
	"unicode"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Script is a writing system by its four letters of ISO 15924; "" is common to
// several: marks, digits, spaces.
type Script string

// The scripts that captions break or draw in a way of their own.
const (
	Common     Script = ""
	Latin      Script = "Latn"
	Greek      Script = "Grek"
	Cyrillic   Script = "Cyrl"
	Arabic     Script = "Arab"
	Hebrew     Script = "Hebr"
	Devanagari Script = "Deva"
	Bengali    Script = "Beng"
	Tamil      Script = "Taml"
	Telugu     Script = "Telu"
	Thai       Script = "Thai"
	Ethiopic   Script = "Ethi"
	Georgian   Script = "Geor"
	Armenian   Script = "Armn"
	Han        Script = "Hani"
	Kana       Script = "Kana" // hiragana and katakana
	Hangul     Script = "Hang"
	Other      Script = "Zyyy" // a script that is none of these
)

// Of is the script of a character.
func Of(r rune) Script {
	switch {
	case r < 0x80:
		if 'a' <= r|0x20 && r|0x20 <= 'z' {
			return Latin
		}
		return Common
	case unicode.Is(unicode.Common, r) || unicode.Is(unicode.Inherited, r):
		return Common
	}
	for _, known := range []struct {
		table  *unicode.RangeTable
		script Script
	}{
		{unicode.Latin, Latin}, {unicode.Greek, Greek}, {unicode.Cyrillic, Cyrillic}, {unicode.Arabic, Arabic}, {unicode.Hebrew, Hebrew},
		{unicode.Devanagari, Devanagari}, {unicode.Bengali, Bengali}, {unicode.Tamil, Tamil}, {unicode.Telugu, Telugu}, {unicode.Thai, Thai},
		{unicode.Ethiopic, Ethiopic}, {unicode.Georgian, Georgian}, {unicode.Armenian, Armenian}, {unicode.Han, Han},
		{unicode.Hiragana, Kana}, {unicode.Katakana, Kana}, {unicode.Hangul, Hangul},
	} {
		if unicode.Is(known.table, r) {
			return known.script
		}
	}
	return Other
}

// familyOf is the font made for a script; "" where a European one serves.
func familyOf(s Script, hanFamily string) string {
	switch s {
	case Arabic:
		return "Noto Sans Arabic"
	case Hebrew:
		return "Noto Sans Hebrew"
	case Devanagari:
		return "Noto Sans Devanagari"
	case Bengali:
		return "Noto Sans Bengali"
	case Tamil:
		return "Noto Sans Tamil"
	case Telugu:
		return "Noto Sans Telugu"
	case Thai:
		return "Noto Sans Thai"
	case Ethiopic:
		return "Noto Sans Ethiopic"
	case Georgian:
		return "Noto Sans Georgian"
	case Armenian:
		return "Noto Sans Armenian"
	case Hangul:
		return korean
	case Kana:
		return japanese
	case Han:
		return hanFamily
	}
	return ""
}

const (
	korean      = "Noto Sans KR"
	japanese    = "Noto Sans JP"
	traditional = "Noto Sans TC"
	simplified  = "Noto Sans SC"
)

// scriptOf is the script that a language is mostly written in.
func scriptOf(l language.Language) Script {
	switch l {
	case "ar", "fa", "ur", "ps", "ug":
		return Arabic
	case "he", "yi":
		return Hebrew
	case "hi", "mr", "ne":
		return Devanagari
	case "bn", "as":
		return Bengali
	case "ta":
		return Tamil
	case "te":
		return Telugu
	case "th":
		return Thai
	case "am", "ti":
		return Ethiopic
	case "ka":
		return Georgian
	case "hy":
		return Armenian
	case "zh", "cmn", "yue":
		return Han
	case "ja":
		return Kana
	case "ko":
		return Hangul
	}
	return Common
}

// hanFamily is the font whose forms of Chinese characters a text means: its
// other letters tell, then its language, then which of the forms that the
// reform of 1956 changed it uses.
func hanFamily(l language.Language, text string) string {
	kana, hangul, before, after := 0, 0, 0, 0
	for _, r := range text {
		switch Of(r) {
		case Kana:
			kana++
		case Hangul:
			hangul++
		case Han:
			if is, ok := changed()[r]; is {
				after++
			} else if ok {
				before++
			}
		}
	}
	switch {
	case kana > 0 || l == "ja":
		return japanese
	case hangul > 0 || l == "ko":
		return korean
	case before > after:
		return traditional
	}
	return simplified
}
