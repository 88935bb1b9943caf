package zipfile_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

func TestPartsAreSafe(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "_",
		"..":                       "_",
		"...":                      "_",
		" . ":                      "_",
		"../../etc/passwd":         "_.._.._etc_passwd",
		`..\..\windows\system32`:   `_.._.._windows_system32`,
		"C:\\x":                    "C__x",
		"CON":                      "_CON",
		"a;1":                      "a_1",
		"con.txt":                  "_con.txt",
		"Nul .tar.gz":              "_Nul .tar.gz",
		"COM¹.mp4":                 "_COM¹.mp4",
		"lpt9":                     "_lpt9",
		"COM10":                    "COM10",
		"CONSOLE":                  "CONSOLE",
		"conin$":                   "_conin$",
		"a.":                       "a",
		"a. . ":                    "a",
		"-rf":                      "_-rf",
		".htaccess":                "_.htaccess",
		"~root":                    "_~root",
		"a\x00b\x1b[31m":           "ab[31m",
		"a\nb\tc":                  "a b c",
		"gpj.\u202etxt.exe":        "gpj.txt.exe",
		"\u200f\u2066x\u2069":      "x",
		"\ufeffx\u00ad":            "x",
		"cafe\u0301":               "caf\u00e9",
		"\u0301x":                  "_\u0301x",
		"\xff\xfe":                 "_",
		"a\u2215b\uff0fc":          "a_b_c",
		"Psalm 23: Der HERR?":      "Psalm 23_ Der HERR_",
		"=HYPERLINK(\"http://x\")": "=HYPERLINK(_http___x_)",
		"詩篇 第23篇.mp4":              "詩篇 第23篇.mp4",
		"👨\u200d👩\u200d👧.png":      "👨\u200d👩\u200d👧.png",
		"x\u200d":                  "x",
	} {
		if got := zipfile.Part(text); got != want {
			t.Errorf("Part(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLongPartsKeepTheirExtension(t *testing.T) {
	for _, text := range []string{strings.Repeat("a", 1000) + ".mp4", strings.Repeat("ü", 75) + ".mp4", strings.Repeat("e\u0323\u0302\u0301", 100) + ".mp4", strings.Repeat("👩", 40) + ".mp4"} {
		got := zipfile.Part(text)
		if len(got) > 150 || len(got) < 130 || !strings.HasSuffix(got, ".mp4") || !utf8.ValidString(got) {
			t.Errorf("Part of %d bytes is %d bytes: %q", len(text), len(got), got)
		}
	}
	if got := zipfile.Part(strings.Repeat("x", 200) + "." + strings.Repeat("y", 200)); len(got) != 150 {
		t.Errorf("a long extension is cut like a name; it is %d bytes", len(got))
	}
}

// What Part makes it makes again of itself, it is NFC, and nothing of a path.
func FuzzPart(f *testing.F) {
	for _, s := range []string{"", "a/b", "\u0301", "x\u200d.", "CON.", strings.Repeat("\u0301", 200), strings.Repeat("a", 149) + "ü.x", "\u1100\u1161\u11a8", "a\u200b\u0301", "a" + strings.Repeat(" .", 90)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := zipfile.Part(text)
		if again := zipfile.Part(got); again != got {
			t.Errorf("Part(%q) = %q, and of that %q", text, got, again)
		}
		if got == "" || len(got) > 150 || !norm.NFC.IsNormalString(got) || !filepath.IsLocal(got) || strings.ContainsAny(got, `/\:`) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("Part(%q) = %q", text, got)
		}
		n := zipfile.NewNamer()
		for range 3 {
			if name := n.Name(text, text); !zipfile.Safe(name) {
				t.Errorf("Name(%q) = %q is not safe", text, name)
			}
		}
	})
}

func TestNamesAreOnce(t *testing.T) {
	n := zipfile.NewNamer()
	for i, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"files", "Psalm.mp4"}, "files/Psalm.mp4"},
		{[]string{"files", "psalm.MP4"}, "files/psalm (2).MP4"},
		{[]string{"files", "Psalm.mp4"}, "files/Psalm (3).mp4"},
		{[]string{"files", "Psalm (4).mp4"}, "files/Psalm (4).mp4"},
		{[]string{"files", "Psalm.mp4"}, "files/Psalm (5).mp4"},
		{[]string{"files", "straße"}, "files/straße"},
		{[]string{"files", "STRASSE"}, "files/STRASSE (2)"},
		{[]string{"files", "ﬁn"}, "files/ﬁn"},
		{[]string{"files", "fin"}, "files/fin (2)"},
		{[]string{"FILES"}, "FILES (2)"},                   // is a folder
		{[]string{"files", "fin", "x"}, "files/fin (3)/x"}, // is a file
		{[]string{"Manifest.JSON"}, "Manifest (2).JSON"},
		{nil, "_"},
	} {
		if got := n.Name(c.parts...); got != c.want {
			t.Errorf("%d: Name(%q) = %q, want %q", i, c.parts, got, c.want)
		}
	}
	one, two := n.Folder("videos", "Psalm 23"), n.Folder("videos", "psalm 23")
	a, b := n.Name(append(one, "video.mp4")...), n.Name(append(two, "video.mp4")...)
	if a != "videos/Psalm 23/video.mp4" || b != "videos/psalm 23 (2)/video.mp4" {
		t.Errorf("two of a title lie at %q and %q", a, b)
	}
}

// The memory of 100,000 names, all alike but for their numbers, is a few MB.
func TestManyNamesAreFewBytes(t *testing.T) {
	n := zipfile.NewNamer()
	before := heap()
	const names = 20_000
	for range names {
		n.Name("files", strings.Repeat("x", 140)+".mp4")
	}
	if each := float64(heap()-before) / names; each > 80 {
		t.Errorf("a name takes %.0f bytes", each)
	}
	if last := n.Name("files", strings.Repeat("x", 140)+".mp4"); !strings.HasSuffix(last, fmt.Sprintf("x (%d).mp4", names+1)) {
		t.Errorf("the last is %q", last)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
