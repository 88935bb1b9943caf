package uploads

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/damage"
)

// untidy are files with something wrong beside their picture or sound: they are kept,
// and look and sound as they would without it.
func untidy() []variant {
	const width, height = 60, 96
	picture := func(format, name string, made func(t *testing.T) []byte) variant {
		v := variantOf(format, "untidy: "+name, made)
		v.width, v.height, v.coloured = width, height, true
		return v
	}
	painted := func(change func(data []byte) []byte) func(*testing.T) []byte {
		return func(*testing.T) []byte { return change(pngBytes(quarters(width, height))) }
	}
	sound := func(name string, chunks func(format, samples []byte) [][]byte) variant {
		return variantOf("WAV", "untidy: "+name, func(*testing.T) []byte { return damage.RIFF("WAVE", chunks(plainSound())...) })
	}
	note, broadcast := damage.Chunk("LIST", []byte("INFOISFT\x04\x00\x00\x00abc\x00")), damage.Chunk("bext", make([]byte, 602))
	return []variant{
		picture("PNG", "a profile that is none", painted(func(data []byte) []byte { return withChunk(data, "iCCP", profile([]byte("no profile"))) })),
		picture("PNG", "a profile of another kind of colour", painted(func(data []byte) []byte { return withChunk(data, "iCCP", profile(inks())) })),
		picture("PNG", "a profile that is not packed", painted(func(data []byte) []byte { return withChunk(data, "iCCP", []byte("a\x00\x00rubbish")) })),
		picture("PNG", "a note whose sum is wrong", painted(func(data []byte) []byte {
			data = withChunk(data, "tEXt", []byte("Comment\x00peace"))
			data[33+8+len("Comment\x00peace")] ^= 0xff
			return data
		})),
		picture("PNG", "a palette behind the picture", painted(func(data []byte) []byte { return behind(data, "PLTE", bytes.Repeat([]byte{9}, 12)) })),
		picture("PNG", "transparency behind the picture", painted(func(data []byte) []byte { return behind(data, "tRNS", []byte{0, 1, 0, 2, 0, 3}) })),
		picture("JPEG", "a profile that is none", func(*testing.T) []byte {
			return withProfile(jpegBytes(quarters(width, height), 90), []byte("no profile"))
		}),
		picture("JPEG", "a profile of another kind of colour", func(*testing.T) []byte { return withProfile(jpegBytes(quarters(width, height), 90), inks()) }),
		picture("WebP", "EXIF that leads nowhere", webpWith(quarters(width, height), "MM\x00*\xff\xff\xff\xff")),
		picture("WebP", "EXIF that is none", webpWith(quarters(width, height), "\x00rubbish")),
		sound("a list before the format", func(format, samples []byte) [][]byte { return [][]byte{note, format, samples} }),
		sound("a broadcast's chunk", func(format, samples []byte) [][]byte { return [][]byte{broadcast, format, note, samples} }),
		sound("chunks of odd size", func(format, samples []byte) [][]byte {
			return [][]byte{damage.Chunk("odd ", []byte("abc")), format, damage.Chunk("odd2", []byte("abcde")), samples, damage.Chunk("odd3", []byte("a"))}
		}),
	}
}

// plainSound is the format and the samples of a sound, as chunks.
func plainSound() (format, samples []byte) {
	all := make([]float32, 24_000)
	for i := range all {
		all[i] = float32(math.Sin(float64(i)/20) / 3)
	}
	whole := wavOf(all)
	return whole[12:36], whole[36:]
}

// profile is what an iCCP chunk holds.
func profile(data []byte) []byte {
	b := bytes.NewBufferString("a\x00\x00")
	w := zlib.NewWriter(b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// inks is the head of a profile for printing in four inks.
func inks() []byte {
	p := make([]byte, 132)
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	copy(p[8:], "\x02\x40\x00\x00prtrCMYKLab ")
	copy(p[36:], "acsp")
	return p
}

// withProfile puts a colour profile into a JPEG.
func withProfile(data, profile []byte) []byte {
	body := append([]byte("ICC_PROFILE\x00\x01\x01"), profile...)
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe2}, uint16(len(body)+2)), body...)
	return slices.Concat(data[:2], segment, data[2:])
}

// behind puts a chunk behind the picture of a PNG, before its end.
func behind(data []byte, name string, body []byte) []byte {
	k := append(append(longs(len(body)), name...), body...)
	end := len(data) - 12
	return slices.Concat(data[:end], binary.BigEndian.AppendUint32(k, crc32.ChecksumIEEE(k[4:])), data[end:])
}

func webpWith(m image.Image, exif string) func(t *testing.T) []byte {
	return func(t *testing.T) []byte {
		size := m.Bounds().Size()
		return withWebPEXIF(ffmpegMade(t, "a.webp", "-i", fileOf(t, pngBytes(m)), "-quality", "90"), size.X, size.Y, []byte(exif))
	}
}

// TestUntidyFilesAreKept: each of them, in an ordinary run too.
func TestUntidyFilesAreKept(t *testing.T) {
	w := newWorld(t)
	w.base.UploadsCount = 100
	p, s := w.process(nil), newStudio(t)
	for _, v := range untidy() {
		count := &line{why: map[string]int{}}
		if s.try(w, p, v, count) == nil {
			t.Errorf("%s %s is not kept: %v", v.format, v.name, count.why)
		}
	}
}
