package camera

import (
	"bytes"
	"math"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
)

// wave is soft enough for straight lines between its pixels, and of another
// slope at each place. u and v count the picture's own width and height.
func wave(u, v float64) float64 {
	return 128 + 60*math.Sin(u*40+v*13) + 50*math.Cos(v*31-u*17)
}

// waves is a still of it, with the same in all planes.
func waves(width, height int) Still {
	s := Still{width, height, make([]byte, 0, Size(width, height))}
	for plane := range 3 {
		w, h := width, height
		if plane > 0 {
			w, h = width/2, height/2
		}
		for y := range h {
			for x := range w {
				s.Pixels = append(s.Pixels, byte(math.Round(wave((float64(x)+0.5)/float64(w), (float64(y)+0.5)/float64(h)))))
			}
		}
	}
	return s
}

// offset finds by how far a plane of a frame lies beside the window that it
// shows, in its own pixels: the shift that explains the differences best.
func offset(pixels []byte, w, h int, v render.View) (dx, dy, worst float64) {
	var xx, xy, yy, xd, yd float64
	for y := range h {
		for x := range w {
			at := func(dx, dy float64) float64 {
				return wave(v.X+v.Size*(float64(x)+0.5+dx)/float64(w), v.Y+v.Size*(float64(y)+0.5+dy)/float64(h))
			}
			gx, gy := (at(0.5, 0) - at(-0.5, 0)), (at(0, 0.5) - at(0, -0.5))
			d := float64(pixels[y*w+x]) - at(0, 0)
			xx, xy, yy, xd, yd = xx+gx*gx, xy+gx*gy, yy+gy*gy, xd+gx*d, yd+gy*d
			worst = max(worst, math.Abs(d))
		}
	}
	det := xx*yy - xy*xy
	return (xd*yy - yd*xy) / det, (yd*xx - xd*xy) / det, worst
}

func TestEachFrameShowsItsWindow(t *testing.T) {
	for _, frame := range []render.Frame{{Width: 320, Height: 180}, {Width: 180, Height: 320}, {Width: 182, Height: 182}} {
		camera, err := New(waves(frame.Width*Oversize, frame.Height*Oversize), frame)
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]byte, Size(frame.Width, frame.Height))
		for index := range 4 {
			path := render.CameraOf(index, 240)
			for _, at := range []float64{0, 0.123, 0.777} {
				camera.Film(dst, 1, 0, path.At(at))
				w, h, rest := frame.Width, frame.Height, dst
				for plane := range 3 {
					if plane == 1 {
						w, h = w/2, h/2
					}
					if dx, dy, worst := offset(rest[:w*h], w, h, path.At(at)); math.Hypot(dx, dy) > 0.003 || worst > 2.5 {
						t.Errorf("%v, shot %d at %v, plane %d: off by %.4f, %.4f pixels, %.1f levels at most", frame, index, at, plane, dx, dy, worst)
					}
					rest = rest[w*h:]
				}
			}
		}
	}
}

// The same window gives the same bytes, beside another's frame too, and no byte
// of that one.
func TestFramesStandOneAboveTheOther(t *testing.T) {
	frame := render.Frame{Width: 64, Height: 36}
	white := Still{64, 36, bytes.Repeat([]byte{255}, Size(64, 36))}
	a, errA := New(waves(130, 74), frame)
	b, errB := New(white, frame)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	view := render.CameraOf(3, 90).At(0.3)
	alone, both := make([]byte, Size(64, 36)), make([]byte, 2*Size(64, 36))
	a.Film(alone, 1, 0, view)
	b.Film(both, 2, 1, view)
	a.Film(both, 2, 0, view)
	for n, size := range []int{64 * 36, 32 * 18, 32 * 18} {
		if !bytes.Equal(alone[:size], both[:size]) || !bytes.Equal(white.Pixels[:size], both[size:2*size]) {
			t.Errorf("plane %d differs", n)
		}
		alone, both = alone[size:], both[2*size:]
	}
}

// Beyond the picture there is its border, and nothing breaks.
func TestWindowsAtAndBeyondTheBorder(t *testing.T) {
	frame := render.Frame{Width: 16, Height: 16}
	grey := Still{18, 22, bytes.Repeat([]byte{77}, Size(18, 22))}
	camera, err := New(grey, frame)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]byte, Size(16, 16))
	for _, view := range []render.View{{X: 0, Y: 0, Size: 1}, {X: -1, Y: -1, Size: 3}, {X: 2, Y: 2, Size: 1}, {X: -5, Y: 0.5, Size: 0.001}} {
		camera.Film(dst, 1, 0, view)
		if !bytes.Equal(dst, bytes.Repeat([]byte{77}, len(dst))) {
			t.Errorf("%v shows more than the picture", view)
		}
	}
}

func TestWhatCannotBeFilmed(t *testing.T) {
	frame := render.Frame{Width: 16, Height: 16}
	for name, still := range map[string]Still{
		"nothing": {}, "odd": {17, 16, make([]byte, 17*24)}, "too short": {16, 16, make([]byte, 383)}, "too long": {16, 16, make([]byte, 385)},
	} {
		if _, err := New(still, frame); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := New(Still{16, 16, make([]byte, 384)}, render.Frame{Width: 15, Height: 16}); err == nil {
		t.Error("an odd frame was accepted")
	}
}
