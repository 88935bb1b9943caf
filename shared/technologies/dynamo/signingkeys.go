package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of the document of public keys.
const attrDocument = "document"

// SigningKeys keeps the document of public keys. It implements auth.KeyStore.
type SigningKeys struct{ *Client }

// NewSigningKeys needs the directory table only.
func NewSigningKeys(c *Client) *SigningKeys { return &SigningKeys{c} }

// SigningKeys implements auth.KeyStore.
func (s *SigningKeys) SigningKeys(ctx context.Context) (auth.KeyDocument, error) {
	it, err := s.Get(ctx, "read public keys", s.Directory, signingKey())
	if err != nil || it == nil {
		return auth.KeyDocument{}, err
	}
	return auth.KeyDocument{Revision: table.ReadNum(it, attrRevision), Text: table.ReadStr(it, attrDocument)}, nil
}

// SaveSigningKeys implements auth.KeyStore. One whose answer was lost, sent again,
// is ErrChanged: the caller reads what is stored.
func (s *SigningKeys) SaveSigningKeys(ctx context.Context, d auth.KeyDocument) error {
	in := &dynamodb.PutItemInput{
		TableName:                aws.String(s.Directory),
		Item:                     table.With(signingKey(), table.Item{attrDocument: table.Str(d.Text), attrRevision: table.Num(d.Revision)}),
		ExpressionAttributeNames: map[string]string{"#pk": table.PK},
		ConditionExpression:      aws.String("attribute_not_exists(#pk)"),
	}
	if d.Revision > 1 {
		in.ExpressionAttributeNames = map[string]string{"#revision": attrRevision}
		in.ExpressionAttributeValues = table.Item{":before": table.Num(d.Revision - 1)}
		in.ConditionExpression = aws.String("#revision = :before")
	}
	_, err := s.DB.PutItem(ctx, in)
	if _, changed := table.ConditionFailed(err); changed {
		return auth.ErrChanged
	}
	return table.Failed("publish keys", err)
}
