package table

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Page reads at most limit items of a partition of the platform table whose sort
// keys have a prefix, from the last key down, after the key that ends in after.
// It returns what follows the prefix in the key to go on after, "" at the end. A
// page ends early at DynamoDB's 1 MB: a hundred of the longest projects would
// not fit into one answer.
func (c *Client) Page(ctx context.Context, doing, partition, prefix string, limit int, after string) ([]Item, string, error) {
	in := &dynamodb.QueryInput{
		TableName:                 aws.String(c.Platform),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :kind)"),
		ExpressionAttributeValues: Item{":pk": Str(partition), ":kind": Str(prefix)},
		ScanIndexForward:          aws.Bool(false),
		ConsistentRead:            aws.Bool(true),
		Limit:                     aws.Int32(int32(limit)),
	}
	if after != "" {
		in.ExclusiveStartKey = Item{PK: Str(partition), SK: Str(prefix + after)}
	}
	out, err := c.DB.Query(ctx, in)
	if err != nil {
		return nil, "", Failed(doing, err)
	}
	if out.LastEvaluatedKey == nil {
		return out.Items, "", nil
	}
	return out.Items, strings.TrimPrefix(ReadStr(out.LastEvaluatedKey, SK), prefix), nil
}

// Each visits every item of a partition of the platform table whose sort key has
// a prefix, from the first key up.
func (c *Client) Each(ctx context.Context, doing, partition, prefix string, visit func(Item) error) error {
	return c.Visit(ctx, doing, visit, &dynamodb.QueryInput{
		TableName:                 aws.String(c.Platform),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": Str(partition), ":prefix": Str(prefix)},
		ConsistentRead:            aws.Bool(true),
	})
}

// Whole visits every item of a partition of the platform table, from the first key
// up, a page of 1 MB at a time.
func (c *Client) Whole(ctx context.Context, doing, partition string, visit func(Item) error) error {
	return c.Visit(ctx, doing, visit, &dynamodb.QueryInput{
		TableName:                 aws.String(c.Platform),
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: Item{":pk": Str(partition)},
		ConsistentRead:            aws.Bool(true),
	})
}

// Between visits every item of a partition of the platform table whose sort key
// lies between two, both included, from the first key up.
func (c *Client) Between(ctx context.Context, doing, partition, from, to string, visit func(Item) error) error {
	return c.Visit(ctx, doing, visit, &dynamodb.QueryInput{
		TableName:                 aws.String(c.Platform),
		KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		ExpressionAttributeValues: Item{":pk": Str(partition), ":from": Str(from), ":to": Str(to)},
		ConsistentRead:            aws.Bool(true),
	})
}

// Visit visits every item that a query finds, a page of 1 MB at a time.
func (c *Client) Visit(ctx context.Context, doing string, visit func(Item) error, in *dynamodb.QueryInput) error {
	for {
		out, err := c.DB.Query(ctx, in)
		if err != nil {
			return Failed(doing, err)
		}
		for _, it := range out.Items {
			if err := visit(it); err != nil {
				return fmt.Errorf("%s: %w", doing, err)
			}
		}
		if out.LastEvaluatedKey == nil {
			return nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}
