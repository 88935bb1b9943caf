package reading

import (
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// TestTextsThatWentWrong: what people pasted, what is shown of it, and what is
// said.
func TestTextsThatWentWrong(t *testing.T) {
	for _, c := range []struct {
		name          string
		language      language.Language
		text          string
		shown, spoken []string // nil spoken: as shown
	}{
		{"Korean", "ko", "주님은 나의 목자시니 부족함이 없습니다. 오늘도 그분을 따릅니다.", []string{"주님은 나의 목자시니 부족함이 없습니다.", "오늘도 그분을 따릅니다."}, nil},
		{"Chinese", "zh", "清晨的光照在山上，我的心安静下来。愿平安与你同在。", []string{"清晨的光照在山上，我的心安静下来。", "愿平安与你同在。"}, nil},
		{"Hindi", "hi", "प्रभु मेरी ज्योति है; मैं किससे डरूँ? आज उसकी शांति मेरे साथ है। हाँ", []string{"प्रभु मेरी ज्योति है; मैं किससे डरूँ?", "आज उसकी शांति मेरे साथ है।", "हाँ"}, nil},
		{"Arabic", "ar", "الرب نوري، ممن أخاف؟ سلامه معي اليوم.", []string{"الرب نوري، ممن أخاف؟", "سلامه معي اليوم."}, nil},
		{"Armenian", "hy", "Տերն իմ լույսն է։ Խաղաղություն ձեզ։", []string{"Տերն իմ լույսն է։", "Խաղաղություն ձեզ։"}, nil},
		{"Amharic", "am", "ጌታ ብርሃኔ ነው። ሰላም ለእናንተ።", []string{"ጌታ ብርሃኔ ነው።", "ሰላም ለእናንተ።"}, nil},
		{"Greek", "el", "Τίνα φοβηθήσομαι; Ο Κύριος φως μου.", []string{"Τίνα φοβηθήσομαι;", "Ο Κύριος φως μου."}, nil},
		{"Thai", "th", "วันนี้ขอให้ใจของเราสงบ และขอบคุณ", []string{"วันนี้ขอให้ใจของเราสงบ และขอบคุณ"}, nil},
		{"Thai with an English voice", "en", "วันนี้ขอให้ใจของเราสงบ", []string{"วันนี้ขอให้ใจของเราสงบ"}, []string{""}},
		{"other scripts within English", "en", "Shalom (שלום) is more than peace; in Greek it is εἰρήνη, in Russian мир.",
			[]string{"Shalom (שלום) is more than peace; in Greek it is εἰρήνη, in Russian мир."}, []string{"Shalom, is more than peace; in Greek it is, in Russian."}},
		{"references", "en", "Paul says it twice (Phil. 4:6-7; 1 Thess. 5:16-18). Compare Ps 27:1ff. and II Cor 12:9 (WEB).",
			[]string{"Paul says it twice (Phil. 4:6-7; 1 Thess. 5:16-18).", "Compare Ps 27:1ff. and II Cor 12:9 (WEB)."},
			[]string{"Paul says it twice, Philippians four, verses six and seven; First Thessalonians five, verses sixteen to eighteen.",
				"Compare Psalm twenty-seven, verses one and following and Second Corinthians twelve, verse nine, W.E.B."}},
		{"Spanish references", "es", "Lee Mt. 6:25-27 y Sal. 121:1 antes de dormir.", []string{"Lee Mt. 6:25-27 y Sal. 121:1 antes de dormir."},
			[]string{"Lee Mateo seis, versículos veinticinco al veintisiete y Salmo ciento veintiuno, versículo uno antes de dormir."}},
		{"numbers", "en", "In 1874, at 6:30 a.m. on Jan. 3rd, Dr. H. W. Lane gave $12.50 to 25% of the C. of E. parishes; see ch. XIX.",
			[]string{"In 1874, at 6:30 a.m. on Jan. 3rd, Dr. H. W. Lane gave $12.50 to 25% of the C. of E. parishes; see ch. XIX."},
			[]string{"In eighteen seventy-four, at six thirty A.M. on January third, Doctor H.W. Lane gave twelve dollars and fifty cents to twenty-five percent of the Church of England parishes; see chapter nineteen."}},
		{"markdown", "en", "# Morning\n\n> *Be* **still**\n\n- [Read](https://example.org/a?b=c) slowly\n1. Breathe[^1]\n\n[^1]: out",
			[]string{"Morning", "Be still", "Read slowly", "Breathe"}, []string{"Morning.", "Be still.", "Read slowly.", "Breathe."}},
		{"brackets", "en", "He said <<rest>>, and 3 < 5, <WEB> notwithstanding; <b>bold</b> too. x<y",
			[]string{"He said <<rest>>, and 3 < 5, <WEB> notwithstanding; <b>bold</b> too. x<y"},
			[]string{"He said rest, and three is less than five, W.E.B notwithstanding; b bold b too. x is less than y."}},
		{"white space", "en", "First\tline\u000bsecond\u000cthird\u0085fourth\u2028fifth\u00adsoft\u200bzero", []string{"First line second", "third fourth fifthsoftzero"}, []string{"First line second.", "third fourth fifthsoftzero."}},
		{"emoji", "en", "Good morning ☀️👨‍👩‍👧 — be thankful ✝️! 🙏🏽 1️⃣ 🇮🇹", []string{"Good morning — be thankful!"}, []string{"Good morning, be thankful!"}},
		{"nothing but emoji", "en", "🙏🏽 ☀️", nil, nil},
		{"capitals", "en", "The LORD is near. JESUS wept. NASB, NIV and KJV agree… Amen", []string{"The LORD is near.", "JESUS wept.", "NASB, NIV and KJV agree…", "Amen"},
			[]string{"The Lord is near.", "Jesus wept.", "N.A.S.B, N.I.V and K.J.V agree.", "Amen."}},
		{"an address with a question mark", "en", "More at https://example.org/read?day=5&lang=en! Peace.", []string{"More at https://example.org/read?day=5&lang=en!", "Peace."},
			[]string{"More at example dot org!", "Peace."}},
	} {
		var shown, spoken []string
		for _, s := range Sentences(c.text, c.language) {
			shown, spoken = append(shown, unjoined.Replace(s.Shown)), append(spoken, s.Spoken)
		}
		if !slices.Equal(shown, c.shown) {
			t.Errorf("%s is shown as %q, want %q", c.name, shown, c.shown)
		}
		if c.spoken == nil {
			c.spoken = c.shown
		}
		if !slices.Equal(spoken, c.spoken) {
			t.Errorf("%s is spoken as %q, want %q", c.name, spoken, c.spoken)
		}
	}
}

// TestParagraphs: the last sentence of each is marked.
func TestParagraphs(t *testing.T) {
	var ends []bool
	for _, s := range Sentences("# A title\n\nOne. Two.\n\n- three", language.English) {
		ends = append(ends, s.Paragraph)
	}
	if !slices.Equal(ends, []bool{true, false, true, true}) {
		t.Errorf("ends of paragraphs: %v", ends)
	}
}

func TestUnspokenNamesThePlace(t *testing.T) {
	text := "Peace. *Shalom* (שלום עליכם) is more; 😀 мир too."
	want := []Place{{"שלום עליכם", 2, 17}, {"мир", 2, 40}}
	got := Unspoken(text, "en")
	if !slices.Equal(got, want) {
		t.Errorf("unspoken %+v, want %+v", got, want)
	}
	for _, p := range got {
		if at := strings.Index(text, p.Text); len([]rune(text[:at])) != p.At {
			t.Errorf("%q stands at %d", p.Text, len([]rune(text[:at])))
		}
	}
	if all := Unspoken("Мир вам.", "ru"); all != nil {
		t.Errorf("a Russian voice cannot speak %v", all)
	}
	if title := Title("## Psalm 23 🙏 — *rest*"); title != "Psalm 23 — rest" {
		t.Errorf("the title %q", title)
	}
}
