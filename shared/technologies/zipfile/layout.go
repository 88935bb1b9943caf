package zipfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// A layout as it is kept: one line of JSON per entry; then the index, one line
// of fixed length for every 128th entry; then one line of fixed length that
// says where the index begins, and the summary. It is read from its end.
const (
	everyNth    = 128
	indexLength = 96
	tailLength  = 256
)

type kept struct {
	Name      string `json:"name"`
	Size      int64  `json:"size"`
	CRC32     uint32 `json:"crc32"`
	Time      int64  `json:"time,omitempty"` // seconds since 1970
	SHA256    string `json:"sha256,omitempty"`
	Source    string `json:"source"`
	Version   string `json:"version,omitempty"`
	Offset    int64  `json:"offset"`
	Directory int64  `json:"directory"`
}

// mark is a line of the index.
type mark struct {
	Number    int64 `json:"n"`
	Offset    int64 `json:"o"` // in the archive
	Directory int64 `json:"d"` // in the directory
	At        int64 `json:"a"` // in the layout
}

type tail struct {
	Index int64 `json:"index"` // where it begins in the layout
	Marks int64 `json:"marks"`
	Summary
}

// LayoutWriter writes a layout as entries come. It keeps one mark of 32 bytes
// for every 128 of them.
type LayoutWriter struct {
	w     *bufio.Writer
	at    int64 // bytes of the layout so far
	sum   Summary
	marks []mark
	err   error
}

// NewLayoutWriter begins a layout. Nothing is sure to be in w before Close.
func NewLayoutWriter(w io.Writer) *LayoutWriter {
	return &LayoutWriter{w: bufio.NewWriterSize(w, 64<<10)}
}

// ErrName is of an entry whose name a reader could stumble over, or that is not
// as Namer would have made it.
var ErrName = errors.New("not a safe name")

// Add appends an entry. Source is for who opens it: a key, an item. It does not
// see a name that came before; that is Namer's work, and Verify finds it.
func (l *LayoutWriter) Add(e Entry, source string) error {
	if l.err != nil {
		return l.err
	}
	if !Safe(e.Name) {
		return fmt.Errorf("add entry %d to the layout: %w", l.sum.Entries, ErrName)
	}
	if e.Size < 0 {
		return fmt.Errorf("add entry %d to the layout: its size is %d", l.sum.Entries, e.Size)
	}
	if l.sum.Entries%everyNth == 0 {
		l.marks = append(l.marks, mark{Number: l.sum.Entries, Offset: l.sum.DirectoryOffset, Directory: l.sum.DirectorySize, At: l.at})
	}
	line := kept{
		Name: e.Name, Size: e.Size, CRC32: e.CRC32, SHA256: e.SHA256, Version: e.Version, Source: source,
		Offset: l.sum.DirectoryOffset, Directory: l.sum.DirectorySize,
	}
	if stamped(e) {
		line.Time = e.ModTime.Unix()
	}
	e.ModTime = time.Unix(line.Time, 0)
	if err := l.line(line, 0); err != nil {
		return err
	}
	l.sum.Entries++
	l.sum.DirectorySize += centralSize(e, l.sum.DirectoryOffset)
	l.sum.DirectoryOffset += localSize(e) + e.Size
	return nil
}

// Size is what the archive would come to if it were closed now.
func (l *LayoutWriter) Size() int64 {
	return l.sum.DirectoryOffset + l.sum.DirectorySize + l.sum.endSize()
}

// Close writes the index and what the archive comes to. It does not close w.
func (l *LayoutWriter) Close() (Summary, error) {
	if l.err != nil {
		return Summary{}, l.err
	}
	l.sum.Size = l.Size()
	end := tail{Index: l.at, Marks: int64(len(l.marks)), Summary: l.sum}
	for _, m := range l.marks {
		if err := l.line(m, indexLength); err != nil {
			return Summary{}, err
		}
	}
	if err := l.line(end, tailLength); err != nil {
		return Summary{}, err
	}
	if l.err = l.w.Flush(); l.err != nil {
		return Summary{}, fmt.Errorf("write layout: %w", l.err)
	}
	l.err = errors.New("the layout is closed")
	return l.sum, nil
}

// line writes JSON, filled up with spaces to a length if one is given.
func (l *LayoutWriter) line(v any, length int) error {
	text, err := json.Marshal(v)
	for err == nil && len(text) < length-1 {
		text = append(text, ' ')
	}
	if err == nil && length > 0 && len(text) != length-1 {
		err = fmt.Errorf("%d bytes do not fit a line of %d", len(text), length)
	}
	if err == nil {
		_, err = l.w.Write(append(text, '\n'))
		l.at += int64(len(text)) + 1
	}
	if err != nil {
		l.err = fmt.Errorf("write layout: %w", err)
	}
	return l.err
}
