package espeak

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/tests/harness"
)

func speaker(t testing.TB) *Speaker {
	library, data := harness.Espeak(t)
	return New(Settings{Library: library, Data: data})
}

func TestEveryVoiceSpeaksAndNoTwoSoundAlike(t *testing.T) {
	s := speaker(t)
	seen := map[float64]string{}
	for _, v := range s.Voices() {
		speech, err := s.Speak(t.Context(), v.ID, voice.Sample(v))
		if err != nil {
			t.Fatalf("voice %s: %v", v.ID, err)
		}
		if ms := speech.MS(); ms < 2500 || ms > 12_000 {
			t.Errorf("voice %s speaks for %d ms", v.ID, ms)
		}
		loudness := energy(speech)
		if loudness < 300 {
			t.Errorf("voice %s is all but silent: %f", v.ID, loudness)
		}
		if other, ok := seen[loudness]; ok {
			t.Errorf("voices %s and %s make the same sound", v.ID, other)
		}
		seen[loudness] = v.ID
	}
}

func energy(s render.Speech) float64 {
	sum := 0.0
	for _, v := range s.Samples {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(s.Samples)))
}

func TestDefaultIsTheFirstVoiceAndSpeechIsRepeatable(t *testing.T) {
	s := speaker(t)
	sentence := "The Lord is my shepherd; I shall lack nothing."
	first, err := s.Speak(t.Context(), "default", sentence)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Speak(t.Context(), s.Voices()[0].ID, sentence)
	if err != nil {
		t.Fatal(err)
	}
	if d := first.MS() - second.MS(); d > 20 || d < -20 {
		t.Errorf("the same sentence takes %d and %d ms", first.MS(), second.MS())
	}
	words := 9.0
	if wpm := words / (float64(first.MS()) / 60000); wpm < 110 || wpm > 190 {
		t.Errorf("reads at %.0f words a minute", wpm)
	}
}

func TestFailuresAreSpeechFailed(t *testing.T) {
	library, data := harness.Espeak(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	cases := map[string]func() error{
		"unknown voice": func() error { _, err := speaker(t).Speak(t.Context(), "nobody", "x"); return err },
		"no library": func() error {
			_, err := New(Settings{Library: filepath.Join(t.TempDir(), "none.so"), Data: data}).Speak(t.Context(), "", "x")
			return err
		},
		"no data": func() error {
			_, err := New(Settings{Library: library, Data: t.TempDir()}).Speak(t.Context(), "", "x")
			return err
		},
		"context over": func() error { _, err := speaker(t).Speak(ended, "", "x"); return err },
	}
	for name, speak := range cases {
		if err := speak(); !problem.Is(err, problem.SpeechFailed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestContextStopsALongSentence(t *testing.T) {
	s := speaker(t)
	if _, err := s.Speak(t.Context(), "", "Warm up."); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := s.Speak(ctx, "", strings.Repeat("and his loving kindness endures for ever ", 5000))
	if !problem.Is(err, problem.SpeechFailed) || time.Since(start) > 10*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
}

func TestOddTextNeverFails(t *testing.T) {
	s := speaker(t)
	for _, text := range []string{"", "…", "🙏", "a\x00b", "<speak>x</speak>", "[[h@l'oU]]", "\\", "日本語", "שלום", strings.Repeat("x", 2000)} {
		speech, err := s.Speak(t.Context(), "", text)
		if err != nil || len(speech.Samples) == 0 {
			t.Errorf("%.20q: %d samples, %v", text, len(speech.Samples), err)
		}
	}
}

func TestConcurrentSentencesDoNotMix(t *testing.T) {
	s := speaker(t)
	want, err := s.Speak(t.Context(), "samuel", "He restores my soul.")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			voice := s.Voices()[i%4].ID
			got, err := s.Speak(t.Context(), voice, "He restores my soul.")
			if err != nil {
				t.Error(err)
			}
			if d := got.MS() - want.MS(); voice == "samuel" && (d > 5 || d < -5) {
				t.Errorf("%d ms, alone %d ms", got.MS(), want.MS())
			}
		})
	}
	wait.Wait()
}

// The estimate decides what is reserved: it must not be short of what is then
// spoken, nor keep much more from the tenant.
func TestEstimateIsNearTheTruth(t *testing.T) {
	s := speaker(t)
	texts := map[string]string{
		"grace":  "The LORD is my shepherd; I shall lack nothing. He makes me lie down in green pastures. He leads me beside still waters.",
		"samuel": "Even though I walk through the valley of the shadow of death, I will fear no evil, for you are with me. Your rod and your staff, they comfort me.",
		"thomas": "Notice that the psalm does not promise a way around the valley. It promises company in it.",
		"lucia":  "El Señor es mi pastor; nada me faltará. En lugares de delicados pastos me hará descansar; junto a aguas de reposo me pastoreará.",
	}
	for id, text := range texts {
		var spoken int64
		for i, sentence := range reading.Sentences(text, language.English) {
			speech, err := s.Speak(t.Context(), id, sentence.Spoken)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 {
				spoken += render.SentencePauseMS
			}
			spoken += speech.MS()
		}
		v, _ := voice.Find(id)
		if ratio := float64(render.EstimateSpeechMS(text, v, voice.Espeak)) / float64(spoken); ratio < 0.9 || ratio > 1.1 {
			t.Errorf("%s: the estimate is %.2f of the truth", id, ratio)
		}
	}
}

func TestEveryVoiceHasAThroat(t *testing.T) {
	offered := voice.Offered(voice.Espeak)
	for _, v := range offered {
		if _, ok := find(v.ID); !ok {
			t.Errorf("%s has no throat", v.ID)
		}
	}
	if len(throats()) != len(offered) {
		t.Errorf("%d throats for %d voices", len(throats()), len(offered))
	}
}
