package voice

import "github.com/devotionalai/platform/shared/domains/language"

// Sample is what a voice says of itself, in its own language.
func Sample(v Voice) string {
	if text, ok := samples()[v.Reads()]; ok {
		return text
	}
	return samples()[language.English]
}

func samples() map[language.Language]string {
	return map[language.Language]string{
		"en": "Be still, and know that I am God. This is how I would read your devotional.",
		"es": "Estad quietos, y conoced que yo soy Dios. Así leería yo tu devocional.",
		"fr": "Arrêtez, et sachez que je suis Dieu. Voici comment je lirais votre méditation.",
		"de": "Seid stille und erkennt, dass ich Gott bin. So würde ich deine Andacht lesen.",
		"pt": "Aquietai-vos, e sabei que eu sou Deus. É assim que eu leria o seu devocional.",
		"it": "Fermatevi, e riconoscete che io sono Dio. Così leggerei la tua meditazione.",
		"ko": "너희는 가만히 있어 내가 하나님임을 알지어다. 저는 당신의 묵상을 이렇게 읽겠습니다.",
		"zh": "你们要休息，要知道我是神。我会这样朗读你的灵修。",
		"ja": "静まって、わたしこそ神であることを知れ。あなたの黙想をこのように読みます。",
		"hi": "चुप हो जाओ, और जान लो कि मैं ही परमेश्वर हूँ। मैं आपका मनन इसी तरह पढ़ूँगी।",
		"ar": "كفوا واعلموا أني أنا الله. هكذا أقرأ لك تأملك.",
		"ru": "Остановитесь и познайте, что Я — Бог. Вот так я прочитаю ваше размышление.",
		"uk": "Зупиніться та пізнайте, що Я Бог. Ось так я прочитаю ваш роздум.",
		"pl": "Uspokójcie się i uznajcie, że jestem Bogiem. Tak czytam wasze rozważanie.",
		"nl": "Wees stil, en weet dat Ik God ben. Zo zou ik je overdenking lezen.",
		"vi": "Hãy yên lặng và biết rằng ta là Đức Chúa Trời. Tôi sẽ đọc bài tĩnh nguyện của bạn như thế này.",
		"id": "Diamlah dan ketahuilah bahwa Akulah Allah. Begitulah saya membaca renungan Anda.",
		"sw": "Nyamazeni, mjue ya kuwa mimi ni Mungu. Hivi ndivyo ningesoma tafakari yako.",
		"el": "Ησυχάστε, και γνωρίστε ότι εγώ είμαι ο Θεός. Έτσι θα διάβαζα τον στοχασμό σας.",
		"tr": "Sakin olun ve bilin ki ben Tanrı'yım. Yazınızı böyle okurum.",
		"ro": "Opriți-vă și să știți că Eu sunt Dumnezeu. Așa aș citi meditația ta.",
		"sv": "Bli stilla och besinna att jag är Gud. Så skulle jag läsa din andakt.",
		"bn": "শান্ত হও, এবং জানো যে আমিই ঈশ্বর। আমি আপনার ধ্যান এইভাবে পড়ব।",
		"ta": "அமர்ந்திருந்து, நானே தேவனென்று அறிந்துகொள்ளுங்கள். உங்கள் தியானத்தை இப்படி வாசிப்பேன்.",
		"te": "ఊరకుండుడి, నేనే దేవుడనని తెలుసుకొనుడి. మీ ధ్యానాన్ని ఇలా చదువుతాను.",
		"ml": "മിണ്ടാതിരുന്നു, ഞാൻ ദൈവമെന്നു അറിഞ്ഞുകൊൾവിൻ. നിങ്ങളുടെ ധ്യാനം ഞാൻ ഇങ്ങനെ വായിക്കും.",
		"am": "ዕረፉ፥ እኔም አምላክ እንደ ሆንሁ እወቁ። ጽሑፍህን እንዲህ አነባለሁ።",
	}
}
