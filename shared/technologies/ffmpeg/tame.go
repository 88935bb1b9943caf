package ffmpeg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/devotionalai/platform/shared/domains/render"
)

// tameBlock is how much of decoded music is held at a time.
const tameBlock = 1 << 20

// tame brings music that is above full scale down to it. Its loudness is measured
// up to +10 LUFS and no further, so that what is louder would drown the voice.
// Uploads are checked for that now; those of before were not.
func (b *bed) tame() error {
	f, err := os.OpenFile(b.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open decoded music: %w", err)
	}
	defer func() { _ = f.Close() }()
	peak := 0.0
	err = eachBlock(f, func(_ int64, block []byte) error {
		for at := 0; at < len(block); at += 4 {
			v := math.Abs(float64(math.Float32frombits(binary.LittleEndian.Uint32(block[at:]))))
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%w: values that are no numbers", render.ErrMusic)
			}
			peak = max(peak, v)
		}
		return nil
	})
	if err != nil || peak <= 1 {
		return err
	}
	return eachBlock(f, func(offset int64, block []byte) error {
		for at := 0; at < len(block); at += 4 {
			v := float64(math.Float32frombits(binary.LittleEndian.Uint32(block[at:])))
			binary.LittleEndian.PutUint32(block[at:], math.Float32bits(float32(v/peak)))
		}
		_, err := f.WriteAt(block, offset)
		return err
	})
}

// eachBlock visits a file of samples, whole ones at a time.
func eachBlock(f *os.File, visit func(offset int64, block []byte) error) error {
	block := make([]byte, tameBlock)
	for offset := int64(0); ; {
		n, err := f.ReadAt(block, offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read decoded music: %w", err)
		}
		if n -= n % 4; n == 0 {
			return nil
		}
		if err := visit(offset, block[:n]); err != nil {
			return fmt.Errorf("level decoded music: %w", err)
		}
		offset += int64(n)
	}
}
