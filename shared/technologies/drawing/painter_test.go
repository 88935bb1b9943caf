package drawing

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

func TestFullSizes(t *testing.T) {
	for aspect, want := range map[render.Aspect]image.Point{
		render.Landscape: {X: 2560, Y: 1440}, render.Portrait: {X: 1440, Y: 2560}, render.Square: {X: 1440, Y: 1440},
	} {
		picture, err := New().Paint(t.Context(), "A shepherd beside still waters", aspect)
		if err != nil {
			t.Fatal(err)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(picture.Data))
		if err != nil || config.Width != want.X || config.Height != want.Y || picture.ContentType != "image/jpeg" {
			t.Errorf("%s: %+v %s, %v", aspect, config, picture.ContentType, err)
		}
	}
}

var prompts = []string{
	"A shepherd with his sheep on green pastures", "Still waters of a quiet lake at dawn", "A path winding through the hills",
	"The dark valley of the shadow of death", "A table prepared with bread and a cup", "The house of the Lord at sunset",
	"Night sky full of stars", "A cross on a hill", "A boat on the sea", "Winter mountains in snow", "A desert", "A forest of cedars",
	"", "abc", "abd", "日本", strings.Repeat("long ", 400),
}

func TestPromptsDifferAndRepeat(t *testing.T) {
	painter := Painter{Scale: 8}
	var seen [][]float64
	for _, prompt := range prompts {
		picture, err := painter.draw(t.Context(), prompt, render.Landscape)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := painter.draw(t.Context(), prompt, render.Landscape)
		if !bytes.Equal(picture.Pix, again.Pix) {
			t.Errorf("%.20q is painted differently each time", prompt)
		}
		look := thumbnail(picture)
		for i, other := range seen {
			if d := distance(look, other); d < 4 {
				t.Errorf("%.30q looks like %.30q: %.1f", prompt, prompts[i], d)
			}
		}
		if low, high := slices.Min(look), slices.Max(look); high-low < 40 {
			t.Errorf("%.30q has hardly any contrast: %.0f to %.0f", prompt, low, high)
		}
		seen = append(seen, look)
	}
}

// thumbnail averages a picture to 16 x 9 cells of three colours.
func thumbnail(picture *image.RGBA) []float64 {
	cells, counts := make([]float64, 16*9*3), make([]float64, 16*9*3)
	size := picture.Rect.Size()
	for y := range size.Y {
		for x := range size.X {
			cell := (y*9/size.Y*16 + x*16/size.X) * 3
			for c := range 3 {
				cells[cell+c] += float64(picture.Pix[picture.PixOffset(x, y)+c])
				counts[cell+c]++
			}
		}
	}
	for i := range cells {
		cells[i] /= counts[i]
	}
	return cells
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(a[i] - b[i])
	}
	return sum / float64(len(a))
}

func TestWordsChooseTheScene(t *testing.T) {
	cases := map[string]func(scene) bool{
		"green pastures and sheep":    func(s scene) bool { return s.mood == spring && s.with(sheep) && !s.water },
		"still waters":                func(s scene) bool { return s.water },
		"The VALLEY, of the shadow!":  func(s scene) bool { return s.valley && s.mood == storm && s.rays > 0 },
		"my cup runs over":            func(s scene) bool { return s.table },
		"moon and stars at night":     func(s scene) bool { return s.moon && s.stars > 0 },
		"the house of the LORD":       func(s scene) bool { return s.with(church) },
		"an old olive tree, a church": func(s scene) bool { return s.with(tree) && s.with(church) },
		"scrossing the townhouse":     func(s scene) bool { return !s.with(cross) && !s.with(church) }, // whole words only
	}
	for prompt, fits := range cases {
		if s := compose(prompt); !fits(s) {
			t.Errorf("%q became %+v", prompt, s)
		}
	}
}

func TestContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New().Paint(ended, "x", render.Square); !problem.Is(err, problem.ImageFailed) {
		t.Errorf("canceled: %v", err)
	}
	late, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-late.Done()
	_, err := New().Paint(late, "x", render.Square)
	if !problem.Is(err, problem.ImageTimeout) || problem.Status(problem.From(err).Code) != 408 {
		t.Errorf("late: %v", err)
	}
}

func BenchmarkPaint(b *testing.B) {
	for b.Loop() {
		for _, prompt := range []string{"still waters", "a table", "a forest, rays of light, a church"} {
			if _, err := New().Paint(b.Context(), prompt, render.Landscape); err != nil {
				b.Fatal(err)
			}
		}
	}
}
