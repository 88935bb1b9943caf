package plaintext

import (
	"regexp"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	scene := Rule{Min: 1, Max: 1000, Lines: true}
	line := Rule{Min: 1, Max: 20}
	cases := []struct {
		name, in string
		rule     Rule
		want     string // "" accepts; else a part of the message
	}{
		{"plain", "The Lord is my shepherd.", scene, ""},
		{"heart and comparison", "I <3 you, and 1 < 2 > 0, a < b", scene, ""},
		{"line break", "one\ntwo\r\nthree", scene, ""},
		{"line break in a title", "one\ntwo", line, "single line"},
		{"Hebrew with marks", "מִזְמוֹר לְדָוִד\u200f יְהוָה רֹעִי", scene, ""},
		{"Arabic", "الرب راعي فلا يعوزني شيء", scene, ""},
		{"Devanagari with joiner", "क्\u200dष", scene, ""},
		{"Han beyond the first plane", "𠀀𠮷", scene, ""},
		{"Gothic", "𐌰𐍄𐍄𐌰 𐌿𐌽𐍃𐌰𐍂", scene, ""},
		{"emoji family and flag", "👨‍👩‍👧‍👦 🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F 🇮🇹 🙏🏽", scene, ""},
		{"an emoji of a later Unicode", "\U0001FAE9", scene, ""},
		{"bell", "a\abc", scene, "control character U+0007"},
		{"tab", "a\tb", scene, ""},
		{"tab in a title", "a\tb", line, ""},
		{"vertical tab, form feed, next line", "a\vb\fc\u0085d", scene, ""},
		{"the same in a title", "a\vb\fc\u0085d\u2028e\u2029f", line, ""},
		{"lone carriage return", "a\rb", scene, ""},
		{"lone carriage return in a title", "a\rb", line, "single line"},
		{"soft hyphen, zero width, byte order mark", "\ufeffa\u00adb\u200bc", scene, ""},
		{"escape", "a\x1b[1mb", scene, "U+001B"},
		{"nothing", "a\x00b", scene, "U+0000"},
		{"delete", "a\x7fb", scene, "U+007F"},
		{"C1", "a\u0084b", scene, "U+0084"},
		{"replacement", "a\ufffdb", scene, "damaged"},
		{"direction override", "abc\u202etxt", scene, "direction"},
		{"direction isolate", "abc\u2067txt", scene, "direction"},
		{"private use", "\ue000", scene, "private-use"},
		{"private plane 15", "\U000F0000", scene, "private-use"},
		{"private plane 16", "\U00100000", scene, "private-use"},
		{"noncharacter", "a\uffffb", scene, "no character"},
		{"noncharacter of plane 1", "a\U0001FFFEb", scene, "no character"},
		{"unassigned plane", "a\U00050000b", scene, "no character"},
		{"tag", "Hello <b>world</b>, <ESV>, <<peace>>, x<y", scene, ""},
		{"comment and more", "x<!-- y <!DOCTYPE html> <?x <script>alert(1)</script", scene, ""},
		{"markdown", "# A\n\n> *b* [c](https://example.org)", scene, ""},
		{"empty", " \n ", scene, "empty"},
		{"exactly as long", strings.Repeat("é", 1000), scene, ""},
		{"decomposed counts composed", strings.Repeat("e\u0301", 1000), scene, ""},
		{"one too long", strings.Repeat("字", 1001), scene, "at most 1000 characters, has 1001"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			clean, wrong := c.rule.Check(c.in)
			if (c.want == "") != (wrong == "") || !strings.Contains(wrong, c.want) {
				t.Fatalf("Check(%q) = %q, %q; want message with %q", c.in, clean, wrong, c.want)
			}
		})
	}
}

func TestWhatIsKept(t *testing.T) {
	scene, line := Rule{Min: 1, Max: 1000, Lines: true}, Rule{Min: 1, Max: 20}
	if clean, _ := scene.Check("  cafe\u0301\r\n "); clean != "café" {
		t.Errorf("not normalised: %q", clean)
	}
	for in, want := range map[string]string{
		"a\tb\vc\fd\u0085e\u2028f\u2029g": "a b\nc\n\nd\ne\nf\n\ng", "*a*  <b>": "*a*  <b>", "\t a\r\n": "a", "a\u200bb": "a\u200bb",
	} {
		if clean, wrong := scene.Check(in); clean != want || wrong != "" {
			t.Errorf("%q is kept as %q, %q", in, clean, wrong)
		}
	}
	if clean, wrong := line.Check("a\tb\vc\u2028d"); clean != "a b c d" || wrong != "" {
		t.Errorf("a title is kept as %q, %q", clean, wrong)
	}
}

// The document's pattern takes what the code takes.
func TestPattern(t *testing.T) {
	for _, rule := range []Rule{{Min: 1, Max: 1000, Lines: true}, {Max: 1000, Lines: true}, {Min: 1, Max: 1000}, {Max: 1000}} {
		pattern := regexp.MustCompile(rule.Pattern())
		for c := rune(0); c < 0x300; c++ {
			if c == 0xA0 {
				continue // a space to some languages' patterns and none to others'
			}
			for _, s := range []string{string(c), "a" + string(c) + "b", string(c) + "<b>"} {
				if s[0] == '\n' || s[0] == '\r' {
					continue // trimmed before it is looked at
				}
				if _, wrong := rule.Check(s); pattern.MatchString(s) != (wrong == "") {
					t.Errorf("%+v: %q: the code says %q, the pattern takes it: %v", rule, s, wrong, wrong != "")
				}
			}
		}
	}
}
