package render

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/voice"
)

func TestAVoiceOfAnotherLanguageIsWarnedOf(t *testing.T) {
	const (
		english = "The Lord is near to all who call on him in truth."
		spanish = "El Señor está cerca de todos los que le invocan de veras."
		thai    = "วันนี้ขอให้ใจของเราสงบ และขอบคุณสำหรับแสงเช้า"
		korean  = "주님은 나의 피난처이시니 두려워하지 않겠습니다."
	)
	cases := []struct {
		name     string
		voice    string
		language language.Language
		scenes   []string
		want     []int // the scenes that are warned of; 0 is the whole
		says     string
	}{
		{"the same", "grace", "", []string{english, english}, nil, ""},
		{"the default voice", "default", "", []string{korean}, nil, ""},
		{"a language that nobody reads", "default", "", []string{thai}, []int{0}, "no voice that reads Thai"},
		{"another", "grace", "", []string{spanish, spanish}, []int{0}, "Spanish, and the voice Grace reads English. Choose"},
		{"another region", "mateo", "", []string{spanish}, nil, ""},
		{"one scene of it", "ruth", "", []string{english, english, english, spanish}, []int{4}, "Scene 4 is in Spanish"},
		{"not sure", "lucia", "", []string{"Amen."}, nil, ""},
		{"a reference", "ruth", "", []string{"Juan 3:16"}, nil, ""},
		{"chosen against the words", "lucia", "es", []string{english}, nil, ""},
		{"chosen against the voice", "ruth", "es", []string{english}, []int{0}, "Spanish"},
	}
	for _, c := range cases {
		s := Source{Voice: c.voice, Language: c.language}
		for _, text := range c.scenes {
			s.Scenes = append(s.Scenes, SourceScene{Text: text})
		}
		got := s.Warnings(voice.Offered(voice.Espeak), script.Stock{})
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v", c.name, got)
			continue
		}
		for i, w := range got {
			if w.Code != WarnVoiceLanguage || w.Scene != c.want[i] || !strings.Contains(w.Message, c.says) {
				t.Errorf("%s: %+v", c.name, w)
			}
		}
	}
}

// A title may tell what short scenes do not: the default voice is one of its language, and
// a chosen one of another is warned of.
func TestATitleTellsTheLanguage(t *testing.T) {
	s := Source{Title: "Oración para la mañana de los que esperan", Voice: voice.Default, Scenes: []SourceScene{{Text: "Amén."}}}
	offered := voice.Offered(voice.Espeak)
	if reader, ok := s.readers(offered).first(); !ok || reader.Reads() != "es" {
		t.Errorf("read by %+v", reader)
	}
	if all := s.Warnings(offered, script.Stock{}); len(all) != 0 {
		t.Errorf("warned of %+v", all)
	}
	s.Voice = "grace"
	if all := s.Warnings(offered, script.Stock{}); len(all) != 1 || all[0].Code != WarnVoiceLanguage || all[0].Scene != 0 {
		t.Errorf("an English voice: %+v", all)
	}
}

