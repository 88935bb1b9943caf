package upload

import "github.com/devotionalai/platform/shared/domains/problem"

// brands are those of files that hold MPEG-4 sound. Films share some of them, so
// the tracks are looked at too.
var brands = map[string]bool{
	"M4A ": true, "M4B ": true, "mp41": true, "mp42": true, "isom": true, "iso2": true, "iso4": true, "iso5": true, "iso6": true, "dash": true,
}

// box is one of the boxes that such a file consists of.
type box struct {
	name       string
	body, next int64
}

// boxAt reads the box at an offset, which ends at the given one at the latest.
func boxAt(c *content, at, end int64) (box, bool) {
	head := c.at(at, 8)
	if len(head) < 8 {
		return box{}, false
	}
	b := box{name: string(head[4:8]), body: at + 8, next: at + c.big32(at)}
	switch c.big32(at) {
	case 0: // to the end
		b.next = end
	case 1: // the length follows
		b.body, b.next = at+16, at+c.big64(at+8)
	}
	return b, b.next >= b.body && b.next <= end
}

// maxBoxes bounds how many boxes of one level are looked at.
const maxBoxes = 256

// each visits the boxes from an offset to another; it reports whether all were
// whole.
func each(c *content, at, end int64, visit func(box)) bool {
	for range maxBoxes {
		if at >= end {
			return true
		}
		b, whole := boxAt(c, at, end)
		if !whole {
			return false
		}
		visit(b)
		at = b.next
	}
	return false
}

// stills are the brands of pictures in such a file: of AVIF and of HEIC, and those
// of pictures that move.
var stills = map[string]string{"avif": typeAVIF, "heic": typeHEIC, "heix": typeHEIC, "heim": typeHEIC, "heis": typeHEIC, "mif1": typeHEIC}

// checkBoxes tells pictures from sound by the first brand.
func checkBoxes(c *content) (facts, error) {
	switch brand := string(c.at(8, 4)); {
	case brand == "avis" || brand == "hevc" || brand == "msf1":
		return facts{}, errMoves
	case stills[brand] != "":
		if !each(c, 0, c.size, func(box) {}) {
			return facts{}, errEndsEarly
		}
		return checkStill(c, stills[brand])
	}
	return checkM4A(c)
}

// checkStill holds an AVIF or HEIC to what can be decoded by what its index says:
// the measures of all that it consists of, which of a picture in tiles are those of
// the whole too, and how many there are. What it says nothing of, the decoder bounds.
func checkStill(c *content, contentType string) (facts, error) {
	const versionAndFlags, maxItems = 4, 1000
	found, err := facts{contentType: contentType, turn: Upright}, error(nil)
	measure := func(b box) {
		if b.name != "ispe" || err != nil {
			return
		}
		if w, h := c.big32(b.body+4), c.big32(b.body+8); max(w, h) > maxSide || w*h > maxPixels {
			_, err = pictureFacts(contentType, w, h, Upright)
		}
	}
	each(c, 0, c.size, func(meta box) {
		if meta.name != "meta" {
			return
		}
		each(c, meta.body+versionAndFlags, meta.next, func(b box) {
			switch b.name {
			case "iinf":
				count := c.big16(b.body + versionAndFlags)
				if version := c.at(b.body, 1); len(version) > 0 && version[0] > 0 {
					count = c.big32(b.body + versionAndFlags)
				}
				if count > maxItems && err == nil {
					err = errTiles
				}
			case "iprp":
				each(c, b.body, b.next, func(store box) {
					if store.name == "ipco" {
						each(c, store.body, store.next, measure)
					}
				})
			}
		})
	})
	return found, err
}

var errTiles = problem.New(problem.UploadRejected, "The picture consists of more parts than any camera makes. Save it anew in a picture program as JPEG or PNG, and upload that.")

func checkM4A(c *content) (facts, error) {
	known, sound, film := false, false, false
	whole := each(c, 0, c.size, func(b box) {
		switch b.name {
		case "ftyp":
			known = known || hasBrand(c, b)
		case "moov":
			each(c, b.body, b.next, func(track box) {
				handler := handlerOf(c, track)
				sound, film = sound || handler == "soun", film || handler == "vide"
			})
		}
	})
	switch {
	case !known:
		return facts{}, errUnknown
	case film:
		return facts{}, problem.New(problem.UploadRejected, "The file is a film. Upload its sound alone, as MP3, WAV or M4A.")
	case !whole, !sound:
		return facts{}, errEndsEarly
	}
	return facts{contentType: typeM4A}, nil
}

// hasBrand looks at the first brand, and past its version at the others.
func hasBrand(c *content, b box) bool {
	for at := b.body; at+4 <= min(b.next, b.body+maxBoxes*4); at += 4 {
		if at != b.body+4 && brands[string(c.at(at, 4))] {
			return true
		}
	}
	return false
}

// handlerOf names what a track is: trak / mdia / hdlr; "" where there is none.
func handlerOf(c *content, track box) (handler string) {
	if track.name != "trak" {
		return ""
	}
	each(c, track.body, track.next, func(media box) {
		if media.name != "mdia" {
			return
		}
		each(c, media.body, media.next, func(b box) {
			if b.name == "hdlr" {
				handler = string(c.at(b.body+8, 4))
			}
		})
	})
	return handler
}
