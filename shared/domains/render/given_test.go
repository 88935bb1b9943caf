package render

import (
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Texts that were read by an English voice once, without a word of it: each is proposed
// a voice of its language where there is one, and a voice of another language is told
// of with the price, in words that name both.
func TestTextsAreProposedAVoiceOfTheirLanguage(t *testing.T) {
	for _, c := range []struct {
		written language.Language
		text    string
		nobody  bool // reads it
		others  []string
	}{
		{"ko", "주님은 나의 피난처이시니 두려워하지 않겠습니다. 오늘도 조용히 그분을 기다립니다.", false, []string{"grace", "lucia", "meilin"}},
		{"zh", "清晨的光照在山上，我的心安静下来。愿平安与你同在。", false, []string{"grace", "jieun", "lucia"}},
		{"hi", "प्रभु मेरी ज्योति है; मैं किससे डरूँ? आज उसकी शांति मेरे साथ है।", false, []string{"grace", "lucia", "maryam"}},
		{"ar", "الرب نوري وخلاصي، ممن أخاف؟ سلامه معي اليوم.", false, []string{"grace", "asha", "claire"}},
		{"th", "วันนี้ขอให้ใจของเราสงบ และขอบคุณสำหรับแสงเช้า", true, []string{"grace", "jieun"}},
		{"en", "Shalom (שלום) is more than peace; in Greek it is εἰρήνη, and in Russian мир.", false, []string{"lucia"}},
		{"es", "Lee Mt. 6:25-27 y Sal. 121:1 antes de dormir.", false, []string{"grace", "beatriz"}},
	} {
		offered := voice.Offered(voice.Espeak)
		quoted := func(reader string) (Quote, Source) {
			s := Source{Voice: reader, Captions: true, Scenes: []SourceScene{{Text: c.text}}}
			return quoteOf(Basis{Source: s}, metering.Intake{}, metering.PeriodOf(time.Now()), voice.Espeak, script.Stock{}), s
		}
		foreign := func(w Warning) bool { return w.Code == WarnVoiceLanguage }
		q, s := quoted(voice.Default)
		if reader, some := s.readers(offered).first(); some == c.nobody || some && reader.Reads() != c.written {
			t.Errorf("%s: %s reads %s", c.written, reader.ID, reader.Reads())
		}
		if slices.ContainsFunc(q.Warnings, foreign) != c.nobody || slices.ContainsFunc(q.Warnings, func(w Warning) bool { return w.Code == WarnNoGlyph }) {
			t.Errorf("%s: the proposed voice is warned of: %+v", c.written, q.Warnings)
		}
		for _, other := range c.others {
			q, _ := quoted(other)
			if len(q.Warnings) == 0 || !slices.ContainsFunc(q.Warnings, foreign) {
				t.Errorf("%s: %s is not warned of: %+v", c.written, other, q.Warnings)
				continue
			}
			v, _ := voice.Find(other)
			at := slices.IndexFunc(q.Warnings, foreign)
			if want := foreignTo(offered, v, c.written, 0); q.Warnings[at] != want[0] {
				t.Errorf("%s: %+v, want %+v", c.written, q.Warnings[at], want[0])
			}
		}
	}
}
