package polly

import (
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// busyFor is when to come back: quotas of speech are by the second.
const busyFor = 5 * time.Second

// refusal tells apart what Polly answers instead of speech: the load, which passes;
// a voice that is not to be had, which an operator sees to; and every other failure.
func refusal(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return failed(err)
	}
	code := api.ErrorCode()
	missing := problem.MissingRight("read aloud", err)
	_, throttled := retry.DefaultThrottleErrorCodes[code]
	switch {
	case missing != nil:
		return render.NoReader(missing)
	case unusable(code, api.ErrorMessage()):
		return render.NoReader(err)
	case throttled, code == "ServiceQuotaExceededException":
		return render.Busy("The narrator is busy. Try again in a moment.", busyFor, err)
	}
	return failed(err)
}

// unusable knows the answers to an account that is not let in, and those of a region
// that does not have the voice.
func unusable(code, message string) bool {
	switch code {
	case "UnrecognizedClientException", "SubscriptionRequiredException", "OptInRequired", "EngineNotSupportedException", "LanguageNotSupportedException":
		return true
	}
	message = strings.ToLower(message)
	return code == "ValidationException" && (strings.Contains(message, "voiceid") || strings.Contains(message, "languagecode"))
}
