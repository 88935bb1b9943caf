// Package product starts the whole product on one machine: the tools, the
// functions, the AWS emulator, the stack in it and the edge in front.
package product

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/edge"
	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/mailbox"
	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/infra/local/youtube"
)

// Options say how to start.
type Options struct {
	Root      string // the checkout
	Data      string // where everything is kept
	Settings  settings.Settings
	Out       io.Writer
	Auth      bool            // the emulator enforces IAM policies
	Temporary bool            // the emulator saves nothing at its end
	Alter     artifacts.Alter // changes the templates, for tests
	Web       Web
	Built     bool // takes what BuildAhead made; neither sources nor compilers are there
	// Between answers what functions are told instead of the address of something
	// that they call, for tests that stand in between; nil tells them the address.
	Between func(called Called, address string) string
}

// Called is what functions call and a test may stand before.
type Called string

// What can be stood before. Payments and Google are the stand-ins of both.
const (
	AWS      Called = "aws"
	Payments Called = "payments"
	Google   Called = "google"
)

func (o Options) told(called Called, address string) string {
	if o.Between == nil {
		return address
	}
	return o.Between(called, address)
}

// Web says what answers the web app's paths.
type Web int

// Without the web app its paths are unknown to the product: tests of the API
// need no Node packages.
const (
	WithoutWeb Web = iota
	BuiltWeb       // the app as it is deployed
	LiveWeb        // the app's sources, whose changes show at once
)

// Product is a running product.
type Product struct {
	URL      string
	Emulator *emulator.Process
	Stack    *stack.Stack
	Package  artifacts.Package
	Mail     *mailbox.Box
	Google   *youtube.Site // the stand-in; nil where the real one is used

	options Options
	steps   *progress.Steps
	secrets settings.Secrets
	tools   toolbox.Tools
	fonts   toolbox.Fonts
	built   artifacts.Functions
	server  *edge.Server
	media   *edge.Server // nil where the product is reached on loopback alone
	handler http.Handler
	web     *webStep
	voice   *voiceStep // nil where another voice was chosen
	api     string
	raw     map[string]string // Function URLs' hosts by path
	loss    string
	failed  chan error

	stopWatching context.CancelFunc
	watching     sync.WaitGroup
	unlock       func()
}

// Start brings everything up and returns once every endpoint answers. On an
// error nothing is left running.
func Start(ctx context.Context, o Options) (*Product, error) {
	total := 8
	if o.Web != WithoutWeb {
		total++
	}
	p := &Product{options: o, failed: make(chan error, 4), steps: progress.To(o.Out, total), stopWatching: func() {}, unlock: func() {}}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	// The order matters: what can fail at once comes before what takes minutes.
	for _, step := range []func(context.Context) error{
		p.claim, func(ctx context.Context) error { p.beginWeb(ctx, fail); p.beginVoice(ctx); return nil },
		p.install, p.build, p.finishVoice, p.emulate, p.pack, p.deploy, p.connect, p.finishWeb, p.serve, p.check,
	} {
		if err := step(ctx); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			fail(err)
			return nil, errors.Join(oneLine(err), p.Stop())
		}
	}
	return p, nil
}

func (p *Product) install(ctx context.Context) error {
	return p.steps.Do("tools", func(say func(string)) (string, error) {
		group, within := errgroup.WithContext(ctx)
		var fresh bool
		group.Go(func() (err error) {
			p.tools, fresh, err = toolbox.Install(within, p.options.Root, say)
			return err
		})
		group.Go(func() (err error) {
			p.fonts, err = toolbox.FetchFonts(within, p.options.Root, say)
			return err
		})
		err := group.Wait()
		return told(fresh, p.fonts), err
	})
}

// told says what of the tools is there. Without a font the product runs all the same.
func told(fresh bool, fonts toolbox.Fonts) string {
	switch {
	case len(fonts.Lacking) > 0:
		return fmt.Sprintf("without %s, which could not be fetched; the next start tries again, until then videos leave out what only they draw, and say so before (%v)",
			strings.Join(fonts.Lacking, ", "), oneLine(fonts.Why))
	case fresh || fonts.Fresh:
		return "installed into .tools"
	}
	return "already installed"
}

func (p *Product) build(ctx context.Context) error {
	return p.steps.Do("functions", func(say func(string)) (string, error) {
		if p.options.Built {
			var err error
			p.built, err = artifacts.Kept(p.options.Root)
			return fmt.Sprintf("%d, built before", len(p.built.Digest)), err
		}
		built, fresh, err := artifacts.Build(ctx, p.options.Root, say)
		p.built = built
		if fresh {
			return fmt.Sprintf("%d built", len(built.Digest)), err
		}
		return fmt.Sprintf("%d unchanged", len(built.Digest)), err
	})
}

func (p *Product) emulate(ctx context.Context) error {
	return p.steps.Do("emulator", func(func(string)) (string, error) {
		var err error
		port := p.options.Settings.EmulatorPort
		p.Emulator, err = emulator.Start(ctx, emulator.Config{
			Python: p.tools.Python, Port: port, Dir: p.options.Data,
			Persist: !p.options.Temporary, Auth: p.options.Auth,
			Told: p.options.told(AWS, fmt.Sprintf("http://127.0.0.1:%d", port)),
		})
		if err != nil {
			return "", err
		}
		p.Stack = stack.In(p.Emulator.Endpoint, stack.Product)
		return p.Emulator.Endpoint, nil
	})
}

