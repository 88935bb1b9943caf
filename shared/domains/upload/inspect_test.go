package upload

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// file is content in memory that counts how often it is read.
func file(data []byte, reads *int) *content {
	return &content{size: int64(len(data)), fetch: func(offset, length int64) ([]byte, error) {
		*reads++
		return data[offset : offset+length], nil
	}}
}

func boxOf(name string, body ...[]byte) []byte {
	inner := bytes.Join(body, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(inner))), name...), inner...)
}

// small are files of a few hundred bytes, of every format but WebP.
func small() map[string][]byte {
	var photo, drawing bytes.Buffer
	if err := errors.Join(jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 30)), nil), png.Encode(&drawing, image.NewGray(image.Rect(0, 0, 40, 30)))); err != nil {
		panic(err)
	}
	frame := append([]byte{0xff, 0xfb, 0x10, 0x00}, make([]byte, 100)...) // 32 kbit/s at 44.1 kHz: 104 bytes
	wave := append([]byte("RIFF\x44\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x20\x00\x00\x00"), make([]byte, 32)...)
	handler := boxOf("hdlr", make([]byte, 8), []byte("soun"), make([]byte, 12))
	return map[string][]byte{
		typeJPEG: photo.Bytes(), typePNG: drawing.Bytes(), typeWAV: wave, typeMP3: bytes.Repeat(frame, 3),
		typeM4A: bytes.Join([][]byte{boxOf("ftyp", []byte("M4A \x00\x00\x00\x00isom")), boxOf("moov", boxOf("trak", boxOf("mdia", handler))), boxOf("mdat", make([]byte, 50))}, nil),
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

// TestDamageIsRefusedOrHarmless: whatever is done to a file, looking at it ends,
// reads no more than the file a few times over, and answers measures within bounds.
func TestDamageIsRefusedOrHarmless(t *testing.T) {
	const seed = 5
	random := rand.New(rand.NewPCG(seed, seed))
	tried, refused := 0, 0
	for contentType, whole := range small() {
		for n := range 4000 {
			data := bytes.Clone(whole)
			for range random.IntN(4) {
				data[random.IntN(len(data))] = byte(random.IntN(256))
			}
			if n%2 == 0 {
				data = data[:random.IntN(len(data))]
			}
			reads := 0
			got, err := inspect(file(data, &reads), announced[contentType])
			switch tried++; {
			case problem.Is(err, problem.UploadRejected):
				refused++
			case err != nil:
				t.Fatalf("seed %d, %s, round %d: %v", seed, contentType, n, err)
			case got.kind() != announced[contentType] || got.width > maxSide || got.height > maxSide || got.width*got.height > maxPixels:
				t.Fatalf("seed %d, %s, round %d: accepted as %+v", seed, contentType, n, got)
			}
			if reads > maxBoxes {
				t.Fatalf("seed %d, %s, round %d: %d reads", seed, contentType, n, reads)
			}
		}
	}
	t.Logf("%d files, %d refused", tried, refused)
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
