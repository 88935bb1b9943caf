package paste

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

func splitter() Splitter { return Splitter{voices: voice.Catalogue()} }

func proposed(t *testing.T, text string) Proposal {
	t.Helper()
	p, err := splitter().propose(Text{Text: text})
	if err != nil {
		t.Fatalf("%.60q: %v", text, err)
	}
	again, _ := splitter().propose(Text{Text: text})
	if !reflect.DeepEqual(p, again) {
		t.Errorf("%.60q: two proposals differ", text)
	}
	for i, s := range p.Scenes {
		if _, wrong := project.TextRule().Check(s.Text); wrong != "" || s.Text == "" {
			t.Errorf("scene %d of %.60q: %s", i+1, text, wrong)
		}
		if _, wrong := project.PreviewRule().Check(s.ImagePrompt); wrong != "" {
			t.Errorf("the prompt of scene %d: %q %s", i+1, s.ImagePrompt, wrong)
		}
	}
	if len(p.Scenes) == 0 || len(p.Scenes) > render.MaxScenes {
		t.Errorf("%d scenes", len(p.Scenes))
	}
	return p
}

const morning = `# Light for the morning

Your word is a lamp to my feet, and a light for my path.
Psalm 119:105

When the night is long, we want to see the whole road. A lamp in the hand shows less than that. It shows the next step, and then the one after it.

I once walked home along a lane without a moon. My father carried the lantern and I held his coat. He did not tell me where each stone lay; he only said, "Stay in the light."

## A prayer

Lord, I do not ask to see the end. Give me light enough for today, and a hand to hold. Teach me to be glad of small light. Amen.
`

func TestADevotionalBecomesThoughts(t *testing.T) {
	p := proposed(t, morning)
	if p.Title != "Light for the morning" || p.Language != "en" || p.Voice != voice.Default {
		t.Errorf("%q in %q by %q", p.Title, p.Language, p.Voice)
	}
	if len(p.Scenes) < 3 || len(p.Scenes) > 5 {
		t.Errorf("%d scenes: %+v", len(p.Scenes), p.Scenes)
	}
	for i, s := range p.Scenes {
		if ms := readerOf(voice.Catalogue(), p.Voice, p.Language).ms(s.Text); ms < shortest-2000 || ms > longest+2000 {
			t.Errorf("scene %d takes %d ms: %q", i+1, ms, s.Text)
		}
		if strings.Contains(s.Text, "#") {
			t.Errorf("markup in %q", s.Text)
		}
		if strings.HasSuffix(s.Text, "A prayer") {
			t.Errorf("a heading ends scene %d", i+1)
		}
	}
	if first := p.Scenes[0]; first.Reference != "Psalm 119:105" || !strings.Contains(first.Text, "lamp to my feet") {
		t.Errorf("the verse lost its reference: %+v", first)
	}
	if !strings.Contains(p.Scenes[0].ImagePrompt, "lamp") {
		t.Errorf("a prompt without the words' picture: %q", p.Scenes[0].ImagePrompt)
	}
}

func TestNothingOfATextIsLost(t *testing.T) {
	visible := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.IsControl(r) {
				return -1
			}
			return r
		}, s)
	}
	sentence := "He leads me beside still waters, and he restores my soul every morning anew. "
	for name, text := range map[string]string{
		"one line":     strings.TrimSpace(sentence),
		"one block":    strings.TrimSpace(strings.Repeat(sentence, 120)),
		"paragraphs":   strings.TrimSpace(strings.Repeat(sentence+sentence+"\n\n", 40)),
		"no sentence":  strings.TrimSpace(strings.Repeat("mercy upon mercy ", 300)),
		"no space":     strings.Repeat("一", 900),
		"Chinese":      strings.Repeat("清晨的光照在山上，我的心安静下来。愿平安与你同在。", 40),
		"a long verse": "主は私の羊飼い、" + strings.Repeat("緑の牧場に伏させ、", 60) + "アーメン。",
	} {
		p := proposed(t, text)
		var all string
		for _, s := range p.Scenes {
			all += s.Text
		}
		if got, want := visible(all), visible(text); got != want {
			t.Errorf("%s: %d of %d characters are left", name, utf8.RuneCountInString(got), utf8.RuneCountInString(want))
		}
	}
}

