// Package boot starts every function: settings, logs, clients, panics. A main
// calls HTTP, URL, Queue or Worker with a build function and does nothing else.
// boot knows no route and no rule.
package boot

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Runtime is what boot hands to a build function.
type Runtime struct {
	AWS      aws.Config   // watched by calls.Watch; credentials follow the context's tenant scope
	Log      *slog.Logger // JSON lines; request attributes come from the context
	Now      func() time.Time
	Metrics  *Metrics
	Stage    string
	Mode     Mode
	Build    string
	Function string
	Faults   *calls.Faults // planted by a proof; nil plants none

	act      tenant.Act // beside the API: see Does
	reporter *reporter
}

// HTTPBuild makes the handler of an API function from its own settings.
type HTTPBuild[C any] func(context.Context, *Runtime, C) (http.Handler, error)

// WorkerBuild makes the typed handler of any other function.
type WorkerBuild[C, In, Out any] func(context.Context, *Runtime, C) (func(context.Context, In) (Out, error), error)

// HTTP serves an API function behind the HTTP API (payload format 2.0). It
// exits the process when a setting is missing, naming all of them.
func HTTP[C any](build HTTPBuild[C]) {
	handler, rt, err := NewHTTP(context.Background(), os.Environ(), os.Stdout, build)
	if err != nil {
		die(err)
	}
	start(rt, proxy(rt, handler))
}

// Worker serves a function that is not behind the API. A problem.Error becomes
// a Lambda error whose type is the code, so that a state machine can name it.
func Worker[C, In, Out any](build WorkerBuild[C, In, Out]) {
	handler, rt, err := newWorker(context.Background(), os.Environ(), os.Stdout, build)
	if err != nil {
		die(err)
	}
	start(rt, handler)
}

// start serves a function as long as Lambda lets it live.
func start(rt *Runtime, handler any) {
	rt.extend(context.Background(), os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	lambda.Start(handler)
}

// NewHTTP builds an API function on the given environment without serving it.
func NewHTTP[C any](ctx context.Context, environ []string, out io.Writer, build HTTPBuild[C]) (http.Handler, *Runtime, error) {
	rt, settings, err := newRuntime[C](ctx, environ, out)
	if err != nil {
		return nil, nil, err
	}
	handler, err := build(ctx, rt, settings)
	if err != nil {
		return nil, nil, fmt.Errorf("build %s: %w", rt.Function, err)
	}
	return handler, rt, nil
}

// NewWorker builds a worker on the given environment without serving it.
func NewWorker[C, In, Out any](ctx context.Context, environ []string, out io.Writer, build WorkerBuild[C, In, Out]) (func(context.Context, In) (Out, error), error) {
	handler, _, err := newWorker(ctx, environ, out, build)
	return handler, err
}

func newWorker[C, In, Out any](ctx context.Context, environ []string, out io.Writer, build WorkerBuild[C, In, Out]) (func(context.Context, In) (Out, error), *Runtime, error) {
	rt, settings, err := newRuntime[C](ctx, environ, out)
	if err != nil {
		return nil, nil, err
	}
	handler, err := build(ctx, rt, settings)
	if err != nil {
		return nil, nil, fmt.Errorf("build %s: %w", rt.Function, err)
	}
	return invoked(rt, worker(rt, handler)), rt, nil
}

func newRuntime[C any](ctx context.Context, environ []string, out io.Writer) (*Runtime, C, error) {
	var own C
	var base common
	if err := parseBoth(&base, &own, environ); err != nil {
		return nil, own, err
	}
	if base.Mode != Local && base.Mode != AWS {
		return nil, own, fmt.Errorf("settings: MODE is neither local nor aws")
	}
	faults, err := plantedFaults(base)
	if err != nil {
		return nil, own, err
	}
	cfg, err := awsConfig(ctx, base)
	if err != nil {
		return nil, own, err
	}
	log, metrics := newLogger(out, base.Function, base.Build), NewMetrics(out, base.Stage, base.Function, time.Now)
	calls.Watch(&cfg, faults, storeTroubles(log, metrics))
	followTenant(&cfg, base.RoleARN)
	rt := &Runtime{
		AWS: cfg, Now: faults.Now(time.Now), Stage: base.Stage, Mode: base.Mode, Build: base.Build, Function: base.Function, Faults: faults,
		Log: log, Metrics: metrics,
	}
	if rt.reporter, err = newReporter(base); err != nil {
		return nil, own, err
	}
	return rt, own, nil
}

// parseBoth reports the problems of both structs in one error.
func parseBoth(base *common, own any, environ []string) error {
	baseErr, ownErr := parse(base, environ), parse(own, environ)
	switch {
	case baseErr != nil && ownErr != nil:
		return fmt.Errorf("%w; %w", baseErr, ownErr)
	case baseErr != nil:
		return baseErr
	}
	return ownErr
}

func plantedFaults(base common) (*calls.Faults, error) {
	if base.Faults == "" {
		return nil, nil
	}
	if base.Mode != Local {
		return nil, fmt.Errorf("settings: FAULTS is for local mode only")
	}
	return calls.ParseFaults(base.Faults, base.Function)
}

func awsConfig(ctx context.Context, base common) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithRegion(base.Region),
		config.WithHTTPClient(httpClient()),
		config.WithRetryMaxAttempts(3),
		config.WithLogger(logging.Nop{}), // the SDK's own lines are neither JSON nor free of addresses
	)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS settings: %w", err)
	}
	return cfg, nil
}

func die(err error) {
	// The only line that is not JSON: no logger exists yet.
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
