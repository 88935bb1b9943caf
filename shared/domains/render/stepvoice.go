package render

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// sentenceTimeout bounds the speech of one sentence.
	sentenceTimeout = 30 * time.Second
	// A scene waits for a busy speaker this often: 2, 4, 8, 16 s, each at random
	// between half and all of it, and then does without.
	busyTries = 4
	busyWait  = 2 * time.Second
)

// VoiceStep reads one scene aloud. When the chosen voice fails it takes
// another; when no voice is to be had the scene gets its captions alone. Either
// is a warning on the job, not a failure.
type VoiceStep struct {
	Worker
	Speaker  Speaker
	BusyWait time.Duration // before a busy speaker is asked again, doubling; 0 is the default
}

// narration is the stored result of the step, beside the WAV file.
type narration struct {
	Voice  string   `json:"voice"` // "" when silent
	Spoken []Spoken `json:"spoken"`
}

func (n narration) silent() bool { return n.Voice == "" }

// Run is done when the scene's narration is recorded. Errors: Canceled.
func (s VoiceStep) Run(ctx context.Context, in StepInput) error {
	return s.run(ctx, in, "", problem.SpeechFailed, func(ctx context.Context, t *task) error {
		if in.Scene < 1 {
			return problem.New(problem.InvalidInput, "The title card has no narration.")
		}
		if _, done := t.job.Part(in.Scene, VoicePart); done {
			return nil
		}
		n, object, err := s.narrate(ctx, t)
		if err != nil {
			return err
		}
		if err := s.warn(ctx, t, n); err != nil {
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
		return t.record(ctx, part)
	})
}

// narrate makes and stores the narration, and returns the object that holds it.
// Each run has objects of its own: one that was taken for dead and goes on must
// not change the sound whose length the others have counted with.
func (s VoiceStep) narrate(ctx context.Context, t *task) (narration, string, error) {
	object := partObject(t.in.JobID, t.in.Scene, "voice-"+tenant.NewID()+".json")
	sentences := SplitSentences(t.source.Scenes[t.in.Scene-1].Text)
	speech, n, err := s.speak(ctx, t.source.Voice, sentences)
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

// speak tries the chosen voice, then another, then goes without. A scene has
// one voice throughout.
func (s VoiceStep) speak(ctx context.Context, chosen string, sentences []string) (Speech, narration, error) {
	for _, voice := range voiceChain(s.Speaker.Voices(), chosen) {
		speech, spoken, err := s.read(ctx, voice, sentences)
		if err == nil {
			return speech, narration{Voice: voice, Spoken: spoken}, nil
		}
		if ctx.Err() != nil {
			return Speech{}, narration{}, ctx.Err()
		}
		if problem.Is(err, problem.Internal) {
			return Speech{}, narration{}, err // no other voice mends what is our own fault
		}
		s.Warn(ctx, fmt.Errorf("voice %s: %w", voice, err))
	}
	return Speech{}, narration{Spoken: Silent(sentences)}, nil
}

func (s VoiceStep) read(ctx context.Context, voice string, sentences []string) (Speech, []Spoken, error) {
	parts := make([]Speech, 0, len(sentences))
	for waited := 0; len(parts) < len(sentences); {
		part, err := s.say(ctx, voice, sentences[len(parts)])
		switch {
		case err == nil:
			parts = append(parts, part)
		case problem.Is(err, problem.Unavailable) && waited < busyTries:
			if err := s.wait(ctx, waited); err != nil {
				return Speech{}, nil, err
			}
			waited++
		default:
			return Speech{}, nil, err
		}
	}
	return Join(sentences, parts)
}

func (s VoiceStep) say(ctx context.Context, voice, sentence string) (Speech, error) {
	ctx, cancel := context.WithTimeout(ctx, sentenceTimeout)
	defer cancel()
	return s.Speaker.Speak(ctx, voice, sentence)
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

// voiceChain is the voice to use and the one to fall back to: of the same
// language when there is one.
func voiceChain(voices []Voice, chosen string) []string {
	first := voices[0]
	for _, v := range voices {
		if v.ID == chosen {
			first = v
		}
	}
	fallback := ""
	for _, v := range voices {
		if v.ID == first.ID {
			continue
		}
		if v.Language == first.Language {
			return []string{first.ID, v.ID}
		}
		if fallback == "" {
			fallback = v.ID
		}
	}
	if fallback == "" {
		return []string{first.ID}
	}
	return []string{first.ID, fallback}
}

// warn tells the owner when the scene is not read as asked for.
func (s VoiceStep) warn(ctx context.Context, t *task, n narration) error {
	w := Warning{Scene: t.in.Scene}
	switch {
	case n.silent():
		w.Code = WarnCaptionsOnly
		w.Message = fmt.Sprintf("Scene %d has captions only: no voice could read it.", t.in.Scene)
	case n.Voice != voiceChain(s.Speaker.Voices(), t.source.Voice)[0]:
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
