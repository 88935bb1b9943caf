// Command deploy brings the product to an AWS account, and takes it down again:
// make deploy STAGE=trial MAIL=address, make teardown STAGE=trial. It works with
// the credentials of the environment and can be repeated at any time, after a
// failure too (docs/adr/0043-deploying.md).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// patience is how long all of it may take: building, a stack with a distribution,
// and the web app.
const patience = 2 * time.Hour

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	name, act := "deploy", deploy
	if slices.Contains(os.Args[1:], "teardown") {
		name, act = "teardown", teardown
	}
	if err := act(ctx, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "make %s: %v\n", name, err)
		os.Exit(1)
	}
}
