package upload

import "encoding/binary"

// Turn is how a stored picture is to be turned to be upright, numbered as EXIF
// numbers orientations.
type Turn int

// The turns.
const (
	Upright     Turn = iota + 1 // nothing is to be done
	Mirrored                    // left and right change places
	UpsideDown                  // by half
	Flipped                     // top and bottom change places
	Transposed                  // rows become columns
	Clockwise                   // by a quarter
	Transversed                 // rows become columns, from the other corner
	Anticlockwise
)

// exifMark stands before the EXIF data in a JPEG, and in some files of other
// formats too.
const exifMark = "Exif\x00\x00"

// turnOf reads the orientation from EXIF data, which is a TIFF file, at an offset.
// Where it cannot be read the picture is taken to be upright, as viewers do.
func turnOf(c *content, at, end int64) Turn {
	if string(c.at(at, len(exifMark))) == exifMark {
		at += int64(len(exifMark))
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(c.at(at, 4)) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return Upright
	}
	short := func(at int64) int64 {
		return number(c.at(at, 2), 2, func(b []byte) uint64 { return uint64(order.Uint16(b)) })
	}
	long := func(at int64) int64 {
		return number(c.at(at, 4), 4, func(b []byte) uint64 { return uint64(order.Uint32(b)) })
	}
	const (
		maxEntries  = 512
		entryBytes  = 12
		orientation = 0x0112
		typeShort   = 3
	)
	first := at + long(at+4)
	for i := range min(short(first), maxEntries) {
		entry := first + 2 + i*entryBytes
		if entry+entryBytes > end {
			break
		}
		if short(entry) != orientation {
			continue
		}
		if t := Turn(short(entry + 8)); short(entry+2) == typeShort && t >= Upright && t <= Anticlockwise {
			return t
		}
		break
	}
	return Upright
}
