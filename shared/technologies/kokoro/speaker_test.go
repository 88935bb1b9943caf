package kokoro

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/tests/harness"
)

func settings(t testing.TB) Settings {
	k := harness.Kokoro(t)
	return Settings{Library: k.Library, Model: k.Model, Vocabulary: k.Vocabulary, Voices: k.Voices}
}

func phonemes(t testing.TB) Phonemes {
	library, data := harness.Espeak(t)
	return espeak.New(espeak.Settings{Library: library, Data: data}).Phonemes
}

// One speaker for all: loading the model takes a second.
func TestSpeaker(t *testing.T) {
	s := New(settings(t), phonemes(t))
	if err := s.Ready(); err != nil {
		t.Fatal(err)
	}
	t.Run("every voice speaks, equally loud, and no two sound alike", func(t *testing.T) { everyVoice(t, s) })
	t.Run("odd text never fails", func(t *testing.T) { oddText(t, s) })
	t.Run("a long sentence is spoken whole", func(t *testing.T) { longSentence(t, s) })
	t.Run("the end of the context stops it", func(t *testing.T) { stops(t, s) })
}

func everyVoice(t *testing.T, s *Speaker) {
	seen := map[float64]string{}
	for _, v := range s.Voices() {
		speech, err := s.Speak(t.Context(), v.ID, "Amen. Gloria, 23.")
		if err != nil {
			t.Fatalf("voice %s: %v", v.ID, err)
		}
		if ms := speech.MS(); ms < 800 || ms > 8000 {
			t.Errorf("voice %s speaks for %d ms", v.ID, ms)
		}
		loud := decibels(speech)
		if loud < -26 || loud > -20 {
			t.Errorf("voice %s is at %.1f dB, want -23", v.ID, loud)
		}
		if other, ok := seen[loud]; ok {
			t.Errorf("voices %s and %s make the same sound", v.ID, other)
		}
		seen[loud] = v.ID
		if slices.Contains(speech.Samples, math.MaxInt16) || slices.Contains(speech.Samples, math.MinInt16) {
			t.Errorf("voice %s is clipped", v.ID)
		}
	}
}

// decibels is the level of the louder half of a speech.
func decibels(s render.Speech) float64 {
	var powers []float64
	for part := range slices.Chunk(s.Samples, window) {
		sum := 0.0
		for _, v := range part {
			sum += float64(v) * float64(v) / (math.MaxInt16 * math.MaxInt16)
		}
		powers = append(powers, sum/float64(len(part)))
	}
	slices.Sort(powers)
	sum := 0.0
	loud := powers[len(powers)/2:]
	for _, p := range loud {
		sum += p
	}
	return 10 * math.Log10(sum/float64(len(loud)))
}

func oddText(t *testing.T, s *Speaker) {
	for _, text := range []string{"", "…", "🙏", "a\x00b", "<speak>x</speak>", "[[h@l'oU]]", "\\", "—", "?!", "שלום"} {
		speech, err := s.Speak(t.Context(), "", text)
		if err != nil || len(speech.Samples) == 0 {
			t.Errorf("%.20q: %d samples, %v", text, len(speech.Samples), err)
		}
	}
	if _, err := s.Speak(t.Context(), "nobody", "x"); !problem.Is(err, problem.SpeechFailed) {
		t.Errorf("an unknown voice: %v", err)
	}
}

func longSentence(t *testing.T, s *Speaker) {
	phrase := "and his loving kindness endures for ever"
	one, err := s.Speak(t.Context(), "grace", phrase+".")
	if err != nil {
		t.Fatal(err)
	}
	const times = 14 // some 560 signs: more than the model takes at once
	many, err := s.Speak(t.Context(), "grace", strings.Repeat(phrase+", ", times-1)+phrase+".")
	if err != nil {
		t.Fatal(err)
	}
	if ratio := float64(many.MS()) / float64(one.MS()*times); ratio < 0.7 || ratio > 1.2 {
		t.Errorf("%d phrases take %d ms, one takes %d ms", times, many.MS(), one.MS())
	}
}

func stops(t *testing.T, s *Speaker) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Speak(ctx, "", strings.Repeat("and his loving kindness endures for ever, ", 60)); !problem.Is(err, problem.SpeechFailed) || ctx.Err() == nil {
		t.Errorf("a sentence that was not waited for: %v", err)
	}
	if _, err := s.Speak(t.Context(), "", "Amen."); err != nil {
		t.Errorf("the one after it: %v", err)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	whole := settings(t)
	none := filepath.Join(t.TempDir(), "none")
	for name, spoil := range map[string]func(*Settings){
		"nothing set":   func(s *Settings) { *s = Settings{} },
		"no library":    func(s *Settings) { s.Library = none },
		"no model":      func(s *Settings) { s.Model = none },
		"no vocabulary": func(s *Settings) { s.Vocabulary = none },
		"no real model": func(s *Settings) { s.Model = s.Vocabulary },
	} {
		set := whole
		spoil(&set)
		s := New(set, phonemes(t))
		if err := s.Ready(); err == nil {
			t.Errorf("%s: it is ready", name)
		}
		if _, err := s.Speak(t.Context(), "", "x"); !problem.Is(err, problem.SpeechFailed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a voice of the catalogue needs is there: its file, and espeak-ng's phonemes
// of its language, which is the one that the model's name of the voice begins with.
func TestEveryVoiceHasAThroat(t *testing.T) {
	set, reads := settings(t), phonemes(t)
	initials := map[string]string{"en-US": "a", "en-GB": "b", "es-ES": "e", "es-MX": "e", "fr-FR": "f", "hi-IN": "h", "it-IT": "i", "pt-BR": "p"}
	models := map[string]string{}
	for id, throat := range throats() {
		v, known := voice.Find(id)
		if !known || v.ID != id || !slices.Contains(v.Providers, voice.Kokoro) {
			t.Errorf("%s is no voice of the catalogue that Kokoro has", id)
			continue
		}
		if other, taken := models[throat.model]; taken {
			t.Errorf("%s and %s are the same voice", id, other)
		}
		models[throat.model] = id
		if initial, ok := initials[v.Language]; !ok || !strings.HasPrefix(throat.model, initial) {
			t.Errorf("%s reads %s with %s", id, v.Language, throat.model)
		}
		if _, err := readStyle(filepath.Join(set.Voices, throat.file())); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		if ipa, err := reads(t.Context(), v.Language, "Amen"); err != nil || ipa == "" {
			t.Errorf("%s: phonemes of %s: %q, %v", id, v.Language, ipa, err)
		}
		if throat.speed < 0.7 || throat.speed > 1.1 {
			t.Errorf("%s reads at a speed of %.2f", id, throat.speed)
		}
	}
}
