package table

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// PutNew is an action of a transaction that stores an item unless its key is taken.
func PutNew(table string, it Item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(table), Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}}
}

// Transact writes a transaction, again while it only loses against concurrent
// ones. When a condition refused it, it also returns the refusals of all actions,
// in order; on any other error there are none.
func (c *Client) Transact(ctx context.Context, actions []types.TransactWriteItem) ([]Refusal, error) {
	err := contend(ctx, func() error {
		_, err := c.DB.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		return err
	})
	reasons, _ := Canceled(err)
	for i := range reasons {
		if RefusedOn(reasons, i) {
			return reasons, err
		}
	}
	return nil, err
}

// Refusal is why DynamoDB refused one action of a transaction.
type Refusal struct {
	Old  Item   // the item as it was, with ReturnValuesOnConditionCheckFailure
	code string // one of the constants below, or another of DynamoDB's codes; "None" for what was not refused
}

// The refusals that are told apart.
const (
	refusedCondition  = "ConditionalCheckFailed"
	refusedConflict   = "TransactionConflict"
	refusedThrottled  = "ThrottlingError"
	refusedThroughput = "ProvisionedThroughputExceeded"
)

// Canceled returns the reason of each action, in order, when a transaction was
// refused as a whole. Nothing of it was written then.
func Canceled(err error) ([]Refusal, bool) {
	var c *types.TransactionCanceledException
	if !errors.As(err, &c) {
		return nil, false
	}
	out := make([]Refusal, len(c.CancellationReasons))
	for i, r := range c.CancellationReasons {
		out[i] = Refusal{code: aws.ToString(r.Code), Old: r.Item}
	}
	return out, true
}

// RefusedOn reports whether action i of a transaction was refused by its condition.
func RefusedOn(reasons []Refusal, i int) bool {
	return i < len(reasons) && reasons[i].code == refusedCondition
}