func TestReferencesStayWhole(t *testing.T) {
	for _, reference := range []string{"1 Thess. 5:16-18", "Phil. 4:6-7", "1 Juan 3:16", "II Cor 12:9", "Salmo 121:1", "Song of Songs 2:4"} {
		text := strings.Repeat("It is good to wait and to be still before the one who made us, ", 20) + "as we read in " + reference + ", " +
			strings.Repeat("and to give thanks for all that has been given to us this day, ", 20) + "always."
		found := 0
		for _, s := range proposed(t, text).Scenes {
			if strings.Contains(s.Text, reference) {
				found++
				if s.Reference != reference {
					t.Errorf("%q is recognised as %q", reference, s.Reference)
				}
			}
		}
		if found != 1 {
			t.Errorf("%s stands whole in %d scenes", reference, found)
		}
	}
	mercy := strings.Repeat("mercy", 34)
	for _, reference := range []string{"1 Thess. 5:16-18", "II Cor 12:9", "Phil. 4:6, 8"} {
		pieces := readerOf(voice.Catalogue(), voice.Default, "en").cut(mercy + " " + reference + " " + mercy) // its middle is the reference's
		if len(pieces) < 2 || !slices.ContainsFunc(pieces, func(s string) bool { return strings.Contains(s, reference) }) {
			t.Errorf("%s is cut: %q", reference, pieces)
		}
		if got := whole(reading.Sentences("Read "+reference+" today.", "en")); len(got) != 1 || !strings.Contains(got[0], reference) {
			t.Errorf("%s is of two sentences, or not as it was written: %q", reference, got)
		}
	}
	for text, want := range map[string]string{
		"We met at 6:30 and paid 3.50 for it.": "", "In the 3rd year, Ps. 23 was sung.": "Ps. 23", "Read Philemon 6 today.": "Philemon 6",
		"Come home by 7:15.": "",
	} {
		if got := firstReference(text, "en"); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"오늘의 말씀은 요한복음 3:16-17 입니다.": "요한복음 3:16-17", "오전 6:30에 만나요.": "", "Сказано: 1 Петра 5:7.": "1 Петра 5:7", "Приходи в 6:30.": "",
	} {
		if got := firstReference(text, map[bool]language.Language{true: "ko", false: "ru"}[strings.ContainsAny(text, "요오")]); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

func TestTitles(t *testing.T) {
	const body = "\n\nThe Lord is near to all who call on him. He hears them."
	for text, want := range map[string]string{
		"# A quiet morning" + body:              "A quiet morning",
		"**A quiet morning**" + body:            "A quiet morning",
		"A quiet morning\n=====" + body:         "A quiet morning",
		"A quiet morning" + body:                "A quiet morning",
		"Why pray?" + body:                      "Why pray?",
		"Psalm 145:18" + body:                   "Psalm 145:18",
		"Jesus wept." + body:                    "",
		"- a quiet morning" + body:              "",
		strings.TrimSpace(body):                 "",
		strings.Repeat("long words ", 9) + body: "",
		"The Lord is near,\nto all who call":    "",
		"아침의 빛\n\n주님은 나의 피난처이시니 두려워하지 않겠습니다.": "아침의 빛",
	} {
		if got := proposed(t, text).Title; got != want {
			t.Errorf("%.40q: title %q, want %q", text, got, want)
		}
	}
}

// What is proposed is what the project of it finds, and so who reads it.
func TestTheProposedLanguageIsTheProjects(t *testing.T) {
	for text, want := range map[string]language.Language{
		"# Oración para la mañana de los que esperan\n\nAmén. Aleluya.": "es",
		"# Amen\n\nAleluya. Maranatha.":                                 language.Unknown,
		morning:                                                         "en",
	} {
		p := proposed(t, text)
		texts := make([]string, len(p.Scenes))
		for i, scene := range p.Scenes {
			texts[i] = scene.Text
		}
		if found := language.Written(p.Title, texts); p.Language != want || found != want {
			t.Errorf("%q is proposed as %q, and its project is in %q", p.Title, p.Language, found)
		}
	}
}

func TestTwentyFullScenes(t *testing.T) {
	full := strings.TrimSpace(strings.Repeat(strings.Repeat("word ", 180)+"end.\n\n", 20)) // 20 blocks of 904
	if p := proposed(t, full); len(p.Scenes) != render.MaxScenes {
		t.Errorf("%d scenes", len(p.Scenes))
	}
	for _, text := range []string{"", "\n \n", strings.Repeat("x ", MaxText)} {
		if _, err := splitter().propose(Text{Text: text}); err == nil {
			t.Errorf("%.20q is accepted", text)
		}
	}
}

// Whatever may be pasted has room, to the last character; what is cut is cut
// between sentences while there is room, then at clause marks, then between words.
func TestTextsOfTheGreatestLengthHaveRoom(t *testing.T) {
	const sentence = "He leads me beside still waters, and in the green pastures he restores my soul, as he did for those before me. "
	parts := map[string]string{
		"sentences":       sentence,
		"long sentences":  strings.Repeat("and he went on through the valley, ", 9) + "amen. ",
		"paragraphs":      strings.Repeat(sentence, 3) + "\n\n",
		"lines":           "- Give thanks for the bread of this day and for the hands that made it\n",
		"one long clause": strings.Repeat("mercy upon mercy ", 12) + ". ",
		"words":           strings.Repeat("m", 997) + " ",
		"no spaces":       "恵み深い主は、",
		"no marks":        "一",
	}
	words := func(s string) int { return len(strings.Fields(strings.ReplaceAll(s, "- ", ""))) }
	for name, part := range parts {
		for _, length := range []int{19_000, MaxText} {
			text := string([]rune(strings.Repeat(part, MaxText))[:length-2])
			text = strings.TrimSpace(text) + "m."
			p := proposed(t, text)
			var all string
			cut := 0
			for _, s := range p.Scenes {
				all += s.Text + " "
				if !endsSentence(s.Text) {
					cut++
				}
			}
			if got, want := letters(all), letters(text); got != want {
				t.Errorf("%s of %d: %d of %d letters are left", name, length, len(got), len(want))
			}
			if broken := words(all) - words(text); strings.Contains(part, " ") && length < 19_900 && name != "words" && broken > 0 {
				t.Errorf("%s of %d: %d words are cut", name, length, broken)
			}
			if name == "sentences" && length == 19_000 && cut > 0 {
				t.Errorf("%d scenes end within a sentence, where sentences have room", cut)
			}
		}
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// A text that no voice reads is cut by how long its captions are read.
func TestALanguageWithoutAVoiceIsCutByItsReadingTime(t *testing.T) {
	p := proposed(t, strings.Repeat("วันนี้ขอให้ใจของเราสงบ และขอบคุณสำหรับแสงเช้า\n\n", 16))
	by := readerOf(voice.Catalogue(), p.Voice, p.Language)
	if by.read || p.Language != "th" {
		t.Fatalf("%q is read by %q", p.Language, by.voice.ID)
	}
	for i, s := range p.Scenes {
		silent := render.NarrationMS(render.Silent(reading.Sentences(s.Text, "th")))
		if by.ms(s.Text) != silent || silent > longest+2000 || silent < shortest-2000 {
			t.Errorf("scene %d is taken to last %d ms, and is shown for %d", i+1, by.ms(s.Text), silent)
		}
	}
}

func TestPromptsFollowTheWords(t *testing.T) {
	for text, want := range map[string]string{
		"The Lord is my shepherd.": "sheep", "El Señor es mi pastor.": "sheep", "주님은 나의 목자시니": "sheep",
		"Die Sterne der Nacht": "stars", "面包": "Bread", "Nothing of the kind": "calm",
	} {
		if got := prompts([]string{text})[0]; !strings.Contains(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
	two := prompts([]string{"my shepherd", "the shepherd again"})
	if strings.Contains(two[1], "sheep") {
		t.Error("the same picture twice in a row")
	}
}

func BenchmarkPropose(b *testing.B) {
	text := strings.Repeat("He leads me beside still waters, and he restores my soul every morning anew. ", 250)
	for b.Loop() {
		_, _ = splitter().propose(Text{Text: text})
	}
}
