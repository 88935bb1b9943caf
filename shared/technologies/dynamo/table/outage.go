package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Failed names a call that went wrong: an outage, throttling or lost contention
// is problem.Unavailable, anything else is a defect of ours, a missing right
// among them. It leaves a problem.Error as it is, and nil.
func Failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *problem.Error
	if errors.As(err, &known) {
		return err
	}
	if missing := problem.MissingRight(doing, err); missing != nil {
		return missing
	}
	if outage(err) || Conflicted(err) {
		return &problem.Error{
			Code: problem.Unavailable, Detail: "The data store does not answer right now. Try again in a moment.",
			RetryAfter: 2 * time.Second, Cause: fmt.Errorf("%s: %w", doing, err),
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// Unsure reports whether a failed write may have taken effect all the same: its
// answer, not its refusal, is what is missing.
func Unsure(err error) bool {
	if _, refused := Canceled(err); refused {
		return false
	}
	if _, refused := ConditionFailed(err); refused {
		return false
	}
	return outage(err)
}

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
	// Before its code: what stands before a service answers without any.
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.HTTPStatusCode() >= 500 {
		return true
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		if _, ok := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; ok {
			return true
		}
		return api.ErrorFault() == smithy.FaultServer
	}
	// An answer that breaks off midway ends in a plain deserialization error.
	var broken *smithy.DeserializationError
	return errors.As(err, &broken)
}
