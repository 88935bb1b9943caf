package render

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Fixed properties of every finished video.
const (
	FrameRate       = 30    // frames a second, constant
	SampleRate      = 48000 // Hz of the finished audio
	SamplesPerFrame = SampleRate / FrameRate
	LoudnessTarget  = -16.0 // LUFS, integrated (EBU R128); the result lies within 1 LU
	MusicBelow      = 15.0  // LU that background music lies under LoudnessTarget while nobody speaks
	FadeFrames      = 18    // length of a cross-fade, 0.6 s
	LeadFrames      = 15    // silence before a scene's narration, 0.5 s
	TailFrames      = 24    // silence after it, 0.8 s
	TitleFrames     = 96    // the title card, 3.2 s
	SentencePauseMS = 450   // silence between two sentences: longer than a natural voice rests at a comma
	MaxScenes       = 20
	MaxSceneChars   = 1000           // Unicode code points
	MaxVideoMS      = 15 * 60 * 1000 // the seed's 15 minutes
)

// Resolution names the short side of the picture.
type Resolution string

// The resolutions on offer; UHD needs a paid plan.
const (
	HD     Resolution = "720p"
	FullHD Resolution = "1080p"
	UHD    Resolution = "4k"
)

// Resolutions lists every resolution, the smallest first.
func Resolutions() []Resolution { return []Resolution{HD, FullHD, UHD} }

// Aspect is width to height.
type Aspect string

// The aspects on offer.
const (
	Landscape Aspect = "16:9"
	Portrait  Aspect = "9:16"
	Square    Aspect = "1:1"
)

// Aspects lists every aspect.
func Aspects() []Aspect { return []Aspect{Landscape, Portrait, Square} }

// Frame is a picture size in pixels; both are even, as yuv420p needs.
type Frame struct{ Width, Height int }

// FrameSize returns the size of the video: the short side is 720, 1080 or 2160.
func FrameSize(r Resolution, a Aspect) Frame {
	short := map[Resolution]int{HD: 720, FullHD: 1080, UHD: 2160}[r]
	long := short * 16 / 9
	switch a {
	case Portrait:
		return Frame{short, long}
	case Square:
		return Frame{short, short}
	}
	return Frame{long, short}
}

// Picture is an encoded still, sRGB, of about a megapixel or more; the encoder
// scales and crops it to the frame.
type Picture struct {
	Data        []byte
	ContentType string // image/jpeg or image/png
}

// Painter makes a picture from a prompt. Equal prompts make equal pictures
// where the provider allows it.
//
// Errors: problem.ImageTimeout when ctx's deadline passed, problem.PromptRefused
// when the provider does not paint that, Busy when it refused for load, NoPainter
// when no model can be had, problem.ImageFailed when it failed otherwise.
type Painter interface {
	Paint(ctx context.Context, prompt string, aspect Aspect) (Picture, error)
}

// Speech is mono 16-bit PCM.
type Speech struct {
	Samples []int16
	Rate    int // Hz
}

// MS returns the length in milliseconds, rounded up.
func (s Speech) MS() int64 { return (int64(len(s.Samples))*1000 + int64(s.Rate) - 1) / int64(s.Rate) }

// Speaker reads one sentence aloud. voice is an id from its own Voices.
//
// Errors: Busy or Unavailable when it has too much to do right now, else SpeechFailed,
// whatever the cause.
type Speaker interface {
	Speak(ctx context.Context, voice, sentence string) (Speech, error)
	Voices() []voice.Voice // at least one; the first is the default
}

// Understudied is a Speaker that may be slow, fail, or not be to be had, and knows
// another that reads with the same voices' ids.
type Understudied interface {
	Speaker
	// Prepare loads what the voice needs, however long that takes. Errors: as Speak.
	Prepare(ctx context.Context, voice string) error
	Understudy() Speaker
}

// Cue is one caption, at most two lines, in milliseconds from the start of its shot.
type Cue struct {
	StartMS int64    `json:"start_ms"`
	EndMS   int64    `json:"end_ms"`
	Lines   []string `json:"lines"`
}

// Shot is one picture in slow motion: the title card or a scene. The camera's
// path runs over the whole of Frames, so that a body and the two fades beside
// it show the same movement.
type Shot struct {
	Image  string // path of the picture: JPEG, PNG or WebP of any size, whatever its name
	Index  int    // 0 is the title card; chooses the camera's path
	Frames int    // length of the shot, fades included (both its halves)
	Title  string // drawn large on the title card; empty on scenes
	Byline string // smaller, below the title; may be empty
	Cues   []Cue  // burned in; empty when captions are off

	Language language.Language // of the video; chooses among the fonts that draw a text
}

// SegmentSpec is one encoded piece of the video. All pieces of a video have
// identical stream parameters and begin with an IDR frame (closed GOP), so that
// assembly copies them.
//
// A body has one shot and covers its frames [From, To). A fade has two: it
// cross-fades from frames [From, To) of the first to frames [0, To-From) of the second.
type SegmentSpec struct {
	Frame    Frame
	Shots    []Shot
	From, To int
	Closing  bool // a body that ends the video: its last FadeFrames fade to black
}

// Narration is the WAV file of a shot and where it begins in the video.
type Narration struct {
	Path       string // WAV, mono s16; empty means silence
	StartFrame int    // from the start of the video
}

// AssembleSpec joins segments, in order, without encoding video again, with
// one pass over the audio: placed, resampled, brought to LoudnessTarget, AAC.
// Music repeats to the end of the video and stays well below the narration,
// which is as loud as without it. Without any narration the music itself is
// brought to LoudnessTarget.
type AssembleSpec struct {
	Segments    []string // paths, in order
	Narrations  []Narration
	Music       string // path of an MP3, WAV or M4A, whatever its name; empty means none
	TotalFrames int    // of the video
	Title       string // container metadata
}

// MediaInfo is what a finished file holds.
type MediaInfo struct {
	DurationMS    int64   // milliseconds
	Width, Height int     // pixels
	VideoCodec    string  // h264
	PixelFormat   string  // yuv420p
	AudioCodec    string  // aac
	SampleRate    int     // Hz
	FrameRate     float64 // frames a second
	LoudnessLUFS  float64 // integrated; -Inf for silence
}

// ErrMusic says that the music cannot be decoded; everything else may be well.
var ErrMusic = errors.New("the music cannot be decoded")

// Encoder is the video encoder. out is a path that does not exist yet; after an
// error nothing is left there. progress is called with frames done, ascending,
// at least once a second while frames are produced.
//
// Errors: problem.EncodeStalled when no frame was produced for the stall
// timeout (the process is killed), problem.StorageFull when the disk is full,
// problem.ImageFailed with MemberScene when a shot's picture cannot be read,
// ErrMusic, problem.EncodeFailed otherwise; ctx's own error when ctx ended.
type Encoder interface {
	Segment(ctx context.Context, spec SegmentSpec, out string, progress func(frames int)) error
	Assemble(ctx context.Context, spec AssembleSpec, out string, progress func(frames int)) error
	Thumbnail(ctx context.Context, video string, atMS int64, out string) error // JPEG, 1280 px on its long side at most
	Probe(ctx context.Context, video string) (MediaInfo, error)
}
