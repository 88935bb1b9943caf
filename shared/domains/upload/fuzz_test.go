package upload

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// FuzzInspect: whatever a file holds, looking at it ends in few reads with a
// verdict of its own or with measures within the bounds, and its bare form is no
// larger than itself.
func FuzzInspect(f *testing.F) {
	all := everyKind()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f.Add(all[name], false)
		f.Add(all[name][:len(all[name])*2/3], true)
	}
	for _, head := range []string{"", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF\xff\xff\xff\xffWEBP", "RIFF\x00\x00\x00\x00WAVEdata\xff\xff\xff\xff", "\x00\x00\x00\x01ftyp", "GIF89a", "ID3\x04\x00\x10\x7f\x7f\x7f\x7f", "\x00\x00\x00\x10ftypheic\x00\x00\x00\x01meta\x7f\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add([]byte(head), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, bare bool) {
		path := ""
		if bare {
			path = filepath.Join(t.TempDir(), "file")
		}
		if wrong, _ := looked(t, path, data); wrong != "" {
			t.Error(wrong)
		}
	})
}

// FuzzAnnouncement: an announcement that is taken is of the documented forms, and
// its size is one that its kind may have.
func FuzzAnnouncement(f *testing.F) {
	for _, seed := range []string{"", "a.jpg", "../../etc/passwd", "a\x00.jpg", "a\r\nContent-Type: text/html", "\u202egpj.exe", strings.Repeat("ü", 201), "\xff"} {
		f.Add(seed, "image/jpeg", int64(1))
	}
	for _, seed := range []string{"", "IMAGE/JPEG", " image/jpeg ; a=b", "image/jpeg\r\nx: y", "text/html", "image/svg+xml", "image/jpeg;", "image/jpeg,text/html", "audio/mpeg; " + strings.Repeat("x", 200), "ｉmage/jpeg"} {
		f.Add("a", seed, int64(MaxAudio))
	}
	form, name := regexp.MustCompile(ContentTypePattern(Kinds()...)), regexp.MustCompile(FilenamePattern)
	f.Fuzz(func(t *testing.T, filename, contentType string, size int64) {
		kind, err := Announcement{filename, contentType, size}.check()
		if err != nil {
			if !problem.Is(err, problem.InvalidInput) {
				t.Errorf("%q, %q, %d: %v", filename, contentType, size, err)
			}
			return
		}
		if !form.MatchString(contentType) || !name.MatchString(filename) || size < 1 || size > kind.most() || strings.ContainsAny(contentType, "\r\n\x00") || !slices.Contains(Kinds(), kind) {
			t.Errorf("%q, %q, %d is taken for %s", filename, contentType, size, kind)
		}
	})
}
