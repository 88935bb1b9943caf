package render

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

const (
	// sentenceTimeout bounds the speech of one sentence: 25 s of sound, of which a
	// natural voice on cores that encode at the same time takes up to four times as long.
	sentenceTimeout = 100 * time.Second
	// sceneTimeout is how long a voice that has an understudy may take over a scene: the
	// longest is 70 s of sound. What is left of the step's 420 s is enough for the understudy.
	sceneTimeout = 240 * time.Second
	// A scene waits for a busy speaker this often: 2, 4, 8, 16 s, each at random
	// between half and all of it, and then does without.
	busyTries = 4
	busyWait  = 2 * time.Second
)

// VoiceStep reads one scene aloud. When the chosen voice fails, the speaker's
// understudy reads the whole scene; without one, another voice of the same
// language does. When none is to be had the scene gets its captions alone. Each
// is a warning on the job, not a failure.
type VoiceStep struct {
	Worker
	Speaker  Speaker
	Heard    func(context.Context, bool)  // hears of each scene that a voice was to read whether one did; nil is nobody
	Denied   func(context.Context, error) // hears, once a scene, why a voice cannot be used; nil is nobody
	BusyWait time.Duration                // before a busy speaker is asked again, doubling; 0 is the default
}

// narration is the stored result of the step, beside the WAV file.
type narration struct {
	Voice      string   `json:"voice"` // "" when silent
	Understudy bool     `json:"understudy,omitempty"`
	Spoken     []Spoken `json:"spoken"`

	tried bool // there was a voice to read it
}

func (n narration) silent() bool { return n.Voice == "" }

// Run is done when the scene's narration is recorded. Errors: ServiceBusy, Canceled.
func (s VoiceStep) Run(ctx context.Context, in StepInput) error {
	return s.run(ctx, in, "", problem.SpeechFailed, func(ctx context.Context, t *task) error {
		if in.Scene < 1 {
			return problem.New(problem.InvalidInput, "The title card has no narration.")
		}
		if _, done := t.job.Part(in.Scene, VoicePart); done {
			return nil
		}
		by := t.source.readers(s.Speaker.Voices())
		n, object, err := s.narrate(ctx, t, by)
		if err != nil {
			return err
		}
		if err := s.warn(ctx, t, n, by); err != nil {
			return err
		}
		ms := NarrationMS(n.Spoken)
		part := Part{
			Kind: VoicePart, Scene: in.Scene, Object: object,
			Frames: SceneShot(in.Scene, "", ms, nil).Frames,
		}
		if !n.silent() {
			part.Made = metering.Amounts{metering.TTSSeconds: ms}
		}
		if err := t.record(ctx, part); err != nil {
			return err
		}
		if n.tried && s.Heard != nil {
			s.Heard(ctx, !n.silent())
		}
		return nil
	})
}

// narrate makes and stores the narration, and returns the object that holds it.
// Each run has objects of its own: one that was taken for dead and goes on must
// not change the sound whose length the others have counted with.
func (s VoiceStep) narrate(ctx context.Context, t *task, by readers) (narration, string, error) {
	object := partObject(t.in.JobID, t.in.Scene, "voice-"+tenant.NewID()+".json")
	sentences := reading.Sentences(t.source.Scenes[t.in.Scene-1].Text, by.in())
	speech, n, err := s.speak(ctx, t, by.voices, sentences)
	if err != nil {
		return narration{}, "", err
	}
	if !n.silent() {
		if err := t.Files.PutBytes(ctx, t.in.TenantID, soundOf(object), WAV(speech), "audio/wav"); err != nil {
			return narration{}, "", err
		}
	}
	data, err := json.Marshal(n)
	if err != nil {
		return narration{}, "", fmt.Errorf("encode narration: %w", err)
	}
	return n, object, t.Files.PutBytes(ctx, t.in.TenantID, object, data, "application/json")
}

// soundOf is the WAV file that belongs to a narration's object.
func soundOf(object string) string { return strings.TrimSuffix(object, ".json") + ".wav" }

// reader is a speaker with one of its voices.
type reader struct {
	Speaker
	voice      string
	understudy bool
}

// cast is who may read a scene, in order. An understudy comes before another voice
// of a speaker that has failed: what slows or breaks one of its voices mostly does
// so to all.
func (s VoiceStep) cast(voices []voice.Voice) []reader {
	var all []reader
	natural, ok := s.Speaker.(Understudied)
	for i, v := range voices {
		if !ok || i == 0 {
			all = append(all, reader{Speaker: s.Speaker, voice: v.ID})
		}
	}
	if ok {
		for _, v := range voices {
			all = append(all, reader{Speaker: natural.Understudy(), voice: v.ID, understudy: true})
		}
	}
	return all
}

