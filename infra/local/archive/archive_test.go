package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var made = time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)

// folder makes files by their content.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func none(string) bool { return false }

func archived(t *testing.T, dir string, leave func(string) bool) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := Write(t.Context(), &out, made, []Source{{Path: dir}}, leave); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsArchivedComesBack(t *testing.T) {
	long := "s3/" + strings.Repeat("a long name/", 20) + "ä.mp4"
	files := map[string]string{"secrets.json": "{}", "state/a.json": strings.Repeat("row", 5000), long: "", "left/out": "no"}
	raw := archived(t, folder(t, files), func(name string) bool { return name == "left" })
	dir := t.TempDir()
	report, err := Unpack(bytes.NewReader(raw), dir)
	if err != nil || report.Files != 3 || report.Bytes != 15002 || !report.Made.Equal(made) {
		t.Fatalf("%+v %v", report, err)
	}
	delete(files, "left/out")
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		about, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content || about.Mode().Perm() != 0o600 {
			t.Errorf("%s: %d bytes, %v, %v", name, len(got), about.Mode(), err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "left")); err == nil {
		t.Error("what was left out is there")
	}
}

// TestEveryCutAndEveryBit: wherever a whole archive is cut off or altered, it is not whole.
func TestEveryCutAndEveryBit(t *testing.T) {
	raw := archived(t, folder(t, map[string]string{"secrets.json": "{}", "state/a.json": "rows"}), none)
	if _, err := Verify(bytes.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
	for n := range raw {
		if _, err := Verify(bytes.NewReader(raw[:n])); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("cut off after %d of %d bytes: %v", n, len(raw), err)
		}
		altered := bytes.Clone(raw)
		altered[n] ^= 0x10
		// Some bits only fill up: with them the content is the same.
		if _, err := Verify(bytes.NewReader(altered)); err == nil && !bytes.Equal(plain(t, altered), plain(t, raw)) {
			t.Errorf("byte %d altered, and held to be whole", n)
		}
	}
	if _, err := Verify(bytes.NewReader(append(bytes.Clone(raw), raw...))); err == nil || !strings.Contains(err.Error(), "something follows") {
		t.Errorf("two in one: %v", err)
	}
}

func plain(t *testing.T, raw []byte) []byte {
	t.Helper()
	packed, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// crafted is an archive that make backup would not write.
func crafted(t *testing.T, heads ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	w := tar.NewWriter(packed)
	for _, head := range heads {
		content := head.PAXRecords["content"]
		head.PAXRecords, head.Size, head.Mode = nil, int64(len(content)), 0o600
		if head.Typeflag == 0 {
			head.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(&head); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func named(name, content string) tar.Header {
	return tar.Header{Name: name, PAXRecords: map[string]string{"content": content}}
}

func TestOthersAreRefused(t *testing.T) {
	ours := func(format int) tar.Header {
		raw, err := json.Marshal(heading{Kind: kind, Format: format, Made: made})
		if err != nil {
			t.Fatal(err)
		}
		return named(aboutName, string(raw))
	}
	list := func(paths ...string) tar.Header {
		var m manifest
		for _, p := range paths {
			m.Files = append(m.Files, entry{Path: p, SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"})
		}
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return named(manifestName, string(raw))
	}
	for name, c := range map[string]struct {
		raw  []byte
		says string
	}{
		"nothing":               {nil, "no archive that make backup made"},
		"a text":                {[]byte("dear diary"), "no archive that make backup made"},
		"another's":             {crafted(t, named("README", "hello")), "no archive that make backup made"},
		"of another kind":       {crafted(t, named(aboutName, `{"kind":"photos","format":1}`)), "no archive that make backup made"},
		"of a newer version":    {crafted(t, ours(format+1)), "newer version"},
		"above the folder":      {crafted(t, ours(1), named("../passwd", ""), list("../passwd")), "leads out"},
		"from the root":         {crafted(t, ours(1), named("/etc/passwd", ""), list("/etc/passwd")), "leads out"},
		"around a corner":       {crafted(t, ours(1), named("s3/../../x", ""), list("s3/../../x")), "leads out"},
		"a backslash":           {crafted(t, ours(1), named(`s3\..\x`, ""), list(`s3\..\x`)), "leads out"},
		"a link":                {crafted(t, ours(1), tar.Header{Name: "s3", Typeflag: tar.TypeSymlink, Linkname: "/etc"}, list("s3")), "no plain file"},
		"twice the same":        {crafted(t, ours(1), named("a", ""), named("a", ""), list("a", "a")), "twice"},
		"more than was listed":  {crafted(t, ours(1), named("a", ""), named("b", ""), list("a")), "holds 2 files, and should hold 1"},
		"less than was listed":  {crafted(t, ours(1), named("a", ""), list("a", "b")), "holds 1 files, and should hold 2"},
		"another content":       {crafted(t, ours(1), named("a", "x"), list("a")), `"a" is not what was archived`},
		"behind the manifest":   {crafted(t, ours(1), list(), named("a", "")), "follows its manifest"},
		"without its manifest":  {crafted(t, ours(1), named("a", "")), "ends before it is whole"},
		"an unreadable listing": {crafted(t, ours(1), named(manifestName, "[")), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, read := range []func(io.Reader) (Report, error){Verify, func(in io.Reader) (Report, error) { return Unpack(in, dir) }} {
				if _, err := read(bytes.NewReader(c.raw)); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%v, want %q", err, c.says)
				}
			}
		})
	}
}

func TestOnlyFilesAreArchived(t *testing.T) {
	dir := folder(t, map[string]string{"a": ""})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "b")); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), io.Discard, made, []Source{{Path: dir}}, none); err == nil || !strings.Contains(err.Error(), "neither a file nor a folder") {
		t.Errorf("a link: %v", err)
	}
}
