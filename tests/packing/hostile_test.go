package packing_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// hostile are titles and names of files that somebody could give.
func hostile() []string {
	all := []string{
		"../evil", "../../../../tmp/evil", `..\..\evil`, "/etc/cron.d/evil", "//server/share/evil", `\\server\share\evil`, "C:evil", `C:\Windows\evil`,
		"file:///etc/passwd", "..", ".", "...", "", " ", "\t\n", "a/../../evil", "a/./b", "./evil", "evil/", "~/evil", "$HOME/evil", "`id`", "$(id)",
		"CON", "con", "NUL.txt", "aux.mp4", "COM1", "com¹.log", "LPT9.tar.gz", "CONIN$", "prn .txt", "evil.", "evil ", "evil. . .", " evil",
		"gpj.\u202eexe.evil", "\u200fevil\u200e", "\u2066evil\u2069", "ev\u200bil", "\ufeffevil", "ev\u00adil", "evil\x00.txt", "ev\x1b[2Jil", "ev\rl\nil", "\x7f", "\u0085", "\u2028",
		"=HYPERLINK(\"http://evil\")", "+1+cmd|'/c calc'!A0", "-rf", "--help", "@SUM(1)", ".htaccess", ".git", "a:stream", "a<b>c|d?e*f\"g",
		"\u2215etc\u2215evil", "\uff0fetc\uff0fevil", "\uff0e\uff0e\uff0fevil", "\xff\xfe\xfd", "\xed\xa0\x80", "\ufffe", "\U000f0000",
		"cafe\u0301", "caf\u00e9", "CAFÉ", "cafe\u0301.", "ﬁ", "fi", "ß", "SS", "ss", "\u0301", "\u200d", "İ", "i\u0307", "K", "\u212a", "k",
		strings.Repeat("x", 1000), strings.Repeat("x", 1001), strings.Repeat("ü", 1000) + ".mp4", strings.Repeat("../", 400), strings.Repeat("e\u0301\u0323", 300),
		"manifest.json", "MANIFEST.JSON", "index.html", "same", "same", "Same", "same (2)", "same (2)", "evil.zip/x", "👨\u200d👩\u200d👧", "<script>alert(1)</script>", "&amp;", "version;1", "'; DROP TABLE files;--",
	}
	return all
}

// from is a source of the manifest, which maps back.
func from(i int) string { return fmt.Sprintf("uploads/%d", i) }

// hostileArchive has each name as a folder's, as a file's, and at the top.
func hostileArchive(t *testing.T, path string) (sums map[string]string) {
	t.Helper()
	var layout, manifest bytes.Buffer
	w, m, n := zipfile.NewLayoutWriter(&layout), zipfile.NewManifestWriter(&manifest), zipfile.NewNamer()
	texts, sums := map[string]string{}, map[string]string{}
	add := func(name, source, text string) {
		sum := sha256.Sum256([]byte(text))
		texts[source], sums[name] = text, hex.EncodeToString(sum[:])
		err := w.Add(zipfile.Entry{Name: name, Size: int64(len(text)), CRC32: crc32.ChecksumIEEE([]byte(text))}, source)
		if err == nil && name != zipfile.ManifestName {
			err = m.Add(zipfile.ManifestFile{Path: name, SHA256: sums[name], Size: int64(len(text)), Source: source})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, h := range hostile() {
		for j, name := range []string{n.Name("files", h, "video.mp4"), n.Name("files", h), n.Name(h), n.Name(append(n.Folder("own", h), h)...)} {
			add(name, from(4*i+j), fmt.Sprintf("the bytes of %d, as %d", i, j))
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	add(zipfile.ManifestName, "manifest", manifest.String())
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, layout.Bytes(), sum.Size, texts)
	return sums
}

func write(t *testing.T, path string, layout []byte, size int64, texts map[string]string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := zipfile.OpenLayout(bytes.NewReader(layout), int64(len(layout)))
	if err == nil {
		err = zipfile.WriteRange(context.Background(), f, l, 0, size, func(l zipfile.Line, offset, length int64) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(texts[l.Source][offset : offset+length])), nil
		})
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
}

// Every reader at hand writes the archive out, also carelessly: nothing lands
// outside, nothing over another, and the manifest says of each what it is.
func TestHostileNamesComeOutSafe(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "export.zip")
	want := hostileArchive(t, archive)
	whole(t, archive)
	agree(t, archive, want)
	for _, r := range readers(t) {
		t.Run(r.name, func(t *testing.T) {
			outside := t.TempDir()
			to := filepath.Join(outside, "a", "b", "c", "here")
			if err := os.MkdirAll(to, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := r.extract(archive, to); err != nil {
				t.Fatal(err)
			}
			landed(t, outside, to, want)
			mapped(t, to)
		})
	}
}

// landed wants exactly the entries below to, and nothing else below outside.
func landed(t *testing.T, outside, to string, want map[string]string) {
	t.Helper()
	found := 0
	err := filepath.WalkDir(outside, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		found++
		name, err := filepath.Rel(to, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		sum := sha256.Sum256(data)
		if hex.EncodeToString(sum[:]) != want[filepath.ToSlash(name)] || !e.Type().IsRegular() {
			t.Errorf("%q is not what the archive has of that name", name)
		}
		return err
	})
	if err != nil || found != len(want) {
		t.Errorf("%d files came out, want %d (%v)", found, len(want), err)
	}
}

// mapped follows the manifest from each file to its source.
func mapped(t *testing.T, to string) {
	t.Helper()
	f, err := os.Open(filepath.Join(to, zipfile.ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // was only read
	m := zipfile.NewManifestReader(f)
	for i := range 4 * len(hostile()) {
		file, err := m.Next()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(file.Path)))
		if text := fmt.Sprintf("the bytes of %d, as %d", i/4, i%4); err != nil || file.Source != from(i) || string(data) != text {
			t.Errorf("%q of %q maps to %q of %s (%v)", file.Path, hostile()[i/4], data, file.Source, err)
		}
	}
	if _, err := m.Next(); err != io.EOF {
		t.Errorf("after the last file: %v", err)
	}
}
