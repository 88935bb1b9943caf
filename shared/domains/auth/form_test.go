package auth

import (
	"regexp"
	"strings"
	"testing"
)

// TestPatternsAreWhatIsRead holds the forms that the documentation states to
// the parsers.
func TestPatternsAreWhatIsRead(t *testing.T) {
	token := string(NewLinkToken())
	for _, c := range []struct {
		pattern string
		most    int
		read    func(string) bool
		samples []string
	}{
		{TokenPattern, 52, func(s string) bool { _, ok := ParseLinkToken(s); return ok }, []string{
			token, "", token[:51], token + "a", strings.ToUpper(token), token[:51] + "a", token[:51] + "b", token[:51] + "q", token[:51] + "1",
		}},
		{CodePattern(), MaxTypedCode, func(s string) bool { _, ok := parseCode(s); return ok }, []string{
			"222222", "cdf-ghj", "CDF GHJ", " -2-2-2-2-2-2- ", "22222", "2222222", "222221", "22222a", "", "222222" + strings.Repeat(" ", MaxTypedCode-6), "222222" + strings.Repeat(" ", MaxTypedCode-5),
		}},
		{NextPattern, MaxNext, func(s string) bool { _, err := parseNext(s); return err == nil }, []string{
			"", "/", "/videos", "/a?b=c#d", "//evil.example", `/\evil`, "videos", "https://a.b", "/a b", "/ü", "/\x7f", "/" + strings.Repeat("a", MaxNext-1), "/" + strings.Repeat("a", MaxNext),
		}},
	} {
		form := regexp.MustCompile(c.pattern)
		for _, s := range c.samples {
			if stated := form.MatchString(s) && len(s) <= c.most; stated != c.read(s) {
				t.Errorf("%q: %s says %v, the code otherwise", s, c.pattern, stated)
			}
		}
	}
}
