package render

// The joint of two shots is the end of one's tail and the start of the other's
// lead. A fade is centred on it, half in the tail and half in the lead, so that
// fades take no time of their own: a video lasts exactly its narration plus the
// fixed pauses.
const halfFade = FadeFrames / 2

// NarrationLeadMS is when the voice begins, from the start of a scene's shot.
const NarrationLeadMS = (halfFade + LeadFrames) * 1000 / FrameRate

// FramesMS is the time of a frame, rounded down.
func FramesMS(frames int) int64 { return int64(frames) * 1000 / FrameRate }

// NarrationFrames is the narration's length in frames, rounded up.
func NarrationFrames(ms int64) int { return int((ms*FrameRate + 999) / 1000) }

// TitleShot is shot 0. It has no fade before it.
func TitleShot(image, title, byline string) Shot {
	return Shot{Image: image, Index: 0, Frames: TitleFrames + halfFade, Title: title, Byline: byline}
}

// SceneShot is the shot of scene index, counted from 1. It depends on nothing
// but the scene itself, whatever stands before and after it.
func SceneShot(index int, image string, narrationMS int64, cues []Cue) Shot {
	frames := halfFade + LeadFrames + NarrationFrames(narrationMS) + TailFrames + halfFade
	return Shot{Image: image, Index: index, Frames: frames, Cues: cues}
}

// BodySpec is the segment of a shot between its fades. The last scene of a
// video ends in black instead of in the next shot.
func BodySpec(frame Frame, shot Shot, last bool) SegmentSpec {
	from := FadeFrames
	if shot.Index == 0 {
		from = 0
	}
	to := shot.Frames - FadeFrames
	if last {
		to = shot.Frames - halfFade
	}
	return SegmentSpec{Frame: frame, Shots: []Shot{shot}, From: from, To: to, Closing: last}
}

// FadeSpec is the segment that leads from one shot to the next.
func FadeSpec(frame Frame, from, to Shot) SegmentSpec {
	return SegmentSpec{Frame: frame, Shots: []Shot{from, to}, From: from.Frames - FadeFrames, To: from.Frames}
}

// Frames is the length of the segment.
func (s SegmentSpec) Frames() int { return s.To - s.From }

// Place says where a shot lies in the video. Neighbours overlap by their fade.
type Place struct {
	StartFrame     int // of the shot, its fade included
	NarrationFrame int // where the voice begins; 0 on the title card, which has none
}

// Timeline is the plan of a whole video: shot 0 is the title card, the others
// are the scenes.
type Timeline struct {
	Shots       []Shot
	Places      []Place
	TotalFrames int // of the video
}

// NewTimeline lays out a title card and at least one scene.
func NewTimeline(title Shot, scenes []Shot) Timeline {
	t := Timeline{Shots: append([]Shot{title}, scenes...), Places: []Place{{}}}
	joint := TitleFrames
	for _, scene := range scenes {
		t.Places = append(t.Places, Place{StartFrame: joint - halfFade, NarrationFrame: joint + LeadFrames})
		joint += scene.Frames - FadeFrames
	}
	t.TotalFrames = joint
	return t
}

// DurationMS is the length of the video.
func (t Timeline) DurationMS() int64 { return FramesMS(t.TotalFrames) }

// Segments lists the pieces of the video in order: body, fade, body, … body.
// The pieces' frames add up to TotalFrames.
func (t Timeline) Segments(frame Frame) []SegmentSpec {
	var all []SegmentSpec
	for i, shot := range t.Shots {
		if i > 0 {
			all = append(all, FadeSpec(frame, t.Shots[i-1], shot))
		}
		all = append(all, BodySpec(frame, shot, i == len(t.Shots)-1))
	}
	return all
}

// Captions lists the captions of the whole video for WebVTT.
func (t Timeline) Captions() []ShotCues {
	all := make([]ShotCues, len(t.Shots))
	for i, shot := range t.Shots {
		all[i] = ShotCues{StartFrame: t.Places[i].StartFrame, Cues: shot.Cues}
	}
	return all
}
