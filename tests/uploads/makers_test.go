package uploads

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/damage"
	"github.com/devotionalai/platform/tests/harness"
)

// corners are the colours of a picture's quarters: of the upper left and right, of
// the lower left and right.
var corners = [4]color.NRGBA{{220, 30, 30, 255}, {30, 200, 30, 255}, {30, 30, 220, 255}, {230, 230, 230, 255}}

// quarters is a picture that shows how it is turned.
func quarters(width, height int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.SetNRGBA(x, y, corners[x*2/width+y*2/height*2])
		}
	}
	return m
}

// laid is how a camera that was held otherwise stores a picture: turned as EXIF's
// orientation says, it is upright.
func laid(upright image.Image, orientation int) image.Image {
	w, h := upright.Bounds().Dx(), upright.Bounds().Dy()
	place := map[int]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y }, 2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }, 4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x }, 6: func(x, y int) (int, int) { return y, w - 1 - x },
		7: func(x, y int) (int, int) { return h - 1 - y, w - 1 - x }, 8: func(x, y int) (int, int) { return h - 1 - y, x },
	}[orientation]
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	if orientation > 4 {
		m = image.NewNRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			sx, sy := place(x, y)
			m.Set(sx, sy, upright.At(x, y))
		}
	}
	return m
}

func jpegBytes(m image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pngBytes(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// withChunk puts a chunk behind the first of a PNG.
func withChunk(data []byte, name string, body []byte) []byte {
	const first = 33
	k := append(append(longs(len(body)), name...), body...)
	return slices.Concat(data[:first], binary.BigEndian.AppendUint32(k, crc32.ChecksumIEEE(k[4:])), data[first:])
}

// withWebPEXIF makes an extended WebP of a simple one.
func withWebPEXIF(data []byte, width, height int, exif []byte) []byte {
	const hasEXIF = 0x08
	head := []byte{hasEXIF, 0, 0, 0, byte(width - 1), byte((width - 1) >> 8), 0, byte(height - 1), byte((height - 1) >> 8), 0}
	return damage.RIFF("WEBP", damage.Chunk("VP8X", head), data[12:], damage.Chunk("EXIF", exif))
}

// gifBytes is a GIF of some frames.
func gifBytes(frames ...image.Image) []byte {
	palette := color.Palette{color.Transparent}
	for _, c := range corners {
		palette = append(palette, c)
	}
	all := &gif.GIF{}
	for _, m := range frames {
		p := image.NewPaletted(m.Bounds(), palette)
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				p.Set(x, y, m.At(x, y))
			}
		}
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 20)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, all); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// ffmpegMade is a file that ffmpeg writes.
func ffmpegMade(t *testing.T, name string, arguments ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := exec.CommandContext(t.Context(), harness.FFmpeg(t), append(append([]string{"-v", "error", "-y"}, arguments...), path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("make %s: %v %s", name, err, out)
	}
	data, err := os.ReadFile(path)
	harness.Must(t, err)
	return data
}

// quartersFile is a PNG on the disk, for ffmpeg to read.
func quartersFile(t *testing.T, width, height int) string {
	t.Helper()
	return fileOf(t, pngBytes(quarters(width, height)))
}

func fileOf(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source")
	harness.Must(t, os.WriteFile(path, data, 0o600))
	return path
}

// wavOf is a file of float samples, which may have any value.
func wavOf(samples []float32) []byte {
	const rate = 48_000
	little := binary.LittleEndian
	var b []byte
	for _, v := range samples {
		b, _ = binary.Append(b, little, v)
	}
	head := little.AppendUint32([]byte("RIFF"), uint32(36+len(b)))
	head = append(head, "WAVEfmt \x10\x00\x00\x00\x03\x00\x01\x00"...)
	head = little.AppendUint32(little.AppendUint32(head, rate), rate*4)
	head = append(head, "\x04\x00\x20\x00data"...)
	return append(little.AppendUint32(head, uint32(len(b))), b...)
}

// tone is what a sound is made of: a sine in so many channels, at a rate.
func tone(channels, rate int) []string {
	return []string{"-f", "lavfi", "-i", "sine=f=440:d=0.5:r=48000,volume=3", "-ac", fmt.Sprint(channels), "-ar", fmt.Sprint(rate)}
}
