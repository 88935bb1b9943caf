package uploads

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/bits"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// jpegKind is a kind of JPEG that neither Go nor ffmpeg writes, and that phones, scanners
// and image programs do.
type jpegKind struct {
	name        string
	progressive bool
	adobe       int // what Adobe's mark says of the colours; -1 without the mark
	planes      func(c color.NRGBA) []byte
	want        verdict
}

// jpegKinds: Adobe's programs keep the inks of a CMYK picture inverted, with a mark.
func jpegKinds() []jpegKind {
	ycc := func(c color.NRGBA) []byte {
		y, cb, cr := color.RGBToYCbCr(c.R, c.G, c.B)
		return []byte{y, cb, cr}
	}
	inks := func(c color.NRGBA) []byte { // of YCCK, whose colours are those of the inks
		return append(ycc(color.NRGBA{255 - c.R, 255 - c.G, 255 - c.B, 255}), 255)
	}
	return []jpegKind{
		{"progressive", true, -1, ycc, taken},
		{"progressive gray", true, -1, func(c color.NRGBA) []byte { return ycc(c)[:1] }, taken},
		{"RGB", false, 0, func(c color.NRGBA) []byte { return []byte{c.R, c.G, c.B} }, taken},
		{"CMYK of Adobe", false, 0, func(c color.NRGBA) []byte { return []byte{c.R, c.G, c.B, 255} }, taken},
		{"YCCK of Adobe", false, 2, inks, taken},
		{"CMYK without a mark", false, -1, func(c color.NRGBA) []byte { return []byte{255 - c.R, 255 - c.G, 255 - c.B, 0} }, either},
		{"progressive CMYK of Adobe", true, 0, func(c color.NRGBA) []byte { return []byte{c.R, c.G, c.B, 255} }, taken},
		{"progressive YCCK of Adobe", true, 2, inks, taken},
	}
}

// writtenJPEGs are the table's; those in colour say theirs.
func writtenJPEGs() []variant {
	var all []variant
	for _, k := range jpegKinds() {
		for _, size := range [][2]int{{17, 33}, {96, 64}} {
			v := variantOf("JPEG", fmt.Sprintf("%s %d×%d", k.name, size[0], size[1]), func(*testing.T) []byte {
				return k.bytes(quarters(size[0], size[1]))
			}).as(k.want)
			v.width, v.height, v.coloured = size[0], size[1], k.want == taken && k.name != "progressive gray" && size[0] > 90
			all = append(all, v)
		}
	}
	return all
}

// bytes is a picture in that kind, without sampling, each value kept to a step of two.
func (k jpegKind) bytes(m image.Image) []byte {
	width, height := m.Bounds().Dx(), m.Bounds().Dy()
	n := len(k.planes(color.NRGBA{}))
	blocks := blocksOf(m, k.planes, n)
	out := []byte{0xff, 0xd8}
	segment := func(marker byte, body ...byte) {
		out = slices.Concat(out, []byte{0xff, marker}, shorts(len(body)+2), body)
	}
	if k.adobe >= 0 {
		segment(0xee, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(k.adobe))...)
	}
	segment(0xdb, append([]byte{0}, slices.Repeat([]byte{2}, 64)...)...)
	frame := append(append([]byte{8}, shorts(height, width)...), byte(n))
	ids := []byte{1, 2, 3, 4}[:n]
	if k.adobe == 0 && n == 3 {
		ids = []byte("RGB")
	}
	for _, id := range ids {
		frame = append(frame, id, 0x11, 0)
	}
	segment(map[bool]byte{true: 0xc2, false: 0xc0}[k.progressive], frame...)
	segment(0xc4, slices.Concat([]byte{0x00}, dcBits, dcValues)...)
	segment(0xc4, slices.Concat([]byte{0x10}, acBits, acValues)...)
	scan := func(from, to int, of ...int) {
		head := []byte{byte(len(of))}
		for _, c := range of {
			head = append(head, ids[c], 0)
		}
		segment(0xda, append(head, byte(from), byte(to), 0)...)
		out = append(out, scanOf(blocks, of, from, to)...)
	}
	every := []int{0, 1, 2, 3}[:n]
	if !k.progressive {
		scan(0, 63, every...)
		return append(out, 0xff, 0xd9)
	}
	scan(0, 0, every...)
	for _, c := range every {
		scan(1, 5, c)
		scan(6, 63, c)
	}
	return append(out, 0xff, 0xd9)
}

// blocksOf are the picture's blocks, row by row, each with its components' values in
// the order of a scan.
func blocksOf(m image.Image, planes func(color.NRGBA) []byte, n int) [][][64]int {
	width, height := m.Bounds().Dx(), m.Bounds().Dy()
	var all [][][64]int
	for by := 0; by < height; by += 8 {
		for bx := 0; bx < width; bx += 8 {
			samples := make([][64]float64, n)
			for i := range 64 {
				at := m.At(min(bx+i%8, width-1), min(by+i/8, height-1)).(color.NRGBA)
				for c, v := range planes(at) {
					samples[c][i] = float64(v) - 128
				}
			}
			block := make([][64]int, n)
			for c := range block {
				block[c] = transformed(samples[c])
			}
			all = append(all, block)
		}
	}
	return all
}

