package plaintext

import (
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
		{"tab", "a\tb", scene, "U+0009"},
		{"delete", "a\x7fb", scene, "U+007F"},
		{"C1", "a\u0085b", scene, "U+0085"},
		{"replacement", "a\ufffdb", scene, "damaged"},
		{"direction override", "abc\u202etxt", scene, "direction"},
		{"direction isolate", "abc\u2067txt", scene, "direction"},
		{"private use", "\ue000", scene, "private-use"},
		{"private plane 15", "\U000F0000", scene, "private-use"},
		{"private plane 16", "\U00100000", scene, "private-use"},
		{"noncharacter", "a\uffffb", scene, "no character"},
		{"noncharacter of plane 1", "a\U0001FFFEb", scene, "no character"},
		{"unassigned plane", "a\U00050000b", scene, "no character"},
		{"tag", "Hello <b>world</b>", scene, "markup"},
		{"closing tag", "x</script", scene, "markup"},
		{"comment", "x<!-- y", scene, "markup"},
		{"doctype", "<!DOCTYPE html>", scene, "markup"},
		{"script", "<script>alert(1)</script>", scene, "markup"},
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
	if clean, _ := scene.Check("  cafe\u0301\r\n "); clean != "café" {
		t.Errorf("not normalised: %q", clean)
	}
}
