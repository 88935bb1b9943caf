// Package ffmpeg encodes videos with the ffmpeg program: one process per piece,
// killed when its caller's time is over or when it stops producing frames.
//
// Every piece is encoded with the same closed-GOP parameters, so that assembly
// copies the pictures and only makes the sound. File names reach ffmpeg as
// arguments or by relative name, never inside a filter graph: there is nothing
// to escape in a path with spaces, quotes or colons.
package ffmpeg

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// Settings of an Encoder.
type Settings struct {
	Path         string        `env:"FFMPEG_PATH,required"`
	Fonts        string        `env:"FONTS"`                                 // folder of the fonts that are not compiled in
	Lacking      []string      `env:"FONTS_LACKING"`                         // their files that are not there: what only they draw is left out
	StallTimeout time.Duration `env:"ENCODE_STALL_TIMEOUT" envDefault:"30s"` // without progress for this long, ffmpeg is stopped
	WorkDir      string        `env:"ENCODE_WORK_DIR"`                       // scratch; empty is the output's folder
	Threads      int           `env:"ENCODE_THREADS"`                        // 0 is one per processor
	KeepFree     int64         `env:"ENCODE_KEEP_FREE_BYTES"`                // free space that must remain beside a piece's expected size
}

// Encoder is the render.Encoder that runs ffmpeg. It is safe for concurrent use.
type Encoder struct {
	set   Settings
	fonts *shelf
	limit time.Duration // the longest that an uploaded file is decoded; 0 is what its kind may take
}

var _ render.Encoder = (*Encoder)(nil)

// New returns an encoder; nothing is run yet.
func New(set Settings) *Encoder {
	if set.StallTimeout <= 0 {
		set.StallTimeout = 30 * time.Second
	}
	if strings.ContainsRune(set.Path, filepath.Separator) {
		set.Path = absolute(set.Path) // ffmpeg runs in a folder of its own
	}
	return &Encoder{set: set, fonts: newShelf(set.Fonts, set.Lacking...)}
}

// bytesAPixel is what a frame of slow motion needs per pixel at our quality,
// seen on detailed photographs; drawn pictures need a third.
const bytesAPixel = 0.03

// Segment implements render.Encoder.
func (e *Encoder) Segment(ctx context.Context, spec render.SegmentSpec, out string, progress func(int)) error {
	if err := checkSegment(spec); err != nil {
		return problem.Wrap(problem.EncodeFailed, detailEncode, err)
	}
	size := int64(float64(spec.Frames()*spec.Frame.Width*spec.Frame.Height) * bytesAPixel)
	return e.produce(ctx, out, size, func(dir, part string) error {
		pictures, err := picturesOf(spec.Shots)
		if err != nil {
			return fmt.Errorf("look at pictures: %w", err)
		}
		film, err := e.film(ctx, dir, spec, pictures)
		if err != nil {
			return fmt.Errorf("film pictures: %w", err)
		}
		graph, err := segmentGraph(dir, e.fonts, spec)
		if err != nil {
			return fmt.Errorf("plan segment: %w", err)
		}
		args := append(film.input(), "-filter_complex", graph, "-map", "[v]", "-frames:v", strconv.Itoa(spec.Frames()))
		args = append(args, videoCodec(e.set.Threads)...)
		args = append(args, "-an", "-f", "mp4", "file:"+part)
		return e.run(ctx, job{dir: dir, args: args, feed: film.roll, progress: progress})
	})
}

// videoCodec is the one set of parameters that all segments share. "stitchable"
// keeps x264 from fitting the stream's headers to its content.
func videoCodec(threads int) []string {
	return []string{
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p",
		"-threads", strconv.Itoa(threads), "-bf", "2", "-g", "90", "-keyint_min", "30",
		"-x264-params", "stitchable=1:open-gop=0:force-cfr=1:aq-mode=3",
		"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
		"-video_track_timescale", "15360",
	}
}

func checkSegment(spec render.SegmentSpec) error {
	switch {
	case len(spec.Shots) != 1 && len(spec.Shots) != 2:
		return fmt.Errorf("segment of %d shots", len(spec.Shots))
	case spec.Frame.Width < 16 || spec.Frame.Height < 16 || spec.Frame.Width%2+spec.Frame.Height%2 != 0:
		return fmt.Errorf("frame of %d x %d", spec.Frame.Width, spec.Frame.Height)
	case spec.From < 0 || spec.To <= spec.From || spec.To > spec.Shots[0].Frames:
		return fmt.Errorf("frames [%d, %d) of %d", spec.From, spec.To, spec.Shots[0].Frames)
	}
	return nil
}

// Thumbnail implements render.Encoder.
func (e *Encoder) Thumbnail(ctx context.Context, video string, atMS int64, out string) error {
	const scale = `scale=w='if(gte(iw,ih),min(1280,iw),-2)':h='if(gte(iw,ih),-2,min(1280,ih))':flags=lanczos:out_range=pc`
	return e.produce(ctx, out, 1<<20, func(dir, part string) error {
		return e.run(ctx, job{dir: dir, args: []string{
			"-ss", fmt.Sprintf("%d.%03d", atMS/1000, atMS%1000), "-i", "file:" + video,
			"-frames:v", "1", "-vf", scale + ",format=yuvj420p", "-q:v", "3", "-update", "1", "-f", "image2", "file:" + part,
		}})
	})
}

// produce gives encode a scratch folder and the name of a part file; the part
// becomes out only when encode succeeded, so that out is whole or absent.
func (e *Encoder) produce(ctx context.Context, out string, size int64, encode func(dir, part string) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	out, err := filepath.Abs(out)
	if err != nil {
		return failure("find output", err)
	}
	if err := checkSpace(filepath.Dir(out), size+e.set.KeepFree); err != nil {
		return err
	}
	// Beside the output, so that what clears up after a killed step finds it too.
	dir, err := os.MkdirTemp(cmp.Or(e.set.WorkDir, filepath.Dir(out)), "encode-")
	if err != nil {
		return failure("make scratch folder", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	part := out + ".part"
	if err := encode(dir, part); err != nil {
		_ = os.Remove(part)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return failure("encode", err)
	}
	if stat, err := os.Stat(part); err != nil || stat.Size() == 0 {
		_ = os.Remove(part)
		return failure("encode", fmt.Errorf("ffmpeg ended well but wrote nothing: %w", err))
	}
	if err := os.Rename(part, out); err != nil {
		_ = os.Remove(part)
		return failure("publish", err)
	}
	return nil
}
