package uploads

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/damage"
)

// verdict is what completion must say of a file.
type verdict string

const (
	taken   verdict = "taken"
	refused verdict = "refused"
	either  verdict = "either" // taken or refused; but what is taken renders
)

// variant is one generated file. It is made when it is tried.
type variant struct {
	format, name, contentType string
	want                      verdict
	make                      func(t *testing.T) []byte
	width, height             int  // of what is seen; 0 where it does not matter
	coloured                  bool // what is kept is held to its colours
}

func (v variant) as(want verdict) variant {
	v.want = want
	return v
}

var contentTypes = map[string]string{
	"JPEG": "image/jpeg", "PNG": "image/png", "WebP": "image/webp", "GIF": "image/gif", "AVIF": "image/avif", "HEIC": "image/heic",
	"MP3": "audio/mpeg", "WAV": "audio/wav", "M4A": "audio/mp4",
}

func variantOf(format, name string, made func(t *testing.T) []byte) variant {
	return variant{format: format, name: name, contentType: contentTypes[format], want: taken, make: made}
}

// encodedPicture is one that ffmpeg writes, of an upright picture.
func encodedPicture(format, name, extension string, width, height int, arguments ...string) variant {
	v := variantOf(format, fmt.Sprintf("%s %d×%d", name, width, height), func(t *testing.T) []byte {
		return ffmpegMade(t, "a."+extension, slices.Concat([]string{"-i", quartersFile(t, width, height), "-frames:v", "1"}, arguments)...)
	})
	v.width, v.height = width, height
	return v
}

var sizes = [][2]int{{16, 16}, {17, 33}, {320, 180}, {1200, 90}}

// pictures are undamaged ones: formats by size, depth, colour and compression.
func pictures() []variant {
	var all []variant
	add := func(format, name, extension string, arguments ...string) {
		for _, size := range sizes {
			all = append(all, encodedPicture(format, name, extension, size[0], size[1], arguments...))
		}
	}
	for _, pixels := range []string{"yuvj420p", "yuvj422p", "yuvj444p", "gray"} {
		add("JPEG", pixels, "jpg", "-pix_fmt", pixels, "-q:v", "3", "-strict", "-1")
	}
	add("JPEG", "coarse", "jpg", "-q:v", "31")
	for _, pixels := range []string{"gray", "gray16be", "ya8", "ya16be", "rgb24", "rgba", "rgb48be", "rgba64be", "monob", "pal8"} {
		add("PNG", pixels, "png", "-pix_fmt", pixels)
	}
	add("PNG", "interlaced", "png", "-flags", "+ildct")
	add("WebP", "lossy", "webp", "-quality", "30", "-pix_fmt", "yuv420p")
	add("WebP", "lossless", "webp", "-lossless", "1", "-pix_fmt", "bgra")
	add("WebP", "lossy with alpha", "webp", "-quality", "80", "-pix_fmt", "yuva420p")
	for _, pixels := range []string{"yuv420p", "yuv444p", "yuv420p10le", "gray"} {
		for _, size := range sizes[1:3] {
			all = append(all, encodedPicture("AVIF", pixels, "avif", size[0], size[1], "-pix_fmt", pixels, "-c:v", "libaom-av1", "-cpu-used", "8", "-still-picture", "1"))
		}
	}
	for _, size := range sizes {
		v := variantOf("GIF", fmt.Sprintf("still %d×%d", size[0], size[1]), func(*testing.T) []byte { return gifBytes(quarters(size[0], size[1])) })
		v.width, v.height = size[0], size[1]
		all = append(all, v)
	}
	return slices.Concat(all, tiles(), turnedPictures(), writtenJPEGs(), oddPictures())
}

func tiles() []variant {
	var all []variant
	for _, pixels := range []string{"yuv420p", "yuv420p10le", "yuv444p"} {
		v := variantOf("HEIC", "tiles "+pixels, func(t *testing.T) []byte { return heicOf(t, pixels) })
		v.width, v.height = tiledWidth, tiledHeight
		all = append(all, v)
	}
	for quarter := range byte(4) {
		v := variantOf("HEIC", fmt.Sprintf("tiles turned %d times", quarter), func(t *testing.T) []byte { return heicOf(t, "yuv420p", damage.Box("irot", []byte{quarter})) })
		all = append(all, v)
	}
	for axis := range byte(2) {
		all = append(all, variantOf("HEIC", fmt.Sprintf("tiles mirrored %d", axis), func(t *testing.T) []byte { return heicOf(t, "yuv420p", damage.Box("imir", []byte{axis})) }))
	}
	return append(all, variantOf("AVIF", "clear", func(t *testing.T) []byte { return clearAVIF(t, 64, 48) }))
}