// transformed is the cosine transform of a block, quantised, in zigzag order.
func transformed(samples [64]float64) (out [64]int) {
	u, v := 0, 0
	for i := range 64 {
		sum := 0.0
		for p, s := range samples {
			sum += s * math.Cos(float64(2*(p%8)+1)*float64(u)*math.Pi/16) * math.Cos(float64(2*(p/8)+1)*float64(v)*math.Pi/16)
		}
		for _, f := range []int{u, v} {
			if f == 0 {
				sum /= math.Sqrt2
			}
		}
		out[i] = int(math.Round(sum / 4 / 2))
		switch up := (u+v)%2 == 0; {
		case up && u == 7:
			v++
		case up && v == 0:
			u++
		case up:
			u, v = u+1, v-1
		case v == 7:
			u++
		case u == 0:
			v++
		default:
			u, v = u-1, v+1
		}
	}
	return out
}

// The usual tables of codes (ITU-T T.81, Annex K): how many of each length, and of what.
var (
	dcBits   = []byte{0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0}
	dcValues = []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	// acBits has a code of eight bits for each run and size that there may be.
	acBits   = []byte{0, 0, 0, 0, 0, 0, 0, 162, 0, 0, 0, 0, 0, 0, 0, 0}
	acValues = runsAndSizes()
)

func runsAndSizes() []byte {
	all := []byte{0x00, 0xf0}
	for run := range 16 {
		for size := 1; size <= 10; size++ {
			all = append(all, byte(run<<4|size))
		}
	}
	return all
}

// bitWriter writes codes, a zero behind each byte of ones.
type bitWriter struct {
	out  []byte
	held uint64
	n    int
}

func (w *bitWriter) put(value uint64, n int) {
	w.held, w.n = w.held<<n|value, w.n+n
	for ; w.n >= 8; w.n -= 8 {
		b := byte(w.held >> (w.n - 8))
		if w.out = append(w.out, b); b == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

func (w *bitWriter) code(lengths, values []byte, value byte) {
	code, at := 0, 0
	for i, n := range lengths {
		for range n {
			if values[at] == value {
				w.put(uint64(code), i+1)
				return
			}
			code, at = code+1, at+1
		}
		code <<= 1
	}
}

// number writes a value of so many bits, negative ones as their complement.
func (w *bitWriter) number(v, size int) {
	if v < 0 {
		v += 1<<size - 1
	}
	w.put(uint64(v), size)
}

// scanOf are the codes of one scan.
func scanOf(blocks [][][64]int, of []int, from, to int) []byte {
	w, before := &bitWriter{}, map[int]int{}
	for _, block := range blocks {
		for _, c := range of {
			if from == 0 {
				v := block[c][0] - before[c]
				before[c] = block[c][0]
				size := bits.Len(uint(max(v, -v)))
				w.code(dcBits, dcValues, byte(size))
				w.number(v, size)
			}
			run := 0
			for i := max(from, 1); i <= to; i++ {
				v := block[c][i]
				if v == 0 {
					run++
					continue
				}
				for ; run > 15; run -= 16 {
					w.code(acBits, acValues, 0xf0)
				}
				size := bits.Len(uint(max(v, -v)))
				w.code(acBits, acValues, byte(run<<4|size))
				w.number(v, size)
				run = 0
			}
			if run > 0 {
				w.code(acBits, acValues, 0)
			}
		}
	}
	if w.n > 0 {
		w.put(1<<(8-w.n)-1, 8-w.n)
	}
	return w.out
}

// TestJPEGsOfOtherProgramsShowTheirColours: what is taken is shown as it is meant.
func TestJPEGsOfOtherProgramsShowTheirColours(t *testing.T) {
	w := newWorld(t)
	p, s := w.process(nil), newStudio(t)
	for _, v := range writtenJPEGs() {
		if v.width < 90 {
			continue // the rest are in the table
		}
		if v.coloured {
			written(t, v)
		}
		s.try(w, p, v, &line{why: map[string]int{}})
	}
}

// written holds a file to what it is meant to be, by Go's decoder.
func written(t *testing.T, v variant) {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(v.make(t)))
	harness.Must(t, err)
	for n, want := range corners {
		r, g, b, _ := m.At(v.width*(1+n%2*6)/8, v.height*(1+n/2*6)/8).RGBA()
		if off := max(int(r>>8)-int(want.R), int(want.R)-int(r>>8), int(g>>8)-int(want.G), int(b>>8)-int(want.B)); off > 8 {
			t.Fatalf("%s is written with corner %d %d off", v.name, n, off)
		}
	}
}
