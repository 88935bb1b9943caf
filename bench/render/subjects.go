package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/render"
)

// subject is the brightness of a whole picture, cut to the frame's shape, as
// fine as it came.
type subject struct {
	width, height int
	luma          []byte
}

// subjects are the pictures that are filmed: one that our painter draws, a
// detailed one as large as phones make them, and one of hard, thin lines.
func (s studio) subjects(ctx context.Context, film script, dir string) ([]string, error) {
	painted, err := s.paint(ctx, film.of(1), dir)
	if err != nil {
		return nil, fmt.Errorf("paint: %w", err)
	}
	w, h := s.frame.Width/40*126, s.frame.Height/40*126
	grain, lines := filepath.Join(dir, "grain.png"), filepath.Join(dir, "lines.png")
	if err := store(grain, w, h, grainAt); err != nil {
		return nil, err
	}
	return append(painted, grain, lines), store(lines, s.frame.Width, s.frame.Height, linesAt)
}

// grainAt is as rough at each scale, like leaves or stone: noise of doubling
// frequencies at halving heights.
func grainAt(x, y int) uint8 {
	v, height := 0.0, 70.0
	for side := 512.0; side >= 1; side, height = side/2, height*0.62 {
		v += height * noise(float64(x)/side, float64(y)/side, int(side))
	}
	return uint8(min(max(128+v, 0), 255))
}

// noise is from -1 to 1, and smooth between whole numbers.
func noise(x, y float64, seed int) float64 {
	at := func(i, j int) float64 {
		n := uint32(i)*374761393 + uint32(j)*668265263 + uint32(seed)*2246822519
		n = (n ^ n>>13) * 1274126177
		return float64((n^n>>16)&0xffff)/32767.5 - 1
	}
	i, j := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := x-float64(i), y-float64(j)
	fx, fy = fx*fx*(3-2*fx), fy*fy*(3-2*fy)
	top, bottom := at(i, j)+(at(i+1, j)-at(i, j))*fx, at(i, j+1)+(at(i+1, j+1)-at(i, j+1))*fx
	return top + (bottom-top)*fy
}

// linesAt is a fan of lines three pixels wide.
func linesAt(x, y int) uint8 {
	angle := math.Atan2(float64(y)+200, float64(x)+200)
	radius := math.Hypot(float64(x)+200, float64(y)+200)
	if math.Mod(angle*radius, 12) < 3 {
		return 30
	}
	return 220
}

func store(path string, w, h int, at func(x, y int) uint8) error {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetGray(x, y, color.Gray{Y: at(x, y)})
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make subject: %w", err)
	}
	if err := png.Encode(f, img); err != nil {
		_ = f.Close()
		return fmt.Errorf("write subject: %w", err)
	}
	return f.Close()
}

// best decodes a picture's brightness in the video's own levels.
func (s studio) best(ctx context.Context, path string) (subject, error) {
	f, err := os.Open(path)
	if err != nil {
		return subject{}, err
	}
	config, _, err := image.DecodeConfig(f)
	_ = f.Close()
	if err != nil {
		return subject{}, fmt.Errorf("look at %s: %w", path, err)
	}
	w, h := config.Width, config.Height
	w, h = min(w, h*s.frame.Width/s.frame.Height), min(h, w*s.frame.Height/s.frame.Width)
	out, err := exec.CommandContext(ctx, s.ffmpeg, "-loglevel", "error", "-i", path, "-vf",
		fmt.Sprintf("crop=%d:%d:exact=1,", w, h)+"scale=flags=lanczos+accurate_rnd:out_color_matrix=bt709:out_range=tv,format=yuv444p,extractplanes=y", "-f", "rawvideo", "pipe:1").Output()
	if err != nil || len(out) != w*h {
		return subject{}, fmt.Errorf("decode %s: %d bytes, %w", path, len(out), err)
	}
	return subject{w, h, out}, nil
}

// window scales a window of the subject with Lanczos's filter of three lobes.
func (s subject) window(w, h int, v render.View) []float64 {
	columns, rows := taps(w, s.width, v.X, v.Size), taps(h, s.height, v.Y, v.Size)
	first, last := rows[0].at, rows[h-1].at+len(rows[h-1].weights)
	narrow := make([]float64, w*(last-first))
	for y := first; y < last; y++ {
		line := s.luma[y*s.width:]
		for x, tap := range columns {
			v := 0.0
			for i, weight := range tap.weights {
				v += weight * float64(line[tap.at+i])
			}
			narrow[(y-first)*w+x] = v
		}
	}
	out := make([]float64, w*h)
	for y, tap := range rows {
		for i, weight := range tap.weights {
			line := narrow[(tap.at-first+i)*w:][:w]
			for x, v := range line {
				out[y*w+x] += weight * v
			}
		}
	}
	return out
}

// tap is what one pixel takes of the subject's.
type tap struct {
	at      int
	weights []float64
}

func taps(n, length int, start, size float64) []tap {
	const lobes = 3
	step := size * float64(length) / float64(n)
	stretch := max(step, 1)
	all := make([]tap, n)
	for i := range all {
		middle := start*float64(length) + step*(float64(i)+0.5) - 0.5
		from := max(int(math.Ceil(middle-lobes*stretch)), 0)
		to := min(int(math.Floor(middle+lobes*stretch)), length-1)
		t, total := tap{at: from}, 0.0
		for at := from; at <= to; at++ {
			weight := lanczos((float64(at)-middle)/stretch, lobes)
			t.weights, total = append(t.weights, weight), total+weight
		}
		for i := range t.weights {
			t.weights[i] /= total
		}
		all[i] = t
	}
	return all
}

func lanczos(x, lobes float64) float64 {
	if x == 0 {
		return 1
	}
	if math.Abs(x) >= lobes {
		return 0
	}
	return lobes * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/lobes) / (math.Pi * math.Pi * x * x)
}
