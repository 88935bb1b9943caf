package language

import (
	"os"
	"strings"
	"testing"
)

// TestVerses holds what is found of single verses, and of lines that the lists
// of words were not made with, to the figures of docs/adr/0027, and prints them.
func TestVerses(t *testing.T) {
	t.Run("verses", func(t *testing.T) { figures(t, "testdata/verses.txt", 200, 99, 94) })
	t.Run("own lines", func(t *testing.T) { figures(t, "testdata/own.txt", 45, 95, 72) })
}

func figures(t *testing.T, file string, least int, leastRight, leastSure float64) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all, right, sure int
	languages := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		want, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		languages[want] = true
		all++
		got := Detect(text)
		if got.Sure {
			sure++
		}
		switch {
		case string(got.Language) == want:
			right++
		case got.Sure:
			t.Errorf("surely %s, but it is %s: %s", got.Language, want, text)
		default:
			t.Logf("perhaps %s, but it is %s: %s", got.Language, want, text)
		}
	}
	t.Logf("%d lines in %d languages: %d right (%.1f %%), %d sure of it (%.1f %%)", all, len(languages), right, percent(right, all), sure, percent(sure, all))
	if all < least || len(languages) < 18 || percent(right, all) < leastRight || percent(sure, all) < leastSure {
		t.Errorf("fewer than %d lines, %.0f %% right or %.0f %% sure", least, leastRight, leastSure)
	}
}

func percent(of, all int) float64 { return 100 * float64(of) / float64(all) }

func TestMixedAndShortTexts(t *testing.T) {
	cases := []struct {
		name, text string
		want       Language
		sure       bool
	}{
		{"nothing", " \n12:30 …", Unknown, false},
		{"a reference alone", "Juan 3:16", Unknown, false},
		{"references alone", "1 Juan 4:8; Salmo 23:1-3; 요한복음 3:16", Unknown, false},
		{"a Spanish reference in English", "As it says in 1 Juan 3:16, we know what love is.", "en", true},
		{"names say nothing", "Jerusalem, Maria, Jesus", Unknown, false},
		{"an address", "https://example.org/la-palabra-de-los-dias", Unknown, false},
		{"words of other scripts within", "Shalom (שלום) is more than peace; in Greek it is εἰρήνη, and in Russian мир.", "en", true},
		{"two halves", "주님은 나의 피난처이시니 두려워하지 않겠습니다. The Lord is my refuge and I will not be afraid of what is to come.", "en", false},
		{"an English word in Korean", "오늘도 Amen 하고 조용히 그분을 기다립니다.", "ko", true},
		{"a name in Japanese", "主はヨハネを愛された。", "ja", true},
		{"Chinese with a Latin name", "神爱世人，John 也知道这件事。", "zh", true},
		{"three ideographs", "主耶穌", "zh", false},
		{"one word", "Amen", Unknown, false},
		{"an order to read in Spanish", "Lee Mt. 6:25-27 y Sal. 121:1 antes de dormir.", "es", true},
		{"in Portuguese", "Leia Mt 6:25 antes de dormir.", "pt", true},
		{"in French", "Lis Mt 6,25 avant de dormir.", "fr", true},
		{"in German", "Lies Ps 23,1 vor dem Schlafen.", "de", true},
		{"in Italian", "Leggi Mt 6,25 prima di dormire.", "it", true},
		{"in capitals", "THE LORD IS MY SHEPHERD AND I SHALL NOT WANT", "en", true},
		{"a decomposed text", "El sen\u0303or esta\u0301 cerca de los que sufren.", "es", true},
	}
	for _, c := range cases {
		got := Detect(c.text)
		if got.Sure != c.sure || c.sure && got.Language != c.want || c.want == Unknown && got.Sure {
			t.Errorf("%s: %+v, want %q, sure %v", c.name, got, c.want, c.sure)
		}
	}
	if parts := Detect("Shalom (שלום) is more than peace.").Parts; len(parts) != 2 || parts[1] != (Part{Language: "he", Letters: 4}) {
		t.Errorf("parts: %+v", parts)
	}
}

func TestATitleTellsWhatItsTextsDoNot(t *testing.T) {
	const spanish, english = "Oración para la mañana de los que esperan", "A prayer for the morning of those who wait"
	cases := []struct {
		title string
		texts []string
		want  Language
	}{
		{spanish, []string{"Amén.", "Aleluya."}, "es"},
		{"", []string{"Amén.", "Aleluya."}, Unknown},
		{"Untitled devotional", []string{"Amen."}, Unknown},
		{english, []string{"El Señor está cerca de todos los que le invocan de veras."}, "es"}, // the texts say it themselves
		{english, []string{"Amen.", "Maranatha."}, "en"},
		{spanish, nil, "es"},
	}
	for _, c := range cases {
		if got := Written(c.title, c.texts); got != c.want {
			t.Errorf("%q over %q is in %q, want %q", c.title, c.texts, got, c.want)
		}
	}
}

func TestLongTextsAreLookedAtInPart(t *testing.T) {
	if got := Detect(strings.Repeat("The Lord is near to all who call on him. ", 100) + strings.Repeat("주님은 가까이 계십니다. ", 2000)); got.Language != English || !got.Sure {
		t.Errorf("%+v", got)
	}
}

func BenchmarkDetect(b *testing.B) {
	text := strings.Repeat("The Lord is near to all who call on him in truth; he hears them. ", 60)
	for b.Loop() {
		Detect(text)
	}
}
