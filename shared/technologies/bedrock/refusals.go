package bedrock

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// errUnusable marks a model that the account may not use, or that is gone.
var errUnusable = errors.New("the model cannot be used")

// busyFor is when to come back: quotas of pictures are by the minute.
const busyFor = 15 * time.Second

// refusal tells apart what Bedrock answers instead of a picture: the load, which
// passes; a model that is not to be had, which an operator sees to; a description
// that is not painted, which only its author can change; and every other failure.
func refusal(ctx context.Context, err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return tooSlow(err)
		}
		return failed(err)
	}
	code, message := api.ErrorCode(), api.ErrorMessage()
	_, throttled := retry.DefaultThrottleErrorCodes[code]
	missing := problem.MissingRight("paint", err)
	switch {
	case missing != nil:
		return errors.Join(errUnusable, missing)
	case code == "ResourceNotFoundException", code == "ValidationException" && unknownModel(message):
		return errors.Join(errUnusable, err)
	case throttled, code == "ServiceQuotaExceededException", code == "ModelNotReadyException", code == "ServiceUnavailableException":
		return render.Busy("The service that paints the pictures is busy. Try again in a moment.", busyFor, err)
	case code == "ValidationException" && filtered(message):
		return promptRefused(err)
	case code == "ModelTimeoutException", errors.Is(ctx.Err(), context.DeadlineExceeded):
		return tooSlow(err)
	}
	return failed(err)
}

func tooSlow(cause error) error {
	return problem.Wrap(problem.ImageTimeout, "The picture took too long to paint. Try again.", cause)
}

func promptRefused(cause error) error {
	return problem.Wrap(problem.PromptRefused, "The picture's description was refused by the model's content filter. Describe the picture differently.", cause)
}

// filtered knows what the makers write of their content filters: Amazon in an
// error or beside the pictures, Stability in finish_reasons.
func filtered(text string) bool {
	text = strings.ToLower(text)
	for _, sign := range []string{"content filter", "content polic", "filter reason"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// unknownModel knows the answers of a region that does not have the model, or not
// to be called as it is.
func unknownModel(text string) bool {
	text = strings.ToLower(text)
	for _, sign := range []string{"model identifier", "end of its life", "on-demand throughput", "operation not allowed", "not supported in this region"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
