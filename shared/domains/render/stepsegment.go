package render

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// SegmentStep encodes one piece of the video: the body of a shot or the fade
// to the next one.
type SegmentStep struct {
	Worker
	Encoder Encoder
}

// Run is done when the piece is recorded. Errors: EncodeStalled, EncodeFailed,
// StorageFull, Canceled.
func (s SegmentStep) Run(ctx context.Context, in StepInput) error {
	if in.Kind != BodyPart && in.Kind != FadePart {
		return problem.New(problem.InvalidInput, "A segment is a body or a fade.")
	}
	return s.run(ctx, in, PartName(in.Scene, in.Kind), problem.EncodeStalled, func(ctx context.Context, t *task) error {
		if _, done := t.job.Part(in.Scene, in.Kind); done {
			return nil
		}
		spec, err := t.segment(ctx)
		if err != nil {
			return err
		}
		part := Part{Kind: in.Kind, Scene: in.Scene, Object: segmentObject(in.JobID, in.Scene, in.Kind), Frames: spec.Frames()}
		stored, err := t.stored(ctx, part.Object)
		if err != nil {
			return err
		}
		if !stored {
			out := filepath.Join(t.dir, "out.mp4")
			if err := s.Encoder.Segment(ctx, spec, out, t.progress); err != nil {
				return err
			}
			if err := t.Files.PutFile(ctx, in.TenantID, part.Object, out, "video/mp4"); err != nil {
				return err
			}
		}
		return t.record(ctx, part)
	})
}

func segmentObject(jobID string, scene int, kind PartKind) string {
	return partObject(jobID, scene, string(kind)+".mp4")
}

// segment describes the piece that the task makes.
func (t *task) segment(ctx context.Context) (SegmentSpec, error) {
	frame := FrameSize(t.source.Resolution, t.source.Aspect)
	from, err := t.shot(ctx, t.in.Scene)
	if err != nil {
		return SegmentSpec{}, err
	}
	if t.in.Kind == BodyPart {
		return BodySpec(frame, from, t.in.Scene == len(t.source.Scenes)), nil
	}
	if t.in.Scene == len(t.source.Scenes) {
		return SegmentSpec{}, problem.New(problem.InvalidInput, "There is no shot after the last scene.")
	}
	to, err := t.shot(ctx, t.in.Scene+1)
	return FadeSpec(frame, from, to), err
}

// shot fetches what a shot shows: its picture and its burned-in captions. The
// title card stands on the first scene's picture.
func (t *task) shot(ctx context.Context, scene int) (Shot, error) {
	image, err := t.image(ctx, max(scene, 1))
	if err != nil {
		return Shot{}, err
	}
	if scene == 0 {
		return TitleShot(image, t.source.Title, ""), nil
	}
	n, _, err := t.narration(ctx, scene)
	if err != nil {
		return Shot{}, err
	}
	var cues []Cue
	// A scene without a voice must be readable, whatever was asked for.
	if t.source.Captions || n.silent() {
		cues = Cues(n.Spoken, t.source.Aspect)
	}
	return SceneShot(scene, image, NarrationMS(n.Spoken), cues), nil
}

// image fetches a scene's picture. Neither its name nor its object's tells what
// kind it is: the encoder looks inside.
func (t *task) image(ctx context.Context, scene int) (string, error) {
	part, ok := t.job.Part(scene, ImagePart)
	if !ok {
		return "", fmt.Errorf("segment: scene %d has no picture yet", scene)
	}
	path := filepath.Join(t.dir, fmt.Sprintf("image-%d", scene))
	err := t.Files.GetFile(ctx, t.in.TenantID, part.Object, path)
	if problem.Is(err, problem.NotFound) && t.source.Scenes[scene-1].named() {
		return "", pictureDeleted(err).With(MemberScene, scene)
	}
	return path, err
}
