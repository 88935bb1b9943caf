package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a claim. It ends by expires_at, which the table's TTL reads too.
const (
	attrFingerprint = "fingerprint"
	attrSubject     = "subject" // id of what the request made or changed
)

// Claimed implements idempotency.Claims.
func (c *Client) Claimed(ctx context.Context, t tenant.ID, claim idempotency.Claim, now time.Time) (string, error) {
	found, err := c.Read(ctx, "read claim", claimKey(t, claim.Key))
	switch {
	case err != nil:
		return "", err
	case found[0] == nil || table.ReadNum(found[0], attrExpires) <= now.Unix():
		return "", nil
	case table.ReadStr(found[0], attrFingerprint) != claim.Fingerprint:
		return "", idempotency.Reused()
	}
	return table.ReadStr(found[0], attrSubject), nil
}

// claimPut takes a key that is free at the given time. It belongs into the
// transaction that does what the key is for.
func (c *Client) claimPut(t tenant.ID, claim idempotency.Claim, subject string, at time.Time) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(c.Platform),
		Item: table.With(claimKey(t, claim.Key), table.Item{
			attrFingerprint: table.Str(claim.Fingerprint), attrSubject: table.Str(subject), attrExpires: table.TTLSeconds(at.Add(idempotency.Life)),
		}),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR #expires <= :now"),
		ExpressionAttributeNames:  map[string]string{"#expires": attrExpires},
		ExpressionAttributeValues: table.Item{":now": table.Num(at.Unix())},
	}}
}

// claimFree gives a key back whose request came to nothing.
func (c *Client) claimFree(t tenant.ID, key string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: claimKey(t, key),
		UpdateExpression:          aws.String("SET #expires = :over"),
		ExpressionAttributeNames:  map[string]string{"#expires": attrExpires},
		ExpressionAttributeValues: table.Item{":over": table.Num(0)},
	}}
}
