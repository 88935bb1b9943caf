package upload

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/damage"
)

// file is content in memory that counts how often it is read.
func file(data []byte, reads *int) *content {
	return &content{size: int64(len(data)), fetch: func(offset, length int64) ([]byte, error) {
		*reads++
		return data[offset : offset+length], nil
	}}
}

// small are files of a few hundred bytes, of every format but WebP.
func small() map[string][]byte {
	var photo, drawing bytes.Buffer
	if err := errors.Join(jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 30)), nil), png.Encode(&drawing, image.NewGray(image.Rect(0, 0, 40, 30)))); err != nil {
		panic(err)
	}
	frame := append([]byte{0xff, 0xfb, 0x10, 0x00}, make([]byte, 100)...) // 32 kbit/s at 44.1 kHz: 104 bytes
	wave := append([]byte("RIFF\x44\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x20\x00\x00\x00"), make([]byte, 32)...)
	handler := damage.Box("hdlr", make([]byte, 8), []byte("soun"), make([]byte, 12))
	return map[string][]byte{
		typeJPEG: photo.Bytes(), typePNG: drawing.Bytes(), typeWAV: wave, typeMP3: bytes.Repeat(frame, 3),
		typeM4A: bytes.Join([][]byte{damage.Box("ftyp", []byte("M4A \x00\x00\x00\x00isom")), damage.Box("moov", damage.Box("trak", damage.Box("mdia", handler))), damage.Box("mdat", make([]byte, 50))}, nil),
	}
}

func TestEachFormatIsRecognised(t *testing.T) {
	for contentType, data := range small() {
		reads := 0
		got, err := inspect(file(data, &reads), announced[contentType])
		if err != nil || got.contentType != contentType || reads != 1 {
			t.Errorf("%s: %+v, %v, %d reads", contentType, got, err, reads)
		}
		other := Image
		if announced[contentType] == Image {
			other = Audio
		}
		if _, err := inspect(file(data, &reads), other); !problem.Is(err, problem.UploadRejected) {
			t.Errorf("%s as %s: %v", contentType, other, err)
		}
	}
}

func TestAReadThatFailsIsNoVerdict(t *testing.T) {
	down := errors.New("down")
	for contentType, data := range small() {
		c := &content{size: int64(len(data)), fetch: func(int64, int64) ([]byte, error) { return nil, down }}
		if _, err := inspect(c, announced[contentType]); !errors.Is(err, down) {
			t.Errorf("%s: %v", contentType, err)
		}
	}
}

// TestALargePictureIsReadInFewBlocks: a file behind the picture is not read.
func TestALargePictureIsReadInFewBlocks(t *testing.T) {
	data := append(bytes.Clone(small()[typeJPEG]), make([]byte, 15<<20)...)
	reads := 0
	if _, err := inspect(file(data, &reads), Image); err != nil || reads != 1 {
		t.Errorf("%v, %d reads", err, reads)
	}
	// A scan of 15 MB that never ends.
	scan := bytes.Replace(small()[typeJPEG], []byte{0xff, 0xd9}, nil, 1)
	data, reads = append(scan, make([]byte, 15<<20)...), 0
	if _, err := inspect(file(data, &reads), Image); !problem.Is(err, problem.UploadRejected) || reads > 6 {
		t.Errorf("%v, %d reads", err, reads)
	}
}
