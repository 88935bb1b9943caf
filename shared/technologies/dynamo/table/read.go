package table

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// readTries bounds how often keys that a busy store left out are asked for.
const readTries = 5

// Get reads one item of a table, strongly consistent; an absent one is nil.
func (c *Client) Get(ctx context.Context, doing, table string, key Item) (Item, error) {
	out, err := c.DB.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(table), Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, Failed(doing, err)
	}
	return out.Item, nil
}

// Read gets items of the platform table in one strongly consistent call, in the
// order of keys; an absent one is nil. The keys differ in their sort keys, and
// there are at most 100.
func (c *Client) Read(ctx context.Context, doing string, keys ...Item) ([]Item, error) {
	found := map[string]Item{}
	missing := keys
	for try := 0; len(missing) > 0; try++ {
		if try == readTries {
			return nil, Failed(doing, &types.ProvisionedThroughputExceededException{})
		}
		if try > 0 {
			if err := Pause(ctx, try); err != nil {
				return nil, Failed(doing, err)
			}
		}
		out, err := c.DB.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			c.Platform: {Keys: missing, ConsistentRead: aws.Bool(true)},
		}})
		if err != nil {
			return nil, Failed(doing, err)
		}
		for _, it := range out.Responses[c.Platform] {
			found[ReadStr(it, SK)] = it
		}
		missing = out.UnprocessedKeys[c.Platform].Keys
	}
	items := make([]Item, len(keys))
	for i, key := range keys {
		items[i] = found[ReadStr(key, SK)]
	}
	return items, nil
}
