package render

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

var errNoPainter = errors.New("no picture model can be used")

// NoPainter is what a Painter answers when nobody is there to paint: its account
// may use none of the models, or they are gone. That is an operator's trouble, and
// no description mends it. A render then draws; a preview, which is made to be
// chosen and paid, is refused.
func NoPainter(cause error) error {
	return problem.Wrap(problem.Unavailable,
		"Pictures cannot be painted at the moment, and nothing was charged. A video can be made meanwhile: its pictures are drawn.",
		errors.Join(errNoPainter, cause))
}

var errNoReader = errors.New("the voice cannot be used")

// NoReader is what a Speaker answers when its account may not use the voice, or its
// service does not have it. That is an operator's trouble, and no other text mends
// it: the scene does as when the voice is down.
func NoReader(cause error) error {
	return problem.Wrap(problem.SpeechFailed, "The voice cannot be used at the moment.", errors.Join(errNoReader, cause))
}

// Busy is what a Painter or a Speaker answers when its service refuses for load.
// It says nothing of what was asked for: the same is asked again, after a while.
func Busy(detail string, after time.Duration, cause error) error {
	p := problem.Wrap(problem.ServiceBusy, detail, cause)
	p.RetryAfter = after
	return p
}

// sketch draws the picture that nobody could paint, records it and tells the owner.
// It is not charged: it costs nothing to make, and is not what was asked for.
func (s ImageStep) sketch(ctx context.Context, t *task, why error) error {
	if s.Sketcher == nil {
		return why
	}
	scene := t.in.Scene
	picture, err := paint(ctx, s.Sketcher, s.Timeout, t.source.Scenes[scene-1].Prompt, t.source.Aspect)
	if err != nil {
		return err
	}
	part := Part{Kind: ImagePart, Scene: scene, Object: sketchObject(t.in.JobID, scene)}
	if err := s.Files.PutBytes(ctx, t.in.TenantID, part.Object, picture.Data, picture.ContentType); err != nil {
		return err
	}
	if s.Sketched != nil {
		s.Sketched(ctx, why)
	}
	if err := t.record(ctx, part); err != nil {
		return err
	}
	if t.job, err = s.current(ctx, t.in); err != nil { // another run may have painted one before
		return err
	}
	return t.tellDrawn(ctx)
}

// sketchObject has a name of its own: a later run must not take it for a painted one.
func sketchObject(jobID string, scene int) string { return partObject(jobID, scene, "sketch") }

// tellDrawn tells the owner when the recorded picture of the scene is a drawn one. It
// comes after the record, also in a run that finds the record: told before, a run that
// comes again might paint what was said to be drawn.
func (t *task) tellDrawn(ctx context.Context) error {
	scene := t.in.Scene
	if part, ok := t.job.Part(scene, ImagePart); !ok || part.Object != sketchObject(t.in.JobID, scene) {
		return nil
	}
	return t.Jobs.RecordWarning(ctx, t.in.TenantID, t.in.JobID, t.in.Attempt, Warning{
		Code: WarnPictureDrawn, Scene: scene,
		Message: fmt.Sprintf("The picture of scene %d is drawn, because no picture could be painted. It was not charged.", scene),
	})
}
