package uploads

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/damage"
)

// resealed is a PNG whose chunks have the checksums of what they hold, as far as
// they are whole.
func resealed(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 8; at+12 <= len(data); {
		end := at + 8 + int(binary.BigEndian.Uint32(data[at:]))
		if end+4 > len(data) {
			break
		}
		binary.BigEndian.PutUint32(data[end:], crc32.ChecksumIEEE(data[at+4:end]))
		at = end + 4
	}
	return data
}

// given is a kind of file that went wrong once.
type given struct {
	sample
	refused       string // a part of the sentence; "" for one that is taken
	either        bool   // it may be refused as well, but not fail later
	width, height int    // of a picture that is taken, as it is seen
}

func givenPictures(t *testing.T) []given {
	t.Helper()
	photo, upright := jpegBytes(quarters(320, 200), 90), quarters(400, 640)
	onSide := laid(upright, 8)
	webp := ffmpegMade(t, "a.webp", "-i", fileOf(t, pngBytes(onSide)), "-quality", "90")
	overwritten := bytes.Clone(jpegBytes(painted(320, 200), 90))
	for i := range 400 {
		overwritten[len(overwritten)/2+i] = byte(i*7 + 1)
	}
	drawing := pngBytes(painted(320, 200))
	more := bytes.Clone(drawing)
	binary.BigEndian.PutUint32(more[16:], 3600)
	binary.BigEndian.PutUint32(more[20:], 2400)
	damaged := bytes.Clone(drawing)
	for i := range 300 {
		damaged[len(damaged)/2+i] ^= 0x5a
	}
	untidy := slices.Concat([]byte(damage.ExifPrefix+"MM\x00*\xff\xff\xff\xf0\xff\xff"), bytes.Repeat([]byte{0xfe, 1}, 40))
	jpg := func(name string, data []byte) sample { return sample{name, "image/jpeg", data} }
	return []given{
		{sample: jpg("half.jpg", photo[:len(photo)/2]), refused: "ends too early"},
		{sample: jpg("scan-overwritten.jpg", overwritten), refused: "damaged", either: true},
		{sample: sample{"claims-more.png", "image/png", resealed(more)}, refused: "damaged"},
		{sample: sample{"data-damaged.png", "image/png", resealed(damaged)}, refused: "damaged"},
		{sample: jpg("untidy-exif.jpg", damage.WithEXIF(photo, untidy)), width: 320, height: 200},
		{sample: jpg("trailing.jpg", slices.Concat(photo, bytes.Repeat([]byte("behind"), 500))), width: 320, height: 200},
		{sample: jpg("turned.jpg", damage.WithEXIF(jpegBytes(onSide, 90), append([]byte(damage.ExifPrefix), damage.Turned(8)...))), width: 400, height: 640},
		{sample: sample{"turned-plain.webp", "image/webp", withWebPEXIF(webp, 640, 400, damage.Turned(8))}, width: 400, height: 640},
		{sample: sample{"turned-prefix.webp", "image/webp", withWebPEXIF(webp, 640, 400, append([]byte(damage.ExifPrefix), damage.Turned(8)...))}, width: 400, height: 640},
		{sample: sample{"moving.png", "image/png", ffmpegMade(t, "m.png", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:d=0.6", "-f", "apng", "-plays", "0")}, refused: "moves"},
		{sample: sample{"moving.webp", "image/webp", ffmpegMade(t, "m.webp", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:d=0.6", "-loop", "0")}, refused: "moves"},
		{sample: sample{"moving.gif", "image/gif", gifBytes(quarters(64, 64), laid(quarters(64, 64), 3), quarters(64, 64))}, refused: "moves"},
	}
}

func givenSounds() []given {
	blip, loud := make([]float32, 7200), make([]float32, 48_000)
	for i := range loud {
		v := float32(math.Sin(float64(i) / 18))
		loud[i] = v * 1e6
		if i < len(blip) {
			blip[i] = v / 2
		}
	}
	tag := slices.Concat([]byte("ID3\x03\x00\x00\x00\x00\x07\x68"), make([]byte, 1000), bytes.Repeat([]byte{0xff, 0xfb, 0x90, 0x64, 0x21, 7}, 300))
	return []given{
		{sample: sample{"blip.wav", "audio/wav", wavOf(blip)}},
		{sample: sample{"far-too-loud.wav", "audio/wav", wavOf(loud)}, refused: "louder than any player"},
		{sample: sample{"no-sound-in-it.mp3", "audio/mpeg", tag}, refused: "no JPEG, PNG, WebP"},
	}
}

// TestFilesThatWentWrong: each kind of file that was accepted once and failed the
// render, lay on its side, or drowned the voice.
func TestFilesThatWentWrong(t *testing.T) {
	w := newWorld(t)
	p, s := w.process(nil), newStudio(t)
	var uploads, size int64
	for _, g := range append(givenPictures(t), givenSounds()...) {
		u, kept, refusal := w.completed(p, g.sample)
		switch {
		case refusal == "" && g.refused != "" && !g.either:
			t.Errorf("%s is taken", g.name)
		case refusal != "" && (g.refused == "" || !strings.Contains(refusal, g.refused)):
			t.Errorf("%s: refused: %s", g.name, refusal)
		}
		if refusal != "" {
			continue
		}
		uploads, size = uploads+1, size+int64(len(kept))
		if err := s.render(u.Kind, kept); err != nil {
			t.Errorf("%s is taken and does not render: %v", g.name, err)
		}
		if u.Kind == upload.Image && !g.either {
			s.upright(g.name, kept, u, g.width, g.height)
		}
	}
	w.want(uploads, size)
}

// TestPhonesPictures: tiles are put together, and turned as the file says; what is
// clear in an AVIF stays clear.
func TestPhonesPictures(t *testing.T) {
	w := newWorld(t)
	p, s := w.process(nil), newStudio(t)
	turn, mirror := damage.Box("irot", []byte{1}), damage.Box("imir", []byte{1})
	all := heicOf(t, "yuv420p")
	u, kept, refusal := w.completed(p, sample{"IMG_1.HEIC", "image/heic", all})
	if refusal != "" || u.ContentType != "image/jpeg" {
		t.Fatalf("%s %s", u.ContentType, refusal)
	}
	s.upright("tiles", kept, u, tiledWidth, tiledHeight)
	if u, _, refusal = w.completed(p, sample{"IMG_2.HEIC", "image/heic", heicOf(t, "yuv420p", turn)}); refusal != "" || u.Width != tiledHeight || u.Height != tiledWidth {
		t.Errorf("turned: %d×%d %s", u.Width, u.Height, refusal)
	}
	if u, _, refusal = w.completed(p, sample{"IMG_3.HEIC", "image/heic", heicOf(t, "yuv420p10le", mirror)}); refusal != "" || u.Width != tiledWidth || u.Height != tiledHeight {
		t.Errorf("mirrored, 10 bits: %d×%d %s", u.Width, u.Height, refusal)
	}
	if u, kept, refusal = w.completed(p, sample{"IMG_4.HEIC", "image/heic", clearHEIC(t)}); refusal != "" {
		t.Fatalf("tiles beside a transparency: %s", refusal)
	}
	s.upright("tiles beside a transparency", kept, u, tiledWidth, tiledHeight)
	u, kept, refusal = w.completed(p, sample{"clear.avif", "image/avif", clearAVIF(t, 64, 48)})
	if refusal != "" || u.ContentType != "image/png" {
		t.Fatalf("clear.avif: %s %s", u.ContentType, refusal)
	}
	m, err := png.Decode(bytes.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, a := m.At(8, 24).RGBA(); a > 0x1000 {
		t.Errorf("the clear half has %x", a)
	}
	if _, _, _, a := m.At(56, 24).RGBA(); a < 0xf000 {
		t.Errorf("the other half has %x", a)
	}
}

// clearAVIF is one whose left half is clear.
func clearAVIF(t *testing.T, width, height int) []byte {
	t.Helper()
	m := quarters(width, height)
	for i := range m.Pix {
		if i%4 == 3 && i/4%width < width/2 {
			m.Pix[i] = 0
		}
	}
	return ffmpegMade(t, "a.avif", "-i", fileOf(t, pngBytes(m)), "-filter_complex", "format=yuva444p,split[a][b];[b]alphaextract[alpha];[a]format=yuv444p[c]",
		"-map", "[c]", "-map", "[alpha]", "-frames:v", "1", "-c:v", "libaom-av1", "-cpu-used", "8", "-still-picture", "1")
}
