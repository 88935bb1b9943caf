package product

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/infra/local/edge"
	"github.com/devotionalai/platform/infra/local/webapp"
)

// webStep is the web app on its way. It is made ready beside the other steps:
// they wait for other things than npm does.
type webStep struct {
	background
	app  webapp.App
	live *webapp.Live

	// Read after done.
	fresh bool
	err   error
}

func (p *Product) beginWeb(ctx context.Context, fail context.CancelCauseFunc) {
	if p.options.Web == WithoutWeb {
		return
	}
	w := &webStep{background: inBackground(), app: webapp.In(p.options.Root)}
	p.web = w
	go func() {
		defer close(w.done)
		switch {
		case p.options.Built:
			w.err = w.app.Kept()
		case p.options.Web == LiveWeb:
			w.live, w.err = w.app.Live(ctx, w.tell)
		default:
			w.fresh, w.err = w.app.Build(ctx, w.tell)
		}
		if w.err != nil {
			fail(w.err) // the other steps need not go on
		}
	}()
}

// finishWeb is the step's own line: until it begins, another step's is shown.
func (p *Product) finishWeb(context.Context) error {
	w := p.web
	if w == nil {
		return nil
	}
	return p.steps.Do("web app", func(say func(string)) (string, error) {
		w.show(say)
		<-w.done
		switch {
		case p.options.Web == LiveWeb:
			return "vite, for the sources in frontend/src", w.err
		case w.fresh:
			return "built", w.err
		}
		return "unchanged", w.err
	})
}

// pages is nil without the web app.
func (p *Product) pages(api edge.API) (http.Handler, error) {
	switch p.options.Web {
	case BuiltWeb:
		return api.Pages(p.web.app.Dist(), p.Emulator.Endpoint)
	case LiveWeb:
		return api.Live(p.web.live.URL, p.Emulator.Endpoint)
	}
	return nil, nil
}

// ended is closed when vite has ended; without it, never.
func (w *webStep) ended() <-chan struct{} {
	if w == nil || w.live == nil {
		return nil
	}
	return w.live.Done()
}

// stop waits for a build that was told to end, and ends vite.
func (w *webStep) stop() error {
	if w == nil {
		return nil
	}
	<-w.done
	if w.live == nil {
		return nil
	}
	return w.live.Stop()
}
