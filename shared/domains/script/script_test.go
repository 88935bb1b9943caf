package script

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
)

func TestEveryLanguageHasAFont(t *testing.T) {
	cases := []struct{ usual, language, text, family string }{
		{Sans, "en", "Plain — “quotes” é", Sans},
		{Sans, "ru", "Вера и надежда", Sans},
		{Serif, "en", "The Lord Is My Shepherd", Serif},
		{Sans, "en", "Shalom (שלום) is εἰρήνη, мир.", Sans},
		{Sans, "he", "ה׳ רעי לא אחסר (Psalm 23)", "Noto Sans Hebrew"},
		{Sans, "", "الرب راعي", "Noto Sans Arabic"},
		{Sans, "hi", "प्रभु मेरी ज्योति है", "Noto Sans Devanagari"},
		{Sans, "bn", "প্রভু আমার আলো", "Noto Sans Bengali"},
		{Sans, "ta", "கர்த்தர் என் மேய்ப்பர்", "Noto Sans Tamil"},
		{Sans, "te", "యెహోవా నా కాపరి", "Noto Sans Telugu"},
		{Sans, "th", "วันนี้ขอให้ใจสงบ", "Noto Sans Thai"},
		{Sans, "am", "እግዚአብሔር እረኛዬ ነው", "Noto Sans Ethiopic"},
		{Sans, "ka", "უფალი არს მწყემსი", "Noto Sans Georgian"},
		{Sans, "hy", "Տերն է իմ հովիվը", "Noto Sans Armenian"},
		{Serif, "ko", "주님은 나의 피난처 (시편 46:1)", korean},
		{Sans, "ko", "Psalm 46", korean}, // one family throughout a video
		{Sans, "", "主は私の羊飼い", japanese},
		{Sans, "zh", "清晨的光照在山上，我的心安静下来", simplified},
		{Sans, "zh", "耶和華是我的牧者，我必不至缺乏", traditional},
		{Sans, "ja", "主", japanese},
	}
	for _, c := range cases {
		choice := Choose(c.usual, language.Language(c.language), c.text)
		runs := choice.Runs(c.text)
		if choice.First().Family != c.family || len(runs) != 1 || runs[0].Text != c.text {
			t.Errorf("%s %q: %s first, runs %v", c.language, c.text, choice.First().Family, runs)
		}
		if missing := Undrawable(c.text); missing != nil {
			t.Errorf("%q: %q cannot be drawn", c.text, missing)
		}
	}
}

func TestRunsLoseNothingThatCanBeDrawn(t *testing.T) {
	cases := []struct {
		text string
		want []Run
	}{
		{"평화 and శాంతి.", []Run{{Font{korean, "NotoSansKR_700Bold.ttf"}, "평화"}, {Font{"Noto Sans Telugu", "NotoSansTelugu_700Bold.ttf"}, " and శాంతి."}}},
		{"Rest → home", []Run{{Font{Sans, "LiberationSans-Bold.ttf"}, "Rest → home"}}},
		{"Love ♡ wins", []Run{{Font{Sans, "LiberationSans-Bold.ttf"}, "Love "}, {Font{Broad, "DejaVuSans-Bold.ttf"}, "♡"}, {Font{Sans, "LiberationSans-Bold.ttf"}, " wins"}}},
		{"amen 👨‍👩‍👧 🫶🏽 now", []Run{{Font{Sans, "LiberationSans-Bold.ttf"}, "amen now"}}},
		{"❤️‍🔥 fire", []Run{{Font{Sans, "LiberationSans-Bold.ttf"}, " fire"}}},
	}
	for _, c := range cases {
		got := Choose(Sans, "", c.text).Runs(c.text)
		if joined := joinRuns(got); joined != joinRuns(c.want) || len(got) != len(c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	if got := Undrawable("Peace 𓀀 and 🙏, 𓀀 again ✝️"); !slices.Equal(got, []rune{'𓀀', '🙏'}) {
		t.Errorf("undrawable %q", got)
	}
}

func joinRuns(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Font.Family + ":" + r.Text + "|")
	}
	return b.String()
}

// A bar stands where a line may break.
func TestLinesBreakAsTheScriptAsks(t *testing.T) {
	for _, marked := range []string{
		"The |Lord |is |my |shep\u2060herd.",
		"주님은 |나의 |피난처이시니 |두려워하지 |않겠습니다.",
		"(시편)은 |노래",
		"清|晨|的|光|照|在|山|上，|我|的|心|安|静。",
		"彼|は|「こ|ん|に|ち|は」|と|言っ|た。",
		"(สดุดี |23:1)",
		"วันนี้|ขอ|ให้|ใจ|ของ|เรา|สงบ |และ|ขอบคุณ|สำหรับ|แสง|เช้า",
		"ต่างๆ |นานา",
		"« paix » |pour |tous ! |¿ Por |qué ? |— Sí.",
		"Good |morning — |be |thankful!",
		"Phil.\u00a04:6–7 |says",
		"प्रभु |मेरी |ज्योति |है;",
		"1\u202f000 |grains",
	} {
		want := strings.Split(marked, "|")
		if got := Atoms(strings.ReplaceAll(marked, "|", "")); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestThaiIsNeverBrokenInsideALetter(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(thaiWords, "\n"), "\n")
	if !slices.IsSorted(lines) || len(lines) < 10_000 {
		t.Errorf("%d words, sorted %v", len(lines), slices.IsSorted(lines))
	}
	text := "ฟุ้งเฟ้อกุ๊กไก่แก่น้ำใจโกรธเคืองพระเจ้าทรงเปี่ยมด้วยพระเมตตา"
	pieces := Atoms(text)
	if strings.Join(pieces, "") != text {
		t.Errorf("%q became %q", text, pieces)
	}
	for _, piece := range pieces {
		first, _ := utf8.DecodeRuneInString(piece)
		last, _ := utf8.DecodeLastRuneInString(piece)
		if strings.ContainsRune("ะาำๅๆฯ่้๊๋็ัิีึืุู์ฺ", first) || last >= 'เ' && last <= 'ไ' {
			t.Errorf("piece %q of %q", piece, pieces)
		}
	}
}

func TestLinesKeepTheDirectionOfTheirText(t *testing.T) {
	cases := []struct{ line, text, want string }{
		{"سلام", "سلام لكم", "سلام"},
		{"Jesus قال", "وقال Jesus: سلام لكم", "\u200fJesus قال"},
		{"23:1", "مزمور 23:1", "\u200f23:1"},
		{"שלום is peace", "The word שלום is peace", "\u200eשלום is peace"},
		{"Peace.", "The word שלום is peace", "Peace."},
		{"23:1", "Psalm 23:1", "23:1"},
	}
	for _, c := range cases {
		if got := Directed(c.line, c.text); got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.line, c.text, got, c.want)
		}
	}
}
