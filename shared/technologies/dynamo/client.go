// Package dynamo keeps the product's items in two DynamoDB tables, behind the
// ports of the domains. Keys are built in keys*.go and nowhere else. It decides
// no rule: a conditional write only holds what a domain asked for.
package dynamo

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// attemptTimeout bounds one attempt of one call. DynamoDB answers in
// milliseconds; the slowest honest answer seen is a busy local emulator's.
const attemptTimeout = 8 * time.Second

// Client is the connection that all stores of this package share.
type Client struct {
	db        *dynamodb.Client
	platform  string // table of what belongs to a tenant
	directory string // table of what is looked up before the tenant is known
}

// NewClient connects to the two tables. A store that uses only one of them may
// leave the other's name empty. Calls are signed by the context's tenant scope.
func NewClient(cfg aws.Config, platform, directory string) *Client {
	db := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		if h, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = h.WithTimeout(attemptTimeout)
		}
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.Backoff = retry.BackoffDelayerFunc(backoff) })
	})
	return &Client{db: db, platform: platform, directory: directory}
}

// item is the wire form of an item or key.
type item = map[string]types.AttributeValue

// str, num and flag make attribute values.
func str[S ~string](v S) types.AttributeValue { return &types.AttributeValueMemberS{Value: string(v)} }
func num(v int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
}
func flag(v bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: v} }

// fields makes a map attribute.
func fields(v item) types.AttributeValue { return &types.AttributeValueMemberM{Value: v} }

// readStr, readNum, readFlag and readFields read an attribute; an absent one or
// one of another type reads as the zero value.
func readStr(it item, name string) string {
	if v, ok := it[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func readNum(it item, name string) int64 {
	if v, ok := it[name].(*types.AttributeValueMemberN); ok {
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err == nil {
			return n
		}
	}
	return 0
}

func readFlag(it item, name string) bool {
	v, ok := it[name].(*types.AttributeValueMemberBOOL)
	return ok && v.Value
}

func readFields(it item, name string) item {
	if v, ok := it[name].(*types.AttributeValueMemberM); ok {
		return v.Value
	}
	return nil
}

// micros and fromMicros are the stored form of an instant that is compared or
// counted with; seconds is the form that DynamoDB's TTL reads.
func micros(t time.Time) int64     { return t.UnixMicro() }
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
func ttlSeconds(t time.Time) int64 { return t.Add(time.Second - 1).Unix() }

// conditionFailed reports whether a single-item write was refused by its
// condition, and returns the item as it was when the write asked for it.
func conditionFailed(err error) (item, bool) {
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return failed.Item, true
	}
	return nil, false
}

// refusal is why DynamoDB refused one action of a transaction.
type refusal struct {
	code string // one of the constants below, or another of DynamoDB's codes
	old  item   // with ReturnValuesOnConditionCheckFailure
}

// The refusals that callers tell apart.
const (
	refusedCondition  = "ConditionalCheckFailed"
	refusedConflict   = "TransactionConflict"
	refusedThrottled  = "ThrottlingError"
	refusedThroughput = "ProvisionedThroughputExceeded"
)

// canceled returns the reason of each action, in order, when a transaction was
// refused as a whole. Nothing of it was written then.
func canceled(err error) ([]refusal, bool) {
	var c *types.TransactionCanceledException
	if !errors.As(err, &c) {
		return nil, false
	}
	out := make([]refusal, len(c.CancellationReasons))
	for i, r := range c.CancellationReasons {
		out[i] = refusal{code: aws.ToString(r.Code), old: r.Item}
	}
	return out, true
}

// conflicted reports whether a write lost against a concurrent one on the same
// item, or a transaction against the load on one of its items: nothing was
// written, and it may be tried again.
func conflicted(err error) bool {
	var single *types.TransactionConflictException
	if errors.As(err, &single) {
		return true
	}
	reasons, ok := canceled(err)
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

// refusedOn reports whether action i of a transaction was refused by its condition.
func refusedOn(reasons []refusal, i int) bool {
	return i < len(reasons) && reasons[i].code == refusedCondition
}

// failed names a call that went wrong for callers of this package: an outage,
// throttling or lost contention is problem.Unavailable, anything else is a defect
// of ours: a missing right among them.
func failed(doing string, err error) error {
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
	if outage(err) || conflicted(err) {
		return &problem.Error{
			Code: problem.Unavailable, Detail: "The data store does not answer right now. Try again in a moment.",
			RetryAfter: 2 * time.Second, Cause: fmt.Errorf("%s: %w", doing, err),
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