// turnedPictures are in each orientation, with and without the prefix.
func turnedPictures() []variant {
	const width, height = 60, 96
	var all []variant
	for o := 1; o <= 8; o++ {
		stored := func() image.Image { return laid(quarters(width, height), o) }
		plain, prefixed := damage.Turned(o), append([]byte(damage.ExifPrefix), damage.Turned(o)...)
		webp := func(exif []byte) func(t *testing.T) []byte {
			return func(t *testing.T) []byte {
				m := stored()
				return withWebPEXIF(ffmpegMade(t, "a.webp", "-i", fileOf(t, pngBytes(m)), "-quality", "90"), m.Bounds().Dx(), m.Bounds().Dy(), exif)
			}
		}
		for _, v := range []variant{
			variantOf("JPEG", "turned", func(*testing.T) []byte { return damage.WithEXIF(jpegBytes(stored(), 90), prefixed) }),
			variantOf("PNG", "turned", func(*testing.T) []byte { return withChunk(pngBytes(stored()), "eXIf", plain) }),
			variantOf("PNG", "turned, prefix", func(*testing.T) []byte { return withChunk(pngBytes(stored()), "eXIf", prefixed) }),
			variantOf("WebP", "turned", webp(plain)), variantOf("WebP", "turned, prefix", webp(prefixed)),
		} {
			v.name, v.width, v.height = fmt.Sprintf("%s %d", v.name, o), width, height
			all = append(all, v)
		}
	}
	return all
}

// oddPictures are too small, too large, moving, or in formats that are not taken.
func oddPictures() []variant {
	moving := []string{"-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:d=0.6"}
	made := func(format, name string, arguments ...string) variant {
		return variantOf(format, name, func(t *testing.T) []byte {
			return ffmpegMade(t, name, arguments...)
		}).as(refused)
	}
	plain := func(format, name string, data func() []byte) variant {
		return variantOf(format, name, func(*testing.T) []byte { return data() }).as(refused)
	}
	bare := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.NRGBA{}, color.White})
	all := []variant{
		made("PNG", "moving.png", append(moving, "-f", "apng")...), made("WebP", "moving.webp", append(moving, "-loop", "0")...),
		made("AVIF", "moving.avif", append(moving, "-c:v", "libaom-av1", "-cpu-used", "8")...), made("JPEG", "a.tiff", append(moving, "-frames:v", "1")...),
		made("JPEG", "a.bmp", append(moving, "-frames:v", "1")...), made("JPEG", "a.jp2", append(moving, "-frames:v", "1")...), made("JPEG", "a.jxl", append(moving, "-frames:v", "1")...),
		plain("GIF", "moving", func() []byte { return gifBytes(quarters(64, 64), laid(quarters(64, 64), 3)) }),
		plain("PNG", "too small", func() []byte { return pngBytes(quarters(15, 200)) }), plain("PNG", "too wide", func() []byte { return pngBytes(quarters(12_001, 16)) }),
		plain("PNG", "bomb", func() []byte { return bomb().data }), plain("JPEG", "too small", func() []byte { return jpegBytes(quarters(200, 15), 90) }),
		plain("JPEG", "text", func() []byte { return bytes.Repeat([]byte("no picture "), 40) }), plain("JPEG", "a page", func() []byte { return []byte("<!DOCTYPE html><p>no picture</p>") }),
		plain("PNG", "a palette with gaps", func() []byte { return pngBytes(bare) }).as(taken),
	}
	for name, space := range map[string]draw.Image{"Go's 16 bits": image.NewNRGBA64(image.Rect(0, 0, 40, 64)), "Go's gray": image.NewGray(image.Rect(0, 0, 40, 64))} {
		draw.Draw(space, space.Bounds(), quarters(40, 64), image.Point{}, draw.Src)
		all = append(all, plain("PNG", name, func() []byte { return pngBytes(space) }).as(taken), plain("JPEG", name, func() []byte { return jpegBytes(space, 75) }).as(taken))
	}
	return all
}

