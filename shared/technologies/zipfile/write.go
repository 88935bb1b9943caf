package zipfile

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Opener answers the bytes [offset, offset+length) of an entry's source, length
// being at least 1. It may answer more, or fewer: that is found out. When offset
// is 0 and length the entry's size, what is read is held to the entry's CRC-32.
type Opener func(l Line, offset, length int64) (io.ReadCloser, error)

// Fault is what is wrong with a source.
type Fault string

// The faults.
const (
	Shorter Fault = "is shorter than its entry says"
	Longer  Fault = "is longer than its entry says"
	Differs Fault = "has other bytes than its entry's CRC-32 says"
)

// SourceError says that a source is not what the layout was made from, so that
// no archive of this layout can be made any more.
type SourceError struct {
	Name, Source string
	Fault        Fault
}

func (e *SourceError) Error() string {
	return fmt.Sprintf("the source of entry %q %s", e.Name, e.Fault)
}

// WriteRange writes the bytes [from, to) of the layout's archive to w, and
// nothing else, whatever was written before. It opens each source that has bytes
// in the range once, for those bytes, and holds 64 KiB of it. It moves the
// layout. Its error is a SourceError when a source is not what it was.
func WriteRange(ctx context.Context, w io.Writer, layout *LayoutReader, from, to int64, open Opener) error {
	sum := layout.Summary()
	if from < 0 || to < from || to > sum.Size {
		return fmt.Errorf("write bytes %d to %d of an archive of %d", from, to, sum.Size)
	}
	p := &packer{w: w, at: from, to: to, open: open, buffer: make([]byte, 64<<10)}
	if p.at < min(to, sum.DirectoryOffset) {
		if err := p.entries(ctx, layout); err != nil {
			return err
		}
	}
	directoryEnd := sum.DirectoryOffset + sum.DirectorySize
	if p.at < min(to, directoryEnd) {
		if err := p.directory(ctx, layout); err != nil {
			return err
		}
	}
	if err := p.piece(directoryEnd, endRecords(sum)); err != nil {
		return err
	}
	if p.at != to {
		return fmt.Errorf("write bytes %d to %d of an archive: the layout has none from %d", from, to, p.at)
	}
	return nil
}

// packer writes the archive from at to to.
type packer struct {
	w      io.Writer
	at, to int64
	open   Opener
	buffer []byte
}

func (p *packer) entries(ctx context.Context, layout *LayoutReader) error {
	if err := layout.Begin(p.at); err != nil {
		return err
	}
	for p.at < min(p.to, layout.Summary().DirectoryOffset) {
		line, err := layout.Next()
		if err != nil {
			return fmt.Errorf("pack: %w", whole(err))
		}
		if err := errors.Join(ctx.Err(), p.piece(line.Offset, localHeader(line.Entry))); err != nil {
			return err
		}
		if err := p.data(ctx, line); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) directory(ctx context.Context, layout *LayoutReader) error {
	if err := layout.Begin(p.at); err != nil {
		return err
	}
	sum := layout.Summary()
	for p.at < min(p.to, sum.DirectoryOffset+sum.DirectorySize) {
		line, err := layout.Next()
		if err != nil {
			return fmt.Errorf("pack: %w", whole(err))
		}
		if err := errors.Join(ctx.Err(), p.piece(sum.DirectoryOffset+line.directory, centralHeader(line.Entry, line.Offset))); err != nil {
			return err
		}
	}
	return nil
}

// piece writes what of bytes at a place of the archive is still to be written.
func (p *packer) piece(place int64, b []byte) error {
	skip, end := p.at-place, min(int64(len(b)), p.to-place)
	if skip < 0 || skip >= end {
		return nil
	}
	n, err := p.w.Write(b[skip:end])
	p.at += int64(n)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return nil
}

// data writes what of an entry's bytes is still to be written.
func (p *packer) data(ctx context.Context, l Line) (err error) {
	offset := p.at - l.Data()
	length := min(l.Size, p.to-l.Data()) - offset
	if offset < 0 || length <= 0 {
		return nil
	}
	source, err := p.open(l, offset, length)
	if err != nil {
		return fmt.Errorf("open the source of entry %d: %w", l.Number, err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	sum, err := p.copy(ctx, l, source, length)
	if err != nil {
		return err
	}
	if length == l.Size && sum != l.CRC32 {
		return &SourceError{Name: l.Name, Source: l.Source, Fault: Differs}
	}
	return nil
}

// copy writes length bytes, no more and no less, and answers their CRC-32.
func (p *packer) copy(ctx context.Context, l Line, source io.Reader, length int64) (sum uint32, err error) {
	for left := length; ; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := source.Read(p.buffer)
		if int64(n) > left {
			return 0, &SourceError{Name: l.Name, Source: l.Source, Fault: Longer}
		}
		sum, left = crc32.Update(sum, crc32.IEEETable, p.buffer[:n]), left-int64(n)
		written, failed := p.w.Write(p.buffer[:n])
		p.at += int64(written)
		switch {
		case failed != nil:
			return 0, fmt.Errorf("pack: %w", failed)
		case errors.Is(err, io.EOF) && left > 0:
			return 0, &SourceError{Name: l.Name, Source: l.Source, Fault: Shorter}
		case errors.Is(err, io.EOF):
			return sum, nil
		case err != nil:
			return 0, fmt.Errorf("read the source of entry %d: %w", l.Number, err)
		}
	}
}
