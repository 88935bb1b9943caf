package render

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// A picture that a person uploaded was decoded before it was taken. Should it fail a
// video all the same (its object is gone, a decoder has changed), the attempt ends
// at once and costs nothing, its reason names the file, and the next attempt does
// without it. One that its owner deleted meanwhile, an upload or a preview, is left out
// alike, but what was made is charged: deleting is free, and could have any number of
// pictures painted for nothing.

// FileNames tells what people call their files, and what they deleted.
type FileNames interface {
	// UploadName is the name that a file was uploaded under. Errors: NotFound.
	UploadName(ctx context.Context, id tenant.ID, uploadID string) (string, error)
	// UploadDeleted reports whether a file was deleted, be it that this is not done yet.
	UploadDeleted(ctx context.Context, id tenant.ID, uploadID string) (bool, error)
	// PreviewDeleted reports the same of a preview.
	PreviewDeleted(ctx context.Context, id tenant.ID, imageID string) (bool, error)
}

// What says of a picture that it is not there, other than that it cannot be read.
var (
	errGone = errors.New("the picture is gone") // its owner deleted it
	errLost = errors.New("the picture is lost") // nobody did
)

// missing is the failure of a scene whose named picture has no object. Deleting an
// upload or a preview marks its item first: one whose item is there after all was lost,
// by us.
func (t *task) missing(ctx context.Context, scene int, cause error) error {
	p := pictureDeleted(cause)
	if t.Names != nil {
		deleted, err := t.ownerDeleted(ctx, t.source.Scenes[scene-1])
		if err != nil {
			return err
		}
		if !deleted {
			p = problem.Wrap(problem.ImageFailed, "The picture that the scene shows was lost.", fmt.Errorf("%w: %w", errLost, cause))
			p.Final = true
		}
	}
	return p.With(MemberScene, scene)
}

// ownerDeleted reports whether the picture that a scene names was deleted.
func (t *task) ownerDeleted(ctx context.Context, shown SourceScene) (bool, error) {
	if shown.UploadID != "" {
		return t.Names.UploadDeleted(ctx, t.in.TenantID, shown.UploadID)
	}
	return t.Names.PreviewDeleted(ctx, t.in.TenantID, shown.ImageID)
}

// blameFile makes the failure of a scene's picture one of the file, when its owner
// uploaded or deleted it, and notes that the next attempt is to leave it out. This one
// goes on naming it: a step that comes again after its note must not paint what nobody
// asked for yet. A preview that cannot be read and a picture that we lost are our fault,
// and left out alike.
func (t *task) blameFile(ctx context.Context, failed error) error {
	var p *problem.Error
	if !errors.As(failed, &p) || p.Code != problem.ImageFailed || !p.Final {
		return failed
	}
	scene := t.in.Scene
	if named, ok := p.Members[MemberScene].(int); ok {
		scene = named
	}
	scene = max(scene, 1) // the title card stands on the first scene's picture
	if scene > len(t.source.Scenes) || !t.source.Scenes[scene-1].named() {
		return failed
	}
	shown, what := t.source.Scenes[scene-1], "can no longer be read"
	deleted, lost := errors.Is(failed, errGone), errors.Is(failed, errLost)
	switch {
	case deleted:
		what = "was deleted"
	case lost:
		what = "was lost, which is our fault"
	}
	subject := "Your picture" + t.called(ctx, shown.UploadID) + " " + what
	if err := t.Jobs.RecordWarning(ctx, t.in.TenantID, t.in.JobID, t.in.Attempt, leftOut(scene, subject)); err != nil {
		return err // the step comes again, and fails as before
	}
	code, ending := problem.UploadRejected, paintedAnew
	switch {
	case deleted:
	case shown.UploadID != "" && !lost:
		ending = costNothing
	default:
		code = problem.ImageFailed
	}
	own := problem.Wrap(code, subject+"."+ending, failed).With(MemberScene, scene)
	own.Final = true
	return own
}

// How the reason ends of an attempt that a named picture ended. The end is our own
// words alone: what a file is called stands before it.
const (
	paintedAnew = " A retry leaves it out and paints one from the scene's description; or choose another picture in the project, then make a new video."
	costNothing = " Nothing was charged." + paintedAnew
)

// free reports whether an attempt that ended so was said to cost nothing.
func (f Failure) free() bool {
	return f.Code == problem.UploadRejected && strings.HasSuffix(f.Detail, costNothing)
}

// called is the name of a file in quotes, with a space before them; "" when nobody
// knows it any more.
func (t *task) called(ctx context.Context, uploadID string) string {
	if t.Names == nil || uploadID == "" {
		return ""
	}
	name, err := t.Names.UploadName(ctx, t.in.TenantID, uploadID)
	if err != nil && !problem.Is(err, problem.NotFound) {
		t.Warn(ctx, fmt.Errorf("name file: %w", err))
	}
	if name == "" {
		return ""
	}
	return " “" + name + "”"
}

