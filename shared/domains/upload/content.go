package upload

import (
	"encoding/binary"
)

// The sizes of a read: most of what is asked lies at the beginning.
const (
	firstRead = 1 << 20
	nextRead  = 4 << 20
)

// content is a file that is looked at here and there. It is read in blocks, the
// last of which is kept.
type content struct {
	size  int64
	fetch func(offset, length int64) ([]byte, error)

	block []byte
	start int64
	err   error // of the first read that failed; everything after it reads as absent
}

// at returns n bytes at an offset, or fewer where the file ends.
func (c *content) at(offset int64, n int) []byte {
	b := c.from(offset, int64(n))
	return b[:min(n, len(b))]
}

// from returns what is at hand from an offset on: n bytes at least, unless the
// file ends before.
func (c *content) from(offset, n int64) []byte {
	if offset < 0 || offset >= c.size || c.err != nil {
		return nil
	}
	n = min(n, c.size-offset)
	if offset < c.start || offset+n > c.start+int64(len(c.block)) {
		c.read(offset, n)
	}
	if c.err != nil || offset > c.start+int64(len(c.block)) {
		return nil
	}
	return c.block[offset-c.start:]
}

func (c *content) read(offset, n int64) {
	length := int64(nextRead)
	if offset == 0 {
		length = firstRead
	}
	c.start = offset
	c.block, c.err = c.fetch(offset, min(max(length, n), c.size-offset))
}

// The numbers of the formats, zero where the file has ended.

func (c *content) big16(offset int64) int64 {
	return number(c.at(offset, 2), 2, func(b []byte) uint64 { return uint64(binary.BigEndian.Uint16(b)) })
}
func (c *content) big32(offset int64) int64 {
	return number(c.at(offset, 4), 4, func(b []byte) uint64 { return uint64(binary.BigEndian.Uint32(b)) })
}
func (c *content) big64(offset int64) int64 {
	return number(c.at(offset, 8), 8, binary.BigEndian.Uint64)
}
func (c *content) little16(offset int64) int64 {
	return number(c.at(offset, 2), 2, func(b []byte) uint64 { return uint64(binary.LittleEndian.Uint16(b)) })
}
func (c *content) little32(offset int64) int64 {
	return number(c.at(offset, 4), 4, func(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) })
}

func number(b []byte, width int, read func([]byte) uint64) int64 {
	if len(b) < width {
		return 0
	}
	return int64(read(b))
}
