package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// PayMock keeps what the payment service's stand-in knows, an item for each of
// its customers. It implements paymock.Store.
type PayMock struct{ *Client }

// NewPayMock needs the directory table only.
func NewPayMock(c *Client) *PayMock { return &PayMock{c} }

// Load implements paymock.Store.
func (p *PayMock) Load(ctx context.Context, customer string) (string, int64, error) {
	it, err := p.Get(ctx, "read the stand-in's customer", p.Directory, payMockKey(customer))
	if err != nil || it == nil {
		return "", 0, err
	}
	return table.ReadStr(it, attrDocument), table.ReadNum(it, attrRevision), nil
}

// Save implements paymock.Store. One whose answer was lost, sent again, is
// ErrChanged: the caller knows its own writes by what they hold.
func (p *PayMock) Save(ctx context.Context, customer, document string, revision int64) error {
	in := &dynamodb.PutItemInput{
		TableName:                aws.String(p.Directory),
		Item:                     table.With(payMockKey(customer), table.Item{attrDocument: table.Str(document), attrRevision: table.Num(revision + 1)}),
		ExpressionAttributeNames: map[string]string{"#pk": table.PK},
		ConditionExpression:      aws.String("attribute_not_exists(#pk)"),
	}
	if revision > 0 {
		in.ExpressionAttributeNames = map[string]string{"#revision": attrRevision}
		in.ExpressionAttributeValues = table.Item{":before": table.Num(revision)}
		in.ConditionExpression = aws.String("#revision = :before")
	}
	_, err := p.DB.PutItem(ctx, in)
	if _, changed := table.ConditionFailed(err); changed {
		return paymock.ErrChanged
	}
	return table.Failed("write the stand-in's customer", err)
}
