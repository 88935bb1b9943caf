package upload

import (
	"bytes"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Limits of a picture. Decoding one takes memory by its pixels, not its bytes.
const (
	maxSide   = 12_000
	maxPixels = 60_000_000
	minSide   = 16
)

// pictureFacts holds a picture's measures to what a render can take.
func pictureFacts(contentType string, width, height int64, turn Turn) (facts, error) {
	switch {
	case width > maxSide || height > maxSide || width*height > maxPixels:
		return facts{}, problem.New(problem.UploadRejected, fmt.Sprintf(
			"The picture has %d × %d pixels; at most 12,000 a side and 60 million in all can be used. Make it smaller, and upload that.", width, height))
	case width < minSide || height < minSide:
		return facts{}, problem.New(problem.UploadRejected, fmt.Sprintf(
			"The picture has %d × %d pixels; each side needs at least 16. Choose a larger one.", width, height))
	}
	return facts{contentType: contentType, width: int(width), height: int(height), turn: max(turn, Upright)}, nil
}

// The markers of JPEG that are told apart.
const (
	jpegEnd   = 0xd9
	jpegScan  = 0xda
	jpegExif  = 0xe1
	jpegFirst = 0xd0 // of those that stand alone, within a scan
	jpegLast  = 0xd7
)

// isFrame reports whether a marker begins a frame, whose size follows: all of
// 0xc0 to 0xcf but tables of codes, one that is reserved, and conditioning.
func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// segment is a marker of a JPEG with what belongs to it: from its first byte to
// the next one's.
type segment struct {
	marker   byte
	at, next int64
}

// segments visits a JPEG's segments, coded data being part of its scan, and
// reports whether the picture's end mark is there. What follows it does not
// matter: telephones put a short film behind a picture.
func segments(c *content, visit func(segment)) bool {
	for at := int64(2); ; {
		b := c.at(at, 2)
		switch {
		case len(b) < 2 || b[0] != 0xff:
			return false
		case b[1] == jpegEnd:
			return true
		case b[1] == 0xff: // filling
			at++
			continue
		}
		marker, next := b[1], at+2+c.big16(at+2)
		if next < at+4 {
			return false
		}
		if marker == jpegScan {
			next = afterScan(c, next)
		}
		visit(segment{marker, at, next})
		at = next
	}
}

// afterScan finds the marker that ends the coded data at an offset. There, 0xff
// is followed by zero or by a marker that stands alone.
func afterScan(c *content, at int64) int64 {
	for {
		b := c.from(at, 2)
		if len(b) < 2 {
			return c.size
		}
		i := bytes.IndexByte(b[:len(b)-1], 0xff)
		switch {
		case i < 0:
			at += int64(len(b) - 1)
		case b[i+1] == 0 || b[i+1] >= jpegFirst && b[i+1] <= jpegLast:
			at += int64(i + 2)
		case b[i+1] == 0xff:
			at += int64(i + 1)
		default:
			return at + int64(i)
		}
	}
}

// maxScans is the most passes over a picture. Each is over all of its pixels, but
// takes a few bytes: a small file could ask for thousands. Programs write a dozen.
const maxScans = 100

var errScans = problem.New(problem.UploadRejected, "The picture is stored in more passes than any program needs. Save it anew in a picture program as JPEG or PNG, and upload that.")

func checkJPEG(c *content) (facts, error) {
	var width, height int64
	scans := 0
	turn, exif := Upright, false
	whole := segments(c, func(s segment) {
		switch {
		case s.marker == jpegScan:
			scans++
		case isFrame(s.marker): // of several, a decoder goes by the last
			height, width = max(height, c.big16(s.at+5)), max(width, c.big16(s.at+7))
		case s.marker == jpegExif && !exif && string(c.at(s.at+4, len(exifMark))) == exifMark:
			turn, exif = turnOf(c, s.at+4, s.next), true
		}
	})
	if width == 0 {
		if whole {
			return facts{}, errUnknown
		}
		return facts{}, errEndsEarly
	}
	found, err := pictureFacts(typeJPEG, width, height, turn)
	switch {
	case err != nil:
	case !whole:
		err = errEndsEarly
	case scans > maxScans:
		err = errScans
	}
	return found, err
}

const pngMark = "\x89PNG\r\n\x1a\n"

// chunk is one of a PNG's, or of a WebP's.
type chunk struct {
	name           string
	at, body, next int64 // next is of the chunk behind it
}

// pngChunks visits a PNG's chunks (length, name, data, checksum) and reports
// whether the last is there.
func pngChunks(c *content, visit func(chunk)) bool {
	for at := int64(len(pngMark)); ; {
		name := c.at(at+4, 8) // with the checksum of an empty chunk
		if len(name) < 8 {
			return false
		}
		k := chunk{string(name[:4]), at, at + 8, at + 12 + c.big32(at)}
		visit(k)
		if k.name == "IEND" {
			return true
		}
		at = k.next
	}
}

func checkPNG(c *content) (facts, error) {
	var width, height int64
	turn, moves := Upright, false
	whole := pngChunks(c, func(k chunk) {
		switch k.name {
		case "IHDR":
			width, height = c.big32(k.body), c.big32(k.body+4)
		case "acTL":
			moves = moves || c.big32(k.body) > 1
		case "eXIf":
			turn = turnOf(c, k.body, k.next)
		}
	})
	switch {
	case moves:
		return facts{}, errMoves
	case !whole:
		return facts{}, errEndsEarly
	case width == 0 || height == 0:
		return facts{}, errUnknown
	}
	return pictureFacts(typePNG, width, height, turn)
}

// webpChunks visits a WebP's chunks: name, length, data, and a byte where the
// length is odd. They may lack the last such byte.
func webpChunks(c *content, visit func(chunk)) {
	end := min(c.little32(4)+8, c.size)
	for at := int64(12); at+8 <= end; {
		k := chunk{name: string(c.at(at, 4)), at: at, body: at + 8, next: at + 8 + c.little32(at+4)}
		visit(k)
		at = k.next + k.next%2
	}
}

func checkWebP(c *content) (facts, error) {
	if c.little32(4)+8 > c.size {
		return facts{}, errEndsEarly
	}
	var width, height int64
	turn, moves := Upright, false
	webpChunks(c, func(k chunk) {
		switch k.name {
		case "ANIM", "ANMF":
			moves = true
		case "VP8 ":
			width, height = c.little16(k.body+6)&0x3fff, c.little16(k.body+8)&0x3fff
		case "VP8L":
			bits := c.little32(k.body + 1)
			width, height = bits&0x3fff+1, bits>>14&0x3fff+1
		case "EXIF":
			turn = turnOf(c, k.body, k.next)
		}
	})
	const moving = 0x02 // a flag of the extended header
	if flags := c.at(12, 9); len(flags) == 9 && string(flags[:4]) == "VP8X" && flags[8]&moving != 0 {
		moves = true
	}
	switch {
	case moves:
		return facts{}, errMoves
	case width == 0 || height == 0:
		return facts{}, errUnknown
	}
	return pictureFacts(typeWebP, width, height, turn)
}

// maxBlocks bounds how far a GIF is walked.
const maxBlocks = 1 << 16

// checkGIF wants one image: the blocks are a descriptor with its data, extensions,
// and the end mark.
func checkGIF(c *content) (facts, error) {
	const image, extension, end = 0x2c, 0x21, 0x3b
	at := 13 + tableBytes(c, 10)
	images := 0
	for range maxBlocks {
		b := c.at(at, 1)
		if len(b) == 0 {
			return facts{}, errEndsEarly
		}
		switch b[0] {
		case image:
			if images++; images > 1 {
				return facts{}, errMoves
			}
			at = afterBlocks(c, at+11+tableBytes(c, at+9))
		case extension:
			at = afterBlocks(c, at+2)
		case end:
			if images == 0 {
				return facts{}, errUnknown
			}
			return pictureFacts(typeGIF, c.little16(6), c.little16(8), Upright)
		default:
			return facts{}, errUnknown
		}
	}
	return facts{}, errUnknown
}

// tableBytes is the length of the table of colours that the flags at an offset
// announce.
func tableBytes(c *content, flags int64) int64 {
	b := c.at(flags, 1)
	if len(b) == 0 || b[0]&0x80 == 0 {
		return 0
	}
	return 3 << (b[0]&7 + 1)
}

// afterBlocks skips data in blocks of up to 255 bytes, the last of which is empty.
func afterBlocks(c *content, at int64) int64 {
	for {
		b := c.at(at, 1)
		if len(b) == 0 {
			return c.size
		}
		if at += 1 + int64(b[0]); b[0] == 0 {
			return at
		}
	}
}
