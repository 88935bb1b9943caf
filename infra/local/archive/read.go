package archive

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mostAbout and mostManifest bound what is read into memory.
const (
	mostAbout    = 64 << 10
	mostManifest = 256 << 20
)

// errForeign is an archive of something else.
var errForeign = errors.New("it is no archive that make backup made")

// errCutOff is an archive without its end.
var errCutOff = errors.New("it is damaged: it ends before it is whole")

// Verify reads a whole archive and holds it to its manifest. Nothing is written.
func Verify(in io.Reader) (Report, error) { return read(in, nil) }

// Unpack writes the files of an archive into an empty folder, and verifies it as
// it does.
func Unpack(in io.Reader, dir string) (Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, err
	}
	report, err := read(in, func(name string, from io.Reader) error { return write(root, name, from) })
	return report, errors.Join(err, root.Close())
}

// write makes a file below root, which os.Root cannot leave.
func write(root *os.Root, name string, from io.Reader) error {
	name = filepath.FromSlash(name)
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("unpack %s: %w", name, err)
	}
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", name, err)
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}

// read goes through an archive and gives each file to take, which may be nil.
func read(in io.Reader, take func(string, io.Reader) error) (Report, error) {
	plain := bufio.NewReader(in)
	packed, err := gzip.NewReader(plain)
	if err != nil {
		return Report{}, errForeign
	}
	packed.Multistream(false)
	r := &reader{tar: tar.NewReader(packed), take: take, seen: map[string]bool{}}
	if err := r.about(); err != nil {
		return Report{}, err
	}
	for !r.whole {
		if err := r.next(); err != nil {
			return Report{}, err
		}
	}
	if _, err := r.tar.Next(); err != io.EOF {
		return Report{}, errors.New("it is damaged: something follows its manifest")
	}
	// What the checksum of the compression covers reaches to here.
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return Report{}, damaged(err)
	}
	if _, err := plain.ReadByte(); err != io.EOF {
		return Report{}, errors.New("it is damaged: something follows its end")
	}
	return r.report, nil
}

type reader struct {
	tar    *tar.Reader
	take   func(string, io.Reader) error
	seen   map[string]bool
	found  []entry
	report Report
	whole  bool
}

func (r *reader) about() error {
	head, err := r.tar.Next()
	if err != nil || head.Name != aboutName || head.Size > mostAbout {
		return errForeign
	}
	var about heading
	if err := json.NewDecoder(r.tar).Decode(&about); err != nil || about.Kind != kind {
		return errForeign
	}
	if about.Format > format {
		return fmt.Errorf("it is of a newer version of the product (format %d; this one reads up to %d)", about.Format, format)
	}
	r.report.Made = about.Made
	return nil
}

func (r *reader) next() error {
	head, err := r.tar.Next()
	if err != nil {
		return damaged(err)
	}
	if head.Name == manifestName {
		return r.manifest(head.Size)
	}
	if err := r.proper(head); err != nil {
		return err
	}
	r.seen[head.Name] = true
	sum := sha256.New()
	from := io.TeeReader(r.tar, sum)
	if r.take != nil {
		err = r.take(head.Name, from)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, from)
	}
	if err != nil {
		return damaged(err)
	}
	r.found = append(r.found, entry{Path: head.Name, Size: head.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	r.report.Files++
	r.report.Bytes += head.Size
	return nil
}

// proper refuses what make backup never writes: an entry that would lie outside of
// the folder, a link, one name twice.
func (r *reader) proper(head *tar.Header) error {
	name := head.Name
	switch {
	case !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name || strings.ContainsAny(name, "\\\x00"):
		return fmt.Errorf("it is not to be trusted: its entry %q leads out of the folder", name)
	case head.Typeflag != tar.TypeReg:
		return fmt.Errorf("it is not to be trusted: its entry %q is no plain file", name)
	case r.seen[name]:
		return fmt.Errorf("it is not to be trusted: its entry %q is there twice", name)
	}
	return nil
}

// manifest holds what was found to what was written.
func (r *reader) manifest(size int64) error {
	var wanted manifest
	if size > mostManifest {
		return errors.New("it is damaged: its manifest is too long")
	}
	if err := json.NewDecoder(r.tar).Decode(&wanted); err != nil {
		return damaged(err)
	}
	if len(wanted.Files) != len(r.found) {
		return fmt.Errorf("it is damaged: it holds %d files, and should hold %d", len(r.found), len(wanted.Files))
	}
	for i, want := range wanted.Files {
		if r.found[i] != want {
			return fmt.Errorf("it is damaged: %q is not what was archived", want.Path)
		}
	}
	r.whole = true
	return nil
}

// damaged tells a cut off or altered archive from a full disk.
func damaged(err error) error {
	var corrupt *os.PathError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errCutOff
	case errors.As(err, &corrupt):
		return err
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, tar.ErrHeader):
		return errors.New("it is damaged: its checksum does not hold")
	}
	return fmt.Errorf("it is damaged: %w", err)
}
