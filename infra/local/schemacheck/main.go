// Command schemacheck sends the running product requests that are made from
// docs/openapi.json, as an owner, a member, a key and nobody: those that it allows
// must not be refused for what they are, those that it does not allow must be, and
// none is answered with 5xx or stores anything of another account: make schema-check.
// With -requests it goes on until there were so many: make hostile.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

func main() {
	requests := flag.Int("requests", 0, "go on until all callers together had so many requests; 0 is one pass of each")
	as := flag.String("as", "", "callers: owner,member,key,nobody; all when it is not given")
	flag.Parse()
	callers, misread := roles(*as)
	running.Command{Name: "schema-check", Usage: "-requests 50000 -as owner,member,key,nobody [schemathesis' own]"}.Run(misread,
		func(ctx context.Context, p *running.Product) error {
			c := check{product: p, url: fmt.Sprintf("http://localhost:%d", p.Settings.Port), requests: *requests, callers: callers, more: flag.Args()}
			return c.run(ctx)
		})
}

// dear are not called: what they begin takes minutes, or mails. Who leaves the
// account is a caller no more.
const dear = "^(project-render|job-retry|image-create|magic-link-request|member-invite|member-leave)$"

// check is one run.
type check struct {
	product  *running.Product
	url      string
	requests int
	callers  []string
	more     []string // of schemathesis

	schemathesis string
	account      *account
}

func (c *check) run(ctx context.Context) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	if c.schemathesis, err = toolbox.InstallSchema(ctx, root, func(line string) { fmt.Fprintln(c.product.Out, line) }); err != nil {
		return err
	}
	if c.account, err = opened(ctx, c.product, c.url, c.callers); err != nil {
		return err
	}
	w, err := watched(ctx, c.product, c.url)
	if err != nil {
		return err
	}
	total, failed := 0, []error{}
	for _, role := range c.callers {
		n, err := c.as(ctx, root, role)
		total += n
		if err != nil {
			failed = append(failed, fmt.Errorf("as %s: %w", role, err))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Fprintf(c.product.Out, "schema-check: %d requests in all\n", total)
	changed, err := w.changed(ctx)
	if len(changed) > 0 {
		err = errors.Join(err, fmt.Errorf("of an account that called nothing there changed: %s", strings.Join(changed, "; ")))
	}
	return errors.Join(append(failed, err)...)
}

// as has one caller send its share of the requests, in passes of other seeds.
func (c *check) as(ctx context.Context, root, role string) (int, error) {
	b, err := stand(ctx, c.account, role)
	if err != nil {
		return 0, err
	}
	defer b.close()
	share := c.requests / len(c.callers)
	began, failed := time.Now(), error(nil)
	for seed := 1; ; seed++ {
		before := b.requests()
		if err := c.pass(ctx, root, role, b.url, seed); err != nil {
			failed = err
		}
		if failed != nil || b.requests() >= share || b.requests() == before || ctx.Err() != nil {
			break
		}
	}
	fmt.Fprintf(c.product.Out, "schema-check: %d requests as %s in %.0f s: %s\n", b.requests(), role, time.Since(began).Seconds(), b.said())
	if len(b.broken) > 0 {
		failed = errors.Join(failed, fmt.Errorf("%d requests were answered with 5xx, first %s", len(b.broken), b.broken[0]))
	}
	if failed == nil && b.requests() < share {
		failed = fmt.Errorf("%d requests were sent of %d", b.requests(), share)
	}
	return b.requests(), failed
}

// checks are what is looked at in every answer. Without a credential the document's
// requests are refused, and with a key or as a member some are.
var checks = []string{"not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance", "positive_data_acceptance", "negative_data_rejection"}

// pass is one run of schemathesis.
func (c *check) pass(ctx context.Context, root, role, url string, seed int) error {
	own, examples, workers := filepath.Join(root, "infra", "local", "schemacheck"), "25", "1"
	if c.requests > 0 {
		examples, workers = "200", "4"
	}
	args := []string{
		"--config-file", filepath.Join(own, "schemathesis.toml"), "run", filepath.Join(root, "docs", "openapi.json"), "--url", url,
		"--phases", "coverage,fuzzing", "--max-examples", examples, "--workers", workers, "--rate-limit", c.rate(role), "--seed", strconv.Itoa(seed),
		"--checks", strings.Join(checks, ","), "--continue-on-failure", "--warnings", "off", "--exclude-operation-id-regex", dear,
	}
	run := exec.CommandContext(ctx, c.schemathesis, append(args, c.more...)...)
	run.Dir = filepath.Dir(c.schemathesis) // it keeps notes where it runs
	run.Env = append(os.Environ(), "PYTHONPATH="+own, "PYTHONDONTWRITEBYTECODE=1", "SCHEMA_PROJECT="+c.account.project)
	run.Stdout, run.Stderr = os.Stdout, os.Stderr
	return run.Run()
}

// rate is a little less than the product lets the caller do, by the settings that it
// was started with.
func (c *check) rate(role string) string {
	setting, unit, fallback := "RATE_LIMIT_USER_PER_SECOND", "s", 10
	if role == asNobody {
		setting, unit, fallback = "RATE_LIMIT_ANONYMOUS_PER_MINUTE", "m", 120
	}
	if given, ok := c.product.Settings.Lookup(setting); ok {
		if n, err := strconv.Atoi(given); err == nil {
			fallback = n
		}
	}
	return fmt.Sprintf("%d/%s", max(fallback*9/10, 1), unit)
}
