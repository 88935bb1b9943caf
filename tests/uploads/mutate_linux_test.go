package uploads

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/damage"
	"github.com/devotionalai/platform/tests/harness"
)

// seeds are small files of each format that a decoder is asked to decode.
func seeds(t *testing.T) map[string][]byte {
	t.Helper()
	small := pngBytes(quarters(40, 64))
	all := map[string][]byte{
		"JPEG": damage.WithEXIF(jpegBytes(quarters(40, 64), 90), append([]byte(damage.ExifPrefix), damage.Turned(6)...)), "PNG": small,
		"WebP": ffmpegMade(t, "a.webp", "-i", fileOf(t, small)), "GIF": gifBytes(quarters(40, 64)), "AVIF": clearAVIF(t, 40, 64), "HEIC": heicOf(t, "yuv420p"),
	}
	for format, name := range map[string]string{"MP3": "a.mp3", "WAV": "a.wav", "M4A": "a.m4a"} {
		all[format] = ffmpegMade(t, name, tone(1, 8000)...)
	}
	return all
}

// mutant is one file for the decoder.
type mutant struct {
	format string
	data   []byte
}

// decode puts a mutant through what a check does with its format.
func (s studio) decode(decoder *ffmpeg.Encoder, m mutant) error {
	path := filepath.Join(s.dir, "mutant")
	if err := os.WriteFile(path, m.data, 0o600); err != nil {
		return err
	}
	switch m.format {
	case "MP3", "WAV", "M4A":
		return decoder.Sound(s.Context(), path)
	case "PNG", "WebP":
		return decoder.Still(s.Context(), path)
	}
	out := path + ".upright"
	if err := decoder.Upright(s.Context(), path, upload.Clockwise, out); err != nil {
		return err
	}
	return decoder.Still(s.Context(), out)
}

// mostMemory is what a decoder may take, in KiB: the function has 3 GB.
const mostMemory = 2 << 20

// TestMutatedFilesDoNoHarm: the decoder takes or refuses each, within its time and
// memory, and a picture that it takes is filmed.
func TestMutatedFilesDoNoHarm(t *testing.T) {
	harness.Proof(t)
	const seed = 16
	rounds := 2
	if harness.InFull() {
		rounds = 112
	}
	random, s := rand.New(rand.NewPCG(seed, seed)), newStudio(t)
	decoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t), WorkDir: s.dir, Threads: 1})
	whole := seeds(t)
	counts, tried := map[string][2]int{}, 0
	for _, format := range slices.Sorted(maps.Keys(whole)) {
		for n := range rounds {
			m := mutant{format, damage.Mutate(random, whole[format])}
			if format == "PNG" && n%2 == 0 {
				m.data = resealed(m.data)
			}
			err := s.decode(decoder, m)
			c := counts[format]
			switch tried++; {
			case problem.Is(err, problem.UploadRejected):
				c[1]++
			case err != nil:
				t.Errorf("seed %d, %s, round %d: no verdict: %v", seed, format, n, err)
			default:
				c[0]++
				if picture := format == "PNG" || format == "WebP"; picture && s.render(upload.Image, m.data) != nil {
					t.Errorf("seed %d, %s, round %d: taken and not rendered", seed, format, n)
				}
			}
			counts[format] = c
		}
	}
	var used syscall.Rusage
	harness.Must(t, syscall.Getrusage(syscall.RUSAGE_CHILDREN, &used))
	t.Logf("seed %d: %d files, taken and refused: %s; the largest decoder took %d MiB", seed, tried, fmt.Sprint(counts), used.Maxrss>>10)
	if used.Maxrss > mostMemory {
		t.Errorf("a decoder took %d MiB", used.Maxrss>>10)
	}
}