func (p *Product) pack(context.Context) error {
	if p.loss != "" {
		p.steps.Note("%s", p.loss)
	}
	var err error
	p.Package, err = artifacts.Pack(filepath.Join(p.options.Root, "template.yaml"), p.Emulator.Endpoint, stack.Bucket,
		p.built, artifacts.Expander{Python: p.tools.Python, Cache: filepath.Join(p.options.Root, ".build", "expanded")}, p.options.Alter)
	return err
}

func (p *Product) deploy(ctx context.Context) error {
	return p.steps.Do("stack", func(say func(string)) (string, error) {
		parameters, err := p.parameters(ctx)
		if err != nil {
			return "", err
		}
		if err := p.Stack.VerifySender(ctx, parameters["MailFrom"]); err != nil {
			return "", err
		}
		changed, err := p.Stack.Deploy(ctx, p.Package, parameters, say)
		if err != nil || !changed {
			return "unchanged", err
		}
		return "deployed", nil
	})
}

func (p *Product) connect(ctx context.Context) error {
	return p.steps.Do("routes", func(func(string)) (string, error) {
		var err error
		if p.api, err = p.Stack.Route(ctx, p.Package); err != nil {
			return "", err
		}
		if p.raw, err = p.Stack.FunctionURLs(ctx, p.Package); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d from the template's events", len(p.Package.Routes)), nil
	})
}

func (p *Product) serve(ctx context.Context) error {
	return p.steps.Do("edge", func(func(string)) (string, error) {
		var err error
		if p.Mail, err = mailbox.Open(p.options.Data, p.Emulator.Endpoint); err != nil {
			return "", err
		}
		api := edge.API{Endpoint: p.Emulator.Endpoint, ID: p.api, Secret: p.secrets.Origin, AppURL: p.options.Settings.AppURL, Raw: p.raw}
		if p.Google != nil {
			api.Google = p.Google.Handler()
		}
		pages, err := p.pages(api)
		if err != nil {
			return "", err
		}
		if p.handler, err = edge.Handler(api, p.Mail.Handler(), pages); err != nil {
			return "", err
		}
		p.server.Serve(p.handler)
		if err := p.serveMedia(ctx); err != nil {
			return "", err
		}
		p.URL = fmt.Sprintf("http://localhost:%d", p.options.Settings.Port)
		p.watch()
		return p.URL, nil
	})
}

func (p *Product) check(ctx context.Context) error {
	err := p.steps.Do("endpoints", func(say func(string)) (string, error) {
		if err := probe(ctx, p.handler, p.Package.Routes, say); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d answer", len(p.Package.Routes)), nil
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	watched := p.stopWatching
	p.stopWatching = func() { cancel(); watched() }
	// A natural voice takes its time over those that are missing: since the last start, or failed in it.
	p.watching.Go(func() {
		if err := p.samples(ctx); err != nil && ctx.Err() == nil {
			p.steps.Note("samples of the voices: %v", err)
		}
	})
	// What the last run left open is dealt with now, not at the next tick.
	p.watching.Go(func() {
		_, err := p.Stack.Invoke(ctx, p.Package, "work-sweep", []byte("{}"))
		if err != nil && ctx.Err() == nil && !errors.Is(err, stack.ErrNoFunction) {
			p.steps.Note("sweep of open work: %v", err)
		}
	})
	return nil
}

// watch follows the mail and the free space while the product runs.
func (p *Product) watch() {
	ctx, cancel := context.WithCancel(context.Background())
	p.stopWatching = cancel
	p.watching.Go(func() {
		p.Mail.Watch(ctx, func(err error) {
			if errors.Is(err, syscall.ENOSPC) {
				p.fail(err)
				return
			}
			p.steps.Note("mailbox: %v", err)
		})
	})
	p.watching.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(3 * time.Second):
			}
			if err := enoughSpace(p.options.Data, spaceToRun); err != nil {
				p.fail(err)
				return
			}
		}
	})
}

func (p *Product) fail(err error) {
	select {
	case p.failed <- err:
	default: // the first reasons are enough
	}
}

// Wait returns nil when ctx ends, and an error when a part of the product dies.
func (p *Product) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-p.failed:
		return err
	case err := <-p.server.Failed():
		return err
	case err := <-p.media.Failed():
		return err
	case <-p.Emulator.Done():
		return p.Emulator.Err()
	case <-p.web.ended():
		return p.web.live.Err()
	}
}

// Stop ends everything and keeps the data.
func (p *Product) Stop() error {
	p.server.Stop()
	p.media.Stop()
	p.stopWatching()
	p.voice.stop()
	err := p.web.stop()
	if p.Emulator != nil {
		err = errors.Join(err, p.Emulator.Stop())
	}
	p.watching.Wait()
	p.unlock()
	return err
}

// oneLine makes a full disk one sentence, whoever met it first.
func oneLine(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("disk is full: %w", err)
	}
	return err
}
