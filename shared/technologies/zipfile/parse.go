package zipfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// What follows reads archives on its own: it knows the format, not how the
// writer of this package makes it.

// Difference is the first thing of an archive that is not as an export makes it.
type Difference struct {
	Entry string // the entry's name; "" when it is of the whole archive
	What  string
}

func (d *Difference) Error() string {
	if d.Entry == "" {
		return "the archive " + d.What
	}
	return fmt.Sprintf("entry %q %s", d.Entry, d.What)
}

func differs(entry, what string, args ...any) error {
	return &Difference{Entry: entry, What: fmt.Sprintf(what, args...)}
}

// header is what the directory, or the header before an entry, says of it.
type header struct {
	name        string
	flags       uint16
	method      uint16
	time        uint32 // clock and day as DOS writes them
	crc         uint32
	size        int64
	stored      int64 // size as it lies in the archive
	offset      int64 // of the header before it; the directory's only
	stamp       []byte
	headerBytes int64 // of this header
}

// fields reads little-endian numbers off the front.
type fields []byte

func (f *fields) u16() uint16 {
	v := binary.LittleEndian.Uint16(*f)
	*f = (*f)[2:]
	return v
}

func (f *fields) u32() uint32 {
	v := binary.LittleEndian.Uint32(*f)
	*f = (*f)[4:]
	return v
}

func (f *fields) u64() uint64 {
	v := binary.LittleEndian.Uint64(*f)
	*f = (*f)[8:]
	return v
}

// central reads the next header of the directory.
func central(r io.Reader) (h header, err error) {
	fixed := make(fields, 46)
	if _, err := io.ReadFull(r, fixed); err != nil {
		return h, cutOff(err, "header")
	}
	if fixed.u32() != 0x02014b50 {
		return h, differs("", "has something else where its directory should go on")
	}
	fixed.u16() // who made it
	fixed.u16() // what reads it
	h.flags, h.method, h.time, h.crc = fixed.u16(), fixed.u16(), fixed.u32(), fixed.u32()
	stored, size := fixed.u32(), fixed.u32()
	nameLength, extraLength, commentLength := fixed.u16(), fixed.u16(), fixed.u16()
	disk, _, attributes, offset := fixed.u16(), fixed.u16(), fixed.u32(), fixed.u32()
	rest := make([]byte, int(nameLength)+int(extraLength))
	if _, err := io.ReadFull(r, rest); err != nil {
		return h, cutOff(err, "name")
	}
	h.name, h.headerBytes = string(rest[:nameLength]), int64(46+len(rest))
	switch kind := attributes >> 28; {
	case commentLength != 0:
		return h, differs(h.name, "has a comment")
	case disk != 0:
		return h, differs(h.name, "is said to lie on another disk")
	case kind != 0 && kind != 8 || attributes&0x10 != 0:
		return h, differs(h.name, "is no plain file")
	}
	return h, h.extra(rest[nameLength:], size, stored, &offset)
}

// local reads the header before an entry.
func local(r io.ReaderAt, at int64, nameOf string) (h header, err error) {
	fixed := make(fields, 30)
	if n, err := r.ReadAt(fixed, at); n < len(fixed) {
		return h, unread(err)
	}
	if fixed.u32() != 0x04034b50 {
		return h, differs(nameOf, "has no header where the directory says that it begins")
	}
	fixed.u16() // what reads it
	h.flags, h.method, h.time, h.crc = fixed.u16(), fixed.u16(), fixed.u32(), fixed.u32()
	stored, size := fixed.u32(), fixed.u32()
	nameLength, extraLength := fixed.u16(), fixed.u16()
	rest := make([]byte, int(nameLength)+int(extraLength))
	if n, err := r.ReadAt(rest, at+30); n < len(rest) {
		return h, unread(err)
	}
	h.name, h.headerBytes = string(rest[:nameLength]), int64(30+len(rest))
	if h.name != nameOf {
		return h, differs(nameOf, "is called %q in its own header", h.name)
	}
	return h, h.extra(rest[nameLength:], size, stored, nil)
}

// extra takes the sizes, and in the directory the offset, from where they stand.
func (h *header) extra(extra fields, size, stored uint32, offset *uint32) error {
	wide, err := h.split(extra)
	if err != nil {
		return err
	}
	if err := h.number(size, &wide, &h.size); err != nil {
		return err
	}
	if err := h.number(stored, &wide, &h.stored); err != nil {
		return err
	}
	if offset != nil {
		if err := h.number(*offset, &wide, &h.offset); err != nil {
			return err
		}
	}
	if len(wide) > 0 {
		return differs(h.name, "has numbers of 8 bytes that nothing refers to")
	}
	return nil
}

// split keeps the time and answers the numbers of 8 bytes.
func (h *header) split(extra fields) (wide fields, err error) {
	seen := map[uint16]bool{}
	for len(extra) > 0 {
		if len(extra) < 4 {
			return nil, differs(h.name, "has an extra field that is cut off")
		}
		id, length := extra.u16(), int(extra.u16())
		if length > len(extra) || seen[id] {
			return nil, differs(h.name, "has an extra field %#04x that is cut off or comes twice", id)
		}
		data := extra[:length]
		extra, seen[id] = extra[length:], true
		switch id {
		case 0x0001:
			wide = data
		case 0x5455:
			h.stamp = data
		default: // such as another name, which some readers would take
			return nil, differs(h.name, "has an extra field %#04x, which no export writes", id)
		}
	}
	return wide, nil
}

