package zipfile

import (
	"encoding/binary"
	"math"
	"time"
)

// What a ZIP archive of stored entries is made of (APPNOTE 6.3.10).
const (
	localSignature     = 0x04034b50
	centralSignature   = 0x02014b50
	endSignature       = 0x06054b50
	end64Signature     = 0x06064b50
	locator64Signature = 0x07064b50

	localLength     = 30
	centralLength   = 46
	endLength       = 22
	end64Length     = 56
	locator64Length = 20

	extra64   = 0x0001 // sizes and offset of 8 bytes
	extraTime = 0x5455 // seconds since 1970: the fields of DOS are local time of nobody knows where

	flagUTF8    = 1 << 11
	version20   = 20
	version45   = 45 // can read 8-byte sizes
	madeOnUnix  = 3 << 8
	plainFile   = 0o100644
	max16       = math.MaxUint16
	max32       = math.MaxUint32
	timeLength  = 9
	local64Len  = 20
	longestName = math.MaxUint16
)

// bytesOf collects little-endian numbers.
type bytesOf []byte

func (b *bytesOf) u16(v uint16) { *b = binary.LittleEndian.AppendUint16(*b, v) }
func (b *bytesOf) u32(v uint32) { *b = binary.LittleEndian.AppendUint32(*b, v) }
func (b *bytesOf) u64(v uint64) { *b = binary.LittleEndian.AppendUint64(*b, v) }

// long reports whether a number needs 8 bytes. The largest of 4 bytes is the
// sign that it stands elsewhere.
func long(n int64) bool { return n >= max32 }

func short32(n int64) uint32 { return uint32(min(n, max32)) }

// stamped reports whether the time fits the field of seconds, which is signed.
func stamped(e Entry) bool { s := e.ModTime.Unix(); return s > 0 && s <= math.MaxInt32 }

func stamp(b *bytesOf, e Entry) {
	if stamped(e) {
		b.u16(extraTime)
		b.u16(5)
		*b = append(*b, 1) // only when it was changed
		b.u32(uint32(e.ModTime.Unix()))
	}
}

// dos is a time as DOS wrote it: in steps of two seconds, from 1980 to 2107.
func dos(t time.Time) (clock, day uint16) {
	t = t.UTC()
	if t.Year() < 1980 || t.Year() > 2107 {
		return 0, 1<<5 | 1
	}
	return uint16(t.Second()/2 | t.Minute()<<5 | t.Hour()<<11), uint16(t.Day() | int(t.Month())<<5 | (t.Year()-1980)<<9)
}

func localSize(e Entry) int64 {
	size := int64(localLength + len(e.Name))
	if stamped(e) {
		size += timeLength
	}
	if long(e.Size) {
		size += local64Len
	}
	return size
}

// localHeader stands before the entry's bytes.
func localHeader(e Entry) []byte {
	var extra bytesOf
	version, size := uint16(version20), short32(e.Size)
	if long(e.Size) {
		version, size = version45, max32
		extra.u16(extra64)
		extra.u16(16)
		extra.u64(uint64(e.Size)) // as it is
		extra.u64(uint64(e.Size)) // as it is stored
	}
	stamp(&extra, e)
	clock, day := dos(e.ModTime)
	b := make(bytesOf, 0, localLength+len(e.Name)+len(extra))
	b.u32(localSignature)
	b.u16(version)
	b.u16(flagUTF8)
	b.u16(0) // stored
	b.u16(clock)
	b.u16(day)
	b.u32(e.CRC32)
	b.u32(size)
	b.u32(size)
	b.u16(uint16(len(e.Name)))
	b.u16(uint16(len(extra)))
	b = append(b, e.Name...)
	return append(b, extra...)
}

func centralSize(e Entry, offset int64) int64 {
	size := int64(centralLength + len(e.Name))
	if stamped(e) {
		size += timeLength
	}
	if long(e.Size) {
		size += 16
	}
	if long(offset) {
		size += 8
	}
	if long(e.Size) || long(offset) {
		size += 4
	}
	return size
}

// wide is the extra field of a header in the directory: only what did not fit.
func wide(size, offset int64) (extra bytesOf) {
	if !long(size) && !long(offset) {
		return nil
	}
	var fields bytesOf
	if long(size) {
		fields.u64(uint64(size))
		fields.u64(uint64(size))
	}
	if long(offset) {
		fields.u64(uint64(offset))
	}
	extra.u16(extra64)
	extra.u16(uint16(len(fields)))
	return append(extra, fields...)
}

// centralHeader is the entry's header in the directory.
func centralHeader(e Entry, offset int64) []byte {
	extra := wide(e.Size, offset)
	version := uint16(version20)
	if len(extra) > 0 {
		version = version45
	}
	stamp(&extra, e)
	clock, day := dos(e.ModTime)
	b := make(bytesOf, 0, centralLength+len(e.Name)+len(extra))
	b.u32(centralSignature)
	b.u16(madeOnUnix | version)
	b.u16(version)
	b.u16(flagUTF8)
	b.u16(0) // stored
	b.u16(clock)
	b.u16(day)
	b.u32(e.CRC32)
	b.u32(short32(e.Size))
	b.u32(short32(e.Size))
	b.u16(uint16(len(e.Name)))
	b.u16(uint16(len(extra)))
	b.u16(0) // no comment
	b.u16(0) // first disk
	b.u16(0) // binary
	b.u32(plainFile << 16)
	b.u32(short32(offset))
	b = append(b, e.Name...)
	return append(b, extra...)
}

// big reports whether the end needs records of 8-byte numbers.
func (s Summary) big() bool {
	return s.Entries >= max16 || long(s.DirectorySize) || long(s.DirectoryOffset)
}

func (s Summary) endSize() int64 {
	if s.big() {
		return end64Length + locator64Length + endLength
	}
	return endLength
}

// endRecords close the archive.
func endRecords(s Summary) []byte {
	var b bytesOf
	if s.big() {
		b.u32(end64Signature)
		b.u64(end64Length - 12)
		b.u16(madeOnUnix | version45)
		b.u16(version45)
		b.u32(0) // this disk
		b.u32(0) // the directory's disk
		b.u64(uint64(s.Entries))
		b.u64(uint64(s.Entries))
		b.u64(uint64(s.DirectorySize))
		b.u64(uint64(s.DirectoryOffset))
		b.u32(locator64Signature)
		b.u32(0)
		b.u64(uint64(s.DirectoryOffset + s.DirectorySize))
		b.u32(1) // disks
	}
	entries := uint16(min(s.Entries, max16))
	b.u32(endSignature)
	b.u16(0)
	b.u16(0)
	b.u16(entries)
	b.u16(entries)
	b.u32(short32(s.DirectorySize))
	b.u32(short32(s.DirectoryOffset))
	b.u16(0) // no comment
	return b
}
