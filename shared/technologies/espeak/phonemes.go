package espeak

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// phonemesTied asks espeak_TextToPhonemes for the International Phonetic Alphabet
// in UTF-8, with ^ between the letters of one sound.
const phonemesTied = 0x02 | 0x80 | '^'<<8

// readers are the languages whose phonemes another engine asks for, by BCP 47, as
// espeak-ng calls them.
func readers() map[string]string {
	return map[string]string{
		"en-US": "en-us", "en-GB": "en", "es-ES": "es", "es-MX": "es-419", "fr-FR": "fr",
		"pt-BR": "pt-br", "it-IT": "it", "hi-IN": "hi",
	}
}

// Phonemes writes text of a language (BCP 47) in the International Phonetic
// Alphabet, with ^ between the letters of one sound; its punctuation gets lost.
func (s *Speaker) Phonemes(ctx context.Context, language, text string) (string, error) {
	name, ok := readers()[language]
	if !ok {
		return "", fmt.Errorf("no phonemes of %q", language)
	}
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	engine, err := s.load()
	if err != nil {
		return "", err
	}
	return engine.phonemes(ctx, name, clean(text))
}

func (e *engine) phonemes(ctx context.Context, name, text string) (string, error) {
	if status := e.setVoice(name); status != 0 {
		return "", fmt.Errorf("set voice %s: status %d", name, status)
	}
	raw := append([]byte(text), 0)
	var pinned runtime.Pinner
	defer pinned.Unpin()
	pinned.Pin(&raw[0])
	rest := unsafe.Pointer(&raw[0])
	var all []string
	// Each call reads a clause and moves on; nil is the end.
	for range len(raw) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if part := strings.TrimSpace(e.textToPhonemes(&rest, charsUTF8, phonemesTied, 0, 0, 0, 0, 0, 0, spaces)); part != "" {
			all = append(all, part)
		}
		if rest == nil {
			return strings.Join(all, " "), nil
		}
	}
	return "", errors.New("espeak-ng does not come to the end of the text")
}
