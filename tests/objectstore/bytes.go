package objectstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"os"
)

// block is how often a synthetic object has something else than zeros: which
// object it is, and which block.
const block = 1 << 20

// Synthetic is an endless row of bytes that follows from a name, and that is
// different at each place of it that one could confuse with another.
func Synthetic(name string) io.ReaderAt {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes all
	return synthetic(h.Sum64() | 1)
}

type synthetic uint64

func (s synthetic) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	var mark [16]byte
	for b := at / block; b*block < at+int64(len(p)); b++ {
		binary.LittleEndian.PutUint64(mark[:], uint64(s))
		binary.LittleEndian.PutUint64(mark[8:], uint64(b)+1)
		if from := b*block - at; from >= 0 {
			copy(p[from:], mark[:])
		} else if -from < int64(len(mark)) {
			copy(p, mark[-from:])
		}
	}
	return len(p), nil
}

// page is what a sparse file leaves out when it is zeros.
const page = 4 << 10

// spooled writes what a reader has into a new file, without its zeros.
func spooled(path string, r io.Reader) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffer, zeros := make([]byte, 16*page), make([]byte, page)
	for {
		n, err := io.ReadFull(r, buffer)
		for at := 0; at < n; at += page {
			part := buffer[at:min(at+page, n)]
			if !bytes.Equal(part, zeros[:len(part)]) {
				if _, err := f.WriteAt(part, size+int64(at)); err != nil {
					return size, err
				}
			}
		}
		size += int64(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return size, f.Truncate(size)
		}
		if err != nil {
			return size, err
		}
	}
}

// pieces are files one after the other.
type pieces []piece

type piece struct {
	path string
	size int64
}

// open reads a range of them.
func (all pieces) open(offset, length int64) (io.ReadCloser, error) {
	var r reading
	var readers []io.Reader
	for _, p := range all {
		if from, n := offset, min(length, p.size-offset); n > 0 && offset < p.size {
			f, err := os.Open(p.path)
			if err != nil {
				return nil, errors.Join(err, r.Close())
			}
			r.files = append(r.files, f)
			readers = append(readers, io.NewSectionReader(f, from, n))
			offset, length = 0, length-n
			continue
		}
		offset = max(offset-p.size, 0)
	}
	r.Reader = io.MultiReader(readers...)
	return &r, nil
}

type reading struct {
	io.Reader
	files []*os.File
}

func (r *reading) Close() (err error) {
	for _, f := range r.files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// Save writes an object into a new file, sparsely.
func (s *Store) Save(key, path string) error {
	r, err := s.Bytes(key, "")
	if err != nil {
		return err
	}
	_, err = spooled(path, r)
	return errors.Join(err, r.Close())
}
