package render

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// ImageStep makes the picture of one scene, or takes the preview or the upload
// that it names.
type ImageStep struct {
	Worker
	Images  ImageStore
	Painter Painter
	// Sketcher draws while the Painter has nobody to paint; nil is nobody. Sketched,
	// if there is one, hears why each time.
	Sketcher Painter
	Sketched func(context.Context, error)
	Timeout  time.Duration // for one picture
}

// Run is done when the scene's picture is recorded. Errors: ImageTimeout,
// ImageFailed, PromptRefused, ServiceBusy, Canceled.
func (s ImageStep) Run(ctx context.Context, in StepInput) error {
	return s.run(ctx, in, "", problem.ImageTimeout, func(ctx context.Context, t *task) error {
		if in.Scene < 1 {
			return problem.New(problem.InvalidInput, "The title card has no picture of its own.")
		}
		scene := t.source.Scenes[in.Scene-1]
		if t.job.pictured(in.Scene, scene) {
			return t.tellDrawn(ctx)
		}
		if scene.named() {
			object, err := s.named(ctx, t, scene)
			if err != nil {
				return err
			}
			return t.record(ctx, Part{Kind: ImagePart, Scene: in.Scene, Object: object})
		}
		part := Part{
			Kind: ImagePart, Scene: in.Scene, Object: partObject(in.JobID, in.Scene, "image"),
			Made: metering.Amounts{metering.ImagesCount: 1},
		}
		stored, err := t.stored(ctx, part.Object)
		if err != nil {
			return err
		}
		if !stored {
			picture, err := paint(ctx, s.Painter, s.Timeout, scene.Prompt, t.source.Aspect)
			if errors.Is(err, errNoPainter) {
				return s.sketch(ctx, t, err)
			}
			if err != nil {
				return err
			}
			if err := s.Files.PutBytes(ctx, in.TenantID, part.Object, picture.Data, picture.ContentType); err != nil {
				return err
			}
		}
		return t.record(ctx, part)
	})
}

// named finds the picture that a scene names instead of a new one. Deleting one
// does not wait for the renders that show it.
func (s ImageStep) named(ctx context.Context, t *task, scene SourceScene) (string, error) {
	if scene.UploadID == "" {
		image, err := s.Images.Image(ctx, t.in.TenantID, scene.ImageID)
		if problem.Is(err, problem.NotFound) {
			return "", pictureDeleted(err)
		}
		return image.Object, err
	}
	object := UploadObject(scene.UploadID)
	stored, err := t.stored(ctx, object)
	if err == nil && !stored {
		return "", t.missing(ctx, t.in.Scene, fmt.Errorf("no object %s", object))
	}
	return object, err
}

// named reports whether the scene shows a picture that is there already.
func (s SourceScene) named() bool { return s.ImageID != "" || s.UploadID != "" }

const deletedPicture = "The picture that the scene shows was deleted. Choose another one in the project, then make a new video."

// pictureDeleted is final: an attempt renders its own copy of the project, which
// goes on naming what is gone.
func pictureDeleted(cause error) *problem.Error {
	p := problem.Wrap(problem.ImageFailed, deletedPicture, fmt.Errorf("%w: %w", errGone, cause))
	p.Final = true
	return p
}

// paint makes one picture within its time.
func paint(ctx context.Context, painter Painter, timeout time.Duration, prompt string, aspect Aspect) (Picture, error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	picture, err := painter.Paint(limited, prompt, aspect)
	if err == nil || isProblem(err) {
		return picture, err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Picture{}, problem.Wrap(problem.ImageTimeout, fmt.Sprintf("The picture was not finished within %.0f seconds.", timeout.Seconds()), err)
	}
	return Picture{}, problem.Wrap(problem.ImageFailed, "The picture could not be made.", err)
}
