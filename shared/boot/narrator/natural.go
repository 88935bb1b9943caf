package narrator

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// readied is a Speaker that may not be to be had.
type readied interface {
	render.Speaker
	Ready() error // the same each time
}

// natural speaks with a natural voice, and with a plain one where that has none for
// a narrator of the catalogue. Where the natural one fails or is not to be had,
// whoever asked for a whole text has the understudy read it: one text, one voice.
type natural struct {
	voice readied
	plain render.Speaker
	warn  func(context.Context, error)
	once  sync.Once
}

var _ render.Understudied = (*natural)(nil)

// Voices implements render.Speaker.
func (n *natural) Voices() []voice.Voice { return voice.Offered(voice.Kokoro) }

// Understudy implements render.Understudied.
func (n *natural) Understudy() render.Speaker { return n.plain }

// Prepare implements render.Understudied.
func (n *natural) Prepare(ctx context.Context, id string) error {
	if !n.has(id) {
		return nil
	}
	err := n.voice.Ready()
	if err == nil {
		return nil
	}
	n.once.Do(func() { n.warn(ctx, fmt.Errorf("there is no natural voice: %w", err)) })
	return problem.Wrap(problem.SpeechFailed, "The natural voice is not available.", err)
}

// Speak implements render.Speaker.
func (n *natural) Speak(ctx context.Context, id, sentence string) (render.Speech, error) {
	if !n.has(id) {
		return n.plain.Speak(ctx, id, sentence)
	}
	return n.voice.Speak(ctx, id, sentence)
}

// has says whether a narrator of the catalogue has a natural voice.
func (n *natural) has(id string) bool {
	known, ok := voice.Find(id)
	return ok && slices.ContainsFunc(n.voice.Voices(), func(v voice.Voice) bool { return v.ID == known.ID })
}
