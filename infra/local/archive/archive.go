// Package archive puts a folder into one file and takes it out again: what make
// backup writes and make restore reads. It is a tar archive under gzip, whose first
// entry says what it is and whose last lists every file with its checksum: one that
// was cut off, or is of something else, is told from a whole one.
package archive

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	kind   = "devotionalai local data"
	format = 1 // of the archive; a newer one is refused

	aboutName    = "backup.json"
	manifestName = "manifest.json"
)

// heading says what an archive is. It is its first entry.
type heading struct {
	Kind   string    `json:"kind"`
	Format int       `json:"format"`
	Made   time.Time `json:"made"`
}

// manifest lists the files, in their order. It is the last entry.
type manifest struct {
	Files []entry `json:"files"`
}

type entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Report is what an archive holds.
type Report struct {
	Made  time.Time
	Files int
	Bytes int64
}

// Source is a file or folder, and where it stands in the archive.
type Source struct {
	Path string
	Name string
}

// Write writes an archive of all files below the sources to out. leave is asked
// with the name of each in the archive, and says which are left out.
func Write(ctx context.Context, out io.Writer, made time.Time, sources []Source, leave func(name string) bool) (Report, error) {
	packed, err := gzip.NewWriterLevel(out, gzip.BestSpeed) // most of it is media, which does not shrink
	if err != nil {
		return Report{}, err
	}
	w := &writer{tar: tar.NewWriter(packed), made: made.UTC().Truncate(time.Second), leave: leave}
	if err := w.all(ctx, sources); err != nil {
		return Report{}, err
	}
	if err := w.tar.Close(); err != nil {
		return Report{}, fmt.Errorf("end archive: %w", err)
	}
	if err := packed.Close(); err != nil {
		return Report{}, fmt.Errorf("end archive: %w", err)
	}
	return w.report(), nil
}

type writer struct {
	tar   *tar.Writer
	made  time.Time
	leave func(string) bool
	list  manifest
}

func (w *writer) report() Report {
	r := Report{Made: w.made, Files: len(w.list.Files)}
	for _, f := range w.list.Files {
		r.Bytes += f.Size
	}
	return r
}

func (w *writer) all(ctx context.Context, sources []Source) error {
	if err := w.document(aboutName, heading{Kind: kind, Format: format, Made: w.made}); err != nil {
		return err
	}
	for _, s := range sources {
		if err := w.below(ctx, s); err != nil {
			return err
		}
	}
	return w.document(manifestName, w.list)
}

func (w *writer) below(ctx context.Context, s Source) error {
	return filepath.WalkDir(s.Path, func(path string, e fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		inside, err := filepath.Rel(s.Path, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(filepath.Join(s.Name, inside))
		switch {
		case w.leave(name) && e.IsDir():
			return fs.SkipDir
		case w.leave(name) || e.IsDir():
			return nil
		case !e.Type().IsRegular():
			return fmt.Errorf("%s is neither a file nor a folder: the product makes no such thing", path)
		}
		return w.file(path, name)
	})
}

func (w *writer) file(path, name string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // was only read
	about, err := file.Stat()
	if err != nil {
		return err
	}
	if err := w.begin(name, about.Size()); err != nil {
		return err
	}
	sum := sha256.New()
	// A file that grows or shrinks meanwhile fails here: the length is said before.
	if _, err := io.Copy(io.MultiWriter(w.tar, sum), file); err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	if err := w.tar.Flush(); err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	w.list.Files = append(w.list.Files, entry{Path: name, Size: about.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// begin writes an entry's head. Every file is its owner's alone: there are secrets
// among them.
func (w *writer) begin(name string, size int64) error {
	head := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: w.made, Format: tar.FormatPAX}
	if err := w.tar.WriteHeader(head); err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	return nil
}

func (w *writer) document(name string, value any) error {
	raw, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	if err := w.begin(name, int64(len(raw))); err != nil {
		return err
	}
	_, err = w.tar.Write(raw)
	return err
}
