package camera

import (
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
)

func BenchmarkFilm(b *testing.B) {
	for _, f := range []render.Frame{{Width: 1280, Height: 720}, {Width: 3840, Height: 2160}} {
		b.Run("", func(b *testing.B) {
			s := Still{Width: 2 * f.Width, Height: 2 * f.Height, Pixels: make([]byte, Size(2*f.Width, 2*f.Height))}
			c, err := New(s, f)
			if err != nil {
				b.Fatal(err)
			}
			dst := make([]byte, Size(f.Width, f.Height))
			path := render.CameraOf(2, 300)
			i := 0
			for b.Loop() {
				c.Film(dst, 1, 0, path.At(float64(i%300)/300))
				i++
			}
		})
	}
}
