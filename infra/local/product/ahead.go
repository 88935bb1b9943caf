package product

import (
	"context"
	"errors"
	"fmt"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/progress"
)

// BuildAhead makes everything that a start with Built takes: tools, fonts, the
// natural voice, functions, the web app, and the templates as the stack gets them.
// What a start goes on without is asked for here: a start cannot fetch it any more.
func BuildAhead(ctx context.Context, o Options) error {
	p := &Product{options: o, steps: progress.To(o.Out, 4), stopWatching: func() {}, unlock: func() {}}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	p.Emulator = &emulator.Process{Endpoint: emulator.Config{Port: o.Settings.EmulatorPort}.Endpoint()}
	p.beginWeb(ctx, fail)
	p.beginVoice(ctx)
	for _, step := range []func(context.Context) error{p.install, p.build, p.finishVoice, p.pack, p.finishWeb} {
		if err := step(ctx); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			fail(err)
			p.voice.stop()
			return errors.Join(oneLine(err), p.web.stop())
		}
	}
	if p.fonts.Why != nil {
		return fmt.Errorf("fetch fonts: %w", p.fonts.Why)
	}
	if p.voice != nil && p.voice.err != nil {
		return p.voice.err
	}
	return nil
}
