package zipfile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// counted counts what is read of a layout.
type counted struct {
	io.ReaderAt
	bytes, reads int
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, at)
	c.bytes, c.reads = c.bytes+n, c.reads+1
	return n, err
}

// plan is a layout of entries that nothing holds.
func plan(t testing.TB, sizes []int64) ([]byte, zipfile.Summary) {
	t.Helper()
	var b bytes.Buffer
	w := zipfile.NewLayoutWriter(&b)
	for i, size := range sizes {
		e := zipfile.Entry{Name: fmt.Sprintf("files/%d.bin", i), Size: size}
		if size < 10 { // others are never read whole
			e.CRC32 = crc32.ChecksumIEEE(make([]byte, size))
		}
		if err := w.Add(e, "s"); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), sum
}

// virtual is an archive that is made where it is read; its files are zeros.
type virtual struct {
	layout []byte
	sum    zipfile.Summary
}

func (v virtual) ReadAt(p []byte, at int64) (int, error) {
	l, err := zipfile.OpenLayout(bytes.NewReader(v.layout), int64(len(v.layout)))
	if err != nil {
		return 0, err
	}
	to := min(at+int64(len(p)), v.sum.Size)
	b := bytes.NewBuffer(p[:0])
	err = zipfile.WriteRange(context.Background(), b, l, at, to, func(_ zipfile.Line, _, length int64) (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zeros{}, length)), nil
	})
	if err == nil && b.Len() < len(p) {
		err = io.EOF
	}
	return b.Len(), err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Where a number needs 8 bytes, Go's reader finds it, and finds each entry's
// header and data where they are.
func TestNumbersOfEightBytes(t *testing.T) {
	const g4 = 1 << 32
	for _, sizes := range [][]int64{
		{g4 - 2, 1, 2}, {g4 - 1, 1, 2}, {g4, 1, 2}, {5 * g4, 1, 3 * g4},
		{g4 - 45, 1}, {g4 - 44, 1}, {g4 - 43, 1}, // the second begins at 4 GiB but two, one, none
	} {
		layout, sum := plan(t, sizes)
		v := virtual{layout, sum}
		z, err := zip.NewReader(v, sum.Size)
		if err != nil {
			t.Fatalf("%v: %v", sizes, err)
		}
		for i, f := range z.File {
			at, err := f.DataOffset()
			last := make([]byte, 5)
			if _, failed := v.ReadAt(last, at+sizes[i]); err == nil {
				err = failed
			}
			if err != nil || f.UncompressedSize64 != uint64(sizes[i]) || !strings.HasPrefix(string(last), "PK") {
				t.Errorf("%v: entry %d is said to have %d bytes, and what follows it is %q (%v)", sizes, i, f.UncompressedSize64, last, err)
			}
		}
	}
}

// Where their number needs 8 bytes, there are the records for it, and only there.
func TestManyEntries(t *testing.T) {
	for _, entries := range []int{65_534, 65_535} {
		layout, sum := plan(t, make([]int64, entries))
		last := make([]byte, 98)
		if _, err := (virtual{layout, sum}).ReadAt(last, sum.Size-98); err != nil {
			t.Fatal(err)
		}
		if wide := bytes.HasPrefix(last, []byte("PK\x06\x06")); wide != (entries == 65_535) {
			t.Errorf("with %d entries the end is % x", entries, last)
		}
		if entries == 65_534 {
			continue
		}
		z, err := zip.NewReader(virtual{layout, sum}, sum.Size)
		if err != nil || len(z.File) != entries {
			t.Errorf("Go finds %d of %d entries (%v)", len(z.File), entries, err)
		}
	}
}

