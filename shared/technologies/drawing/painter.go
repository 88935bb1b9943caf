// Package drawing paints a landscape, a night sky or a set table from the words
// of a prompt, without a model and without a network: what the product shows
// wherever no image service is configured. Equal prompts give equal pictures.
package drawing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// Painter is the render.Painter that draws. The zero value works.
type Painter struct {
	// Scale divides the sides of a picture; 0 and 1 are full size. Tests of
	// what is painted use small ones.
	Scale int
}

var _ render.Painter = Painter{}

// New returns a painter of full-size pictures.
func New() Painter { return Painter{} }

const quality = 90 // of the JPEG; the video encoder is the coarser one

// Paint implements render.Painter. It takes about half a second of CPU.
func (p Painter) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	picture, err := p.draw(ctx, prompt, aspect)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return render.Picture{}, problem.Wrap(problem.ImageTimeout, "The picture took too long to draw. Try again.", err)
	case err != nil:
		return render.Picture{}, problem.Wrap(problem.ImageFailed, "The picture could not be drawn. Try again.", err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
		return render.Picture{}, problem.Wrap(problem.ImageFailed, "The picture could not be drawn. Try again.", fmt.Errorf("encode picture: %w", err))
	}
	return render.Picture{Data: out.Bytes(), ContentType: "image/jpeg"}, nil
}

// draw goes from back to front, one pass at a time, and looks at ctx between passes.
func (p Painter) draw(ctx context.Context, prompt string, aspect render.Aspect) (*image.RGBA, error) {
	width, height := size(aspect)
	scale := max(p.Scale, 1)
	scene := compose(prompt)
	c := newCanvas(width/scale, height/scale, scene.seed)
	for _, pass := range scene.passes() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pass(c)
	}
	return c.develop(), ctx.Err()
}

func size(aspect render.Aspect) (width, height int) {
	switch aspect {
	case render.Portrait:
		return 1440, 2560
	case render.Square:
		return 1440, 1440
	}
	return 2560, 1440
}
