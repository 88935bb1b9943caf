// Package damage makes files wrong: what our own parsers and the decoder are tried with.
package damage

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// Mutate damages a file in some of the ways in which files are damaged, and in one
// that those who mean harm choose: a number as large as it can be.
func Mutate(random *rand.Rand, whole []byte) []byte {
	data := bytes.Clone(whole)
	for range random.IntN(6) {
		data[random.IntN(len(data))] = byte(random.IntN(256))
	}
	at := random.IntN(len(data))
	switch random.IntN(7) {
	case 0:
		data = data[:at]
	case 1:
		copy(data[at:], "\xff\xff\xff\xff")
	case 2:
		copy(data[at:], "\x00\x00\x00\x00")
	case 3:
		data = slices.Concat(data[:at], data[random.IntN(len(data)):])
	case 4:
		data = slices.Concat(data, data[at:])
	case 5:
		data = slices.Concat(data[:at], whole[at/2:])
	}
	return data
}

// ExifPrefix stands before EXIF data in a JPEG, and by mistake elsewhere.
const ExifPrefix = "Exif\x00\x00"

// Turned is EXIF data that says how a picture is turned.
func Turned(orientation int) []byte {
	return append([]byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(orientation), 0, 0, 0, 0, 0, 0)
}

// WithEXIF puts a segment of EXIF data into a JPEG.
func WithEXIF(jpeg, exif []byte) []byte {
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2)), exif...)
	return slices.Concat(jpeg[:2], segment, jpeg[2:])
}

// RIFF is a file of a form, WebP or WAVE, of some chunks.
func RIFF(form string, chunks ...[]byte) []byte {
	body := append([]byte(form), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// Chunk is one of a RIFF file's, of even length.
func Chunk(name string, data []byte) []byte {
	k := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
	return append(k, make([]byte, len(data)%2)...)
}

// Box is one of an ISO file's: of MP4, M4A, AVIF, HEIC.
func Box(name string, body ...[]byte) []byte {
	inner := bytes.Join(body, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(inner))), name...), inner...)
}
