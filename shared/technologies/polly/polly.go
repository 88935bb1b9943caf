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
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
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
func (s *Speaker) Voices() []render.Voice { return Voices() }

// Speak implements render.Speaker. The account's requests a second are shared by
// all renders, so being refused for them says nothing of the voice.
func (s *Speaker) Speak(ctx context.Context, voice, sentence string) (render.Speech, error) {
	who, ok := find(voice)
	if !ok {
		return render.Speech{}, failed(fmt.Errorf("no voice %q", voice))
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := s.client.SynthesizeSpeech(ctx, &polly.SynthesizeSpeechInput{
		Engine: types.EngineNeural, VoiceId: who.polly, LanguageCode: types.LanguageCode(who.Language),
		OutputFormat: types.OutputFormatPcm, SampleRate: aws.String(strconv.Itoa(sampleRate)),
		TextType: types.TextTypeText, Text: aws.String(sentence),
	})
	var api smithy.APIError
	if errors.As(err, &api) {
		if _, busy := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; busy {
			return render.Speech{}, problem.Wrap(problem.Unavailable, "The narrator is busy. Try again in a moment.", err)
		}
	}
	if missing := problem.MissingRight("read aloud", err); missing != nil {
		return render.Speech{}, missing
	}
	if err != nil {
		return render.Speech{}, failed(err)
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
