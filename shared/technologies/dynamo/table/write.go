package table

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Update writes one item, again while it only loses against a transaction. Its
// error is the SDK's: ask ConditionFailed, then Failed.
func (c *Client) Update(ctx context.Context, in *dynamodb.UpdateItemInput) error {
	_, err := c.Updated(ctx, in)
	return err
}

// Updated is Update, for the item's attributes that the input asks to return.
func (c *Client) Updated(ctx context.Context, in *dynamodb.UpdateItemInput) (Item, error) {
	var after Item
	err := contend(ctx, func() error {
		out, err := c.DB.UpdateItem(ctx, in)
		if err == nil {
			after = out.Attributes
		}
		return err
	})
	return after, err
}

// ConditionFailed reports whether a single-item write was refused by its
// condition, and returns the item as it was when the write asked for it.
func ConditionFailed(err error) (Item, bool) {
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return failed.Item, true
	}
	return nil, false
}