func TestWhatIsNotSaidOrDrawnIsWarnedOf(t *testing.T) {
	s := Source{Title: "Peace \u1780", Voice: "grace", Captions: true, Scenes: []SourceScene{
		{Text: "Peace be with you, and with all who are near to you."},
		{Text: "Shalom (שלום) is more than peace; in Greek it is εἰρήνη, as you know."},
		{Text: "The people of Angkor would write \u1780\u1781 for this, which is hard to read."},
	}}
	want := map[string]string{
		"unspoken 2": "“שלום” (and 1 more)", "unspoken 3": "\u1780\u1781", "no_glyph 3": "\u1780\u1781", "no_glyph 0": "In the title",
	}
	got := s.Warnings(voice.Offered(voice.Espeak), script.Stock{})
	for _, w := range got {
		name := fmt.Sprintf("%s %d", w.Code, w.Scene)
		if says, ok := want[name]; !ok || !strings.Contains(w.Message, says) {
			t.Errorf("%+v", w)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not warned of %v in %+v", want, got)
	}
}

// Without a font what only it draws is named before, and what needs none of it is not.
func TestWhatAMissingFontDrawsIsWarnedOf(t *testing.T) {
	s := Source{Title: "평안", Voice: voice.Default, Captions: true, Scenes: []SourceScene{{Text: "Peace be with you, and with all who are near to you."}}}
	for name, stock := range map[string]script.Stock{"all": {}, "none": script.Without("NotoSansKR_700Bold.ttf"), "another": script.Without("NotoSansThai_700Bold.ttf")} {
		var said string
		for _, w := range s.Warnings(voice.Offered(voice.Espeak), stock) {
			if w.Code == WarnNoGlyph {
				said = w.Message
			}
		}
		if strings.Contains(said, "평안") != (name == "none") {
			t.Errorf("%s: %q", name, said)
		}
	}
	needs := s.Fonts(voice.Offered(voice.Espeak), script.Stock{})
	if len(needs) != 2 || needs[0].Family != "Noto Sans KR" || !needs[1].Compiled() {
		t.Errorf("%v", needs)
	}
}

// What captions would show is not drawn where they are off and the scene is heard: no
// font is needed for it, and nothing of it is left out.
func TestCaptionsThatAreOffNeedNoFont(t *testing.T) {
	const korean, thai = "주님은 나의 피난처이시니 두려워하지 않겠습니다.", "วันนี้ขอให้ใจของเราสงบ"
	offered := voice.Offered(voice.Espeak)
	for name, c := range map[string]struct {
		captions bool
		scene    string
		needs    bool
	}{
		"on": {true, korean, true}, "off": {false, korean, false}, "off, and nothing is said": {false, thai, true},
	} {
		s := Source{Title: "Peace", Voice: "jieun", Captions: c.captions, Scenes: []SourceScene{{Text: c.scene}}}
		warned := false
		for _, w := range s.Warnings(offered, script.Without("NotoSansKR_700Bold.ttf", "NotoSansThai_700Bold.ttf")) {
			warned = warned || w.Code == WarnNoGlyph
		}
		if fonts := s.Fonts(offered, script.Stock{}); warned != c.needs || (len(fonts) > 1) != c.needs {
			t.Errorf("%s: warned %t, fonts %v", name, warned, fonts)
		}
	}
}

// A project keeps its voice longer than a provider has it.
func TestAVoiceThatIsNotOfferedAnyMoreIsWarnedOf(t *testing.T) {
	const english = "The Lord is near to all who call on him in truth."
	for _, c := range []struct {
		voice, text string
		provider    voice.Provider
		reads, says string // "" is nobody, nothing
	}{
		{"etienne", "Le Seigneur est près de tous ceux qui l'invoquent.", voice.Kokoro, "claire", "Étienne is not to be had any more: Claire"},
		{"etienne", "Le Seigneur est près de tous ceux qui l'invoquent.", voice.Espeak, "etienne", ""},
		{"haruka", english, voice.Kokoro, "grace", "はるか is not to be had any more: Grace"},
		{"haruka", "静まって、わたしこそ神であることを知れ。", voice.Kokoro, "", ""},
		{"of-another-catalogue", english, voice.Polly, "grace", "of-another-catalogue is not"},
		{"default", english, voice.Polly, "grace", ""},
	} {
		s := Source{Voice: c.voice, Scenes: []SourceScene{{Text: c.text}}}
		offered := voice.Offered(c.provider)
		if reader, _ := s.readers(offered).first(); reader.ID != c.reads {
			t.Errorf("%s of %s: %q reads, want %q", c.voice, c.provider, reader.ID, c.reads)
		}
		got := ""
		for _, w := range s.Warnings(offered, script.Stock{}) {
			if w.Code == WarnFallbackVoice && w.Scene == 0 {
				got += w.Message
			} else if w.Code == WarnFallbackVoice || c.reads != "" {
				t.Errorf("%s of %s: %+v", c.voice, c.provider, w)
			}
		}
		if !strings.Contains(got, c.says) || (got == "") != (c.says == "") {
			t.Errorf("%s of %s: %q, want %q", c.voice, c.provider, got, c.says)
		}
		if q := quoteOf(Basis{Source: s}, metering.Intake{}, metering.PeriodOf(time.Now()), c.provider, script.Stock{}); fmt.Sprint(q.Warnings) != fmt.Sprint(s.Warnings(offered, script.Stock{})) {
			t.Errorf("%s of %s: the quote warns of %v", c.voice, c.provider, q.Warnings)
		}
	}
}

// A scene of which a voice says nothing has captions alone: it is quoted for what
// the voice's step charges, its time and no speech.
func TestASceneWithNothingToSayIsNoSpeech(t *testing.T) {
	const hebrew, english = "יהוה רעי לא אחסר", "The Lord is my shepherd."
	s := Source{Voice: "grace", Scenes: []SourceScene{{Text: hebrew}, {Text: english}}}
	both := needsOf(s, Job{}, voice.Espeak)
	grace, _ := voice.Find("grace")
	if got, want := both.amounts[metering.TTSSeconds], EstimateSpeechMS(english, grace, voice.Espeak); got != want {
		t.Errorf("%d ms of speech, want %d", got, want)
	}
	n := narration{Spoken: Silent(reading.Sentences(hebrew, "en"))}
	s.Scenes = s.Scenes[1:]
	if got, want := both.frames-needsOf(s, Job{}, voice.Espeak).frames, SceneShot(1, "", NarrationMS(n.Spoken), nil).Frames-FadeFrames; got != want {
		t.Errorf("%d frames, want %d", got, want)
	}
}
