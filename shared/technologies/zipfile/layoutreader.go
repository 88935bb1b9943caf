package zipfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"
)

// readAhead is how much of a layout is asked for at once.
const readAhead = 256 << 10

// LayoutReader reads a layout. It begins anywhere after reading two lines and
// at most 128 entries too many. It is for one goroutine; its source may be read by several.
type LayoutReader struct {
	r     io.ReaderAt
	tail  tail
	lines *bufio.Reader
	next  int64 // number of the next line to be read
	held  *Line // was read, and comes before it
}

// OpenLayout reads the end of a layout of that many bytes. Each read of r asks
// for at most 256 KiB, and what is read is asked for once: r may be an object
// that is read by ranges.
func OpenLayout(r io.ReaderAt, size int64) (*LayoutReader, error) {
	if size < tailLength {
		return nil, errors.New("read layout: it is not whole")
	}
	l := &LayoutReader{r: r}
	if err := l.fixed(size-tailLength, tailLength, &l.tail); err != nil {
		return nil, err
	}
	if l.tail.Index+l.tail.Marks*indexLength+tailLength != size {
		return nil, errors.New("read layout: its end does not fit its length")
	}
	l.from(mark{})
	return l, nil
}

// Summary is what the archive comes to.
func (l *LayoutReader) Summary() Summary { return l.tail.Summary }

// Next is the next entry; after the last, io.EOF.
func (l *LayoutReader) Next() (Line, error) {
	if held := l.held; held != nil {
		l.held = nil
		return *held, nil
	}
	if l.next == l.tail.Entries {
		return Line{}, io.EOF
	}
	text, err := l.lines.ReadBytes('\n')
	var k kept
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return Line{}, fmt.Errorf("read entry %d of the layout: %w", l.next, whole(err))
	}
	line := Line{
		Entry:  Entry{Name: k.Name, Size: k.Size, CRC32: k.CRC32, SHA256: k.SHA256, Version: k.Version},
		Source: k.Source, Number: l.next, Offset: k.Offset, directory: k.Directory,
	}
	if k.Time > 0 {
		line.ModTime = time.Unix(k.Time, 0).UTC()
	}
	l.next++
	return line, nil
}

// Begin makes Next begin at the entry that the byte of the archive belongs to;
// at the first whose header in the directory it belongs to, if it lies there.
func (l *LayoutReader) Begin(offset int64) error {
	within := offset - l.tail.DirectoryOffset
	at, err := l.nearest(func(m mark) bool {
		if within >= 0 {
			return m.Directory <= within
		}
		return m.Offset <= offset
	})
	if err != nil {
		return err
	}
	l.from(at)
	for l.next < l.tail.Entries {
		line, err := l.Next()
		if err != nil {
			return err
		}
		end := line.End()
		if within >= 0 {
			end = l.tail.DirectoryOffset + line.directory + centralSize(line.Entry, line.Offset)
		}
		if offset < end {
			l.held = &line
			return nil
		}
	}
	return nil
}

// nearest is the last mark that is not beyond what is sought.
func (l *LayoutReader) nearest(reached func(mark) bool) (mark, error) {
	var failed error
	read := func(i int) (m mark) {
		if err := l.fixed(l.tail.Index+int64(i)*indexLength, indexLength, &m); err != nil {
			failed = errors.Join(failed, err)
		}
		return m
	}
	beyond := sort.Search(int(l.tail.Marks), func(i int) bool { return failed != nil || !reached(read(i)) })
	if failed != nil || beyond == 0 {
		return mark{}, failed
	}
	m := read(beyond - 1)
	return m, failed
}

func (l *LayoutReader) from(m mark) {
	l.next, l.held = m.Number, nil
	l.lines = bufio.NewReaderSize(io.NewSectionReader(l.r, m.At, l.tail.Index-m.At), readAhead)
}

func (l *LayoutReader) fixed(at, length int64, into any) error {
	text := make([]byte, length)
	_, err := l.r.ReadAt(text, at)
	if errors.Is(err, io.EOF) {
		err = nil // the end may be told with the last bytes; others do not parse
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("read layout: %w", whole(err))
	}
	return nil
}

// whole says that a layout ends too early, where that is what happened.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
