package export

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// label is what files are called after: the title of a job, the name of an
// uploaded file.
type label struct {
	Name string `json:"name"` // of the folder or file, below the tenant's prefix
	Text string `json:"text"`
}

// labels are written while items are read, and read while files are listed. Both
// come sorted by the same names, so that neither is ever held as a whole.
type labels struct {
	file  *stagedFile
	out   *bufio.Writer
	size  int64
	in    *json.Decoder
	close func() error
	next  *label
}

// note keeps what an item's files are called.
func (l *labels) note(kind string, it Item) error {
	folder := folderOf(kind)
	if folder == "" {
		return nil
	}
	called := text(it.Fields, "title")
	if kind == uploadKind {
		called = text(it.Fields, "filename")
	}
	if l.out == nil {
		l.out = bufio.NewWriterSize(l.file, 64<<10)
	}
	line, err := json.Marshal(label{Name: folder + idOf(kind, it), Text: called})
	if err == nil {
		_, err = l.out.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("note label: %w", err)
	}
	return nil
}

func (l *labels) end() error {
	if l.out == nil {
		return nil
	}
	if err := l.out.Flush(); err != nil {
		return err
	}
	e, err := l.file.close()
	l.size = e.Size
	return err
}

// of is what is called by a name; "" when nothing is known of it. Names are asked
// for in their order.
func (l *labels) of(ctx context.Context, name string) (string, error) {
	if l.size == 0 {
		return "", nil
	}
	if l.in == nil {
		span := l.file.span(ctx, l.file.name, 0, l.size)
		l.in, l.close = json.NewDecoder(bufio.NewReaderSize(span, 64<<10)), span.Close
	}
	for {
		if l.next == nil {
			var read label
			err := l.in.Decode(&read)
			if errors.Is(err, io.EOF) {
				l.size = 0
				return "", l.close()
			}
			if err != nil {
				return "", fmt.Errorf("read labels: %w", err)
			}
			l.next = &read
		}
		switch {
		case l.next.Name == name:
			return l.next.Text, nil
		case l.next.Name > name:
			return "", nil
		}
		l.next = nil
	}
}
