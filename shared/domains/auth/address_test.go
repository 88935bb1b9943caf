package auth

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

func TestParseAddress(t *testing.T) {
	cases := []struct{ name, raw, want string }{ // want "" is a refusal
		{"plain", "user@example.com", "user@example.com"},
		{"space and case", " \tUser@Example.COM\n", "user@example.com"},
		{"a plus-address stays distinct", "User+Psalms@example.com", "user+psalms@example.com"},
		{"dots stay distinct", "u.s.e.r@example.com", "u.s.e.r@example.com"},
		{"decomposed letters are composed", "jose\u0301@example.com", "jos\u00e9@example.com"},
		{"a kelvin sign is a k", "\u212aim@example.com", "kim@example.com"},
		{"other scripts", "用户@例子.测试", "用户@例子.测试"},
		{"punycode", "a@xn--fsqu00a.xn--0zwm56d", "a@xn--fsqu00a.xn--0zwm56d"},
		{"longest", strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 46)+".", 4) + "c", strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 46)+".", 4) + "c"},
		{"empty", "", ""},
		{"only space", "   ", ""},
		{"no at", "example.com", ""},
		{"two ats", "a@b@example.com", ""},
		{"no local part", "@example.com", ""},
		{"no domain", "a@", ""},
		{"one label", "a@localhost", ""},
		{"numeric top level", "a@127.0.0.1", ""},
		{"address literal", "a@[127.0.0.1]", ""},
		{"two dots", "a..b@example.com", ""},
		{"leading dot", ".a@example.com", ""},
		{"hyphen at a label's end", "a@example-.com", ""},
		{"quoted local part", `"a b"@example.com`, ""},
		{"display name", "A <a@example.com>", ""},
		{"second recipient", "a@example.com,b@example.com", ""},
		{"header injection", "a@example.com\r\nBcc: b@example.com", ""},
		{"null byte", "a\x00@example.com", ""},
		{"control picture", "a\u0085@example.com", ""},
		{"right-to-left override", "a\u202e@example.com", ""},
		{"not UTF-8", "a\xff@example.com", ""},
		{"markup", "<b>a</b>@example.com", ""},
		{"emoji", "\U0001f64f@example.com", ""},
		{"255 bytes", strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 46)+".", 4) + "cc", ""},
		{"65 byte local part", strings.Repeat("a", 65) + "@example.com", ""},
		{"a megabyte", strings.Repeat("a", 1<<20) + "@example.com", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseAddress(c.raw)
			if string(got) != c.want || (err != nil) != (c.want == "") {
				t.Fatalf("got %q, %v; want %q", got, err, c.want)
			}
			if err != nil && !problem.Is(err, problem.InvalidInput) {
				t.Fatalf("code of %v", err)
			}
			if again, err := ParseAddress(string(got)); c.want != "" && (err != nil || again != got) {
				t.Fatalf("not stable: %q, %v", again, err)
			}
		})
	}
}

func TestNextIsAPathOfTheApp(t *testing.T) {
	good := []string{"", "/", "/videos", "/videos/01J?tab=a#b", "/a%20b", "/search?q=https://example.com/"}
	for _, raw := range good {
		if got, err := parseNext(raw); err != nil || got != raw {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
	bad := []string{
		"videos", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)",
		" /videos", "/\t/evil.example", "/\n/evil.example", "/\x00", "/a\\b", "/..//evil.example", "/.//evil.example", "/a//b", "/%2e%2e//x",
		"/%2F/evil.example", "/%5cevil.example", "/../x", "/\u202e", "/é", "/" + strings.Repeat("a", MaxNext), "/%zz",
	}
	for _, raw := range bad {
		if got, err := parseNext(raw); !problem.Is(err, problem.InvalidInput) {
			t.Errorf("%q: accepted as %q (%v)", raw, got, err)
		}
	}
}
