package zipfile_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// file is a file of a small export, and how the manifest lists it.
type file struct{ name, text string }

func someFiles() []file {
	return []file{
		{"index.html", "<h1>All that is yours</h1>"},
		{"data/jobs.json", `[{"id":"1"}]`},
		{"files/Psalm 23/video.mp4", strings.Repeat("moving ", 50)},
		{"files/Psalm 23/empty.txt", ""},
		{"usage/2026-11.jsonl", "{}\n"},
	}
}

func listed(files []file) (all []zipfile.ManifestFile) {
	for _, f := range files {
		sum := sha256.Sum256([]byte(f.text))
		all = append(all, zipfile.ManifestFile{Path: f.name, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(f.text)), Source: "x/" + f.name})
	}
	return all
}

func manifest(t testing.TB, files []zipfile.ManifestFile) string {
	t.Helper()
	var b bytes.Buffer
	w := zipfile.NewManifestWriter(&b)
	for _, f := range files {
		if err := w.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// archive packs files as they come.
func archive(t testing.TB, files []file) []byte {
	t.Helper()
	var layout, out bytes.Buffer
	w, data := zipfile.NewLayoutWriter(&layout), map[string]string{}
	for _, f := range files {
		data[f.name] = f.text
		e := zipfile.Entry{Name: f.name, Size: int64(len(f.text)), CRC32: crc32.ChecksumIEEE([]byte(f.text)), ModTime: time.Unix(1_800_000_000, 0)}
		if err := w.Add(e, f.name); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	l, err := zipfile.OpenLayout(bytes.NewReader(layout.Bytes()), int64(layout.Len()))
	if err != nil {
		t.Fatal(err)
	}
	open := func(l zipfile.Line, offset, length int64) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(data[l.Source][offset : offset+length])), nil
	}
	if err := zipfile.WriteRange(context.Background(), &out, l, 0, sum.Size, open); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// image is an archive in its pieces, so that one can be changed and all else
// still fits.
type image struct {
	before  []byte
	local   [][]byte // header and data
	between []byte   // before the directory
	central [][]byte
	end     []byte
}

func split(z []byte) *image {
	end := z[len(z)-22:]
	at := binary.LittleEndian.Uint32(end[16:])
	i := &image{end: bytes.Clone(end)}
	var offsets []uint32
	for d := z[at : len(z)-22]; len(d) > 0; {
		n := 46 + int(binary.LittleEndian.Uint16(d[28:])) + int(binary.LittleEndian.Uint16(d[30:]))
		i.central, offsets = append(i.central, bytes.Clone(d[:n])), append(offsets, binary.LittleEndian.Uint32(d[42:]))
		d = d[n:]
	}
	for n, from := range append(offsets, at)[:len(offsets)] {
		i.local = append(i.local, bytes.Clone(z[from:append(offsets, at)[n+1]]))
	}
	return i
}

// join puts the pieces together with offsets, sizes and counts that fit.
func (i *image) join() []byte {
	out := bytes.Clone(i.before)
	for n, l := range i.local {
		binary.LittleEndian.PutUint32(i.central[n][42:], uint32(len(out)))
		out = append(out, l...)
	}
	out = append(out, i.between...)
	at := len(out)
	for _, c := range i.central {
		out = append(out, c...)
	}
	binary.LittleEndian.PutUint32(i.end[12:], uint32(len(out)-at))
	binary.LittleEndian.PutUint32(i.end[16:], uint32(at))
	binary.LittleEndian.PutUint16(i.end[8:], uint16(len(i.central)))
	binary.LittleEndian.PutUint16(i.end[10:], uint16(len(i.central)))
	return append(out, i.end...)
}

// both changes a field of entry n in both its headers; offset is the local one.
func (i *image) both(n, offset int, b ...byte) *image {
	copy(i.local[n][offset:], b)
	copy(i.central[n][offset+2:], b)
	return i
}

// rename gives entry n another name of the same length.
func (i *image) rename(n int, name string) *image {
	copy(i.local[n][30:], name)
	copy(i.central[n][46:], name)
	return i
}

func (i *image) crc(n int, data []byte) *image {
	return i.both(n, 14, binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(data))...)
}

func verify(z []byte) (zipfile.Report, error) {
	return zipfile.Verify(bytes.NewReader(z), int64(len(z)))
}

func TestAnExportHolds(t *testing.T) {
	files := someFiles()
	text := manifest(t, listed(files))
	for at := range len(files) + 1 { // wherever the manifest lies
		all := append(append(append([]file{}, files[:at]...), file{"manifest.json", text}), files[at:]...)
		z := archive(t, all)
		if again := split(z).join(); !bytes.Equal(z, again) {
			t.Fatal("this test takes archives apart wrongly")
		}
		r, err := verify(z)
		sum := sha256.Sum256([]byte(text))
		if err != nil || r.Entries != 6 || r.Headers != 6 || r.Names != 6 || r.CRC32s != 6 || r.SHA256s != 5 || r.Manifest.Files != 5 || r.Manifest.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("manifest at %d: %+v, %v", at, r, err)
		}
	}
}

