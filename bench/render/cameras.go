package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/render"
)

// filmed is a shot of ten seconds, and one of the pictures that it shows.
const (
	filmedMS    = 9000
	filmedIndex = 2
	looks       = 13 // frames that are looked at, spread over the shot
)

// compareCameras films the same pictures with our camera and with ffmpeg's
// perspective filter, and prints how each does.
func (s studio) compareCameras(ctx context.Context, film script, dir string) error {
	paths, err := s.subjects(ctx, film, dir)
	if err != nil {
		return err
	}
	fmt.Printf("%d x %d, a shot of %d frames; off: from the camera's path, in pixels of the frame; PSNR: of brightness, against the window\n"+
		"of the whole picture scaled by Lanczos in full precision; CPU seconds without and with x264; size of the video\n\n",
		s.frame.Width, s.frame.Height, s.body("").Frames())
	fmt.Println("picture              camera        off: mean  most   PSNR: mean  least   CPU: alone  encoded   size")
	for _, path := range paths {
		best, err := s.best(ctx, path)
		if err != nil {
			return err
		}
		for _, camera := range []camera{{"ours", s.ours, s.oursEncoded}, {"perspective", s.perspective, s.perspectiveEncoded}} {
			if err := s.look(ctx, camera, best, path, filepath.Join(dir, "filmed.mp4")); err != nil {
				return fmt.Errorf("%s: %w", camera.name, err)
			}
		}
	}
	fmt.Println()
	return nil
}

// camera is one way to film a picture.
type camera struct {
	name    string
	film    func(ctx context.Context, picture string, w io.Writer) error
	encoded func(ctx context.Context, picture, out string) error
}

func (s studio) look(ctx context.Context, c camera, best subject, path, out string) error {
	seen := judge{studio: s, best: best, path: path}
	alone, err := measure(func() error { return c.film(ctx, path, io.Discard) })
	if err != nil {
		return err
	}
	encoded, err := measure(func() error { return c.encoded(ctx, path, out) })
	if err != nil {
		return err
	}
	if err := c.film(ctx, path, &seen); err != nil {
		return err
	}
	stat, err := os.Stat(out)
	if err != nil {
		return err
	}
	n := float64(len(seen.psnr))
	fmt.Printf("%-20s %-12s %10.4f %6.4f %9.1f dB %3.1f dB %8.2f s %6.2f s %5.2f MB\n", filepath.Base(path), c.name,
		sum(seen.off)/n, most(seen.off), sum(seen.psnr)/n, -most(negative(seen.psnr)), alone.cpu, encoded.cpu, float64(stat.Size())/1e6)
	return nil
}

func (s studio) body(picture string) render.SegmentSpec {
	return render.BodySpec(s.frame, render.SceneShot(filmedIndex, picture, filmedMS, nil), false)
}

func (s studio) ours(ctx context.Context, picture string, w io.Writer) error {
	return s.encoder.Film(ctx, s.body(picture), w)
}

func (s studio) oursEncoded(ctx context.Context, picture, out string) error {
	return s.encoder.Segment(ctx, s.body(picture), out, nil)
}

// filter is how the camera was moved before ours: the still in the frame's size,
// and a window of it for each frame.
func (s studio) filter(picture string) []string {
	spec := s.body(picture)
	graph := fmt.Sprintf("scale=%d:%d:flags=lanczos+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p,"+
		"loop=-1:1:0,setpts=N/30/TB,fps=30,%s,trim=start_frame=%d:end_frame=%d,setpts=PTS-STARTPTS",
		s.frame.Width, s.frame.Height, zoom(spec.Shots[0]), spec.From, spec.To)
	return []string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", picture, "-vf", graph}
}

func (s studio) perspective(ctx context.Context, picture string, w io.Writer) error {
	cmd := exec.CommandContext(ctx, s.ffmpeg, append(s.filter(picture), "-f", "rawvideo", "pipe:1")...)
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	return cmd.Run()
}

func (s studio) perspectiveEncoded(ctx context.Context, picture, out string) error {
	cmd := exec.CommandContext(ctx, s.ffmpeg, append(s.filter(picture), append(x264, out)...)...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// judge looks at some of the frames that are written to it.
type judge struct {
	studio    studio
	best      subject
	path      string
	part      []byte
	seen      int
	off, psnr []float64
}

func (j *judge) Write(p []byte) (int, error) {
	j.part = append(j.part, p...)
	size := j.studio.frame.Width * j.studio.frame.Height * 3 / 2
	for len(j.part) >= size {
		spec := j.studio.body("")
		if j.seen%(spec.Frames()/(looks-1)) == 0 {
			j.look(j.part[:j.studio.frame.Width*j.studio.frame.Height], spec.From+j.seen)
		}
		j.part = bytes.Clone(j.part[size:])
		j.seen++
	}
	return len(p), nil
}

// look compares a frame with the best possible one. It is off by the shift that
// explains the differences best, looked for in each sixteenth of the frame.
func (j *judge) look(luma []byte, n int) {
	w, h := j.studio.frame.Width, j.studio.frame.Height
	shot := j.studio.body("").Shots[0]
	best := j.best.window(w, h, render.CameraOf(shot.Index, shot.Frames).At(float64(n)/float64(shot.Frames-1)))
	squares := 0.0
	var sums [16]struct{ xx, xy, yy, xd, yd float64 }
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			d := float64(luma[i]) - best[i]
			squares += d * d
			gx, gy := (best[i+1]-best[i-1])/2, (best[i+w]-best[i-w])/2
			s := &sums[y*4/h*4+x*4/w]
			s.xx, s.xy, s.yy, s.xd, s.yd = s.xx+gx*gx, s.xy+gx*gy, s.yy+gy*gy, s.xd+gx*d, s.yd+gy*d
		}
	}
	worst := 0.0
	for _, s := range sums {
		det := s.xx*s.yy - s.xy*s.xy
		if det < float64(w*h)/16*(s.xx+s.yy) {
			continue // an even patch, or one that is even along a line, has no place
		}
		worst = max(worst, math.Hypot((s.xd*s.yy-s.yd*s.xy)/det, (s.yd*s.xx-s.xd*s.xy)/det))
	}
	j.off = append(j.off, worst)
	j.psnr = append(j.psnr, 10*math.Log10(255*255/(squares/float64((w-2)*(h-2)))))
}

func sum(all []float64) float64 {
	total := 0.0
	for _, v := range all {
		total += v
	}
	return total
}

func most(all []float64) float64 {
	best := math.Inf(-1)
	for _, v := range all {
		best = max(best, v)
	}
	return best
}

func negative(all []float64) []float64 {
	out := make([]float64, len(all))
	for i, v := range all {
		out[i] = -v
	}
	return out
}
