package ffmpeg

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

var (
	red    = color.RGBA{200, 40, 40, 255}
	green  = color.RGBA{40, 160, 60, 255}
	blue   = color.RGBA{40, 60, 200, 255}
	yellow = color.RGBA{220, 200, 40, 255}
	calm   = color.RGBA{0x87, 0x96, 0xA5, 255}
)

var square = render.Frame{Width: 180, Height: 180}

// filledWith paints every pixel of img.
func filledWith(img interface {
	image.Image
	Set(x, y int, c color.Color)
}, at func(x, y int) color.Color) image.Image {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			img.Set(x, y, at(x, y))
		}
	}
	return img
}

// quarters has another colour in each corner.
func quarters(width, height int) func(x, y int) color.Color {
	return func(x, y int) color.Color {
		return [2][2]color.RGBA{{red, green}, {blue, yellow}}[y*2/height][x*2/width]
	}
}

// hole is transparent outside its middle; what lies under it is a loud colour
// that nobody is to see.
func hole(c color.RGBA) func(x, y int) color.Color {
	return func(x, y int) color.Color {
		if x >= 40 && x < 120 && y >= 30 && y < 90 {
			return c
		}
		return color.NRGBA{255, 0, 255, 0}
	}
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// turned writes an EXIF orientation into a JPEG, as phones do.
func turned(data []byte, orientation uint16) []byte {
	exif := binary.BigEndian.AppendUint16([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01"), orientation)
	exif = append(exif, 0, 0, 0, 0, 0, 0)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(head, exif...), data[2:]...)
}

// made has ffmpeg write a file and returns its bytes.
func (k kit) made(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	k.ask(t, append(append([]string{"-loglevel", "error", "-y"}, args...), "file:"+k.file(name))...)
	data, err := os.ReadFile(k.file(name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// body encodes a scene that shows data, and returns the video and what Segment said.
func (k kit) body(t testing.TB, data []byte, index int, frame render.Frame) (string, error) {
	t.Helper()
	path, out := k.file("picture"), k.file("body.mp4")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(out)
	return out, k.Segment(t.Context(), render.BodySpec(frame, render.SceneShot(index, path, 400, nil), false), out, nil)
}

// still decodes one frame and answers the colour of a place in it, from 0 to 1 of
// both sides.
func (k kit) still(t testing.TB, video, at string, frame render.Frame) func(x, y float64) color.RGBA {
	t.Helper()
	out, err := exec.Command(k.path, "-loglevel", "error", "-ss", at, "-i", "file:"+video, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-").Output()
	if err != nil || len(out) != frame.Width*frame.Height*3 {
		t.Fatalf("decode: %d bytes, %v", len(out), err)
	}
	return func(x, y float64) color.RGBA {
		i := (min(int(y*float64(frame.Height)), frame.Height-1)*frame.Width + min(int(x*float64(frame.Width)), frame.Width-1)) * 3
		return color.RGBA{out[i], out[i+1], out[i+2], 255}
	}
}

func decoded(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func alike(a, b color.RGBA) bool {
	off := func(a, b uint8) float64 { return math.Abs(float64(a) - float64(b)) }
	return off(a.R, b.R)+off(a.G, b.G)+off(a.B, b.B) < 40
}

// everywhere are the middle and the very edges: a border would be seen there.
var everywhere = [][2]float64{{0.5, 0.5}, {0, 0}, {0, 1}, {1, 0}, {1, 1}, {0.5, 0}, {0.5, 1}, {0, 0.5}, {1, 0.5}}

// What Go's encoder does not write: inks, as print programs do, and a picture that
// comes into focus while it loads.
const (
	cmykJPEG        = "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlwZHhcZWdj/8AAFAgAMABABEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAGB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8ApEmk2gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA//Z"
	progressiveJPEG = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAwAEADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAWAQEBAQAAAAAAAAAAAAAAAAAABAX/2gAMAwEAAhADEAAAAYhPrgAAAAAAAAAAf//EABQQAQAAAAAAAAAAAAAAAAAAAFD/2gAIAQEAAQUCQ//EABQRAQAAAAAAAAAAAAAAAAAAADD/2gAIAQMBAT8BT//EABQRAQAAAAAAAAAAAAAAAAAAADD/2gAIAQIBAT8BT//EABQQAQAAAAAAAAAAAAAAAAAAAFD/2gAIAQEABj8CQ//EABQQAQAAAAAAAAAAAAAAAAAAAFD/2gAIAQEAAT8hQ//aAAwDAQACAAMAAAAQ++++++++++++/8QAFBEBAAAAAAAAAAAAAAAAAAAAMP/aAAgBAwEBPxBP/8QAFBEBAAAAAAAAAAAAAAAAAAAAMP/aAAgBAgEBPxBP/8QAFBABAAAAAAAAAAAAAAAAAAAAUP/aAAgBAQABPxBD/9k="
)

func TestAnyPictureFillsTheFrame(t *testing.T) {
	k := newKit(t)
	box, redAll := image.Rect(0, 0, 160, 120), plain(red)
	src := func(size string) []string {
		return []string{"-f", "lavfi", "-i", "color=c=0xC82828:s=" + size + ":r=5", "-frames:v", "1"}
	}
	moving := []string{"-f", "lavfi", "-i", "color=c=0xC82828:s=160x120:r=5:d=0.2", "-f", "lavfi", "-i", "color=c=0x283CC8:s=160x120:r=5:d=2", "-filter_complex", "concat"}
	jpegs := asJPEG(t, filledWith(image.NewRGBA(box), redAll))
	cases := map[string][]byte{
		"JPEG":                   jpegs,
		"JPEG with a second one": append(bytes.Clone(jpegs), asJPEG(t, filledWith(image.NewRGBA(box), plain(blue)))...),
		"JPEG with a tail":       append(bytes.Clone(jpegs), bytes.Repeat([]byte("SEFT \x00"), 999)...),
		"CMYK JPEG":              decoded(t, cmykJPEG),
		"progressive JPEG":       decoded(t, progressiveJPEG),
		"PNG":                    asPNG(t, filledWith(image.NewRGBA(box), redAll)),
		"16-bit PNG":             asPNG(t, filledWith(image.NewRGBA64(box), redAll)),
		"16-bit PNG with alpha":  asPNG(t, filledWith(image.NewNRGBA64(image.Rect(0, 0, 64, 64)), redAll)),
		"palette PNG":            asPNG(t, filledWith(image.NewPaletted(box, color.Palette{red, blue}), redAll)),
		"animated PNG":           k.made(t, "a.apng", append(moving, "-f", "apng")...),
		"lossy WebP":             k.made(t, "l.webp", append(src("160x120"), "-c:v", "libwebp", "-quality", "95")...),
		"lossless WebP":          k.made(t, "ll.webp", append(src("160x120"), "-c:v", "libwebp", "-lossless", "1")...),
		"animated WebP":          k.made(t, "a.webp", append(moving, "-c:v", "libwebp_anim", "-quality", "95")...),
		"64 pixels":              asPNG(t, filledWith(image.NewRGBA(image.Rect(0, 0, 64, 64)), redAll)),
		"1 pixel":                asJPEG(t, filledWith(image.NewRGBA(image.Rect(0, 0, 1, 1)), redAll)),
		"huge JPEG":              k.made(t, "h.jpg", append(src("8000x6000"), "-q:v", "2")...),
		"wide strip":             k.made(t, "w.png", src("8000x64")...),
		"tall strip":             k.made(t, "t.jpg", append(src("64x8000"), "-q:v", "2")...),
	}
	for name, data := range cases {
		for _, frame := range []render.Frame{small, square} {
			out, err := k.body(t, data, 1, frame)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			still := k.still(t, out, "0.6", frame)
			for _, place := range everywhere {
				if c := still(place[0], place[1]); !alike(c, red) {
					t.Errorf("%s in %v: %v is %v", name, frame, place, c)
				}
			}
		}
	}
	grey := asJPEG(t, filledWith(image.NewGray(box), plain(color.Gray{Y: 90})))
	if out, err := k.body(t, grey, 1, small); err != nil || !alike(k.still(t, out, "0", small)(0.5, 0.5), color.RGBA{90, 90, 90, 255}) {
		t.Errorf("grey JPEG: %v", err)
	}
	k.checkNothingElse(t)
}

func TestPhonePicturesStandUpright(t *testing.T) {
	k := newKit(t)
	stored := asJPEG(t, filledWith(image.NewRGBA(image.Rect(0, 0, 240, 160)), quarters(240, 160)))
	corners := [][4]color.RGBA{ // top left, top right, bottom left, bottom right
		1: {red, green, blue, yellow}, 2: {green, red, yellow, blue}, 3: {yellow, blue, green, red}, 4: {blue, yellow, red, green},
		5: {red, blue, green, yellow}, 6: {blue, red, yellow, green}, 7: {yellow, green, blue, red}, 8: {green, yellow, red, blue},
	}
	for orientation := 1; orientation <= 8; orientation++ {
		out, err := k.body(t, turned(stored, uint16(orientation)), 1, square)
		if err != nil {
			t.Fatal(err)
		}
		still := k.still(t, out, "0.5", square)
		for i, place := range [][2]float64{{0.1, 0.1}, {0.9, 0.1}, {0.1, 0.9}, {0.9, 0.9}} {
			if c := still(place[0], place[1]); !alike(c, corners[orientation][i]) {
				t.Errorf("orientation %d: corner %d is %v, want %v", orientation, i, c, corners[orientation][i])
			}
		}
	}
}

// What shows through is a calm colour, and the loud one under the transparent
// places is seen nowhere, not even as a rim.
func TestTransparentPicturesStandOnACalmGround(t *testing.T) {
	k := newKit(t)
	box := image.Rect(0, 0, 160, 120)
	source := k.file("alpha.png")
	flat := asPNG(t, filledWith(image.NewNRGBA(box), hole(green)))
	if err := os.WriteFile(source, flat, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"PNG":           flat,
		"16-bit PNG":    asPNG(t, filledWith(image.NewNRGBA64(box), hole(green))),
		"palette PNG":   asPNG(t, filledWith(image.NewPaletted(box, color.Palette{color.NRGBA{255, 0, 255, 0}, green}), hole(green))),
		"lossy WebP":    k.made(t, "l.webp", "-i", "file:"+source, "-c:v", "libwebp", "-quality", "95"),
		"lossless WebP": k.made(t, "ll.webp", "-i", "file:"+source, "-c:v", "libwebp", "-lossless", "1"),
	} {
		out, err := k.body(t, data, 1, small)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		still := k.still(t, out, "0.5", small)
		for _, place := range everywhere[1:] {
			if c := still(place[0], place[1]); !alike(c, calm) {
				t.Errorf("%s: the ground at %v is %v", name, place, c)
			}
		}
		if c := still(0.5, 0.5); !alike(c, green) {
			t.Errorf("%s: the middle is %v", name, c)
		}
		for x := range small.Width {
			c := still((float64(x)+0.5)/float64(small.Width), 0.5)
			if int(c.R) > int(calm.R)+30 {
				t.Errorf("%s: %v at x = %d", name, c, x)
			}
		}
	}
}

func TestFadeBetweenAPhotographAndADrawing(t *testing.T) {
	k := newKit(t)
	alpha := k.file("alpha.png")
	if err := os.WriteFile(alpha, asPNG(t, filledWith(image.NewNRGBA(image.Rect(0, 0, 160, 120)), hole(green))), 0o600); err != nil {
		t.Fatal(err)
	}
	a := render.SceneShot(1, k.picture(t, "red.jpg", plain(red)), 500, nil)
	b := render.SceneShot(2, alpha, 500, nil)
	for name, spec := range map[string]render.SegmentSpec{"fade": render.FadeSpec(small, a, b), "title": render.BodySpec(small, render.TitleShot(alpha, "Psalm 23", ""), false)} {
		out := k.file(name + ".mp4")
		if err := k.Segment(t.Context(), spec, out, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := k.frames(t, out); n != spec.Frames() {
			t.Errorf("%s: %d frames, want %d", name, n, spec.Frames())
		}
	}
	if first, last := k.still(t, k.file("fade.mp4"), "0", small)(0.1, 0.1), k.still(t, k.file("fade.mp4"), "0.56", small)(0.1, 0.1); !alike(first, red) || !alike(last, calm) {
		t.Errorf("from %v to %v", first, last)
	}
}

func TestNoPictureIsImageFailedAndNamesTheScene(t *testing.T) {
	k := newKit(t)
	noise := func(x, y int) color.Color { return color.RGBA{uint8(x * y), uint8(x ^ y*7), uint8(x*3 + y*5), 255} }
	img := filledWith(image.NewRGBA(image.Rect(0, 0, 300, 200)), noise)
	secret := k.file("secret.png")
	if err := os.WriteFile(secret, asPNG(t, img), 0o600); err != nil {
		t.Fatal(err)
	}
	webp := k.made(t, "n.webp", "-i", "file:"+secret, "-c:v", "libwebp")
	half := func(b []byte) []byte { return b[:len(b)/2] }
	for name, data := range map[string][]byte{
		"nothing":      {},
		"text":         []byte("not a picture"),
		"half a JPEG":  half(asJPEG(t, img)),
		"half a PNG":   half(asPNG(t, img)),
		"half a WebP":  half(webp),
		"JPEG's start": []byte("\xff\xd8\xff\xe0"),
		"a playlist":   []byte("#EXTM3U\n#EXTINF:1,\nfile:" + secret + "\n"),
		"a list":       []byte("ffconcat version 1.0\nfile '" + secret + "'\n"),
		"a drawing":    []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="` + secret + `"/></svg>`),
		"a video":      k.made(t, "v.mp4", "-f", "lavfi", "-i", "testsrc=d=0.2"),
		"too large":    k.made(t, "b.png", "-f", "lavfi", "-i", "color=s=12000x12000:r=1,format=gray", "-frames:v", "1"),
		"a GIF":        k.made(t, "g.gif", "-f", "lavfi", "-i", "testsrc=d=0.2"),
	} {
		out, err := k.body(t, data, 3, small)
		p := problem.From(err)
		if p.Code != problem.ImageFailed || !p.Final || p.Members[render.MemberScene] != 3 {
			t.Errorf("%s: %v %v", name, err, p.Members)
		}
		if strings.Contains(p.Detail, k.dir) || !strings.Contains(p.Detail, "JPEG") {
			t.Errorf("%s: %q", name, p.Detail)
		}
		if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: something was left at the output", name)
		}
	}
	// Of a fade's two pictures the second is named; of the title card's, the first scene.
	broken := k.file("broken")
	if err := os.WriteFile(broken, half(asJPEG(t, img)), 0o600); err != nil {
		t.Fatal(err)
	}
	a, b := render.SceneShot(4, secret, 500, nil), render.SceneShot(5, broken, 500, nil)
	for scene, spec := range map[int]render.SegmentSpec{5: render.FadeSpec(small, a, b), 1: render.BodySpec(small, render.TitleShot(broken, "T", ""), false)} {
		if p := problem.From(k.Segment(t.Context(), spec, k.file("out.mp4"), nil)); p.Code != problem.ImageFailed || p.Members[render.MemberScene] != scene {
			t.Errorf("scene %d: %v %v", scene, p, p.Members)
		}
	}
	k.checkNothingElse(t)
}
