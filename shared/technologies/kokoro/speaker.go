// Package kokoro reads text aloud with the Kokoro-82M model, which ONNX Runtime
// runs. Both are loaded at run time, as espeak-ng is: no C compiler is needed to
// build, and where they are missing Ready says so.
package kokoro

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Settings of a Speaker. They are not required to be set: without them it is not
// Ready.
type Settings struct {
	Library    string `env:"ONNXRUNTIME_LIBRARY"` // path of libonnxruntime
	Model      string `env:"KOKORO_MODEL"`        // the ONNX file
	Vocabulary string `env:"KOKORO_VOCABULARY"`   // JSON: the number of each sign of its alphabet
	Voices     string `env:"KOKORO_VOICES"`       // folder of the voices' .bin files
}

const rate = 24000 // Hz of what the model makes

// Phonemes writes text of a language (BCP 47) in the International Phonetic
// Alphabet, with ^ between the letters of one sound. Punctuation gets lost.
type Phonemes func(ctx context.Context, language, text string) (string, error)

// Speaker is the render.Speaker over Kokoro. One sentence is spoken at a time in a
// process: the model uses all processors by itself, and two at once take twice the
// memory and the same time.
type Speaker struct {
	set      Settings
	phonemes Phonemes
	load     func() (*loaded, error)
	turn     chan struct{}
}

var _ render.Speaker = (*Speaker)(nil)

// loaded is what the files hold.
type loaded struct {
	engine     *engine
	vocabulary vocabulary
	mu         sync.Mutex
	styles     map[string]style // by the name of a voice's file
}

// New returns a speaker. The model is loaded when the first sentence is spoken, or
// when somebody asks whether it is Ready.
func New(set Settings, phonemes Phonemes) *Speaker {
	return &Speaker{set: set, phonemes: phonemes, turn: make(chan struct{}, 1),
		load: sync.OnceValues(func() (*loaded, error) { return load(set) })}
}

func load(set Settings) (*loaded, error) {
	if set.Library == "" || set.Model == "" || set.Vocabulary == "" || set.Voices == "" {
		return nil, errors.New("load Kokoro: ONNXRUNTIME_LIBRARY, KOKORO_MODEL, KOKORO_VOCABULARY and KOKORO_VOICES are not all set")
	}
	signs, err := readVocabulary(set.Vocabulary)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(set.Model); err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	engine, err := open(set.Library, set.Model)
	if err != nil {
		return nil, err
	}
	return &loaded{engine: engine, vocabulary: signs, styles: map[string]style{}}, nil
}

// Ready loads the model and says why it cannot be had.
func (s *Speaker) Ready() error {
	_, err := s.load()
	return err
}

// Voices implements render.Speaker: those of the catalogue that the model has.
func (s *Speaker) Voices() []voice.Voice {
	var all []voice.Voice
	for _, v := range voice.Catalogue() {
		if _, ok := throats()[v.ID]; ok {
			all = append(all, v)
		}
	}
	return all
}

// Speak implements render.Speaker. Text without a letter or digit gives a moment
// of silence.
func (s *Speaker) Speak(ctx context.Context, voiceID, sentence string) (render.Speech, error) {
	samples, err := s.speak(ctx, voiceID, sentence)
	if err != nil {
		return render.Speech{}, problem.Wrap(problem.SpeechFailed, "The narration could not be made. Retry, or choose another voice.", err)
	}
	return render.Speech{Samples: samples, Rate: rate}, nil
}

func (s *Speaker) speak(ctx context.Context, voiceID, sentence string) ([]int16, error) {
	who, language, ok := find(voiceID)
	if !ok {
		return nil, fmt.Errorf("no voice %q", voiceID)
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	model, err := s.load()
	if err != nil {
		return nil, err
	}
	tokens, err := s.tokens(ctx, model.vocabulary, language, sentence)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		if strings.ContainsFunc(sentence, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return nil, errors.New("the text has no sound")
		}
		return make([]int16, rate/3), nil
	}
	style, err := model.style(s.set.Voices, who.file())
	if err != nil {
		return nil, err
	}
	var whole []float32
	for _, piece := range cut(tokens, model.vocabulary) {
		row, err := style.row(len(piece))
		if err != nil {
			return nil, err
		}
		sound, err := model.engine.speak(ctx, framed(piece), row, who.speed)
		if err != nil {
			return nil, err
		}
		if len(whole) > 0 {
			whole = append(whole, make([]float32, clausePause)...)
		}
		whole = append(whole, trim(sound)...)
	}
	if len(whole) == 0 || slices.ContainsFunc(whole, func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }) {
		return nil, errors.New("the model made no sound")
	}
	return level(whole), nil
}

// tokens are the numbers of a sentence's sounds and marks.
func (s *Speaker) tokens(ctx context.Context, signs vocabulary, language, sentence string) ([]int64, error) {
	var all []int64
	for _, c := range clauses(sentence) {
		if c.text != "" {
			ipa, err := s.phonemes(ctx, language, c.text)
			if err != nil {
				return nil, err
			}
			sounds := signs.numbers(alphabet(language, ipa))
			if len(sounds) == 0 {
				continue // nothing to say, and nothing to pause after
			}
			if len(all) > 0 {
				all = append(all, signs[' '])
			}
			all = append(all, sounds...)
		}
		if number, ok := signs[c.mark]; ok && len(all) > 0 {
			all = append(all, number)
		}
	}
	return all, nil
}

// framed puts the model's sign of nothing at both ends.
func framed(tokens []int64) []int64 {
	return append(append(make([]int64, 1, len(tokens)+2), tokens...), 0)
}

// style reads a voice once.
func (l *loaded) style(folder, file string) (style, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, ok := l.styles[file]; ok {
		return known, nil
	}
	read, err := readStyle(filepath.Join(folder, file))
	if err == nil {
		l.styles[file] = read
	}
	return read, err
}
