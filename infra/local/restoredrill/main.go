// Command restoredrill tries whether the product's tables can be restored: make
// restore-drill. It works on the running product, or with -stack on a deployed one,
// with the credentials of the environment. With -at it restores both tables as they
// were at a moment, and leaves them to be adopted: make restore-tables.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/devotionalai/platform/infra/local/running"
)

// patience is how long all of it may take on AWS: a restore takes from minutes to
// hours.
const patience = 12 * time.Hour

func main() {
	stack := flag.String("stack", "", "name of a deployed stack; the running product without it")
	at := flag.String("at", "", "restore as of this moment, like 2027-01-31T03:00:00Z, and leave the tables")
	flag.Parse()
	moment, misread := read(*at)
	act := func(ctx context.Context, out io.Writer, cfg aws.Config, name string) error {
		if !moment.IsZero() {
			return restoreTables(ctx, out, cfg, name, moment)
		}
		return drill(ctx, out, cfg, name)
	}
	if *stack == "" {
		running.Command{Name: "restore-drill", Usage: "AT is a moment like 2027-01-31T03:00:00Z", Checks: "restore"}.Run(misread, func(ctx context.Context, product *running.Product) error {
			return act(ctx, product.Out, product.AWS, product.Name)
		})
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := misread
	if err == nil {
		var cfg aws.Config
		if cfg, err = config.LoadDefaultConfig(ctx); err == nil {
			err = act(ctx, os.Stdout, cfg, *stack)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make restore-drill:", err)
		os.Exit(1)
	}
}

func read(at string) (time.Time, error) {
	if at == "" {
		return time.Time{}, nil
	}
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return moment, fmt.Errorf("%s is no moment", at)
	}
	return moment, nil
}
