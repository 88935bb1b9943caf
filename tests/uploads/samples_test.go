package uploads

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/harness"
)

// sample is a file as a person has it.
type sample struct {
	name        string
	contentType string // as announced
	data        []byte
}

func (s sample) draft() upload.Announcement {
	return upload.Announcement{Filename: s.name, ContentType: s.contentType, Size: int64(len(s.data))}
}

func (s sample) cut(n int) sample {
	s.name, s.data = "cut "+s.name, s.data[:n]
	return s
}

func (s sample) announcedAs(contentType string) sample {
	s.contentType = contentType
	return s
}

func painted(width, height int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 7919 >> 3)
	}
	m.Set(0, 0, color.White)
	return m
}

func jpegOf(width, height int) sample {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, painted(width, height), nil); err != nil {
		panic(err)
	}
	return sample{"hill.jpg", "image/jpeg", b.Bytes()}
}

func pngOf(width, height int) sample {
	var b bytes.Buffer
	if err := png.Encode(&b, painted(width, height)); err != nil {
		panic(err)
	}
	return sample{"hill.png", "image/png", b.Bytes()}
}

// bomb is a PNG of a few bytes that says it has 60,000 pixels a side.
func bomb() sample {
	s := pngOf(64, 64)
	s.name, s.data = "bomb.png", bytes.Clone(s.data)
	binary.BigEndian.PutUint32(s.data[16:], 60_000)
	binary.BigEndian.PutUint32(s.data[20:], 60_000)
	binary.BigEndian.PutUint32(s.data[29:], crc32.ChecksumIEEE(s.data[12:29]))
	return s
}

// encoded are files of the other formats, made by the product's own encoder.
func encoded(t *testing.T) map[string]sample {
	t.Helper()
	folder, ffmpeg := t.TempDir(), harness.FFmpeg(t)
	all := map[string]sample{}
	for name, how := range map[string]struct {
		contentType string
		arguments   []string
	}{
		"hymn.mp3":      {"audio/mpeg", []string{"-f", "lavfi", "-i", "sine=duration=1", "-metadata", "title=Hymn"}},
		"plain.mp3":     {"audio/mp3", []string{"-f", "lavfi", "-i", "sine=duration=1", "-write_xing", "0", "-id3v2_version", "0", "-ar", "22050"}},
		"hymn.wav":      {"audio/x-wav", []string{"-f", "lavfi", "-i", "sine=duration=1"}},
		"hymn.m4a":      {"audio/x-m4a", []string{"-f", "lavfi", "-i", "sine=duration=1"}},
		"faststart.m4a": {"audio/mp4", []string{"-f", "lavfi", "-i", "sine=duration=1", "-movflags", "+faststart"}},
		"hill.webp":     {"image/webp", []string{"-f", "lavfi", "-i", "testsrc=size=320x180", "-frames:v", "1"}},
		"clear.webp":    {"image/webp", []string{"-f", "lavfi", "-i", "testsrc=size=320x180,format=bgra", "-frames:v", "1", "-lossless", "1"}},
		"moving.webp":   {"image/webp", []string{"-f", "lavfi", "-i", "testsrc=size=320x180:rate=5:duration=1", "-loop", "0"}},
		"film.mp4":      {"audio/mp4", []string{"-f", "lavfi", "-i", "testsrc=size=320x180:duration=1", "-f", "lavfi", "-i", "sine=duration=1"}},
	} {
		path := filepath.Join(folder, name)
		arguments := append(append([]string{"-v", "error", "-y"}, how.arguments...), path)
		if out, err := exec.CommandContext(t.Context(), ffmpeg, arguments...).CombinedOutput(); err != nil {
			t.Fatalf("make %s: %v %s", name, err, out)
		}
		data, err := os.ReadFile(path)
		harness.Must(t, err)
		all[name] = sample{name, how.contentType, data}
	}
	return all
}