// number is the short one, unless that says that it stands among the wide.
func (h *header) number(short uint32, wide *fields, into *int64) error {
	if *into = int64(short); short != math.MaxUint32 {
		return nil
	}
	if len(*wide) < 8 {
		return differs(h.name, "lacks a number of 8 bytes")
	}
	v := wide.u64()
	if v > math.MaxInt64 {
		return differs(h.name, "has a number that is too large for any archive")
	}
	*into = int64(v)
	return nil
}

// same compares what both headers say.
func (h header) same(other header) error {
	for _, c := range []struct {
		what        string
		here, there any
	}{
		{"flags", h.flags, other.flags},
		{"method", h.method, other.method},
		{"time", h.time, other.time},
		{"CRC-32", h.crc, other.crc},
		{"size", h.size, other.size},
		{"stored size", h.stored, other.stored},
		{"time in seconds", string(h.stamp), string(other.stamp)},
	} {
		if c.here != c.there {
			return differs(h.name, "has another %s in its own header (%v) than in the directory (%v)", c.what, c.there, c.here)
		}
	}
	return nil
}

// plain says what is not as in an archive of stored files.
func (h header) plain() error {
	switch {
	case h.flags != 1<<11:
		return differs(h.name, "has the flags %#04x, not those of a plain entry with a UTF-8 name", h.flags)
	case h.method != 0:
		return differs(h.name, "is compressed")
	case h.size != h.stored:
		return differs(h.name, "is stored, but in another size than its own")
	case !Safe(h.name):
		return differs(h.name, "has a name that is not safe everywhere")
	}
	return nil
}

// end reads what closes the archive, and that it is the last thing in it.
func end(r io.ReaderAt, size int64) (s Summary, err error) {
	last := make(fields, 22)
	if size < 22 {
		return s, differs("", "is too short to be one")
	}
	if n, err := r.ReadAt(last, size-22); n < len(last) {
		return s, unread(err)
	}
	if !bytes.Equal(last[:4], []byte("PK\x05\x06")) {
		return s, differs("", "does not end as an archive does: it is cut off, or something follows it")
	}
	last.u32()
	disk, of, here, all := last.u16(), last.u16(), last.u16(), last.u16()
	length, offset, comment := last.u32(), last.u32(), last.u16()
	if disk != 0 || of != 0 || here != all || comment != 0 {
		return s, differs("", "is of several disks, or has a comment")
	}
	s = Summary{Entries: int64(all), Size: size, DirectorySize: int64(length), DirectoryOffset: int64(offset)}
	begins := size - 22
	if all == math.MaxUint16 || length == math.MaxUint32 || offset == math.MaxUint32 {
		if s, err = end64(r, s); err != nil {
			return s, err
		}
		begins -= 76
	}
	if s.DirectoryOffset < 0 || s.DirectorySize < 0 || s.DirectoryOffset > begins || s.DirectorySize != begins-s.DirectoryOffset {
		return s, differs("", "has a directory that does not reach from where it should begin to the archive's end")
	}
	return s, nil
}

// end64 reads the numbers that the last record has no room for.
func end64(r io.ReaderAt, s Summary) (Summary, error) {
	at := s.Size - 22 - 76
	both := make(fields, 76)
	if at < 0 {
		return s, differs("", "lacks the record of 8-byte numbers")
	}
	if n, err := r.ReadAt(both, at); n < len(both) {
		return s, unread(err)
	}
	bad := both.u32() != 0x06064b50 || both.u64() != 44
	both.u32() // who made it, what reads it
	bad = bad || both.u64() != 0
	here, all, length, offset := both.u64(), both.u64(), both.u64(), both.u64()
	bad = bad || both.u32() != 0x07064b50 || both.u32() != 0 || both.u64() != uint64(at) || both.u32() != 1
	if bad || here != all || max(all, length, offset) > math.MaxInt64 {
		return s, differs("", "has a record of 8-byte numbers that does not hold")
	}
	full := Summary{Entries: int64(all), Size: s.Size, DirectorySize: int64(length), DirectoryOffset: int64(offset)}
	if s.Entries != min(full.Entries, math.MaxUint16) || s.DirectorySize != min(full.DirectorySize, math.MaxUint32) || s.DirectoryOffset != min(full.DirectoryOffset, math.MaxUint32) {
		return s, differs("", "says two things in its two last records")
	}
	return full, nil
}

func cutOff(err error, what string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return differs("", "has a directory that ends in the middle of a %s", what)
	}
	return unread(err)
}

// unread is a failure to read, not one of the archive, unless the archive ended.
func unread(err error) error {
	if errors.Is(err, io.EOF) {
		return differs("", "ends too early")
	}
	return fmt.Errorf("read archive: %w", err)
}
