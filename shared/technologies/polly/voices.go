package polly

import (
	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/devotionalai/platform/shared/domains/render"
)

// narrator is a voice on offer and the Polly voice that plays it. Ids and names
// are the same with every speech provider, so that a project outlives a change
// of provider.
type narrator struct {
	render.Voice
	polly types.VoiceId
}

func narrators() []narrator {
	return []narrator{
		{render.Voice{ID: "grace", Name: "Grace", Language: "en-US"}, types.VoiceIdJoanna},
		{render.Voice{ID: "samuel", Name: "Samuel", Language: "en-US"}, types.VoiceIdMatthew},
		{render.Voice{ID: "ruth", Name: "Ruth", Language: "en-GB"}, types.VoiceIdAmy},
		{render.Voice{ID: "thomas", Name: "Thomas", Language: "en-GB"}, types.VoiceIdBrian},
		{render.Voice{ID: "lucia", Name: "Lucía", Language: "es-ES"}, types.VoiceIdLucia},
		{render.Voice{ID: "mateo", Name: "Mateo", Language: "es-MX"}, types.VoiceIdAndres},
		{render.Voice{ID: "claire", Name: "Claire", Language: "fr-FR"}, types.VoiceIdLea},
		{render.Voice{ID: "johannes", Name: "Johannes", Language: "de-DE"}, types.VoiceIdDaniel},
		{render.Voice{ID: "beatriz", Name: "Beatriz", Language: "pt-BR"}, types.VoiceIdCamila},
		{render.Voice{ID: "chiara", Name: "Chiara", Language: "it-IT"}, types.VoiceIdBianca},
	}
}

// Voices lists the voices on offer; the first is the default.
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
