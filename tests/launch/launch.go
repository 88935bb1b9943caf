// Package launch starts the whole product for a test, on ports of its own, as
// infra/local/run does. It is apart from the harness: what a test needs of one
// technology links none of the local stack.
package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/mailbox"
	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// Options alter a product that a test starts.
type Options struct {
	// Settings are as in .env: QUOTA_IMAGES_COUNT and so on. The machine's own
	// environment and .env are not read.
	Settings map[string]string
	// Auth makes the emulator enforce the functions' policies.
	Auth bool
	// Alter changes the templates, by path relative to the checkout, before
	// they are deployed.
	Alter artifacts.Alter `json:"-"`
	// Data is kept between launches when it is given; a folder of its own that
	// is removed at the end otherwise.
	Data string
	// Web is what answers the web app's paths; nothing does without it.
	Web product.Web
	// Between is what functions are told instead of the address of something they call.
	Between func(called product.Called, address string) string `json:"-"`
	// Out takes the progress lines; none are printed without it.
	Out io.Writer `json:"-"`
}

// Running is a whole product on ports of its own.
type Running struct {
	*product.Product
	*harness.Emulator
	URL  string // http://localhost:<port>
	Data string

	temporary bool
}

// ForTest starts a product for one test and stops it when the test ends. Tests
// that can share one start it with Product in TestMain.
func ForTest(t testing.TB, o Options) *Running {
	t.Helper()
	p, err := Product(o)
	if err != nil {
		t.Fatalf("start the product: %v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("stop the product: %v", err)
		}
	})
	return p
}

// Product starts one outside of a test. The caller closes it.
func Product(o Options) (*Running, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if o.Out == nil {
		o.Out = io.Discard
	}
	p := &Running{Data: o.Data}
	if p.Data == "" {
		dir, err := os.MkdirTemp("", "devotional-product-")
		if err != nil {
			return nil, fmt.Errorf("make data folder: %w", err)
		}
		p.Data, p.temporary = dir, true
	}
	chosen, err := testSettings(o.Settings)
	if err != nil {
		return nil, err
	}
	p.Product, err = product.Start(ctx, product.Options{
		Root: blueprint.Root(), Data: p.Data, Settings: chosen, Out: o.Out,
		Auth: o.Auth, Alter: relative(o.Alter), Temporary: p.temporary, Web: o.Web, Between: o.Between,
	})
	if err != nil {
		if p.temporary {
			err = errors.Join(err, os.RemoveAll(p.Data))
		}
		return nil, err
	}
	p.URL = p.Product.URL
	p.Emulator = harness.At(p.Product.Emulator.Endpoint)
	return p, nil
}

// Close stops the product and removes its data if it was temporary.
func (p *Running) Close() error {
	err := p.Stop()
	if p.temporary {
		err = errors.Join(err, os.RemoveAll(p.Data))
	}
	return err
}

// AWS reaches the product's emulator past its policies.
func (p *Running) AWS() aws.Config { return harness.At(p.Product.Emulator.Endpoint).AWS }

// Mails answers the mails to an address, newest first.
func (p *Running) Mails(ctx context.Context, to string) ([]mailbox.Mail, error) {
	if err := p.Mail.Sync(ctx); err != nil {
		return nil, err
	}
	return p.Mail.List(to), nil
}

// testSettings takes free ports: two can be found free only by asking for both
// at once. A product that is started again finds its own free still: systems give
// outgoing connections ports from 32768 on.
func testSettings(given map[string]string) (settings.Settings, error) {
	// The natural voice takes seconds of two processors for each sentence: a test
	// that is about it asks for it.
	all := map[string]string{"VOICE_PROVIDER": "espeak"}
	for name, value := range given {
		all[name] = value
	}
	for _, name := range []string{"PORT", "EMULATOR_PORT"} {
		if all[name] != "" {
			continue
		}
		for {
			port, err := harness.FreePort(strconv.Itoa(15_000 + rand.IntN(15_000)))
			if err != nil {
				return settings.Settings{}, err
			}
			if all[name] = strconv.Itoa(port); all["PORT"] != all["EMULATOR_PORT"] {
				break
			}
		}
	}
	return settings.From(all)
}

func relative(alter artifacts.Alter) artifacts.Alter {
	if alter == nil {
		return nil
	}
	return func(file string, source []byte) []byte {
		if short, err := filepath.Rel(blueprint.Root(), file); err == nil {
			file = filepath.ToSlash(short)
		}
		return alter(file, source)
	}
}
