package product

import (
	"context"
	"errors"
	"fmt"

	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

// voiceStep is the natural voice on its way, beside the other steps.
type voiceStep struct {
	background
	files toolbox.Kokoro
	fresh bool
	err   error
}

// beginVoice fetches the natural voice unless another one was chosen.
func (p *Product) beginVoice(ctx context.Context) {
	if chosen, given := p.options.Settings.Lookup("VOICE_PROVIDER"); given && chosen != "kokoro" {
		return
	}
	v := &voiceStep{background: inBackground()}
	p.voice = v
	go func() {
		defer close(v.done)
		v.files, v.fresh, v.err = toolbox.InstallKokoro(ctx, p.options.Root, v.tell)
	}()
}

// finishVoice is the step's own line. A product without the natural voice speaks
// all the same.
func (p *Product) finishVoice(context.Context) error {
	return p.steps.Do("voice", func(say func(string)) (string, error) {
		v := p.voice
		if v == nil {
			chosen, _ := p.options.Settings.Lookup("VOICE_PROVIDER")
			return chosen + ", as chosen", nil
		}
		v.show(say)
		<-v.done
		switch {
		case v.err != nil:
			return fmt.Sprintf("espeak-ng: the natural voice could not be fetched (%v)", oneLine(v.err)), nil
		case v.fresh:
			return "Kokoro, fetched into .tools", nil
		}
		return "Kokoro, already there", nil
	})
}

// narrator are the parameters of who speaks.
func (p *Product) narrator() map[string]string {
	all := map[string]string{"VoiceProvider": "espeak", "EspeakLibrary": p.tools.EspeakLibrary, "EspeakData": p.tools.EspeakData}
	if p.voice != nil && p.voice.err == nil {
		all["VoiceProvider"] = "kokoro"
		all["OnnxruntimeLibrary"], all["KokoroModel"] = p.voice.files.Library, p.voice.files.Model
		all["KokoroVocabulary"], all["KokoroVoices"] = p.voice.files.Vocabulary, p.voice.files.Voices
	}
	return all
}

// samples has the samples made that are missing.
func (p *Product) samples(ctx context.Context) error {
	_, err := p.Stack.Invoke(ctx, p.Package, "voice-sample", []byte("{}"))
	if errors.Is(err, stack.ErrNoFunction) {
		return nil
	}
	return err
}

// stop waits for a fetch that was told to end.
func (v *voiceStep) stop() {
	if v != nil {
		<-v.done
	}
}
