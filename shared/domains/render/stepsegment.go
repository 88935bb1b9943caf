package render

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// SegmentStep encodes one piece of the video: the body of a shot or the fade
// to the next one.
type SegmentStep struct {
	Worker
	Encoder Encoder
	Voices  []voice.Voice // that there are: as the plan's, so that it looked for the fonts that draw here
}

// Run is done when the piece is recorded. Errors: EncodeStalled, EncodeFailed,
// StorageFull, Canceled.
func (s SegmentStep) Run(ctx context.Context, in StepInput) error {
	if in.Kind != BodyPart && in.Kind != FadePart {
		return problem.New(problem.InvalidInput, "A segment is a body or a fade.")
	}
	return s.run(ctx, in, PartName(in.Scene, in.Kind), problem.EncodeStalled, func(ctx context.Context, t *task) error {
		object := t.segmentObject()
		if made, done := t.job.Part(in.Scene, in.Kind); done && made.Object == object {
			return nil
		}
		spec, err := t.segment(ctx, t.source.readers(s.Voices))
		if err != nil {
			return err
		}
		part := Part{Kind: in.Kind, Scene: in.Scene, Object: object, Frames: spec.Frames()}
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

// segmentObject names the piece by the pictures that it shows. What an earlier attempt
// made of others, one of which is left out now, is not this piece.
func (t *task) segmentObject() string {
	sum := sha256.New()
	for scene := t.in.Scene; scene <= t.in.Scene+1; scene++ {
		if scene == t.in.Scene || t.in.Kind == FadePart {
			picture, _ := t.job.Part(max(scene, 1), ImagePart)
			sum.Write(append([]byte(picture.Object), 0))
		}
	}
	return partObject(t.in.JobID, t.in.Scene, string(t.in.Kind)+"-"+hex.EncodeToString(sum.Sum(nil)[:8])+".mp4")
}

// segment describes the piece that the task makes.
func (t *task) segment(ctx context.Context, by readers) (SegmentSpec, error) {
	frame := FrameSize(t.source.Resolution, t.source.Aspect)
	from, err := t.shot(ctx, t.in.Scene, by)
	if err != nil {
		return SegmentSpec{}, err
	}
	if t.in.Kind == BodyPart {
		return BodySpec(frame, from, t.in.Scene == len(t.source.Scenes)), nil
	}
	if t.in.Scene == len(t.source.Scenes) {
		return SegmentSpec{}, problem.New(problem.InvalidInput, "There is no shot after the last scene.")
	}
	to, err := t.shot(ctx, t.in.Scene+1, by)
	return FadeSpec(frame, from, to), err
}

// shot fetches what a shot shows: its picture and its burned-in captions. The
// title card stands on the first scene's picture.
func (t *task) shot(ctx context.Context, scene int, by readers) (Shot, error) {
	image, err := t.image(ctx, max(scene, 1))
	if err != nil {
		return Shot{}, err
	}
	if scene == 0 {
		shot := TitleShot(image, reading.Title(t.source.Title), "")
		shot.Language = by.written
		return shot, nil
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
	shot := SceneShot(scene, image, NarrationMS(n.Spoken), cues)
	_, shot.Language = t.source.captionsOf(t.source.Scenes[scene-1].Text, by)
	if !n.silent() {
		shot.Language = voice.LanguageOf(n.Voice)
	}
	return shot, nil
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
		return "", t.missing(ctx, scene, err)
	}
	return path, err
}