// leftOut is what becomes of a picture of which subject tells.
func leftOut(scene int, subject string) Warning {
	return Warning{Code: WarnLeftOut, Scene: scene, Message: subject + ". The video shows one that was painted from the scene's description."}
}

// shows names the upload or the preview that a scene shows; "" is neither.
func (s SourceScene) shows() string { return cmp.Or(s.UploadID, s.ImageID) }

// onward is what a job's next attempt renders, with its warnings. now is as in reworded,
// gone as in losses. Leaving out comes first, so that the scene takes what was chosen
// instead, and last, as the project may go on naming what failed.
func (s Source) onward(j Job, now *Source, gone []string) (Source, []Warning) {
	loses := s.losses(j.Warnings, gone)
	left, warnings := s.without(loses, j.Warnings, gone)
	next, warnings := left.reworded(j, now).without(loses, warnings, gone)
	return next, slices.DeleteFunc(warnings, func(w Warning) bool {
		return w.Code == WarnLeftOut && w.Scene >= 1 && w.Scene <= len(next.Scenes) && next.Scenes[w.Scene-1].named()
	})
}

// losses are the pictures to be left out, and what to say of each: those that failed an
// attempt, as warnings tell, and the uploads and previews that are gone. A warning is of
// the picture that its scene had in the source which failed, not of one chosen since.
func (s Source) losses(warnings []Warning, gone []string) map[string]string {
	loses := map[string]string{}
	for _, id := range gone {
		loses[id] = leftOut(0, "Your picture was deleted").Message
	}
	for _, w := range warnings {
		if w.Code == WarnLeftOut && w.Scene >= 1 && w.Scene <= len(s.Scenes) {
			scene := s.Scenes[w.Scene-1]
			loses[cmp.Or(scene.shows(), scene.LeftOut)] = w.Message
		}
	}
	return loses
}

// without is the source without lost pictures, in each scene that shows them, and without
// music that is gone. It also returns the warnings, with one for each scene that loses its
// picture.
func (s Source) without(loses map[string]string, warnings []Warning, gone []string) (Source, []Warning) {
	s.Scenes = slices.Clone(s.Scenes)
	warnings = slices.Clone(warnings)
	for i, scene := range s.Scenes {
		says, lost := loses[scene.shows()]
		if !scene.named() || !lost {
			continue
		}
		s.Scenes[i].UploadID, s.Scenes[i].ImageID, s.Scenes[i].LeftOut = "", "", scene.shows()
		warnings = warned(warnings, Warning{Code: WarnLeftOut, Scene: i + 1, Message: says})
	}
	if s.MusicUploadID != "" && slices.Contains(gone, s.MusicUploadID) {
		s.MusicUploadID = ""
		warnings = warned(warnings, musicDeleted())
	}
	return s, warnings
}

// warned adds a warning, once per code and scene.
func warned(all []Warning, w Warning) []Warning {
	if slices.ContainsFunc(all, func(o Warning) bool { return o.Code == w.Code && o.Scene == w.Scene }) {
		return all
	}
	return append(all, w)
}

// reworded is what the next attempt renders of a job that ended because a description
// was refused: a scene that has no picture yet is painted from what the project now says
// of it, or shows what was chosen instead. Scenes are told by place and text; whatever
// else was changed in the project is for a new video. now is nil when it is gone.
func (s Source) reworded(j Job, now *Source) Source {
	if now == nil || j.Failure == nil || j.Failure.Code != problem.PromptRefused {
		return s
	}
	s.Scenes = slices.Clone(s.Scenes)
	for i, scene := range s.Scenes {
		if !j.pictured(i+1, scene) && i < len(now.Scenes) && now.Scenes[i].Text == scene.Text {
			s.Scenes[i] = now.Scenes[i]
			s.Scenes[i].LeftOut = scene.LeftOut
		}
	}
	return s
}

// pictured tells whether a scene has its picture: one that is left out now is none, nor
// is one for which another was chosen since.
func (j Job) pictured(scene int, s SourceScene) bool {
	part, done := j.Part(scene, ImagePart)
	return done && (!part.Borrowed() || part.showsNamed(s))
}

// showsNamed tells whether a part is the upload or the preview that a scene names. The
// object of an old preview has an ending.
func (p Part) showsNamed(s SourceScene) bool {
	if s.UploadID != "" {
		return p.Object == UploadObject(s.UploadID)
	}
	return s.ImageID != "" && strings.HasPrefix(p.Object, ImageObject(s.ImageID, ""))
}

// Borrowed tells whether a part is a picture that was there before the job: an upload,
// or a preview.
func (p Part) Borrowed() bool {
	return strings.HasPrefix(p.Object, tenant.UploadFolder) || strings.HasPrefix(p.Object, tenant.ImageFolder)
}

// Replaces tells whether a part takes the place of the recorded one: a picture that of
// one that is left out, for which one is painted or another was chosen, and a piece of
// the video that of one which shows other pictures.
func (p Part) Replaces(old Part) bool {
	if p.Kind == ImagePart && !old.Borrowed() {
		return false
	}
	return p.Kind != VoicePart && old.Object != p.Object
}