func TestASliceReadsLittleOfTheLayout(t *testing.T) {
	layout, sum := plan(t, slices.Repeat([]int64{1000}, 20_000))
	for _, from := range []int64{0, sum.DirectoryOffset / 2, sum.DirectoryOffset - 10, sum.DirectoryOffset + sum.DirectorySize/2, sum.Size - 10} {
		c := &counted{ReaderAt: bytes.NewReader(layout)}
		l, err := zipfile.OpenLayout(c, int64(len(layout)))
		if err != nil {
			t.Fatal(err)
		}
		err = zipfile.WriteRange(context.Background(), io.Discard, l, from, from+10, func(_ zipfile.Line, _, length int64) (io.ReadCloser, error) {
			return io.NopCloser(io.LimitReader(zeros{}, length)), nil
		})
		if err != nil || c.bytes > 300<<10 || c.reads > 16 {
			t.Errorf("10 bytes from %d on took %d reads of %d bytes together, of a layout of %d (%v)", from, c.reads, c.bytes, len(layout), err)
		}
	}
}

func TestALayoutTellsWhatWasAdded(t *testing.T) {
	s := random(t, 5, 300)
	l, err := zipfile.OpenLayout(bytes.NewReader(s.layout), int64(len(s.layout)))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range s.names {
		line, err := l.Next()
		if err != nil || line.Name != name || line.Source != "key of "+name || line.Number != int64(i) || line.Size != int64(len(s.bytes[line.Source])) {
			t.Fatalf("line %d is %+v (%v)", i, line, err)
		}
	}
	if _, err := l.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v", err)
	}
	if l.Summary() != s.sum {
		t.Errorf("it sums up to %+v, want %+v", l.Summary(), s.sum)
	}
}

func TestALayoutThatIsNotWholeIsRefused(t *testing.T) {
	s := random(t, 6, 200)
	for _, cut := range []int{1, 255, 256, 300, len(s.layout) - 10, len(s.layout)} {
		part := s.layout[:len(s.layout)-cut]
		if _, err := zipfile.OpenLayout(bytes.NewReader(part), int64(len(part))); err == nil {
			t.Errorf("without its last %d bytes it opens", cut)
		}
	}
	part := s.layout[100:]
	if _, err := zipfile.OpenLayout(bytes.NewReader(part), int64(len(part))); err == nil {
		t.Error("without its first 100 bytes it opens")
	}
}

func TestUnsafeEntriesAreRefused(t *testing.T) {
	w := zipfile.NewLayoutWriter(io.Discard)
	for _, name := range []string{"", "/x", "a//b", "../x", "a/../b", "a\\b", "C:x", "con", "x/NUL.txt", "x.", "x/", "a\u202eb", "e\u0301", strings.Repeat("x", 151), strings.Repeat("x/", 40_000) + "x"} {
		if err := w.Add(zipfile.Entry{Name: name}, ""); !errors.Is(err, zipfile.ErrName) {
			t.Errorf("%.20q: %v", name, err)
		}
	}
	if err := w.Add(zipfile.Entry{Name: "x", Size: -1}, ""); err == nil {
		t.Error("a size below nothing is taken")
	}
}

func TestASourceThatIsNotItsEntryIsTold(t *testing.T) {
	s := random(t, 7, 20)
	name := s.names[slices.IndexFunc(s.names, func(n string) bool { return len(s.bytes["key of "+n]) > 10 })]
	good := s.bytes["key of "+name]
	for fault, data := range map[zipfile.Fault][]byte{
		zipfile.Shorter: good[:len(good)-1], zipfile.Longer: append(slices.Clone(good), 'x'), zipfile.Differs: append(slices.Clone(good[:len(good)-1]), good[len(good)-1]^1),
	} {
		open := func(l zipfile.Line, offset, length int64) (io.ReadCloser, error) {
			if l.Name == name {
				return io.NopCloser(bytes.NewReader(data)), nil
			}
			return s.open(l, offset, length)
		}
		l, err := zipfile.OpenLayout(bytes.NewReader(s.layout), int64(len(s.layout)))
		if err != nil {
			t.Fatal(err)
		}
		err = zipfile.WriteRange(context.Background(), io.Discard, l, 0, s.sum.Size, open)
		var told *zipfile.SourceError
		if !errors.As(err, &told) || told.Fault != fault || told.Name != name || told.Source != "key of "+name {
			t.Errorf("%s: %v", fault, err)
		}
	}
}
