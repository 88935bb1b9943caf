package espeak

import "github.com/devotionalai/platform/shared/domains/voice"

// throat is how espeak-ng plays a voice: its own name for it (a language and a
// variant of the throat), and a pitch from 0 to 100, where 50 is the variant's own.
type throat struct {
	engine string
	pitch  int
}

// throats are those of the catalogue's voices, by id.
func throats() map[string]throat {
	return map[string]throat{
		"grace": {"en-us+f3", 44}, "samuel": {"en-us+m3", 40},
		"ruth":      {"en-gb-x-rp+f2", 44},
		"thomas":    {"en-gb-x-rp+m7", 42},
		"lucia":     {"es+f3", 44},
		"mateo":     {"es-419+m3", 42},
		"claire":    {"fr+f3", 44},
		"johannes":  {"de+m3", 42},
		"beatriz":   {"pt-br+f3", 44},
		"chiara":    {"it+f3", 44},
		"etienne":   {"fr+m3", 42},
		"katharina": {"de+f3", 44},
		"rafael":    {"pt-br+m3", 42},
		"pietro":    {"it+m3", 42},
		"jieun":     {"ko+f3", 44},
		"minjun":    {"ko+m3", 42},
		"meilin":    {"cmn+f3", 44},
		"jianming":  {"cmn+m3", 42},
		"asha":      {"hi+f3", 44},
		"arjun":     {"hi+m3", 42},
		"maryam":    {"ar+f3", 44},
		"yusuf":     {"ar+m3", 42},
		"tatiana":   {"ru+f3", 44},
		"mikhail":   {"ru+m3", 42},
		"oksana":    {"uk+f3", 44},
		"andriy":    {"uk+m3", 42},
		"zofia":     {"pl+f3", 44},
		"marek":     {"pl+m3", 42},
		"femke":     {"nl+f3", 44},
		"pieter":    {"nl+m3", 42},
		"linh":      {"vi+f3", 44},
		"minh":      {"vi+m3", 42},
		"sari":      {"id+f3", 44},
		"budi":      {"id+m3", 42},
		"neema":     {"sw+f3", 44},
		"baraka":    {"sw+m3", 42},
		"eleni":     {"el+f3", 44},
		"nikos":     {"el+m3", 42},
		"elif":      {"tr+f3", 44},
		"emre":      {"tr+m3", 42},
		"ioana":     {"ro+f3", 44},
		"astrid":    {"sv+f3", 44},
		"mita":      {"bn+f3", 44},
		"kavitha":   {"ta+f3", 44},
		"sunitha":   {"te+f3", 44},
		"annamma":   {"ml+f3", 44},
		"selam":     {"am+f3", 44},
	}
}

// find returns how a voice of the catalogue is played.
func find(id string) (throat, bool) {
	v, known := voice.Find(id)
	if !known {
		return throat{}, false
	}
	t, ok := throats()[v.ID]
	return t, ok
}
