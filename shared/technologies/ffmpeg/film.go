package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg/camera"
)

// film is what ffmpeg reads at its standard input to encode a segment: its
// frames one after the other, in yuv420p without a header. Of a cross-fade each
// frame holds both shots', one above the other, so that one pipe carries both.
type film struct {
	spec    render.SegmentSpec
	cameras []*camera.Camera
}

// film has ffmpeg decode each shot's picture once, into the still that a camera
// then films.
func (e *Encoder) film(ctx context.Context, dir string, spec render.SegmentSpec, pictures []picture) (*film, error) {
	f := &film{spec: spec}
	for i, shot := range spec.Shots {
		still, err := e.still(ctx, dir, spec.Frame, shot, pictures[i])
		if err != nil {
			return nil, e.blame(ctx, dir, shot, pictures[i], err)
		}
		camera, err := camera.New(still, spec.Frame)
		if err != nil {
			return nil, fmt.Errorf("set up camera: %w", err)
		}
		f.cameras = append(f.cameras, camera)
	}
	return f, nil
}

// stillStalls is for how many stall timeouts a picture may be decoded and scaled:
// ffmpeg tells nothing of it before the first pixel comes, and large ones take
// long on cores that are busy. Completion of an upload allows one.
const stillStalls = 4

// errNoStill is said of a picture that ffmpeg reads without complaint and
// nothing comes of.
var errNoStill = errors.New("the picture has no pixels")

// still decodes a shot's picture. What is done here is paid for once per
// segment. The title card's is so soft that it needs no finer pixels than the
// frame's.
func (e *Encoder) still(ctx context.Context, dir string, frame render.Frame, shot render.Shot, p picture) (camera.Still, error) {
	oversize := camera.Oversize
	if shot.Title != "" {
		oversize = 1
	}
	w, h := frame.Width*oversize, frame.Height*oversize
	pixels := &exactly{buffer: make([]byte, 0, camera.Size(w, h))}
	args := append(p.input(), "-filter_complex", stillGraph(frame, oversize, p.alpha, shot.Title != ""), "-map", "[v]", "-frames:v", "1", "-f", "rawvideo", "pipe:1")
	if err := e.run(ctx, job{dir: dir, args: args, stdout: pixels, stall: stillStalls * e.set.StallTimeout}); err != nil {
		return camera.Still{}, err
	}
	if len(pixels.buffer) < cap(pixels.buffer) {
		return camera.Still{}, fmt.Errorf("%w: %d bytes of %d", errNoStill, len(pixels.buffer), cap(pixels.buffer))
	}
	return camera.Still{Width: w, Height: h, Pixels: pixels.buffer}, nil
}

// exactly takes as many bytes as its buffer has room for.
type exactly struct{ buffer []byte }

func (e *exactly) Write(p []byte) (int, error) {
	if len(p) > cap(e.buffer)-len(e.buffer) {
		return 0, fmt.Errorf("more than %d bytes of a still", cap(e.buffer))
	}
	e.buffer = append(e.buffer, p...)
	return len(p), nil
}

// input are the arguments that read the film.
func (f *film) input() []string {
	size := fmt.Sprintf("%dx%d", f.spec.Frame.Width, f.spec.Frame.Height*len(f.cameras))
	return []string{"-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", size, "-framerate", strconv.Itoa(render.FrameRate), "-i", "pipe:0"}
}

// Film writes a segment's frames as they are before captions, fade and encoder.
func (e *Encoder) Film(ctx context.Context, spec render.SegmentSpec, w io.Writer) error {
	if err := checkSegment(spec); err != nil {
		return err
	}
	pictures, err := picturesOf(spec.Shots)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(e.set.WorkDir, "film-")
	if err != nil {
		return failure("make scratch folder", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	film, err := e.film(ctx, dir, spec, pictures)
	if err != nil {
		return err
	}
	return film.roll(ctx, w, func() {})
}

// roll films all frames into w until ctx ends, and calls alive for each that w
// took. ffmpeg reads ahead by a few of them, so that both work at the same time.
func (f *film) roll(ctx context.Context, w io.Writer, alive func()) error {
	size := camera.Size(f.spec.Frame.Width, f.spec.Frame.Height)
	frame := make([]byte, size*len(f.cameras))
	for n := range f.spec.Frames() {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, shot := range f.spec.Shots {
			view := render.CameraOf(shot.Index, shot.Frames).At(float64(shotFrom(f.spec, i)+n) / float64(max(shot.Frames-1, 1)))
			f.cameras[i].Film(frame, len(f.cameras), i, view)
		}
		if _, err := w.Write(frame); err != nil {
			return err
		}
		alive()
	}
	return nil
}

// shotFrom is the frame of shot i with which the segment begins: a fade begins
// with the first of the second shot.
func shotFrom(spec render.SegmentSpec, i int) int {
	if i == 1 {
		return 0
	}
	return spec.From
}
