package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// stage is everything that a run starts.
type stage struct {
	cfg    aws.Config
	tables *harness.Store
	valkey *valkey
	zae    *zae
	ends   []func() error
}

// open starts the emulator, Valkey and zae-limiter. The caller closes it.
func open(ctx context.Context, callers int) (s *stage, err error) {
	s = &stage{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	installed, err := toolbox.InstallBench(ctx, blueprint.Root(), func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return s, err
	}
	var end func() error
	if s.tables, end, err = harness.LaunchTables(ctx); err != nil {
		return s, fmt.Errorf("start the emulator: %w", err)
	}
	s.ends = append(s.ends, end)
	// All ways in Go share these settings and the product's middleware, which
	// hides what would make the SDK send a request twice.
	s.cfg = s.tables.AWS.Copy()
	s.cfg.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = callers })
	calls.Watch(&s.cfg, nil)
	if s.valkey, err = startValkey(ctx, installed.Valkey, callers); err != nil {
		return s, fmt.Errorf("start Valkey: %w", err)
	}
	s.ends = append(s.ends, s.valkey.close)
	if s.zae, err = startZae(installed.Python, s.tables.Endpoint); err != nil {
		return s, fmt.Errorf("start zae-limiter: %w", err)
	}
	s.ends = append(s.ends, s.zae.close)
	return s, nil
}

func (s *stage) close() (err error) {
	for i := len(s.ends) - 1; i >= 0; i-- {
		err = errors.Join(err, s.ends[i]())
	}
	return err
}

func (s *stage) ways() []way {
	counter := newCounter(s.cfg, s.tables.Platform)
	return []way{
		newOurs(s.cfg, s.tables).way(),
		inProcess("one conditional add, no ledger", nil, counter.add),
		inProcess("get + conditional put, 7 tries", nil, counter.swap),
		inProcess("get, check, put (the usual bug)", nil, counter.overwrite),
		inProcess("Redis Lua (Valkey)", nil, s.valkey.ask),
		{name: "zae-limiter (PyPI)", measure: s.zae.measure},
	}
}
