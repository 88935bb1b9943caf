package table

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ContentionTries is how often a write that loses against concurrent ones is
// made in all.
const ContentionTries = 7

// contend makes a write until it does not only lose against concurrent ones, or
// has been made ContentionTries times.
func contend(ctx context.Context, write func() error) error {
	for try := 0; ; try++ {
		err := write()
		if !Conflicted(err) || try == ContentionTries-1 {
			return err
		}
		if err := Pause(ctx, try); err != nil {
			return err
		}
	}
}

// Conflicted reports whether a write lost against a concurrent one on the same
// item, or a transaction against the load on one of its items: nothing was
// written, and it may be tried again.
func Conflicted(err error) bool {
	var single *types.TransactionConflictException
	if errors.As(err, &single) {
		return true
	}
	reasons, ok := Canceled(err)
	if !ok {
		return false
	}
	again := false
	for _, r := range reasons {
		switch r.code {
		case refusedCondition:
			return false
		case refusedConflict, refusedThrottled, refusedThroughput:
			again = true
		}
	}
	return again
}

// Pause waits before the next try of a write that lost against a concurrent
// one: up to 10, 20, 40, … ms, at random, so that the losers do not meet again.
// Its error is the context's.
func Pause(ctx context.Context, try int) error {
	limit := 10 * time.Millisecond << min(try, 6)
	select {
	case <-time.After(rand.N(limit)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
