package polly

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/devotionalai/platform/shared/domains/voice"
)

// player is a neural voice of Polly. Its language is named where Polly calls it
// otherwise than the catalogue.
type player struct {
	voice    types.VoiceId
	language types.LanguageCode
}

// players are those that play the catalogue's voices, by id.
func players() map[string]player {
	return map[string]player{
		"grace":     {types.VoiceIdJoanna, ""},
		"samuel":    {types.VoiceIdMatthew, ""},
		"ruth":      {types.VoiceIdAmy, ""},
		"thomas":    {types.VoiceIdBrian, ""},
		"lucia":     {types.VoiceIdLucia, ""},
		"mateo":     {types.VoiceIdAndres, ""},
		"claire":    {types.VoiceIdLea, ""},
		"johannes":  {types.VoiceIdDaniel, ""},
		"beatriz":   {types.VoiceIdCamila, ""},
		"chiara":    {types.VoiceIdBianca, ""},
		"etienne":   {types.VoiceIdRemi, ""},
		"katharina": {types.VoiceIdVicki, ""},
		"rafael":    {types.VoiceIdThiago, ""},
		"pietro":    {types.VoiceIdAdriano, ""},
		"jieun":     {types.VoiceIdSeoyeon, ""},
		"meilin":    {types.VoiceIdZhiyu, types.LanguageCodeCmnCn},
		"haruka":    {types.VoiceIdKazuha, ""},
		"takumi":    {types.VoiceIdTakumi, ""},
		"asha":      {types.VoiceIdKajal, ""},
		"maryam":    {types.VoiceIdHala, types.LanguageCodeArAe},
		"yusuf":     {types.VoiceIdZayd, types.LanguageCodeArAe},
		"zofia":     {types.VoiceIdOla, ""},
		"femke":     {types.VoiceIdLaura, ""},
		"elif":      {types.VoiceIdBurcu, ""},
		"astrid":    {types.VoiceIdElin, ""},
	}
}

// find returns who plays a voice of the catalogue.
func find(id string) (player, bool) {
	v, known := voice.Find(id)
	if !known {
		return player{}, false
	}
	p, ok := players()[v.ID]
	p.language = cmp.Or(p.language, types.LanguageCode(v.Language))
	return p, ok
}
