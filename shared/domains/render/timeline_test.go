package render

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/voice"
)

func timelineOf(narrationMS ...int64) Timeline {
	var scenes []Shot
	for i, ms := range narrationMS {
		scenes = append(scenes, SceneShot(i+1, "x.jpg", ms, nil))
	}
	return NewTimeline(TitleShot("x.jpg", "Title", ""), scenes)
}

func TestDurationIsNarrationPlusPauses(t *testing.T) {
	for _, narration := range [][]int64{{0}, {1}, {33}, {1000, 2001}, {75000, 1, 33, 34, 999999 / 10}} {
		want := TitleFrames
		for _, ms := range narration {
			want += LeadFrames + int(math.Ceil(float64(ms)*FrameRate/1000)) + TailFrames
		}
		timeline := timelineOf(narration...)
		total := 0
		for _, segment := range timeline.Segments(Frame{1280, 720}) {
			total += segment.Frames()
		}
		if timeline.TotalFrames != want || total != want {
			t.Errorf("%v: %d frames in the plan, %d in the segments, want %d", narration, timeline.TotalFrames, total, want)
		}
	}
}

// Every frame of the video shows each shot at the frame that its place says.
func TestSegmentsFollowThePlaces(t *testing.T) {
	timeline := timelineOf(1000, 2500, 100)
	at := 0
	for n, segment := range timeline.Segments(Frame{1280, 720}) {
		if fade := n%2 == 1; fade != (len(segment.Shots) == 2) || fade && segment.Frames() != FadeFrames {
			t.Errorf("segment %d: %d shots, %d frames", n, len(segment.Shots), segment.Frames())
		}
		first := segment.Shots[0].Index
		if start := timeline.Places[first].StartFrame + segment.From; start != at {
			t.Errorf("segment %d begins at frame %d, its shot says %d", n, at, start)
		}
		if len(segment.Shots) == 2 && timeline.Places[first+1].StartFrame != at {
			t.Errorf("segment %d: the second shot begins at %d, not %d", n, timeline.Places[first+1].StartFrame, at)
		}
		if segment.Closing != (at+segment.Frames() == timeline.TotalFrames) {
			t.Errorf("segment %d: closing is %v", n, segment.Closing)
		}
		at += segment.Frames()
	}
}

func TestFadesLieInTheSilence(t *testing.T) {
	timeline := timelineOf(1000, 2000)
	for i := 1; i < len(timeline.Shots); i++ {
		place := timeline.Places[i]
		if place.NarrationFrame < place.StartFrame+FadeFrames {
			t.Errorf("scene %d speaks at %d, its fade ends at %d", i, place.NarrationFrame, place.StartFrame+FadeFrames)
		}
		if FramesMS(place.NarrationFrame-place.StartFrame) != NarrationLeadMS {
			t.Errorf("scene %d: the lead is %d ms", i, FramesMS(place.NarrationFrame-place.StartFrame))
		}
	}
	if end, fade := timeline.Places[1].NarrationFrame+30, timeline.Places[2].StartFrame; end > fade {
		t.Errorf("the voice ends at %d, the fade begins at %d", end, fade)
	}
}

func TestABodyDependsOnItsOwnSceneOnly(t *testing.T) {
	a := timelineOf(1000, 2000, 3000).Segments(Frame{1280, 720})[4]
	b := timelineOf(9000, 2000, 500, 700).Segments(Frame{1280, 720})[4]
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v and %+v", a, b)
	}
}

func TestCameraStaysInsideAndMovesEvenly(t *testing.T) {
	for index := range 21 {
		for _, frames := range []int{57, 300, 3000} {
			camera := CameraOf(index, frames)
			if camera != CameraOf(index, frames) {
				t.Fatal("not repeatable")
			}
			for i := range 11 {
				v := camera.At(float64(i) / 10)
				const margin = 0.001
				if v.X < margin || v.Y < margin || v.X+v.Size > 1-margin || v.Y+v.Size > 1-margin || v.Size < 0.8 {
					t.Errorf("shot %d of %d frames looks at %+v", index, frames, v)
				}
			}
			if camera.From == camera.To {
				t.Errorf("shot %d stands still", index)
			}
		}
		if CameraOf(index, 300) == CameraOf(index+1, 300) {
			t.Errorf("shots %d and %d move alike", index, index+1)
		}
	}
}

func TestJoinPlacesSentencesExactly(t *testing.T) {
	part := func(n int) Speech { return Speech{Samples: make([]int16, n), Rate: 16000} }
	whole, spoken, err := Join([]reading.Sentence{{Shown: "a", Spoken: "a"}, {Shown: "b", Spoken: "b"}}, []Speech{part(16000), part(8000)})
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Samples) != 24000+16000*SentencePauseMS/1000 || spoken[1].StartMS != 1000+SentencePauseMS || spoken[1].EndMS != whole.MS() {
		t.Errorf("%d samples, %+v", len(whole.Samples), spoken)
	}
	if whole, spoken, err := Join([]reading.Sentence{{Shown: "a", Spoken: "a", Paragraph: true}, {Shown: "שלום"}}, []Speech{part(16000), {}}); err != nil || spoken[1].StartMS != 1000+paragraphPauseMS || whole.MS() != spoken[1].EndMS || spoken[1].EndMS-spoken[1].StartMS < ReadingMS("שלום")-1 {
		t.Errorf("%v: a sentence that is read in silence: %+v", err, spoken)
	}
	if _, _, err := Join([]reading.Sentence{{Shown: "a"}}, nil); err == nil {
		t.Error("a sentence without a recording was joined")
	}
	if _, _, err := Join([]reading.Sentence{{Shown: "a", Spoken: "a"}, {Shown: "b", Spoken: "b"}}, []Speech{part(1), {Rate: 8000}}); err == nil {
		t.Error("two rates were joined")
	}
}

func TestWAV(t *testing.T) {
	data := WAV(Speech{Samples: []int16{1, -2}, Rate: 22050})
	if len(data) != 48 || !bytes.HasPrefix(data, []byte("RIFF")) || binary.LittleEndian.Uint32(data[24:]) != 22050 || !bytes.Equal(data[44:], []byte{1, 0, 0xfe, 0xff}) {
		t.Errorf("% x", data)
	}
}

func TestEstimates(t *testing.T) {
	if EstimateSpeechMS("", voice.Voice{}, voice.Espeak) != 0 {
		t.Error("nothing takes no time")
	}
	scene := strings.Repeat("The Lord is my shepherd; I shall lack nothing. ", 21)
	if ms := EstimateSpeechMS(scene, voice.Voice{}, voice.Espeak); ms < 60000 || ms > 100000 {
		t.Errorf("a full scene is estimated at %d ms", ms)
	}
}
