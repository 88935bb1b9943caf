// Package voice is the catalogue of narrators: data alone, so that a function
// that lets people choose one links no engine. Which engine plays whom is the
// engines' own business.
package voice

import (
	"slices"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Provider is what reads aloud.
type Provider string

// The providers. Kokoro hands the languages that it lacks to espeak-ng.
const (
	Kokoro Provider = "kokoro"
	Polly  Provider = "polly"
	Espeak Provider = "espeak"
)

// Providers lists all of them.
func Providers() []Provider { return []Provider{Kokoro, Polly, Espeak} }

// Voice is one narrator. An id is for ever: projects keep it.
type Voice struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Language  string     `json:"language"` // BCP 47, e.g. en-US
	Providers []Provider `json:"-"`        // who has it
}

// Reads is the language that the voice reads.
func (v Voice) Reads() language.Language { return language.Of(v.Language) }

// Default is the id that stands for the first voice of the text's language.
const Default = "default"

// Find returns a narrator of the catalogue; "" and Default mean the first.
func Find(id string) (Voice, bool) {
	all := Catalogue()
	if unchosen(id) {
		return all[0], true
	}
	for _, v := range all {
		if v.ID == id {
			return v, true
		}
	}
	return Voice{}, false
}

// Chosen returns the narrator that an id names; "" and Default choose none.
func Chosen(id string) (Voice, bool) {
	if unchosen(id) {
		return Voice{}, false
	}
	return Find(id)
}

func unchosen(id string) bool { return id == "" || id == Default }

// Offered lists the voices that a provider has; the first is what a text gets
// whose language is not known.
func Offered(p Provider) []Voice {
	return slices.DeleteFunc(Catalogue(), func(v Voice) bool { return !slices.Contains(v.Providers, p) })
}

// For is the first voice of a language that a provider has.
func For(l language.Language, p Provider) (Voice, bool) { return first(Offered(p), l) }

func first(offered []Voice, l language.Language) (Voice, bool) {
	for _, v := range offered {
		if v.Reads() == l {
			return v, true
		}
	}
	return Voice{}, false
}

// Pick is the voice that reads a text: the chosen one; when it is not offered,
// the first of its language; when none is chosen, or nobody reads what the chosen
// one read, the first of the text's language; when none is chosen and that is not
// known, the first of all. There is none when nobody reads the language: a voice
// of another would be worse than captions.
func Pick(offered []Voice, id string, text language.Language) (Voice, bool) {
	if !unchosen(id) {
		for _, v := range offered {
			if v.ID == id {
				return v, true
			}
		}
		if v, known := Find(id); known {
			if stand, ok := first(offered, v.Reads()); ok || text == language.Unknown {
				return stand, ok
			}
		}
	}
	if text == language.Unknown && len(offered) > 0 {
		return offered[0], true
	}
	return first(offered, text)
}

// Chain is who may read a text, in order: the one that Pick names, and another
// of the same language. Empty when nobody can.
func Chain(offered []Voice, id string, text language.Language) []Voice {
	picked, ok := Pick(offered, id, text)
	if !ok {
		return nil
	}
	for _, v := range offered {
		if v.ID != picked.ID && v.Reads() == picked.Reads() {
			return []Voice{picked, v}
		}
	}
	return []Voice{picked}
}

// LanguageOf is the language that a voice reads; English for one that is unknown.
func LanguageOf(id string) language.Language {
	if v, ok := Find(id); ok {
		return v.Reads()
	}
	return language.English
}
