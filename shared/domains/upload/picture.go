package upload

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Limits of a picture. Decoding one takes memory by its pixels, not its bytes.
const (
	maxSide   = 12_000
	maxPixels = 60_000_000
	minSide   = 16
)

func checkMeasures(width, height int) error {
	switch {
	case width > maxSide || height > maxSide || width*height > maxPixels:
		return problem.New(problem.UploadRejected, fmt.Sprintf(
			"The picture has %d × %d pixels; at most 12,000 a side and 60 million in all can be used.", width, height))
	case width < minSide || height < minSide:
		return problem.New(problem.UploadRejected, fmt.Sprintf("The picture has %d × %d pixels; each side needs at least 16.", width, height))
	}
	return nil
}

func checkJPEG(c *content) (facts, error) {
	config, err := jpeg.DecodeConfig(c.reader())
	if err != nil {
		return facts{}, reading(c, err)
	}
	found, err := pictureFacts(typeJPEG, config)
	if err == nil && !jpegEnds(c) {
		err = errEndsEarly
	}
	return found, err
}

// The markers of JPEG that are told apart.
const (
	jpegEnd   = 0xd9
	jpegScan  = 0xda
	jpegFirst = 0xd0 // of those that stand alone, within a scan
	jpegLast  = 0xd7
)

// jpegEnds reports whether the picture's end mark is there. What follows it does
// not matter: telephones put a short film behind a picture.
func jpegEnds(c *content) bool {
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
		length := c.big16(at + 2)
		if length < 2 {
			return false
		}
		at += 2 + length
		if b[1] == jpegScan {
			at = afterScan(c, at)
		}
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

func checkPNG(c *content) (facts, error) {
	config, err := png.DecodeConfig(c.reader())
	if err != nil {
		return facts{}, reading(c, err)
	}
	found, err := pictureFacts(typePNG, config)
	if err == nil && !pngEnds(c) {
		err = errEndsEarly
	}
	return found, err
}

// pngEnds walks the chunks: length, name, data, checksum.
func pngEnds(c *content) bool {
	for at := int64(8); ; at += 12 + c.big32(at) {
		name := c.at(at+4, 8) // with the checksum of an empty chunk
		if len(name) < 8 {
			return false
		}
		if string(name[:4]) == "IEND" {
			return true
		}
	}
}

func checkWebP(c *content) (facts, error) {
	if c.little32(4)+8 > c.size {
		return facts{}, errEndsEarly
	}
	const moves = 0x02 // a flag of the extended header
	if flags := c.at(12, 9); len(flags) == 9 && string(flags[:4]) == "VP8X" && flags[8]&moves != 0 {
		return facts{}, problem.New(problem.UploadRejected, "The picture moves. Upload a still one.")
	}
	config, err := webp.DecodeConfig(c.reader())
	if err != nil {
		return facts{}, reading(c, err)
	}
	return pictureFacts(typeWebP, config)
}
