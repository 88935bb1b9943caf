package ffmpeg

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

const (
	loudnessSlack = 0.5  // LU; nearer to the target than this needs no second try
	peakCeiling   = -1.5 // dBFS of the samples; leaves true peaks below -1 dBTP
	maxGain       = 40.0 // dB; what needs more is noise
)

// limiter holds the peaks under the ceiling.
var limiter = fmt.Sprintf("alimiter=limit=%.4f:attack=3:release=60:level=false:latency=true", math.Pow(10, peakCeiling/20))

// Assemble implements render.Encoder.
func (e *Encoder) Assemble(ctx context.Context, spec render.AssembleSpec, out string, progress func(int)) error {
	if len(spec.Segments) == 0 || spec.TotalFrames <= 0 {
		return problem.Wrap(problem.EncodeFailed, detailEncode, fmt.Errorf("%d segments, %d frames", len(spec.Segments), spec.TotalFrames))
	}
	size, err := sizeOf(spec.Segments)
	if err != nil {
		return failure("read segment", err)
	}
	size += int64(spec.TotalFrames)*25_000/render.FrameRate + 1<<20
	return e.produce(ctx, out, size, func(dir, part string) error {
		if err := writeList(dir, spec.Segments); err != nil {
			return err
		}
		sound, err := e.mix(ctx, dir, spec)
		if err != nil {
			return fmt.Errorf("mix sound: %w", err)
		}
		return e.join(ctx, dir, spec, sound, part, progress)
	})
}

// onGrid puts copied frames back on whole thirtieths of a second: concat counts
// in microseconds and is off by a fraction of a millisecond at some joints.
// 15360 is a segment's timescale, 512 one frame of it.
const onGrid = "setts=pts=round(PTS/512)*512:dts=round(DTS/512)*512:duration=512"

// join copies the segments' pictures and encodes the sound.
func (e *Encoder) join(ctx context.Context, dir string, spec render.AssembleSpec, sound mix, part string, progress func(int)) error {
	args := append([]string{"-f", "concat", "-safe", "0", "-i", "segments.txt"}, sound.inputs(spec)...)
	args = append(args,
		"-filter_complex", sound.graph(spec, 1)+"[a]",
		"-map", "0:v", "-map", "[a]", "-c:v", "copy", "-bsf:v", onGrid, "-c:a", "aac", "-b:a", "160k", "-ar", strconv.Itoa(render.SampleRate),
		"-map_metadata", "-1", "-metadata", "title="+spec.Title, "-video_track_timescale", "15360",
		"-movflags", "+faststart", "-f", "mp4", "file:"+part)
	return e.run(ctx, job{dir: dir, args: args, progress: progress})
}

// gain is what brings the narration to the target loudness; heard is false when
// there is none, or nothing in it but silence.
func (e *Encoder) gain(ctx context.Context, dir string, spec render.AssembleSpec) (gain float64, heard bool, err error) {
	if silent(spec) {
		return 0, false, nil
	}
	return toTarget(render.LoudnessTarget, func(filters string) (float64, error) {
		// Both channels will be alike.
		return e.loudness(ctx, dir, soundInputs(spec), soundGraph(spec, 0)+filters, ":dualmono=true")
	})
}

// toTarget finds the gain that brings a sound to a loudness, limiter included:
// the first measurement gives the gain, the second sees what the limiter takes
// away from it. Both are of the sound alone and take moments.
func toTarget(target float64, measure func(filters string) (float64, error)) (gain float64, heard bool, err error) {
	loudness, err := measure("")
	if err != nil || math.IsInf(loudness, 0) {
		return 0, false, err
	}
	gain = math.Min(target-loudness, maxGain)
	for range 2 {
		loudness, err = measure(level(gain))
		if err != nil || math.IsInf(loudness, 0) {
			return gain, true, err
		}
		miss := target - loudness
		if math.Abs(miss) <= loudnessSlack {
			break
		}
		gain = math.Min(gain+miss, maxGain)
	}
	return gain, true, nil
}

// loudness measures what a graph without an end label sounds like.
func (e *Encoder) loudness(ctx context.Context, dir string, inputs []string, graph, options string) (float64, error) {
	var meter meter
	args := append(inputs, "-filter_complex", graph+",ebur128=framelog=quiet"+options+"[a]", "-map", "[a]", "-f", "null", "-")
	err := e.run(ctx, job{dir: dir, args: args, stderr: meter.read})
	return meter.integrated(), err
}

// level amplifies and holds peaks under the ceiling.
func level(gain float64) string {
	if gain == 0 {
		return ""
	}
	return fmt.Sprintf(",volume=%.2fdB,", gain) + limiter
}

func silent(spec render.AssembleSpec) bool { return len(soundInputs(spec)) == 0 }

func soundInputs(spec render.AssembleSpec) []string {
	var args []string
	for _, n := range spec.Narrations {
		if n.Path != "" {
			args = append(args, "-i", "file:"+absolute(n.Path))
		}
	}
	return args
}

// soundGraph lays the narrations on one mono track at 48 kHz, each at its exact
// sample, and cuts it to the sample at the end of the pictures. first is the
// number of the first sound input. The graph has no end label yet.
func soundGraph(spec render.AssembleSpec, first int) string {
	samples := spec.TotalFrames * render.SamplesPerFrame
	length := fmt.Sprintf("apad=whole_len=%d,atrim=end_sample=%d", samples, samples)
	if silent(spec) {
		return fmt.Sprintf("anullsrc=r=%d:cl=mono,atrim=end_sample=%d", render.SampleRate, samples)
	}
	var graph, labels strings.Builder
	n := 0
	for _, narration := range spec.Narrations {
		if narration.Path == "" {
			continue
		}
		fmt.Fprintf(&graph, "[%d:a]aformat=sample_fmts=fltp:channel_layouts=mono,aresample=%d:resampler=soxr,adelay=%dS[n%d];",
			first+n, render.SampleRate, narration.StartFrame*render.SamplesPerFrame, n)
		fmt.Fprintf(&labels, "[n%d]", n)
		n++
	}
	if n == 1 {
		return graph.String() + "[n0]" + length
	}
	return graph.String() + labels.String() + fmt.Sprintf("amix=inputs=%d:normalize=0:duration=longest:dropout_transition=0,", n) + length
}

func sizeOf(paths []string) (int64, error) {
	var total int64
	for _, path := range paths {
		stat, err := os.Stat(path)
		if err != nil {
			return 0, err
		}
		total += stat.Size()
	}
	return total, nil
}

// writeList writes what the concat demuxer reads; within single quotes only the
// quote itself is special.
func writeList(dir string, segments []string) error {
	var list strings.Builder
	list.WriteString("ffconcat version 1.0\n")
	for _, segment := range segments {
		fmt.Fprintf(&list, "file 'file:%s'\n", strings.ReplaceAll(absolute(segment), "'", `'\''`))
	}
	if err := os.WriteFile(filepath.Join(dir, "segments.txt"), []byte(list.String()), 0o600); err != nil {
		return fmt.Errorf("write segment list: %w", err)
	}
	return nil
}

// absolute keeps a name valid in ffmpeg's own working directory. filepath.Abs
// fails only when ours is gone; the name is then as good as any.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
