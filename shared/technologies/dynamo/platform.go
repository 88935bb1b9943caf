package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// readTries bounds how often keys that a busy store left out are asked for.
const readTries = 5

// read gets items in one strongly consistent call, in the order of keys; an
// absent one is nil. All keys differ.
func (c *Client) read(ctx context.Context, doing string, keys ...item) ([]item, error) {
	found := map[string]item{}
	missing := keys
	for try := 0; len(missing) > 0; try++ {
		if try == readTries {
			return nil, failed(doing, &types.ProvisionedThroughputExceededException{})
		}
		if try > 0 {
			if err := pause(ctx, try); err != nil {
				return nil, failed(doing, err)
			}
		}
		out, err := c.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			c.platform: {Keys: missing, ConsistentRead: aws.Bool(true)},
		}})
		if err != nil {
			return nil, failed(doing, err)
		}
		for _, it := range out.Responses[c.platform] {
			found[readStr(it, attrSK)] = it
		}
		missing = out.UnprocessedKeys[c.platform].Keys
	}
	items := make([]item, len(keys))
	for i, key := range keys {
		items[i] = found[readStr(key, attrSK)]
	}
	return items, nil
}

// page reads items of one kind, newest first, after the given id, and returns
// the id to go on after, "" at the end. A page ends early at DynamoDB's 1 MB: a
// hundred of the longest projects would not fit into one answer.
func (c *Client) page(ctx context.Context, doing string, t tenant.ID, kind string, limit int, after string) ([]item, string, error) {
	in := &dynamodb.QueryInput{
		TableName:                 aws.String(c.platform),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :kind)"),
		ExpressionAttributeValues: item{":pk": str(dataPartition(t)), ":kind": str(kind)},
		ScanIndexForward:          aws.Bool(false),
		ConsistentRead:            aws.Bool(true),
		Limit:                     aws.Int32(int32(limit)),
	}
	if after != "" {
		in.ExclusiveStartKey = dataKey(t, kind+after)
	}
	out, err := c.db.Query(ctx, in)
	if err != nil {
		return nil, "", failed(doing, err)
	}
	if out.LastEvaluatedKey == nil {
		return out.Items, "", nil
	}
	return out.Items, keyTail(out.LastEvaluatedKey, kind), nil
}

// each visits every item whose sort key has a prefix, oldest first.
func (c *Client) each(ctx context.Context, doing string, t tenant.ID, prefix string, visit func(item) error) error {
	return c.visit(ctx, doing, visit, &dynamodb.QueryInput{
		TableName:                 aws.String(c.platform),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: item{":pk": str(dataPartition(t)), ":prefix": str(prefix)},
		ConsistentRead:            aws.Bool(true),
	})
}

// between visits every item of a tenant whose sort key lies between two, both
// included.
func (c *Client) between(ctx context.Context, doing string, t tenant.ID, from, to string, visit func(item) error) error {
	return c.visit(ctx, doing, visit, &dynamodb.QueryInput{
		TableName:                 aws.String(c.platform),
		KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		ExpressionAttributeValues: item{":pk": str(dataPartition(t)), ":from": str(from), ":to": str(to)},
		ConsistentRead:            aws.Bool(true),
	})
}

func (c *Client) visit(ctx context.Context, doing string, visit func(item) error, in *dynamodb.QueryInput) error {
	for {
		out, err := c.db.Query(ctx, in)
		if err != nil {
			return failed(doing, err)
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
