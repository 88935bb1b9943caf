package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// counter holds a limit with one number in one item, in the ways that are
// found in most programs. It writes no ledger.
type counter struct {
	db    *dynamodb.Client
	table string
}

func newCounter(cfg aws.Config, table string) counter {
	return counter{db: dynamodb.NewFromConfig(cfg), table: table}
}

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func key(kind, id string) item { return item{"pk": text("BENCH-" + id), "sk": text(kind)} }

// add is exact: one write that holds the limit by itself.
func (c counter) add(ctx context.Context, id string, limit int64) (answer, error) {
	_, err := c.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(c.table), Key: key("ADD", id),
		UpdateExpression:          aws.String("ADD taken :one"),
		ConditionExpression:       aws.String("attribute_not_exists(taken) OR taken <= :room"),
		ExpressionAttributeValues: item{":one": number(1), ":room": number(limit - 1)},
	})
	if conditionFailed(err) {
		return refused, nil
	}
	return admitted, err
}

// swapTries is as many as the product makes of a write that loses.
const swapTries = 7

// swap is exact as well, but whoever loses must read and write again.
func (c counter) swap(ctx context.Context, id string, limit int64) (answer, error) {
	for try := range swapTries {
		n, err := c.get(ctx, "SWAP", id)
		switch {
		case err != nil:
			return refused, err
		case n >= limit:
			return refused, nil
		}
		err = c.put(ctx, "SWAP", id, n+1, func(in *dynamodb.PutItemInput) {
			in.ConditionExpression = aws.String("attribute_not_exists(pk)")
			if n > 0 {
				in.ConditionExpression = aws.String("taken = :read")
				in.ExpressionAttributeValues = item{":read": number(n)}
			}
		})
		if !conditionFailed(err) {
			return admitted, err
		}
		time.Sleep(rand.N(10 * time.Millisecond << try))
	}
	return gaveUp, nil
}

// overwrite is what a check before a write is worth.
func (c counter) overwrite(ctx context.Context, id string, limit int64) (answer, error) {
	n, err := c.get(ctx, "BUG", id)
	if err != nil || n >= limit {
		return refused, err
	}
	return admitted, c.put(ctx, "BUG", id, n+1, func(*dynamodb.PutItemInput) {})
}

func (c counter) get(ctx context.Context, kind, id string) (int64, error) {
	out, err := c.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(c.table), Key: key(kind, id), ConsistentRead: aws.Bool(true)})
	if err != nil || out.Item == nil {
		return 0, err
	}
	v, ok := out.Item["taken"].(*types.AttributeValueMemberN)
	if !ok {
		return 0, errors.New("the counter holds no number")
	}
	return strconv.ParseInt(v.Value, 10, 64)
}

func (c counter) put(ctx context.Context, kind, id string, n int64, only func(*dynamodb.PutItemInput)) error {
	it := key(kind, id)
	it["taken"] = number(n)
	in := &dynamodb.PutItemInput{TableName: aws.String(c.table), Item: it}
	only(in)
	_, err := c.db.PutItem(ctx, in)
	return err
}

func conditionFailed(err error) bool {
	var failed *types.ConditionalCheckFailedException
	return errors.As(err, &failed)
}
