package espeak

import "github.com/devotionalai/platform/shared/domains/render"

// narrator is a voice on offer: what callers see, and espeak-ng's own name for
// it (a language and a variant of the throat).
type narrator struct {
	render.Voice
	engine string
	pitch  int // 0 to 100; 50 is the variant's own
}

// narrators lists the voices; the first is the default. An id is for ever:
// projects keep it.
func narrators() []narrator {
	return []narrator{
		{render.Voice{ID: "grace", Name: "Grace", Language: "en-US"}, "en-us+f3", 44},
		{render.Voice{ID: "samuel", Name: "Samuel", Language: "en-US"}, "en-us+m3", 40},
		{render.Voice{ID: "ruth", Name: "Ruth", Language: "en-GB"}, "en-gb-x-rp+f2", 44},
		{render.Voice{ID: "thomas", Name: "Thomas", Language: "en-GB"}, "en-gb-x-rp+m7", 42},
		{render.Voice{ID: "lucia", Name: "Lucía", Language: "es-ES"}, "es+f3", 44},
		{render.Voice{ID: "mateo", Name: "Mateo", Language: "es-MX"}, "es-419+m3", 42},
		{render.Voice{ID: "claire", Name: "Claire", Language: "fr-FR"}, "fr+f3", 44},
		{render.Voice{ID: "johannes", Name: "Johannes", Language: "de-DE"}, "de+m3", 42},
		{render.Voice{ID: "beatriz", Name: "Beatriz", Language: "pt-BR"}, "pt-br+f3", 44},
		{render.Voice{ID: "chiara", Name: "Chiara", Language: "it-IT"}, "it+f3", 44},
	}
}

// Voices lists the voices on offer. It needs no library.
func Voices() []render.Voice {
	var all []render.Voice
	for _, n := range narrators() {
		all = append(all, n.Voice)
	}
	return all
}

// find accepts "" and "default" for the first voice.
func find(id string) (narrator, bool) {
	all := narrators()
	if id == "" || id == "default" {
		return all[0], true
	}
	for _, n := range all {
		if n.ID == id {
			return n, true
		}
	}
	return narrator{}, false
}
