package zipfile

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// Report is what was found to hold. Where an error comes with it, it is how far
// Verify came.
type Report struct {
	Size     int64 // bytes of the archive
	Entries  int64 // that the archive says it has
	Wide     bool  // it has the records of zip64 at its end
	Headers  int64 // entries whose two headers agree, and that begin where the one before ends
	Names    int64 // that are safe, and are no other's on any system
	Manifest ManifestReport
	CRC32s   int64 // entries whose bytes are as their CRC-32 says
	SHA256s  int64 // entries whose bytes are as the manifest says: all but itself
	Bytes    int64 // of these entries
}

// ManifestReport is what was found of the manifest.
type ManifestReport struct {
	Files  int64  // that it lists; all that were looked up
	SHA256 string // hex, of the manifest itself: what the product showed beside the export
}

// Verify holds an archive of that many bytes to what an export is: nothing but
// its entries, one after the other, and their directory; both headers of each
// the same; names safe, and no two the same; each CRC-32 right; and exactly the
// files that its manifest.json lists, in its order, beside the manifest itself,
// with their sizes and SHA-256. A Difference is the first thing that is not so;
// other errors are of reading. It keeps 24 bytes or so of each name and folder,
// and 64 KiB of the archive.
func Verify(r io.ReaderAt, size int64) (Report, error) {
	v := &verifier{r: r, report: Report{Size: size}, names: map[[16]byte]bool{}}
	err := v.all()
	return v.report, err
}

type verifier struct {
	r        io.ReaderAt
	sum      Summary
	report   Report
	names    map[[16]byte]bool // whether it is a folder
	manifest *header
}

func (v *verifier) all() (err error) {
	if v.sum, err = end(v.r, v.report.Size); err != nil {
		return err
	}
	v.report.Entries, v.report.Wide = v.sum.Entries, v.sum.big()
	if err := v.structure(); err != nil {
		return err
	}
	if v.manifest == nil {
		return differs("", "has no %s", ManifestName)
	}
	return v.contents()
}

// each calls do for each header of the directory, and sees that it ends with the last.
func (v *verifier) each(do func(header) error) error {
	directory := bufio.NewReaderSize(io.NewSectionReader(v.r, v.sum.DirectoryOffset, v.sum.DirectorySize), 64<<10)
	for range v.sum.Entries {
		h, err := central(directory)
		if err != nil {
			return err
		}
		if err := do(h); err != nil {
			return err
		}
	}
	if _, err := directory.ReadByte(); err == nil {
		return differs("", "has a directory that is longer than its entries")
	}
	return nil
}

// structure looks at everything but what the entries hold.
func (v *verifier) structure() error {
	next := int64(0) // where the next entry is to begin
	err := v.each(func(h header) error {
		if h.offset != next {
			return differs(h.name, "begins at byte %d, where the one before it ends at %d: bytes that belong to none, or to two", h.offset, next)
		}
		if err := h.plain(); err != nil {
			return err
		}
		own, err := local(v.r, h.offset, h.name)
		if err == nil {
			err = h.same(own)
		}
		if err != nil {
			return err
		}
		if h.size > v.sum.DirectoryOffset-next-own.headerBytes {
			return differs(h.name, "reaches into the directory")
		}
		next += own.headerBytes + h.size
		v.report.Headers++
		if h.name == ManifestName {
			v.manifest = &h
		}
		return v.name(h.name)
	})
	if err == nil && next != v.sum.DirectoryOffset {
		return differs("", "has %d bytes between its last entry and its directory", v.sum.DirectoryOffset-next)
	}
	return err
}

// name takes a name, and its folders.
func (v *verifier) name(name string) error {
	if _, known := v.names[key(name)]; known {
		return differs(name, "has the name of another entry or folder, on some systems at least")
	}
	v.names[key(name)] = false
	for i := range name {
		if name[i] != '/' {
			continue
		}
		folder, known := v.names[key(name[:i])]
		if known && !folder {
			return differs(name, "lies in a folder that is a file, on some systems at least")
		}
		v.names[key(name[:i])] = true
	}
	v.report.Names++
	return nil
}

// contents reads every byte, along the manifest.
func (v *verifier) contents() error {
	crc, sum, err := v.sums(*v.manifest)
	if err != nil {
		return err
	}
	if crc != v.manifest.crc {
		return differs(ManifestName, "has other bytes than its CRC-32 says")
	}
	v.report.CRC32s, v.report.Manifest.SHA256 = 1, sum
	data, err := v.data(*v.manifest)
	if err != nil {
		return err
	}
	listed := NewManifestReader(data)
	err = v.each(func(h header) error {
		if h.name == ManifestName {
			return nil
		}
		return v.held(h, listed)
	})
	if err != nil {
		return err
	}
	switch f, err := listed.Next(); {
	case err == nil:
		return v.missing(f, "after the last entry")
	case !errors.Is(err, io.EOF):
		return illegible(listed, err)
	}
	return nil
}

// illegible is what is wrong with the manifest, unless it could not be had.
func illegible(listed *ManifestReader, err error) error {
	if listed.r.err != nil {
		return unread(listed.r.err)
	}
	return differs(ManifestName, "cannot be read: %v", err)
}

// held holds an entry to its CRC-32 and to the manifest's next file.
func (v *verifier) held(h header, listed *ManifestReader) error {
	f, err := listed.Next()
	switch {
	case errors.Is(err, io.EOF):
		return differs(h.name, "is not in the manifest")
	case err != nil:
		return illegible(listed, err)
	case f.Path != h.name:
		return v.missing(f, fmt.Sprintf("where the archive has %q", h.name))
	case f.Size != h.size:
		return differs(h.name, "has %d bytes, the manifest says %d", h.size, f.Size)
	}
	v.report.Manifest.Files++
	crc, sum, err := v.sums(h)
	if err != nil {
		return err
	}
	if crc != h.crc {
		return differs(h.name, "has other bytes than its CRC-32 says")
	}
	v.report.CRC32s++
	if !strings.EqualFold(sum, f.SHA256) {
		return differs(h.name, "has the SHA-256 %s, the manifest says %s", sum, f.SHA256)
	}
	v.report.SHA256s, v.report.Bytes = v.report.SHA256s+1, v.report.Bytes+h.size
	return nil
}

// missing tells a file that the archive has elsewhere from one that it has not.
func (v *verifier) missing(f ManifestFile, where string) error {
	if folder, there := v.names[key(f.Path)]; there && !folder {
		return differs(f.Path, "is listed in the manifest out of the archive's order, or twice: %s", where)
	}
	return differs(f.Path, "is in the manifest, but not in the archive: it is listed %s", where)
}

// data is what an entry holds. Its local header was read before.
func (v *verifier) data(h header) (io.Reader, error) {
	own, err := local(v.r, h.offset, h.name)
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(v.r, h.offset+own.headerBytes, h.size), nil
}

func (v *verifier) sums(h header) (crc uint32, sum string, err error) {
	data, err := v.data(h)
	if err != nil {
		return 0, "", err
	}
	c, s := crc32.NewIEEE(), sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(c, s), struct{ io.Reader }{data}, make([]byte, 64<<10))
	if err == nil && n != h.size {
		err = io.EOF
	}
	if err != nil {
		return 0, "", unread(err)
	}
	return c.Sum32(), hex.EncodeToString(s.Sum(nil)), nil
}
