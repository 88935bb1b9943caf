// Command web measures the web app in a browser: Lighthouse's four categories
// for every page, as on a desk and as on a telephone, and how much a first visit
// loads. It starts a product of its own, and fails when a page is below the
// limits that measure.mjs names. The reports lie in out/lighthouse.
//
//	go run ./bench/web
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/e2e/browser"
	"github.com/devotionalai/platform/tests/launch"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/web:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	rig, err := browser.Install(ctx)
	if err != nil {
		return err
	}
	p, err := launch.Product(launch.Options{
		Web: product.BuiltWeb, Out: os.Stdout,
		Settings: map[string]string{"RATE_LIMIT_ANONYMOUS_PER_MINUTE": "100000", "RATE_LIMIT_USER_PER_SECOND": "1000"},
	})
	if err != nil {
		return fmt.Errorf("start the product: %w", err)
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	root := blueprint.Root()
	measure := rig.Node(ctx, filepath.Join(root, "bench", "web", "measure.mjs"))
	measure.Env = append(measure.Env, "PRODUCT_URL="+p.URL, "REPORTS_DIR="+filepath.Join(root, "out", "lighthouse"))
	measure.Stdout, measure.Stderr = os.Stdout, os.Stderr
	return browser.Run(measure)
}
