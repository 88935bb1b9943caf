package espeak

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Values of espeak-ng's speak_lib.h.
const (
	outputSynchronous  = 2
	initializeDontExit = 0x8000 // else a missing data folder ends the process
	charsUTF8          = 1
	paramRate          = 1
	paramPitch         = 3
	paramRange         = 4
	paramWordGap       = 7
)

// engine is the loaded library. It is used under oneAtATime only.
type engine struct {
	rate     int
	callback uintptr
	current  *recording

	setCallback  func(callback uintptr)
	setVoice     func(name string) int32
	setParameter func(parameter, value, relative int32) int32
	// Both functions get more arguments than they have, so that the last are on the stack: see spaces.
	synth          func(text string, size uintptr, position uint32, positionType int32, end, flags uint32, id, user, _, beyond uintptr) int32
	textToPhonemes func(text *unsafe.Pointer, charsMode, phonemeMode int32, _, _, _, _, _, _, beyond uintptr) string
}

// spaces stop espeak-ng 1.52 where it reads past the end of a clause: counting the
// vowels that follow a letter (RULE_SYLLABLE, RULE_NOVOWELS of its dictionary.c) it
// looks for a space and not for the end. The clause is on the stack; without a space
// above it, one run in fifty over Spanish ran off the stack's end, which ends the
// process. An argument beyond those that the processor's registers take (six on
// amd64, eight on arm64) lies above all that the library puts there.
const spaces = 0x2020202020202020

// recording is the sentence being spoken.
type recording struct {
	ctx     context.Context
	samples []int16
}

// open loads and starts the library, once per process and path.
func open(set Settings) (*engine, error) {
	if set.Library == "" || set.Data == "" {
		return nil, errors.New("load espeak-ng: ESPEAK_LIBRARY and ESPEAK_DATA are not set")
	}
	handle, err := purego.Dlopen(set.Library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load espeak-ng: %w", err)
	}
	e := &engine{}
	var initialize func(output, bufferMS int32, data string, options int32) int32
	for name, into := range map[string]any{
		"espeak_Initialize":       &initialize,
		"espeak_SetSynthCallback": &e.setCallback,
		"espeak_SetVoiceByName":   &e.setVoice,
		"espeak_SetParameter":     &e.setParameter,
		"espeak_Synth":            &e.synth,
		"espeak_TextToPhonemes":   &e.textToPhonemes,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", name, err)
		}
		purego.RegisterFunc(into, symbol)
	}
	rate := initialize(outputSynchronous, 100, set.Data, initializeDontExit)
	if rate <= 0 {
		return nil, fmt.Errorf("start espeak-ng: status %d", rate)
	}
	e.rate = int(rate)
	e.callback = purego.NewCallback(e.receive)
	return e, nil
}

// receive is called by the library with each 100 ms of sound, and once with nil
// at the end. 1 stops it.
func (e *engine) receive(samples *int16, count int32, _ unsafe.Pointer) uintptr {
	if e.current == nil || e.current.ctx.Err() != nil {
		return 1
	}
	if samples != nil && count > 0 {
		e.current.samples = append(e.current.samples, unsafe.Slice(samples, count)...)
	}
	return 0
}

func (e *engine) speak(ctx context.Context, who throat, text string) ([]int16, error) {
	e.setCallback(e.callback)
	if status := e.setVoice(who.engine); status != 0 {
		return nil, fmt.Errorf("set voice %s: status %d", who.engine, status)
	}
	e.setParameter(paramRate, wordsPerMinute, 0)
	e.setParameter(paramPitch, int32(who.pitch), 0)
	e.setParameter(paramRange, 52, 0)
	e.setParameter(paramWordGap, 1, 0)
	e.current = &recording{ctx: ctx}
	defer func() { e.current = nil }()
	status := e.synth(text, uintptr(len(text)+1), 0, 1, 0, charsUTF8, 0, 0, 0, spaces)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if status != 0 {
		return nil, fmt.Errorf("speak: status %d", status)
	}
	return e.current.samples, nil
}
