package toolbox

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// A font is taken only out of the package that the list names.
func TestAFontIsHeldToItsPackage(t *testing.T) {
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	for name, content := range map[string]string{"package/700Bold/A.ttf": "bold", "package/400Regular/A.ttf": "regular", "package/LICENSE_FONT": "free"} {
		if err := files.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(packed.Bytes())
	right := "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
	dir := t.TempDir()
	for _, wrong := range []fontPackage{{"sha512-x", "a@1", "700Bold/A.ttf"}, {right, "a@1", "900Black/A.ttf"}} {
		if err := wrong.unpack(packed.Bytes(), dir); err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
	if err := (fontPackage{right, "a@1", "700Bold/A.ttf"}).unpack(packed.Bytes(), dir); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "A.ttf")); err != nil || string(got) != "bold" {
		t.Errorf("%q, %v", got, err)
	}
	for _, list := range []string{"sha512-a b", "md5 a b"} {
		if _, err := fontPackages(list); err == nil {
			t.Errorf("%q was read", list)
		}
	}
}

// Without one font the others are there, it is named, and the next call gets it
// alone.
func TestFontsThatCannotBeHadAreNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fonts")
	wanted := func() []fontPackage {
		return []fontPackage{{"", "a@1", "x/A.ttf"}, {"", "b@1", "x/B.ttf"}, {"", "c@1", "x/C.ttf"}}
	}
	gone := errors.New("gone")
	var asked []string
	away := "b@1"
	fetch := func(_ context.Context, p fontPackage, dir string) error {
		if p.name == away {
			return gone
		}
		asked = append(asked, p.name)
		return os.WriteFile(filepath.Join(dir, filepath.Base(p.file)), nil, 0o600)
	}
	var mu sync.Mutex
	once := func(ctx context.Context, p fontPackage, dir string) error { // one after the other
		mu.Lock()
		defer mu.Unlock()
		return fetch(ctx, p, dir)
	}
	quiet := func(string) {}
	fonts, err := fillFonts(t.Context(), dir, "sum", wanted(), quiet, once)
	if err != nil || !slices.Equal(fonts.Lacking, []string{"B.ttf"}) || !errors.Is(fonts.Why, gone) || !fonts.Fresh {
		t.Errorf("%+v, %v", fonts, err)
	}
	away, asked = "", nil
	fonts, err = fillFonts(t.Context(), dir, "sum", wanted(), quiet, once)
	if err != nil || fonts.Lacking != nil || fonts.Why != nil || !slices.Equal(asked, []string{"b@1"}) {
		t.Errorf("%+v, %v, asked for %v", fonts, err, asked)
	}
	if again, err := fillFonts(t.Context(), dir, "sum", wanted(), quiet, once); err != nil || again.Fresh || len(asked) != 1 {
		t.Errorf("%+v, %v, asked for %v", again, err, asked)
	}
}
