// Package render owns what a render is: its price, its admission and settlement,
// the steps that make its parts, its timeline, captions and camera, and what
// becomes of it when something fails. It knows pictures, speech and encoders by
// the ports in media.go, storage and workflow by those in ports.go.
package render

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Status is the life of a job. The last three are terminal; retry leads from
// failed and canceled back to queued.
type Status string

// The statuses of a job.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Canceled  Status = "canceled"
)

// Statuses lists every status.
func Statuses() []Status { return []Status{Queued, Running, Succeeded, Failed, Canceled} }

// Ended reports whether nothing more happens to the job by itself.
func (s Status) Ended() bool { return s == Succeeded || s == Failed || s == Canceled }

// Source is the copy of a project that a job renders, so that later changes of
// the project do not reach into a running job.
type Source struct {
	ProjectID string `json:"project_id"`
	Title     string `json:"title"`
	Voice     string `json:"voice"`
	// Language is the one that the owner chose; "" is what the text says.
	Language   language.Language `json:"language,omitempty"`
	Resolution Resolution        `json:"resolution"`
	Aspect     Aspect            `json:"aspect"`
	Captions   bool              `json:"captions"`
	Scenes     []SourceScene     `json:"scenes"`
	// MusicUploadID is an uploaded sound that plays under the whole video.
	MusicUploadID string `json:"music_upload_id,omitempty"`
}

// SourceScene is one scene of the copy.
type SourceScene struct {
	Text     string `json:"text"`
	Prompt   string `json:"prompt"`              // what its picture is painted from
	ImageID  string `json:"image_id,omitempty"`  // a finished preview instead
	UploadID string `json:"upload_id,omitempty"` // or an uploaded picture
	LeftOut  string `json:"left_out,omitempty"`  // of either, the one that it showed until an attempt failed for it
}

// PartKind names what a job is put together from.
type PartKind string

// The kinds of parts. Scene 0 is the title card: it has a body, and the fade
// that leads from it to scene 1.
const (
	ImagePart PartKind = "image"
	VoicePart PartKind = "voice"
	BodyPart  PartKind = "body"
	FadePart  PartKind = "fade" // from this shot to the next
)

// Part is something finished. It is recorded once, after its object is stored;
// a step that finds it recorded does nothing.
type Part struct {
	Kind   PartKind
	Scene  int              // 0 is the title card
	Object string           // name below the tenant's prefix
	Made   metering.Amounts // what it is charged as; nothing for a reused preview
	Frames int              // of a voice: the shot's length; of a body or fade: its own
}

// Video is the finished result. Its objects have constant names (see objects.go).
type Video struct {
	DurationMS    int64 // milliseconds
	Width, Height int   // pixels
	Size          int64 // bytes
	Stored        int64 // bytes, captions and thumbnail included
}

// Warning is something that went differently from what was asked for, without
// failing the job.
type Warning struct {
	Code    string `json:"code"`
	Scene   int    `json:"scene,omitempty"` // from 1
	Message string `json:"message"`
}

// The codes of warnings.
const (
	WarnFallbackVoice = "fallback_voice"
	WarnCaptionsOnly  = "captions_only"
	WarnMusicSkipped  = "music_skipped"
	WarnLeftOut       = "picture_left_out" // an uploaded or deleted picture that failed an attempt; those that follow paint one
	WarnPictureDrawn  = "picture_drawn"    // no model could be had to paint it
	WarnTooLong       = "too_long"         // of a proposal: more than one video holds
	WarnVoiceLanguage = "voice_language"   // the voice reads another language than the text is in
	WarnUnspoken      = "unspoken"         // something is shown and not read aloud
	WarnNoGlyph       = "no_glyph"         // something is not shown: no font has it
)

// Failure is why a job ended without a video, for a person to read.
type Failure struct {
	Code   problem.Code
	Detail string
}

// Job is one render.
type Job struct {
	ID         string
	ProjectID  string
	Title      string
	Resolution Resolution
	Aspect     Aspect
	Status     Status
	Attempt    int   // 1, then one more with each retry
	Restarts   int   // executions of this attempt that died and were replaced
	Revision   int64 // changes with every recorded part
	Scenes     int   // without the title card
	Frames     int   // estimate of the whole video

	Period   metering.Period  // month of this attempt's reservation
	Reserved metering.Amounts // by this attempt; kept after it settled
	Charged  metering.Amounts // by all settled attempts together
	Unpaid   metering.Amounts // made by attempts of which it was said that they cost nothing; paid when a video comes of it

	Parts    map[int]map[PartKind]Part
	Live     map[string]int // frames of the parts that are being made, by PartName
	Video    *Video         // made, though perhaps not settled yet
	Stored   int64          // bytes that count as storage; 0 until it succeeds
	Deleted  bool           // its files were deleted by its owner
	Warnings []Warning
	Failure  *Failure // of the last attempt; while one runs, the trouble that a step met

	CreatedAt  time.Time
	AdmittedAt time.Time // when this attempt was asked for; zero of one from before that was kept
	StartedAt  time.Time // zero until a step runs
	FinishedAt time.Time // zero until it ends
	DueAt      time.Time // when the sweeper must look; zero once ended
}

// Part returns a recorded part.
func (j Job) Part(scene int, kind PartKind) (Part, bool) {
	p, ok := j.Parts[scene][kind]
	return p, ok
}

// Made is what the job's recorded parts and, once it has succeeded, its video
// amount to.
func (j Job) Made(succeeded bool) metering.Amounts {
	total := metering.Amounts{}
	for _, kinds := range j.Parts {
		for _, p := range kinds {
			total = total.Plus(p.Made)
		}
	}
	if succeeded && j.Video != nil {
		total = total.Plus(metering.Amounts{metering.RenderMinutes: j.Video.DurationMS, metering.StorageMB: j.Video.Stored})
	}
	return total
}

// Run is the job's present attempt, as the workflow sees it.
func (j Job) Run(id tenant.ID) workflow.Run {
	return workflow.Run{
		Input:    workflow.Input{TenantID: id, JobID: j.ID, Attempt: j.Attempt},
		Restarts: j.Restarts, Waiting: j.Status == Queued, Ended: j.Status.Ended(), DueAt: j.DueAt,
	}
}
