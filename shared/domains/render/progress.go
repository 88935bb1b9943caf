package render

// Step names what a job is doing, for a person.
type Step string

// The steps, in the order in which a job passes them.
const (
	StepQueued   Step = "queued"
	StepPlan     Step = "plan"
	StepImage    Step = "image"
	StepVoice    Step = "voice"
	StepEncode   Step = "encode"
	StepAssemble Step = "assemble"
	StepUpload   Step = "upload" // of a publication, the only one
	StepDone     Step = "done"
)

// Steps lists every step, in that order.
func Steps() []Step {
	return []Step{StepQueued, StepPlan, StepImage, StepVoice, StepEncode, StepAssemble, StepUpload, StepDone}
}

// Work units of the parts that have no frames of their own, measured in frames
// that take as long to encode.
const (
	imageUnits = 60
	voiceUnits = 90
)

// assembleName is the key of the assembly's frames in Job.Live.
const assembleName = "assemble"

// Progress is the job's step and how much of its work is done, in percent. It
// follows from recorded parts and encoded frames alone, so that it needs no
// writer of its own; it reaches 100 only on success.
func (j Job) Progress() (Step, int) {
	switch {
	case j.Status == Succeeded:
		return StepDone, 100
	case j.Status == Queued, j.StartedAt.IsZero():
		return StepQueued, j.percent()
	case len(j.Parts) == 0 && len(j.Live) == 0:
		return StepPlan, 0
	}
	return j.step(), j.percent()
}

// step is the first kind of work that is not finished everywhere.
func (j Job) step() Step {
	missing := func(kind PartKind, from, to int) bool {
		for scene := from; scene <= to; scene++ {
			if _, ok := j.Part(scene, kind); !ok {
				return true
			}
		}
		return false
	}
	switch {
	case missing(ImagePart, 1, j.Scenes):
		return StepImage
	case missing(VoicePart, 1, j.Scenes):
		return StepVoice
	case missing(BodyPart, 0, j.Scenes), missing(FadePart, 0, j.Scenes-1):
		return StepEncode
	}
	return StepAssemble
}

// recorded reports whether a part that is spoken of as being made is finished.
func (j Job) recorded(live string) bool {
	for scene, kinds := range j.Parts {
		for kind := range kinds {
			if PartName(scene, kind) == live {
				return true
			}
		}
	}
	return false
}

func (j Job) percent() int {
	frames := max(j.Frames, 1)
	assembly := frames / 8
	total := j.Scenes*(imageUnits+voiceUnits) + frames + assembly
	done := 0
	for _, kinds := range j.Parts {
		for kind, part := range kinds {
			switch kind {
			case ImagePart:
				done += imageUnits
			case VoicePart:
				done += voiceUnits
			default:
				done += part.Frames
			}
		}
	}
	for name, n := range j.Live {
		if j.recorded(name) { // a beat that was overtaken by the record of its part
			continue
		}
		if name == assembleName {
			n = min(n/8, assembly)
		}
		done += n
	}
	return min(done*100/total, 99)
}
