package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/devotionalai/platform/infra/local/crowd"
	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

const usage = "usage: make load [USERS=100] [MINUTES=10] [ABUSER=1]; with ABUSER=0 nobody takes all he can in the second half"

// mostRatio is how much longer people's p99 may be beside the abuser.
const mostRatio = 1.2

// leastAnswered is the share of their calls that are.
const leastAnswered = 0.999

type plan struct {
	users, minutes int
	abuser         bool
}

func planned() (p plan, err error) {
	number := func(name string, fallback, most int) int {
		given := os.Getenv(name)
		if given == "" {
			return fallback
		}
		n, wrong := strconv.Atoi(given)
		if wrong != nil || n < 0 || n > most {
			err = errors.Join(err, fmt.Errorf("%s is a number up to %d", name, most))
		}
		return n
	}
	p = plan{users: number("USERS", 100, 10_000), minutes: number("MINUTES", 10, 24*60), abuser: number("ABUSER", 1, 1) == 1}
	if err == nil && (p.users == 0 || p.minutes == 0) {
		err = errors.New("nobody, or no time, is no load")
	}
	return p, err
}

func (p plan) run(ctx context.Context, product *running.Product) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	locust, err := toolbox.InstallLoad(ctx, root, func(line string) { fmt.Fprintln(product.Out, line) })
	if err != nil {
		return err
	}
	const data = ".data"
	sent := crowd.Plan{
		Root: root, Locust: locust, URL: fmt.Sprintf("http://localhost:%d", product.Settings.Port), Data: data, Edge: emulator.Runner(data),
		Users: p.users, Rate: min(20, p.users), Length: time.Duration(p.minutes) * time.Minute, Every: 5 * time.Minute, Out: product.Out,
	}
	if p.abuser {
		sent.Abuser = sent.Length / 2
	}
	seen, err := crowd.Run(ctx, sent, product)
	if err != nil {
		return err
	}
	return p.hold(seen)
}

// hold says what does not.
func (p plan) hold(o crowd.Outcome) error {
	wrong := o.Wrong()
	if p.abuser {
		wrong = append(wrong, o.Uncompared()...)
	}
	if p.abuser && o.Ratio() > mostRatio {
		wrong = append(wrong, fmt.Errorf("people's p99 is %.2f times as long beside the abuser, at most %.1f", o.Ratio(), mostRatio))
	}
	if answered := o.Answered(); answered < leastAnswered {
		wrong = append(wrong, fmt.Errorf("%.3f %% of people's calls were answered", answered*100))
	}
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("this does not hold:\n%w", err)
	}
	fmt.Printf("\neverybody was answered, every job has ended, the ledger of %d tenants agrees with their counters\n", len(o.Ledger.Tenants))
	return nil
}
