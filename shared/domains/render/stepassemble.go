package render

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// AssembleStep joins the pieces to the finished video.
type AssembleStep struct {
	Worker
	Encoder Encoder
}

// Run is done when the video, its captions and its thumbnail are stored and
// recorded. Errors: EncodeStalled, EncodeFailed, StorageFull, Canceled.
func (s AssembleStep) Run(ctx context.Context, in workflow.Input) error {
	return s.run(ctx, StepInput{Input: in}, assembleName, problem.EncodeStalled, func(ctx context.Context, t *task) error {
		if t.job.Video != nil {
			return nil
		}
		timeline, spec, err := t.assembly(ctx)
		if err != nil {
			return err
		}
		out := filepath.Join(t.dir, tenant.VideoFile)
		if spec.Music, err = t.music(ctx); err != nil {
			return err
		}
		if err := s.assemble(ctx, t, spec, out); err != nil {
			return err
		}
		thumbnail := filepath.Join(t.dir, tenant.ThumbnailFile)
		if err := s.Encoder.Thumbnail(ctx, out, FramesMS(TitleFrames/2), thumbnail); err != nil {
			return err
		}
		return t.publish(ctx, timeline, out, thumbnail)
	})
}

// assemble does without music that cannot be heard: a video is worth more than
// its music.
func (s AssembleStep) assemble(ctx context.Context, t *task, spec AssembleSpec, out string) error {
	err := s.Encoder.Assemble(ctx, spec, out, t.progress)
	if !errors.Is(err, ErrMusic) {
		return err
	}
	s.Warn(ctx, err)
	if err := t.warnMusic(ctx, "The video has no background music: the sound file cannot be read. Upload it again as MP3, WAV or M4A, then make a new video."); err != nil {
		return err
	}
	spec.Music = ""
	return s.Encoder.Assemble(ctx, spec, out, t.progress)
}

// music fetches the background music, "" when there is none.
func (t *task) music(ctx context.Context) (string, error) {
	if t.source.MusicUploadID == "" {
		return "", nil
	}
	path := filepath.Join(t.dir, "music")
	err := t.Files.GetFile(ctx, t.in.TenantID, UploadObject(t.source.MusicUploadID), path)
	if problem.Is(err, problem.NotFound) {
		return "", t.warnMusic(ctx, musicDeleted().Message)
	}
	return path, err
}

func musicDeleted() Warning {
	return Warning{Code: WarnMusicSkipped, Message: "The video has no background music: the sound file was deleted. Choose another one in the project, then make a new video."}
}

func (t *task) warnMusic(ctx context.Context, message string) error {
	return t.Jobs.RecordWarning(ctx, t.in.TenantID, t.in.JobID, t.in.Attempt, Warning{Code: WarnMusicSkipped, Message: message})
}

// assembly fetches every piece in order and says where each voice begins.
func (t *task) assembly(ctx context.Context) (Timeline, AssembleSpec, error) {
	var scenes []Shot
	spec := AssembleSpec{Title: t.source.Title}
	fetch := func(scene int, kind PartKind) error {
		part, ok := t.job.Part(scene, kind)
		if !ok {
			return fmt.Errorf("assemble: part %s is missing", PartName(scene, kind))
		}
		path := filepath.Join(t.dir, PartName(scene, kind)+".mp4")
		spec.Segments = append(spec.Segments, path)
		return t.Files.GetFile(ctx, t.in.TenantID, part.Object, path)
	}
	if err := fetch(0, BodyPart); err != nil {
		return Timeline{}, spec, err
	}
	for scene := 1; scene <= len(t.source.Scenes); scene++ {
		if err := fetch(scene-1, FadePart); err != nil {
			return Timeline{}, spec, err
		}
		if err := fetch(scene, BodyPart); err != nil {
			return Timeline{}, spec, err
		}
		shot, voice, err := t.voiced(ctx, scene)
		if err != nil {
			return Timeline{}, spec, err
		}
		scenes = append(scenes, shot)
		spec.Narrations = append(spec.Narrations, Narration{Path: voice})
	}
	timeline := NewTimeline(TitleShot("", t.source.Title, ""), scenes)
	for i := range spec.Narrations {
		spec.Narrations[i].StartFrame = timeline.Places[i+1].NarrationFrame
	}
	spec.TotalFrames = timeline.TotalFrames
	return timeline, spec, nil
}

// voiced fetches a scene's voice, "" for a silent one, and its captions.
func (t *task) voiced(ctx context.Context, scene int) (Shot, string, error) {
	n, object, err := t.narration(ctx, scene)
	if err != nil {
		return Shot{}, "", err
	}
	shot := SceneShot(scene, "", NarrationMS(n.Spoken), Cues(n.Spoken, t.source.Aspect))
	if n.silent() {
		return shot, "", nil
	}
	path := filepath.Join(t.dir, fmt.Sprintf("%d.wav", scene))
	return shot, path, t.Files.GetFile(ctx, t.in.TenantID, soundOf(object), path)
}

// publish stores the result; the record comes last, so that it proves the rest.
func (t *task) publish(ctx context.Context, timeline Timeline, video, thumbnail string) error {
	id, job := t.in.TenantID, t.in.JobID
	vtt := WebVTT(timeline.Captions())
	if err := t.Files.PutBytes(ctx, id, CaptionsObject(job), []byte(vtt), "text/vtt; charset=utf-8"); err != nil {
		return err
	}
	if err := t.Files.PutFile(ctx, id, ThumbnailObject(job), thumbnail, "image/jpeg"); err != nil {
		return err
	}
	if err := t.Files.PutFile(ctx, id, VideoObject(job), video, "video/mp4"); err != nil {
		return err
	}
	size, stored, err := t.sizes(ctx, VideoObject(job), CaptionsObject(job), ThumbnailObject(job))
	if err != nil {
		return err
	}
	frame := FrameSize(t.source.Resolution, t.source.Aspect)
	return t.Jobs.RecordVideo(ctx, id, job, t.in.Attempt, Video{
		DurationMS: timeline.DurationMS(), Width: frame.Width, Height: frame.Height, Size: size, Stored: stored,
	})
}

// sizes returns the bytes of the first object and of all together.
func (t *task) sizes(ctx context.Context, names ...string) (first, all int64, err error) {
	for i, name := range names {
		size, _, err := t.Files.Size(ctx, t.in.TenantID, name)
		if err != nil {
			return 0, 0, err
		}
		if i == 0 {
			first = size
		}
		all += size
	}
	return first, all, nil
}
