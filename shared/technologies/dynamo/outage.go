package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// outage reports whether err says that the store is down, slow or refusing for
// load, as opposed to refusing this very request.
func outage(err error) bool {
	var quota *ratelimit.QuotaExceededError
	var sent *smithyhttp.RequestSendError
	var canceled *smithy.CanceledError
	if errors.As(err, &quota) || errors.As(err, &sent) || errors.As(err, &canceled) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return true
	}
	var busy *types.TransactionInProgressException
	if errors.As(err, &busy) {
		return true
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		if _, ok := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; ok {
			return true
		}
		return api.ErrorFault() == smithy.FaultServer
	}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode() >= 500
	}
	// An answer that breaks off midway ends in a plain deserialization error.
	var broken *smithy.DeserializationError
	return errors.As(err, &broken)
}

// unsure reports whether a failed write may have taken effect all the same: its
// answer, not its refusal, is what is missing.
func unsure(err error) bool {
	if _, refused := canceled(err); refused {
		return false
	}
	if _, refused := conditionFailed(err); refused {
		return false
	}
	return outage(err)
}

// contentionTries is how often a write that loses against concurrent ones is
// made in all.
const contentionTries = 7

// contend makes a write until it does not only lose against concurrent ones, or
// has been made contentionTries times.
func contend(ctx context.Context, write func() error) error {
	for try := 0; ; try++ {
		err := write()
		if !conflicted(err) || try == contentionTries-1 {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// pause waits before the next try of a write that lost against a concurrent
// one: up to 10, 20, 40, … ms, at random, so that the losers do not meet again.
func pause(ctx context.Context, try int) error {
	limit := 10 * time.Millisecond << min(try, 6)
	select {
	case <-time.After(rand.N(limit)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// backoff is the pause between two attempts of one call: up to 50, 100, 200, …
// ms, at random. The SDK's own begins at a second, and a person is waiting.
func backoff(attempt int, _ error) (time.Duration, error) {
	return rand.N(50 * time.Millisecond << min(max(attempt-1, 0), 5)), nil
}
