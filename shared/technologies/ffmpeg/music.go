package ffmpeg

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/devotionalai/platform/shared/domains/render"
)

// Music lies MusicBelow under the narration and dips by about duckBy more while
// somebody speaks (docs/adr/0009-music-under-speech.md).
const (
	musicAlone  = render.LoudnessTarget - 0.5 // LUFS without narration: the calm side of what is allowed
	musicStep   = 4.0                         // dB; how much less is tried when the music counts as programme
	musicSteps  = 5
	fadeInMS    = 1500
	fadeOutMS   = 3000
	seamSamples = 240 // 5 ms; what does not end as it began would click at each repeat

	repeatSamples = 30 * render.SampleRate // what is shorter is repeated here, not by ffmpeg

	// Above -40 dB the voice presses the music down, softly: about 6 dB at the
	// usual level of speech. It comes up again within a breath.
	duck = "sidechaincompress=threshold=0.01:ratio=1.35:knee=6:attack=120:release=700:detection=rms"
)

// bed is decoded music: endless, stereo, at the video's rate.
type bed struct {
	path string
	gain float64 // dB
}

const bedName = "music.f32"

// bed decodes as much of the music as the video is long. nil is silence: no
// music, or nothing in it that is heard. Errors: render.ErrMusic.
func (e *Encoder) bed(ctx context.Context, dir string, spec render.AssembleSpec) (*bed, error) {
	if spec.Music == "" {
		return nil, nil
	}
	demuxer, err := musicKind(absolute(spec.Music))
	if err != nil {
		return nil, err
	}
	samples := int64(spec.TotalFrames) * render.SamplesPerFrame
	if err := checkSpace(dir, samples*frameBytes+e.set.KeepFree); err != nil {
		return nil, err
	}
	// Read a little more than is cut off: what a file says of its times is not exact.
	seconds := float64(spec.TotalFrames)/render.FrameRate + 1
	b := &bed{path: filepath.Join(dir, bedName)}
	args := append([]string{"-t", fmt.Sprintf("%.3f", seconds)}, musicInput(demuxer, absolute(spec.Music))...)
	err = e.run(ctx, job{dir: dir, args: append(args,
		"-map", "0:a:0", "-af", fmt.Sprintf("%s,atrim=end_sample=%d", asMusic, samples), "-f", "f32le", "file:"+b.path)})
	if refused(ctx, err) {
		return nil, fmt.Errorf("%w: %w", render.ErrMusic, err)
	}
	if err != nil {
		return nil, err
	}
	if err := b.tame(); err != nil {
		return nil, err
	}
	return b, b.smooth(samples)
}

// musicInput are the arguments that read a sound.
func musicInput(demuxer, path string) []string {
	return []string{"-protocol_whitelist", "file", "-f", demuxer, "-i", "file:" + path}
}

// asMusic is the filter that gives any sound the form of a bed.
var asMusic = fmt.Sprintf("aformat=sample_fmts=flt:channel_layouts=stereo,aresample=%d:resampler=soxr", render.SampleRate)

// musicKind tells the kind by the content, for the same reason as with pictures.
func musicKind(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open music: %w", err)
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 12)
	if _, err := io.ReadFull(f, head); err != nil {
		return "", fmt.Errorf("%w: %w", render.ErrMusic, err)
	}
	switch {
	case string(head[:4]) == "RIFF" && string(head[8:]) == "WAVE":
		return "wav", nil
	case string(head[4:8]) == "ftyp":
		return "mov", nil
	case bytes.HasPrefix(head, []byte("ID3")), head[0] == 0xff && head[1]&0xe0 == 0xe0:
		return "mp3", nil
	}
	return "", fmt.Errorf("%w: neither MP3, WAV nor M4A", render.ErrMusic)
}

const frameBytes = 8 // two channels of float32

// smooth fades the ends of music that will repeat, so that the seam is not heard.
func (b *bed) smooth(samples int64) error {
	f, err := os.OpenFile(b.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open decoded music: %w", err)
	}
	defer func() { _ = f.Close() }()
	stat, err := f.Stat()
	if err != nil {
		return fmt.Errorf("measure decoded music: %w", err)
	}
	have := stat.Size() / frameBytes
	if have == 0 {
		return fmt.Errorf("%w: no sound in it", render.ErrMusic)
	}
	if have >= samples {
		return nil
	}
	seam := min(seamSamples, have/2)
	if err := ramp(f, 0, seam, false); err != nil {
		return err
	}
	if err := ramp(f, have-seam, seam, true); err != nil {
		return err
	}
	return lengthen(f, have, min(samples, repeatSamples))
}

// lengthen writes a short sound again and again, until it is as long as asked for:
// ffmpeg begins anew at each repeat, which for a tenth of a second is most of its work.
func lengthen(f *os.File, have, want int64) error {
	for whole := have; have < want; {
		more := min(have, (want-have+whole-1)/whole*whole) // twice as much each time: one sample is a sound too
		if _, err := io.Copy(io.NewOffsetWriter(f, have*frameBytes), io.NewSectionReader(f, 0, more*frameBytes)); err != nil {
			return fmt.Errorf("repeat decoded music: %w", err)
		}
		have += more
	}
	return nil
}

// ramp fades n stereo samples in or out, in place.
func ramp(f *os.File, from, n int64, out bool) error {
	data := make([]byte, n*frameBytes)
	if _, err := f.ReadAt(data, from*frameBytes); err != nil {
		return fmt.Errorf("read decoded music: %w", err)
	}
	for i := range n {
		share := (float64(i) + 0.5) / float64(n)
		if out {
			share = 1 - share
		}
		for at := i * frameBytes; at < (i+1)*frameBytes; at += 4 {
			v := math.Float32frombits(binary.LittleEndian.Uint32(data[at:]))
			binary.LittleEndian.PutUint32(data[at:], math.Float32bits(v*float32(share)))
		}
	}
	if _, err := f.WriteAt(data, from*frameBytes); err != nil {
		return fmt.Errorf("smooth decoded music: %w", err)
	}
	return nil
}

// inputs are the arguments that read the music without end.
func (b *bed) inputs() []string {
	if b == nil {
		return nil
	}
	return []string{"-stream_loop", "-1", "-f", "f32le", "-ar", strconv.Itoa(render.SampleRate), "-ch_layout", "stereo", "-i", "file:" + b.path}
}

// graph is the music of input i alone: as long as the video, at its level,
// coming and going softly.
func (b *bed) graph(spec render.AssembleSpec, i int) string {
	samples := spec.TotalFrames * render.SamplesPerFrame
	const perMS = render.SampleRate / 1000
	in, out := min(fadeInMS*perMS, samples/3), min(fadeOutMS*perMS, samples/3)
	return fmt.Sprintf("[%d:a]atrim=end_sample=%d,volume=%.2fdB,afade=t=in:ns=%d,afade=t=out:ss=%d:ns=%d", i, samples, b.gain, in, samples-out, out)
}
