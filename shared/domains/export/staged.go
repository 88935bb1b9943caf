package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"hash/crc32"
	"io"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// pieceSize is how much of a file that the listing makes is kept in memory, and in
// one object, in bytes. Pieces of one size need no list of them, and leave nothing
// unfinished behind.
const pieceSize = 4 << 20

// stage is where one listing writes.
type stage struct {
	files    Files
	id       tenant.ID
	exportID string
	run      string
	piece    int64 // bytes; pieceSize but in tests
	beat     func(context.Context) error
}

// file begins a file.
func (s stage) file(ctx context.Context, name string) *stagedFile {
	return &stagedFile{stage: s, ctx: ctx, name: name, crc: crc32.NewIEEE(), sha: sha256.New()}
}

// stagedFile is a file that is being written, piece by piece.
type stagedFile struct {
	stage
	ctx    context.Context
	name   string
	buffer bytes.Buffer
	number int64
	size   int64
	crc    hash.Hash32
	sha    hash.Hash
}

// Write implements io.Writer.
func (f *stagedFile) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(int64(len(rest)), f.piece-int64(f.buffer.Len()))
		f.buffer.Write(rest[:n])
		rest = rest[n:]
		if int64(f.buffer.Len()) == f.piece {
			if err := f.put(); err != nil {
				return 0, err
			}
		}
	}
	_, _ = f.crc.Write(p)
	_, _ = f.sha.Write(p)
	f.size += int64(len(p))
	return len(p), nil
}

func (f *stagedFile) put() error {
	if err := f.beat(f.ctx); err != nil {
		return err
	}
	err := f.files.PutBytes(f.ctx, f.id, piece(f.exportID, f.run, f.name, f.number), f.buffer.Bytes(), "application/octet-stream")
	f.buffer.Reset()
	f.number++
	return err
}

// close writes the last piece and says what the file has become.
func (f *stagedFile) close() (Entry, error) {
	if f.buffer.Len() > 0 {
		if err := f.put(); err != nil {
			return Entry{}, err
		}
	}
	f.buffer = bytes.Buffer{}
	return Entry{
		From: fromStage + f.name, Size: f.size,
		Sums: Sums{CRC32: f.crc.Sum32(), SHA256: hex.EncodeToString(f.sha.Sum(nil))},
	}, nil
}

// span reads a part of a file that was written.
func (s stage) span(ctx context.Context, name string, from, count int64) io.ReadCloser {
	return &stagedSpan{stage: s, ctx: ctx, name: name, at: from, end: from + count}
}

// stagedSpan reads across pieces, one after the other.
type stagedSpan struct {
	stage
	ctx     context.Context
	name    string
	at, end int64
	open    io.ReadCloser
}

// Read implements io.Reader.
func (r *stagedSpan) Read(p []byte) (int, error) {
	for {
		if r.open == nil {
			if r.at >= r.end {
				return 0, io.EOF
			}
			number := r.at / r.piece
			within := r.at - number*r.piece
			o := Object{Name: piece(r.exportID, r.run, r.name, number)}
			open, err := r.files.OpenVersion(r.ctx, r.id, o, within, min(r.piece-within, r.end-r.at))
			if err != nil {
				return 0, err
			}
			r.open = open
		}
		n, err := r.open.Read(p)
		r.at += int64(n)
		if errors.Is(err, io.EOF) {
			err = errors.Join(r.Close(), r.short(n))
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// short is the error of a piece that ended before it should: only the last piece
// of a file ends within itself, and nobody reads beyond it.
func (r *stagedSpan) short(n int) error {
	if n == 0 && r.at%r.piece != 0 && r.at < r.end {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// Close implements io.Closer.
func (r *stagedSpan) Close() error {
	if r.open == nil {
		return nil
	}
	err := r.open.Close()
	r.open = nil
	return err
}

// stagedAt reads a file at any place.
type stagedAt struct {
	stage
	ctx  context.Context
	name string
	size int64
}

// ReadAt implements io.ReaderAt.
func (r stagedAt) ReadAt(p []byte, at int64) (int, error) {
	count := min(int64(len(p)), r.size-at)
	if count <= 0 {
		return 0, io.EOF
	}
	span := r.span(r.ctx, r.name, at, count)
	n, err := io.ReadFull(span, p[:count])
	err = errors.Join(err, span.Close())
	if err == nil && count < int64(len(p)) {
		err = io.EOF
	}
	return n, err
}
