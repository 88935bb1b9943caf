package ffmpeg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/render"
)

// M4A encodes a short speech as an AAC file, at the loudness of finished videos.
func (e *Encoder) M4A(ctx context.Context, speech render.Speech) ([]byte, error) {
	dir, err := os.MkdirTemp(e.set.WorkDir, "sample-")
	if err != nil {
		return nil, failure("make scratch folder", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	wav := filepath.Join(dir, "speech.wav")
	if err := os.WriteFile(wav, render.WAV(speech), 0o600); err != nil {
		return nil, failure("write speech", err)
	}
	frames := render.NarrationFrames(speech.MS())
	spec := render.AssembleSpec{Narrations: []render.Narration{{Path: wav}}, TotalFrames: frames}
	out := filepath.Join(dir, "speech.m4a")
	err = e.produce(ctx, out, 1<<20, func(scratch, part string) error {
		gain, _, err := e.gain(ctx, scratch, spec)
		if err != nil {
			return fmt.Errorf("measure loudness: %w", err)
		}
		return e.run(ctx, job{dir: scratch, args: []string{
			"-i", "file:" + wav, "-filter_complex", soundGraph(spec, 0) + level(gain) + "[a]", "-map", "[a]",
			"-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-f", "ipod", "file:" + part,
		}})
	})
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(out)
	if err != nil {
		return nil, failure("read sample", err)
	}
	return data, nil
}
