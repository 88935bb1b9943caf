package zipfile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// source is an archive to be: what each source holds, and the layout.
type source struct {
	names  []string
	bytes  map[string][]byte
	layout []byte
	sum    zipfile.Summary
}

// random makes a few hundred entries of different lengths.
func random(t *testing.T, seed uint64, entries int) *source {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	s := &source{bytes: map[string][]byte{}}
	var layout bytes.Buffer
	w, namer := zipfile.NewLayoutWriter(&layout), zipfile.NewNamer()
	for i := range entries {
		data := make([]byte, r.IntN(300)*r.IntN(2))
		for j := range data {
			data[j] = byte(r.Uint32())
		}
		name := namer.Name("files", fmt.Sprintf("%d ü", r.IntN(entries)), "x.bin")
		at := time.Time{}
		if i%3 > 0 {
			at = time.Unix(1_700_000_000+int64(i), 0)
		}
		e := zipfile.Entry{Name: name, Size: int64(len(data)), CRC32: crc32.ChecksumIEEE(data), ModTime: at}
		if err := w.Add(e, "key of "+name); err != nil {
			t.Fatal(err)
		}
		s.names, s.bytes["key of "+name] = append(s.names, name), data
	}
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	s.layout, s.sum = layout.Bytes(), sum
	return s
}

func (s *source) open(l zipfile.Line, offset, length int64) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(s.bytes[l.Source][offset : offset+length])), nil
}

// pack packs a range with a layout that is opened anew.
func (s *source) pack(t *testing.T, from, to int64) []byte {
	t.Helper()
	layout, err := zipfile.OpenLayout(bytes.NewReader(s.layout), int64(len(s.layout)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := zipfile.WriteRange(context.Background(), &out, layout, from, to, s.open); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAnySplitGivesTheSameArchive(t *testing.T) {
	for seed, entries := range []int{0, 1, 2, 127, 128, 129, 700} {
		s := random(t, uint64(seed), entries)
		whole := s.pack(t, 0, s.sum.Size)
		if int64(len(whole)) != s.sum.Size {
			t.Fatalf("%d entries: the archive is %d bytes, its layout says %d", entries, len(whole), s.sum.Size)
		}
		r := rand.New(rand.NewPCG(uint64(seed), 2))
		for range 5 {
			var parts []byte
			most := 1 + r.Int64N(max(s.sum.Size/3, 2))
			for at := int64(0); at < s.sum.Size; {
				to := min(at+r.Int64N(most)+1, s.sum.Size)
				parts = append(parts, s.pack(t, at, to)...)
				at = to
			}
			if !bytes.Equal(parts, whole) {
				t.Fatalf("%d entries: slices of at most %d bytes are not the archive", entries, most)
			}
		}
		readByGo(t, s, whole)
	}
}

func TestEachByteByItself(t *testing.T) {
	s := random(t, 9, 3)
	whole := s.pack(t, 0, s.sum.Size)
	for at := range s.sum.Size {
		if got := s.pack(t, at, at+1); !bytes.Equal(got, whole[at:at+1]) {
			t.Fatalf("byte %d is %v, want %v", at, got, whole[at])
		}
	}
}

// readByGo holds an archive to its sources with Go's own reader.
func readByGo(t *testing.T, s *source, archive []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(s.names) {
		t.Fatalf("it holds %d entries, want %d", len(z.File), len(s.names))
	}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || f.Name != s.names[i] || !bytes.Equal(data, s.bytes["key of "+f.Name]) {
			t.Fatalf("entry %d is %q of %d bytes (%v), want %q", i, f.Name, len(data), err, s.names[i])
		}
	}
}