// speak tries the readers in turn, then goes without. A scene has one voice
// throughout.
func (s VoiceStep) speak(ctx context.Context, t *task, voices []voice.Voice, sentences []reading.Sentence) (Speech, narration, error) {
	if !spoken(sentences) {
		return Speech{}, narration{Spoken: Silent(sentences)}, nil // no voice of this language could read it
	}
	told := false
	for _, r := range s.cast(voices) {
		speech, spoken, err := s.perform(ctx, t, r, sentences)
		if errors.Is(err, errNoReader) && s.Denied != nil && !told {
			s.Denied(ctx, fmt.Errorf("voice %s: %w", r.voice, err))
			told = true
		}
		if err == nil {
			return speech, narration{Voice: r.voice, Understudy: r.understudy, Spoken: spoken, tried: true}, nil
		}
		if ctx.Err() != nil {
			return Speech{}, narration{}, ctx.Err()
		}
		if problem.Is(err, problem.Internal) || problem.Is(err, problem.ServiceBusy) {
			return Speech{}, narration{}, err // no other voice mends what is our own fault, or the load of all
		}
		s.Warn(ctx, fmt.Errorf("voice %s: %w", r.voice, err))
	}
	return Speech{}, narration{Spoken: Silent(sentences), tried: len(voices) > 0}, nil
}

// perform has a reader read the scene; one with an understudy gets ready first,
// which takes no sentence's time, and has an end.
func (s VoiceStep) perform(ctx context.Context, t *task, r reader, sentences []reading.Sentence) (Speech, []Spoken, error) {
	natural, ok := r.Speaker.(Understudied)
	if !ok {
		return s.read(ctx, t, r, sentences)
	}
	ctx, cancel := context.WithTimeout(ctx, sceneTimeout)
	defer cancel()
	if err := natural.Prepare(ctx, r.voice); err != nil {
		return Speech{}, nil, err
	}
	return s.read(ctx, t, r, sentences)
}

// read has a scene read sentence by sentence. What was read when the step has to leave
// is kept for the run that comes back.
func (s VoiceStep) read(ctx context.Context, t *task, r reader, sentences []reading.Sentence) (Speech, []Spoken, error) {
	parts := t.heard(ctx, r, sentences)
	before := len(parts)
	for waited := 0; len(parts) < len(sentences); {
		if sentences[len(parts)].Spoken == "" {
			parts = append(parts, Speech{}) // its caption stands alone
			continue
		}
		part, err := r.say(ctx, sentences[len(parts)].Spoken)
		switch {
		case err == nil:
			parts = append(parts, part)
		case (problem.Is(err, problem.Unavailable) || problem.Is(err, problem.ServiceBusy)) && waited < busyTries:
			if err := s.wait(ctx, waited); err != nil {
				return Speech{}, nil, err
			}
			waited++
		default:
			if problem.Is(err, problem.ServiceBusy) && len(parts) > before {
				t.keepHeard(ctx, r, sentences, parts)
			}
			return Speech{}, nil, err
		}
	}
	return Join(sentences, parts)
}

func (r reader) say(ctx context.Context, sentence string) (Speech, error) {
	ctx, cancel := context.WithTimeout(ctx, sentenceTimeout)
	defer cancel()
	return r.Speak(ctx, r.voice, sentence)
}

func (s VoiceStep) wait(ctx context.Context, waited int) error {
	longest := cmp.Or(s.BusyWait, busyWait) << waited
	select {
	case <-time.After(longest/2 + rand.N(longest/2)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// warn tells the owner when the scene is not read as its quote said.
func (s VoiceStep) warn(ctx context.Context, t *task, n narration, by readers) error {
	quoted, _ := by.first()
	w := Warning{Scene: t.in.Scene}
	switch {
	case n.silent():
		w.Code = WarnCaptionsOnly
		w.Message = fmt.Sprintf("Scene %d has captions only: no voice could read it.", t.in.Scene)
	case n.Understudy:
		w.Code = WarnFallbackVoice
		w.Message = fmt.Sprintf("Scene %d is read by a plainer voice: the natural one was not available.", t.in.Scene)
	case n.Voice != quoted.ID:
		w.Code = WarnFallbackVoice
		w.Message = fmt.Sprintf("Scene %d is read by another voice: the chosen one was not available.", t.in.Scene)
	default:
		return nil
	}
	return t.Jobs.RecordWarning(ctx, t.in.TenantID, t.in.JobID, t.in.Attempt, w)
}

// narration reads a scene's recorded narration and names its object.
func (t *task) narration(ctx context.Context, scene int) (narration, string, error) {
	var n narration
	part, ok := t.job.Part(scene, VoicePart)
	if !ok {
		return n, "", fmt.Errorf("scene %d has no narration", scene)
	}
	data, err := t.Files.GetBytes(ctx, t.in.TenantID, part.Object)
	if err != nil {
		return n, "", err
	}
	if err := json.Unmarshal(data, &n); err != nil {
		return n, "", fmt.Errorf("read narration: %w", err)
	}
	return n, part.Object, nil
}
