// Command verifyisolation asks a deployed stack whether a tenant's role reaches
// another tenant's data: make verify-isolation STAGE=production [STACK=name]. It
// works with the credentials of the environment, of somebody who may create and
// delete a stack with a role in it; it changes nothing that lasts.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/devotionalai/platform/infra/isolation"
)

func main() {
	stage := flag.String("stage", "", "stage of the deployed stack")
	stack := flag.String("stack", "", "its name; devotional-<stage> without it")
	endpoint := flag.String("endpoint", "", "address of a local emulator that runs with AUTH=true")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	if err := verify(ctx, os.Stdout, *stage, *stack, *endpoint); err != nil {
		fmt.Fprintln(os.Stderr, "make verify-isolation:", err)
		os.Exit(1)
	}
}

func verify(ctx context.Context, out io.Writer, stage, stack, endpoint string) error {
	if stage == "" {
		return errors.New("which stage? make verify-isolation STAGE=production")
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("load AWS settings: %w", err)
	}
	if endpoint != "" {
		cfg.BaseEndpoint = aws.String(endpoint)
	}
	name := cmp.Or(stack, "devotional-"+stage)
	looked := isolation.Stack{AWS: cfg, Name: name, Stage: stage, Prefix: name, Unseen: endpoint != "", Try: time.Minute}
	results, err := looked.Verify(ctx)
	return errors.Join(err, isolation.Report(out, results))
}