// sounds are undamaged ones: formats by rate, channels, depth and compression.
func sounds() []variant {
	var all []variant
	add := func(format, extension string, channels, rate int, arguments ...string) {
		name := fmt.Sprintf("%s %d channels %d Hz %v", extension, channels, rate, arguments)
		all = append(all, variantOf(format, name, func(t *testing.T) []byte {
			return ffmpegMade(t, "a."+extension, append(tone(channels, rate), arguments...)...)
		}))
	}
	for _, channels := range []int{1, 2} {
		for _, rate := range []int{8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000} {
			add("MP3", "mp3", channels, rate)
		}
		for _, codec := range []string{"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_wav"} {
			add("WAV", "wav", channels, 44100, "-c:a", codec)
		}
	}
	for _, rate := range []int{8000, 96000, 192000} {
		add("WAV", "wav", 2, rate)
	}
	for _, rate := range []int{8000, 22050, 44100, 96000} {
		add("M4A", "m4a", 2, rate, "-c:a", "aac")
	}
	add("MP3", "mp3", 2, 44100, "-q:a", "2")
	add("MP3", "mp3", 2, 44100, "-write_xing", "0", "-id3v2_version", "0")
	add("MP3", "mp3", 2, 44100, "-write_id3v1", "1", "-metadata", "title=Number of NaNs: 9")
	add("WAV", "wav", 6, 48000)
	add("M4A", "m4a", 6, 48000, "-c:a", "aac")
	add("M4A", "m4a", 2, 44100, "-c:a", "alac")
	add("M4A", "m4a", 1, 44100, "-c:a", "aac", "-movflags", "+faststart")
	return append(all, oddSounds()...)
}

// oddSounds are silent, no numbers, too loud, or in formats that are not taken.
func oddSounds() []variant {
	plain := func(name string, at func(i int) float64) variant {
		return variantOf("WAV", name, func(*testing.T) []byte {
			samples := make([]float32, 24_000)
			for i := range samples {
				samples[i] = float32(at(i))
			}
			return wavOf(samples)
		}).as(refused)
	}
	all := []variant{
		plain("silent", func(int) float64 { return 0 }), plain("a thousand times too loud", func(i int) float64 { return 1000 * math.Sin(float64(i)) }),
		plain("with an infinite value", func(i int) float64 { return math.Sin(float64(i)) / float64(max(0, i-5)) * 1e-3 }),
		plain("with what is no number", func(i int) float64 { return math.Log(float64(i-1)) * 1e-3 }), plain("within a hair of silence", func(i int) float64 { return 1e-5 * math.Sin(float64(i)) }),
		plain("a little too loud", func(i int) float64 { return 3 * math.Sin(float64(i)) }).as(taken),
	}
	for _, extension := range []string{"ogg", "flac", "opus", "aiff", "wma", "ac3", "mka"} {
		all = append(all, variantOf("MP3", "a."+extension, func(t *testing.T) []byte { return ffmpegMade(t, "a."+extension, tone(1, 48000)...) }).as(refused))
	}
	return append(all,
		variantOf("M4A", "a film", func(t *testing.T) []byte {
			return ffmpegMade(t, "a.mp4", append([]string{"-f", "lavfi", "-i", "testsrc=size=64x64:d=0.5"}, tone(1, 48000)...)...)
		}).as(refused),
		variantOf("WAV", "an unknown compression", func(t *testing.T) []byte {
			return ffmpegMade(t, "a.wav", append(tone(1, 44100), "-c:a", "pcm_s16le", "-bitexact")...)
		}).damaged("whose number names nothing", refused, func(data []byte) []byte {
			return slices.Concat(data[:20], []byte{0x99, 0x99}, data[22:])
		}))
}

// damaged is the file with something done to it.
func (v variant) damaged(how string, want verdict, do func(data []byte) []byte) variant {
	whole := v.make
	v.name, v.want, v.width, v.height, v.coloured = v.name+", "+how, want, 0, 0, false
	v.make = func(t *testing.T) []byte { return do(bytes.Clone(whole(t))) }
	return v
}
