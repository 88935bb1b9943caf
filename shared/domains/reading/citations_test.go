package reading

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// TestCited: what a voice says for a place of the Bible in the languages that have
// no tongue of ours. Korean says "3장 16절", Chinese "3章16节", Japanese "3章16節",
// Italian "3, versetto 16", Hindi "अध्याय 3, पद 16", Russian "глава 3, стих 16",
// Arabic "الأصحاح 3، الآية 16"; the voice says the numbers.
func TestCited(t *testing.T) {
	spokenAs(t, map[language.Language]string{"ko": koreanCited, "zh": chineseCited, "ja": japaneseCited, "it": italianCited, "hi": hindiCited, "ru": russianCited, "ar": arabicCited})
}

const koreanCited = `
요한복음 3:16을 읽습니다. => 요한복음 3장 16절을 읽습니다.
시편 23:1-3, 6을 봅니다. => 시편 23편 1절에서 3절, 6절을 봅니다.
그분은 사랑이십니다 (요 3:16; 롬 8:28-30). => 그분은 사랑이십니다, 요한복음 3장 16절; 로마서 8장 28절에서 30절.
요한복음 3:16-4:2 => 요한복음 3장 16절에서 4장 2절
요한복음 3장 16절에서 말합니다. => 요한복음 3장 16절에서 말합니다.
모임은 6:30에, 약 3:16 지나서. => 모임은 6:30에, 약 3:16 지나서.
`

const chineseCited = `
正如约翰福音3:16所说。 => 正如约翰福音3章16节所说。
读诗篇 23:1-3，哥林多前书13：4-7。 => 读诗篇23篇1至3节，哥林多前书13章4至7节。
神爱世人（约3:16）。 => 神爱世人（约翰福音3章16节）。
約翰福音 3:16、18 => 约翰福音3章16节、18节
我们约6:30见。 => 我们约6:30见。
`

const japaneseCited = `
ヨハネの福音書３：１６を読みます。 => ヨハネの福音書3章16節を読みます。
聖書は詩篇23:1-3です。 => 聖書は詩篇23篇1節から3節です。
朝6:30に祈ります。 => 朝6:30に祈ります。
`

const italianCited = `
Leggi Giovanni 3:16. => Leggi Giovanni 3, versetto 16.
Gv 3,16 e 1 Cor 13,4.7 sono belli. => Giovanni 3, versetto 16 e Prima Corinzi 13, versetti 4 e 7 sono belli.
Leggi Salmo 23:1-3, 2 Pietro 1:4. => Leggi Salmo 23, versetti da 1 a 3, Seconda Pietro 1, versetto 4.
Alle 6:30 di mattina. => Alle 6:30 di mattina.
`

const hindiCited = `
पढ़ें यूहन्ना ३:१६ और भजन संहिता 23:1-3। => पढ़ें यूहन्ना अध्याय 3, पद 16 और भजन संहिता 23, पद 1 से 3।
1 कुरिन्थियों 13:4 पढ़ें। => पहला कुरिन्थियों अध्याय 13, पद 4 पढ़ें।
`

const russianCited = `
Читай Иоанна 3:16 и 1 Пет. 5:7. => Читай Иоанна, глава 3, стих 16 и Первое Петра, глава 5, стих 7.
Псалом 22:1-3, 1-е Коринфянам 13:4. => Псалом 22, стихи 1-3, Первое Коринфянам, глава 13, стих 4.
Приходи в 6:30. => Приходи в 6:30.
`

const arabicCited = `
اقرأ يوحنا 3:16 والمزمور 23:1. => اقرأ يوحنا، الأصحاح 3، الآية 16 والمزمور 23، الآية 1.
يقول في 1 كورنثوس ١٣: ٤-٧ الكثير. => يقول في كورنثوس الأولى، الأصحاح 13، الآيات 4 إلى 7 الكثير.
`

// TestCitedStaysWhole: also where lines break between any two letters, and read again
// it is the same.
func TestCitedStaysWhole(t *testing.T) {
	for l, cases := range map[language.Language]map[string]string{
		"zh": {"正如约翰福音 3:16所说": "正如约\u2060翰\u2060福\u2060音\u00a03:16所说"},
		"ja": {"聖書は詩篇２３：１です": "聖書は詩\u2060篇\u2060２\u2060３\u2060：\u2060１です"},
		"ko": {"오늘은 요한복음 3장 16절을": "오늘은 요한복음\u00a03장\u00a016절을"},
		"hi": {"यह भजन संहिता 23:1 है": "यह भजन\u00a0संहिता\u00a023:1 है"},
		"ar": {"اقرأ يوحنا 3: 16 اليوم": "اقرأ يوحنا\u00a03:\u00a016 اليوم"},
	} {
		for text, want := range cases {
			first := Sentences(text, l)
			if len(first) != 1 || first[0].Shown != want {
				t.Fatalf("%q is shown as %+v, want %q", text, first, want)
			}
			if again := Sentences(first[0].Shown, l); len(again) != 1 || again[0] != first[0] {
				t.Errorf("%q, read again: %+v", text, again)
			}
			if found := References(text, l); len(found) != 1 || !strings.Contains(strings.ReplaceAll(want, "\u2060", ""), strings.ReplaceAll(text[found[0][0]:found[0][1]], " ", "\u00a0")) {
				t.Errorf("%q has the references %v", text, found)
			}
		}
	}
}

// TestCitedBooksAreAllKnown: 66 in each language, those of a number once, and the
// Russian four of Kingdoms are one name.
func TestCitedBooksAreAllKnown(t *testing.T) {
	for l, c := range citations() {
		books := len(strings.Fields(c.books))
		if want := map[bool]int{true: 66, false: 55}[c.first[0] == ""]; books < want {
			t.Errorf("%s: %d books, want %d", l, books, want)
		}
		if c.names[fold(c.psalms)] == "" && c.names[fold(strings.ReplaceAll(c.psalms, " ", "_"))] == "" {
			t.Errorf("%s: %q is no book", l, c.psalms)
		}
	}
}
