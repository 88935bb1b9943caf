package voice

// Catalogue lists all narrators. The first of a language is its default, the
// first of all is the default of a text whose language is not known. A voice
// that reads badly is not here: espeak-ng spells out Japanese, guesses the
// vowels of Hebrew and loses those of Thai. The caller may change the slice.
func Catalogue() []Voice { return append(founding(), later()...) }

func reach() (everywhere, local, cloud []Provider) {
	return []Provider{Kokoro, Polly, Espeak}, []Provider{Kokoro, Espeak}, []Provider{Polly}
}

func founding() []Voice {
	everywhere, _, _ := reach()
	return []Voice{
		{ID: "grace", Name: "Grace", Language: "en-US", Providers: everywhere},
		{ID: "samuel", Name: "Samuel", Language: "en-US", Providers: everywhere},
		{ID: "ruth", Name: "Ruth", Language: "en-GB", Providers: everywhere},
		{ID: "thomas", Name: "Thomas", Language: "en-GB", Providers: everywhere},
		{ID: "lucia", Name: "Lucía", Language: "es-ES", Providers: everywhere},
		{ID: "mateo", Name: "Mateo", Language: "es-MX", Providers: everywhere},
		{ID: "claire", Name: "Claire", Language: "fr-FR", Providers: everywhere},
		{ID: "johannes", Name: "Johannes", Language: "de-DE", Providers: everywhere},
		{ID: "beatriz", Name: "Beatriz", Language: "pt-BR", Providers: everywhere},
		{ID: "chiara", Name: "Chiara", Language: "it-IT", Providers: everywhere},
	}
}

func later() []Voice {
	everywhere, local, cloud := reach()
	return []Voice{
		{ID: "etienne", Name: "Étienne", Language: "fr-FR", Providers: []Provider{Polly, Espeak}},
		{ID: "katharina", Name: "Katharina", Language: "de-DE", Providers: everywhere},
		{ID: "rafael", Name: "Rafael", Language: "pt-BR", Providers: everywhere},
		{ID: "pietro", Name: "Pietro", Language: "it-IT", Providers: everywhere},
		{ID: "jieun", Name: "지은", Language: "ko-KR", Providers: everywhere},
		{ID: "minjun", Name: "민준", Language: "ko-KR", Providers: local},
		{ID: "meilin", Name: "美琳", Language: "zh-CN", Providers: everywhere},
		{ID: "jianming", Name: "建明", Language: "zh-CN", Providers: local},
		{ID: "haruka", Name: "はるか", Language: "ja-JP", Providers: cloud},
		{ID: "takumi", Name: "たくみ", Language: "ja-JP", Providers: cloud},
		{ID: "asha", Name: "आशा", Language: "hi-IN", Providers: everywhere},
		{ID: "arjun", Name: "अर्जुन", Language: "hi-IN", Providers: local},
		{ID: "maryam", Name: "مريم", Language: "ar", Providers: everywhere},
		{ID: "yusuf", Name: "يوسف", Language: "ar", Providers: everywhere},
		{ID: "tatiana", Name: "Татьяна", Language: "ru-RU", Providers: local},
		{ID: "mikhail", Name: "Михаил", Language: "ru-RU", Providers: local},
		{ID: "oksana", Name: "Оксана", Language: "uk-UA", Providers: local},
		{ID: "andriy", Name: "Андрій", Language: "uk-UA", Providers: local},
		{ID: "zofia", Name: "Zofia", Language: "pl-PL", Providers: everywhere},
		{ID: "marek", Name: "Marek", Language: "pl-PL", Providers: local},
		{ID: "femke", Name: "Femke", Language: "nl-NL", Providers: everywhere},
		{ID: "pieter", Name: "Pieter", Language: "nl-NL", Providers: local},
		{ID: "linh", Name: "Linh", Language: "vi-VN", Providers: local},
		{ID: "minh", Name: "Minh", Language: "vi-VN", Providers: local},
		{ID: "sari", Name: "Sari", Language: "id-ID", Providers: local},
		{ID: "budi", Name: "Budi", Language: "id-ID", Providers: local},
		{ID: "neema", Name: "Neema", Language: "sw", Providers: local},
		{ID: "baraka", Name: "Baraka", Language: "sw", Providers: local},
		{ID: "eleni", Name: "Ελένη", Language: "el-GR", Providers: local},
		{ID: "nikos", Name: "Νίκος", Language: "el-GR", Providers: local},
		{ID: "elif", Name: "Elif", Language: "tr-TR", Providers: everywhere},
		{ID: "emre", Name: "Emre", Language: "tr-TR", Providers: local},
		{ID: "ioana", Name: "Ioana", Language: "ro-RO", Providers: local},
		{ID: "astrid", Name: "Astrid", Language: "sv-SE", Providers: everywhere},
		{ID: "mita", Name: "মিতা", Language: "bn", Providers: local},
		{ID: "kavitha", Name: "கவிதா", Language: "ta-IN", Providers: local},
		{ID: "sunitha", Name: "సునీత", Language: "te-IN", Providers: local},
		{ID: "annamma", Name: "അന്നമ്മ", Language: "ml-IN", Providers: local},
		{ID: "selam", Name: "ሰላም", Language: "am-ET", Providers: local},
	}
}
