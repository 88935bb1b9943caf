package calls

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// What says why an attempt is told of.
type What string

// The reasons. Of several that hold, the first of this list is told.
const (
	WasDenied    What = "denied"    // a right is missing; see readsObject
	WasThrottled What = "throttled" // the service refused for load
	WasSlow      What = "slow"      // it answered, or failed, later than its kind does
	WasRetried   What = "retried"   // it is a second attempt or a later one
)

// Trouble is one attempt of one call that somebody may have to look at. It holds
// no key, value or address.
type Trouble struct {
	What               What
	Service, Operation string
	Table, Index       string // of DynamoDB; several tables are listed
	Took               time.Duration
	Attempt            int    // 1 is the first
	Code               string // the service's; "NoAnswer" when it gave none, "" when it did as asked
}

// Observer hears of each Trouble. It must not make AWS calls.
type Observer func(context.Context, Trouble)

// The longest that an attempt takes in health, to the head of its answer.
const (
	slowDynamo = time.Second      // answers in milliseconds, a transaction of many items in some hundred
	slowS3     = 10 * time.Second // the body that is sent counts: a finished video takes seconds
	slowOther  = 5 * time.Second  // control calls, mail and secrets end within one
)

// slow is the bound of a service; 0 is none, for those that take the time of
// what they make.
func slow(service string) time.Duration {
	switch service {
	case "DynamoDB":
		return slowDynamo
	case "S3":
		return slowS3
	case "Bedrock Runtime", "Polly":
		return 0
	}
	return slowOther
}

// running is what is known of one operation while its attempts are made, one
// after the other.
type running struct {
	attempts int
	body     []byte // of DynamoDB, as it goes over the wire
}

type runningKey struct{}

func runningFrom(ctx context.Context) *running {
	r, _ := ctx.Value(runningKey{}).(*running)
	return r
}

// troubles sees each attempt with its answer decoded.
type troubles struct {
	observers []Observer
	now       func() time.Time
}

func (troubles) ID() string { return "WatchTroubles" }

func (t troubles) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	r := runningFrom(ctx)
	if r == nil {
		return next.HandleDeserialize(ctx, in)
	}
	r.attempts++
	began := t.now()
	out, md, err := next.HandleDeserialize(ctx, in)
	trouble := Trouble{
		Service: awsmiddleware.GetServiceID(ctx), Operation: awsmiddleware.GetOperationName(ctx),
		Took: t.now().Sub(began), Attempt: r.attempts,
	}
	trouble.What, trouble.Code = judge(trouble, err)
	if trouble.What == "" {
		return out, md, err
	}
	trouble.Table, trouble.Index = tableAndIndex(r.body)
	for _, observe := range t.observers {
		observe(ctx, trouble)
	}
	return out, md, err
}

func judge(t Trouble, err error) (What, string) {
	var api smithy.APIError
	code, message := "", ""
	switch {
	case errors.As(err, &api):
		code, message = api.ErrorCode(), api.ErrorMessage()
	case err != nil:
		code = "NoAnswer"
	}
	switch most := slow(t.Service); {
	case problem.NoRight(code) && !readsObject(t):
		return WasDenied, code
	case throttled(code, message):
		return WasThrottled, code
	case most > 0 && t.Took > most:
		return WasSlow, code
	case t.Attempt > 1:
		return WasRetried, code
	}
	return "", code
}

// readsObject: S3 denies an object that is absent, too, to whoever may not list
// the whole bucket. Which of the two it is only the store can tell, which lists
// the name and reports a right that is missing.
func readsObject(t Trouble) bool {
	if t.Service != "S3" {
		return false
	}
	switch t.Operation {
	case "GetObject", "HeadObject", "CopyObject":
		return true
	}
	return false
}

// throttled knows a service's refusal for load. That of one action of a
// transaction stands in the text only, which lists the reasons of all.
func throttled(code, message string) bool {
	if _, busy := retry.DefaultThrottleErrorCodes[code]; busy {
		return true
	}
	return code == "TransactionCanceledException" &&
		(strings.Contains(message, "ThrottlingError") || strings.Contains(message, "ProvisionedThroughputExceeded"))
}

// tableAndIndex reads from a DynamoDB request where it goes.
func tableAndIndex(body []byte) (table, index string) {
	type named struct{ TableName string }
	var request struct {
		named
		IndexName     string
		RequestItems  map[string]json.RawMessage
		TransactItems []map[string]named
	}
	if len(body) == 0 || json.Unmarshal(body, &request) != nil {
		return "", ""
	}
	tables := map[string]bool{}
	if request.TableName != "" {
		tables[request.TableName] = true
	}
	for name := range request.RequestItems {
		tables[name] = true
	}
	for _, action := range request.TransactItems {
		for _, of := range action {
			tables[of.TableName] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(tables)), ","), request.IndexName
}
