package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Attributes of a claim. It ends by expires_at, which the table's TTL reads too.
const (
	attrFingerprint = "fingerprint"
	attrSubject     = "subject" // id of what the request made or changed
)

// Claimed implements idempotency.Claims.
func (c *Client) Claimed(ctx context.Context, t tenant.ID, claim idempotency.Claim, now time.Time) (string, error) {
	found, err := c.read(ctx, "read claim", claimKey(t, claim.Key))
	switch {
	case err != nil:
		return "", err
	case found[0] == nil || readNum(found[0], attrExpires) <= now.Unix():
		return "", nil
	case readStr(found[0], attrFingerprint) != claim.Fingerprint:
		return "", idempotency.Reused()
	}
	return readStr(found[0], attrSubject), nil
}

// claimPut takes a key that is free at the given time. It belongs into the
// transaction that does what the key is for.
func (c *Client) claimPut(t tenant.ID, claim idempotency.Claim, subject string, at time.Time) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(c.platform),
		Item: with(claimKey(t, claim.Key), item{
			attrFingerprint: str(claim.Fingerprint), attrSubject: str(subject), attrExpires: num(ttlSeconds(at.Add(idempotency.Life))),
		}),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR #expires <= :now"),
		ExpressionAttributeNames:  map[string]string{"#expires": attrExpires},
		ExpressionAttributeValues: item{":now": num(at.Unix())},
	}}
}

// claimFree gives a key back whose request came to nothing.
func (c *Client) claimFree(t tenant.ID, key string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.platform), Key: claimKey(t, key),
		UpdateExpression:          aws.String("SET #expires = :over"),
		ExpressionAttributeNames:  map[string]string{"#expires": attrExpires},
		ExpressionAttributeValues: item{":over": num(0)},
	}}
}
