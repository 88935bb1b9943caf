package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
)

// A piece that is made again is the same piece, byte for byte: a body, a fade
// and the title card.
func TestTheSameSegmentIsTheSameFile(t *testing.T) {
	k := newKit(t)
	picture := k.picture(t, "waves.jpg", waves)
	a, b := render.SceneShot(1, picture, 500, nil), render.SceneShot(2, picture, 500, nil)
	for name, spec := range map[string]render.SegmentSpec{
		"body": render.BodySpec(small, a, true), "fade": render.FadeSpec(small, a, b),
		"title": render.BodySpec(small, render.TitleShot(picture, "Psalm 23", ""), false),
	} {
		var made [2][]byte
		for i := range made {
			out := k.file("again.mp4")
			if err := k.Segment(t.Context(), spec, out, nil); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			made[i] = data
		}
		if !bytes.Equal(made[0], made[1]) {
			t.Errorf("%s: two files differ", name)
		}
	}
}

// Filming ends with its context, between two frames.
func TestFilmEndsWithItsContext(t *testing.T) {
	k := newKit(t)
	spec := render.BodySpec(small, render.SceneShot(1, k.picture(t, "waves.jpg", waves), 500, nil), true)
	ctx, cancel := context.WithCancel(t.Context())
	taken := &once{then: cancel}
	if err := k.Film(ctx, spec, taken); !errors.Is(err, context.Canceled) || taken.writes != 1 {
		t.Errorf("%d frames, %v", taken.writes, err)
	}
}

// once calls then when it was written to.
type once struct {
	then   func()
	writes int
}

func (o *once) Write(p []byte) (int, error) {
	o.writes++
	o.then()
	return len(p), nil
}
