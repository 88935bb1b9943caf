// Package polly reads text aloud with Amazon Polly's neural voices.
package polly

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

const (
	sampleRate = 16000            // Hz; the most that Polly offers as PCM
	timeout    = 20 * time.Second // for one sentence, retries included
	maxSamples = sampleRate * 300 // five minutes: no sentence of ours is near it
)

// Speaker is the render.Speaker over Polly.
type Speaker struct{ client *polly.Client }

var _ render.Speaker = (*Speaker)(nil)

// New returns a speaker.
func New(cfg aws.Config) *Speaker { return &Speaker{client: polly.NewFromConfig(cfg)} }

// Voices implements render.Speaker.
func (s *Speaker) Voices() []voice.Voice { return voice.Offered(voice.Polly) }

// Speak implements render.Speaker. The account's requests a second are shared by
// all renders, so being refused for them says nothing of the voice.
func (s *Speaker) Speak(ctx context.Context, voiceID, sentence string) (render.Speech, error) {
	player, ok := find(voiceID)
	if !ok {
		return render.Speech{}, failed(fmt.Errorf("no voice %q", voiceID))
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := s.client.SynthesizeSpeech(ctx, &polly.SynthesizeSpeechInput{
		Engine: types.EngineNeural, VoiceId: player.voice, LanguageCode: player.language,
		OutputFormat: types.OutputFormatPcm, SampleRate: aws.String(strconv.Itoa(sampleRate)),
		TextType: types.TextTypeText, Text: aws.String(sentence),
	})
	if err != nil {
		return render.Speech{}, refusal(err)
	}
	defer out.AudioStream.Close()
	raw, err := io.ReadAll(io.LimitReader(out.AudioStream, 2*maxSamples))
	if err != nil {
		return render.Speech{}, failed(err)
	}
	if len(raw) < 2 {
		return render.Speech{}, failed(errors.New("no audio in the answer"))
	}
	samples := make([]int16, len(raw)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return render.Speech{Samples: samples, Rate: sampleRate}, nil
}

func failed(cause error) error {
	return problem.Wrap(problem.SpeechFailed, "The narration could not be made. Retry, or choose another voice.", cause)
}
