package voice

import (
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Projects keep ids: those that were ever given out stay what they are.
func TestTheFirstVoicesAreForEver(t *testing.T) {
	for id, tag := range map[string]string{
		"grace": "en-US", "samuel": "en-US", "ruth": "en-GB", "thomas": "en-GB", "lucia": "es-ES", "mateo": "es-MX",
		"claire": "fr-FR", "johannes": "de-DE", "beatriz": "pt-BR", "chiara": "it-IT",
	} {
		if v, ok := Find(id); !ok || v.Language != tag || len(v.Providers) != len(Providers()) {
			t.Errorf("%s is %+v", id, v)
		}
	}
}

func TestIDsAreUniqueAndEveryLanguageHasASample(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Catalogue() {
		if seen[v.ID] || v.ID == Default || v.Name == "" || len(v.Providers) == 0 {
			t.Errorf("%+v", v)
		}
		seen[v.ID] = true
		if _, ok := samples()[v.Reads()]; !ok {
			t.Errorf("%s has nothing to say in %s", v.ID, v.Reads())
		}
	}
}

func TestPick(t *testing.T) {
	for _, c := range []struct {
		id   string
		text language.Language
		from Provider
		want string
	}{
		{"samuel", "ko", Espeak, "samuel"},  // a choice wins
		{"etienne", "fr", Kokoro, "claire"}, // not offered: the first of its language
		{"haruka", "ja", Espeak, ""},        // nobody reads it
		{"haruka", "en", Espeak, "grace"},   // nobody reads Japanese, somebody the text
		{"haruka", language.Unknown, Espeak, ""},
		{Default, "ko", Espeak, "jieun"},
		{"", "pt", Polly, "beatriz"},
		{Default, language.Unknown, Polly, "grace"},
		{Default, "th", Kokoro, ""},
		{"of-another-catalogue", "es", Espeak, "lucia"},
		{Default, "ja", Polly, "haruka"},
	} {
		if got, ok := Pick(Offered(c.from), c.id, c.text); got.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s for %q of %s: %q, want %q", c.id, c.text, c.from, got.ID, c.want)
		}
	}
}

// readable is the first of the languages that a provider reads.
func readable(p Provider, all ...language.Language) language.Language {
	for _, l := range all {
		if _, ok := For(l, p); ok {
			return l
		}
	}
	return language.Unknown
}

// A stand-in never reads another language than the voice's, or when nobody reads
// that, the text's.
func TestChainStaysInTheLanguage(t *testing.T) {
	for _, p := range Providers() {
		for _, v := range Catalogue() {
			for i, reader := range Chain(Offered(p), v.ID, "en") {
				if reader.Reads() != readable(p, v.Reads(), "en") || !slices.Contains(reader.Providers, p) {
					t.Errorf("%s may be read by %s of %s", v.ID, reader.ID, p)
				}
				if i == 0 && slices.Contains(v.Providers, p) && reader.ID != v.ID {
					t.Errorf("%s is read by %s first", v.ID, reader.ID)
				}
			}
		}
	}
	if got := Chain(Offered(Espeak), "grace", ""); len(got) != 2 || got[1].ID != "samuel" {
		t.Errorf("grace and %v", got)
	}
}