func TestEachByteCounts(t *testing.T) {
	files := someFiles()
	z := archive(t, append(files, file{"manifest.json", manifest(t, listed(files))}))
	ignored := 0
	for at := range z {
		z[at] ^= 0x10
		if _, err := verify(z); err == nil {
			ignored++
		}
		z[at] ^= 0x10
	}
	// Who made an entry and what version reads it (4 and 2 bytes), its permissions and
	// kinds, which no reader goes by; the manifest's sources, which name the origin.
	const each = 4 + 2 + 2 + 4
	if most := 6 * each; ignored > most {
		t.Errorf("%d of %d bytes may be others without a finding, at most %d", ignored, len(z), most)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	files := someFiles()
	for name, f := range faults() {
		t.Run(name, func(t *testing.T) {
			i := split(archive(t, append(files, file{"manifest.json", manifest(t, listed(files))})))
			held(t, f.plant(i), f)
		})
	}
}

func TestWhatTheManifestSaysWrongIsNamed(t *testing.T) {
	for name, f := range manifestFaults() {
		t.Run(name, func(t *testing.T) {
			files := someFiles()
			text := manifest(t, f.plant(listed(files)))
			if f.text != nil {
				text = f.text(text)
			}
			held(t, archive(t, append(files, file{"manifest.json", text})), fault{entry: f.entry, says: f.says})
		})
	}
	t.Run("no manifest", func(t *testing.T) { held(t, archive(t, someFiles()), fault{says: "has no manifest.json"}) })
}

// held wants the difference, and nothing else.
func held(t *testing.T, z []byte, f fault) {
	t.Helper()
	_, err := verify(z)
	var d *zipfile.Difference
	if !errors.As(err, &d) || d.Entry != f.entry || !strings.Contains(d.What, f.says) {
		t.Errorf("it says %v, want %q of %q", err, f.says, f.entry)
	}
}

func TestAFailureToReadIsNoDifference(t *testing.T) {
	files := someFiles()
	z := archive(t, append(files, file{"manifest.json", manifest(t, listed(files))}))
	broken := errors.New("broken disk")
	for after := range 40 {
		r := &failing{Reader: bytes.NewReader(z), left: after, err: broken}
		_, err := zipfile.Verify(r, int64(len(z)))
		if r.left < 0 && !errors.Is(err, broken) {
			t.Errorf("after %d reads: %v", after, err)
		}
		if r.left >= 0 && err != nil {
			t.Errorf("without a failure: %v", err)
		}
	}
}

type failing struct {
	*bytes.Reader
	left int
	err  error
}

func (f *failing) ReadAt(p []byte, at int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, fmt.Errorf("read: %w", f.err)
	}
	return f.Reader.ReadAt(p, at)
}
