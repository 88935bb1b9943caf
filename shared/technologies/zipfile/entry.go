// Package zipfile makes ZIP archives of stored entries as a pure function of a
// layout: every name, size and CRC-32 is known before a byte is written, so
// that any range of the archive can be made by itself, by anybody, in any
// order, and is the same bytes each time. And it reads archives with distrust.
// It must not know where sources and archives are kept.
package zipfile

import "time"

// Entry is one file of an archive.
type Entry struct {
	Name    string    // its path in the archive, as Namer makes it: safe, with "/" between components
	Size    int64     // bytes
	CRC32   uint32    // IEEE, of its bytes
	ModTime time.Time // to the second; zero is fine and reads as the first day of 1980
	SHA256  string    // hex, of its bytes; goes into the layout, not into the archive
	Version string    // of the source, if it has versions; goes into the layout, not into the archive
}

// Summary is what an archive comes to.
type Summary struct {
	Entries         int64 `json:"entries"`
	Size            int64 `json:"size"`      // bytes of the whole archive
	DirectoryOffset int64 `json:"directory"` // where the central directory begins
	DirectorySize   int64 `json:"length"`    // bytes of the central directory, without the records at the end
}

// Line is one entry of a layout, and where it lies.
type Line struct {
	Entry
	Source    string // where its bytes come from; means nothing here
	Number    int64  // from 0, in the order in which entries were added
	Offset    int64  // of its local header in the archive
	directory int64  // of its header in the central directory, from the directory's begin
}

// End is the first byte of the archive that is no more the entry's.
func (l Line) End() int64 { return l.Offset + localSize(l.Entry) + l.Size }

// Data is where the entry's bytes begin in the archive.
func (l Line) Data() int64 { return l.Offset + localSize(l.Entry) }
