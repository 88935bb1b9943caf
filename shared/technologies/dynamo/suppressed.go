package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// attrReason is why an address is sent no mail.
const attrReason = "reason"

// Suppressions keeps which addresses are sent no mail. It implements
// auth.SuppressionStore and auth.MailboxStore.
type Suppressions struct{ *Client }

// NewSuppressions needs the directory table, and for Resume both.
func NewSuppressions(c *Client) *Suppressions { return &Suppressions{c} }

// Suppression implements auth.SuppressionReader.
func (s *Suppressions) Suppression(ctx context.Context, a auth.Address) (auth.Suppression, error) {
	return s.suppression(ctx, a)
}

func (c *Client) suppression(ctx context.Context, a auth.Address) (auth.Suppression, error) {
	it, err := c.Get(ctx, "look up address", c.Directory, suppressedKey(a))
	if err != nil || it == nil {
		return auth.Suppression{}, err
	}
	found := auth.Suppression{
		Address: a, Reason: auth.SuppressionReason(table.ReadStr(it, attrReason)), At: table.ReadMillis(it, attrAt),
	}
	if it[attrValid] != nil {
		found.Until = table.ReadMicros(it, attrValid)
	}
	return found, nil
}

// Suppress implements auth.SuppressionStore. A complaint replaces a bounce whichever
// is newer; anything else must be newer than what is there, a release included.
func (s *Suppressions) Suppress(ctx context.Context, told auth.Suppression) (bool, error) {
	it := table.Item{attrReason: table.Str(told.Reason), attrAt: table.Millis(told.At)}
	if !told.Until.IsZero() {
		it[attrValid], it[attrExpires] = table.Micros(told.Until), table.TTLSeconds(told.Until)
	}
	unless, other := "(#at < :at AND #reason <> :other)", auth.Complained
	if told.Reason == auth.Complained {
		unless, other = "#at < :at OR #reason = :other", auth.Bounced
	}
	_, err := s.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.Directory), Item: table.With(suppressedKey(told.Address), it),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR " + unless),
		ExpressionAttributeNames:  map[string]string{"#at": attrAt, "#reason": attrReason},
		ExpressionAttributeValues: table.Item{":at": table.Millis(told.At), ":other": table.Str(other)},
	})
	if _, known := table.ConditionFailed(err); known {
		return false, nil
	}
	return err == nil, table.Failed("suppress address", err)
}

// Release implements auth.SuppressionStore.
func (s *Suppressions) Release(ctx context.Context, a auth.Address, now time.Time) (bool, error) {
	u := s.released(a, now)
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
		ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
	})
	if _, none := table.ConditionFailed(err); none {
		return false, nil
	}
	return err == nil, table.Failed("release address", err)
}

// Resume implements auth.MailboxStore.
func (s *Suppressions) Resume(ctx context.Context, t tenant.ID, a auth.Address, now time.Time, done audit.Entry) error {
	reasons, err := s.whileActive(ctx, t, s.audited(t, done), types.TransactWriteItem{Update: s.released(a, now)})
	switch {
	case table.RefusedOn(reasons, 0):
		return nil // done by an attempt whose answer was lost: the entry's id is its own
	case reasons != nil:
		return auth.ErrAbsent
	}
	return table.Failed("resume mail", err)
}

// released ends what holds at now, and leaves when that was.
func (s *Suppressions) released(a auth.Address, now time.Time) *types.Update {
	return &types.Update{
		TableName: aws.String(s.Directory), Key: suppressedKey(a),
		UpdateExpression:    aws.String("SET #reason = :released, #at = :at, #valid = :now, #expires = :expires"),
		ConditionExpression: aws.String("attribute_exists(pk) AND #reason <> :released AND (attribute_not_exists(#valid) OR #valid > :now)"),
		ExpressionAttributeNames: map[string]string{
			"#reason": attrReason, "#at": attrAt, "#valid": attrValid, "#expires": attrExpires,
		},
		ExpressionAttributeValues: table.Item{
			":released": table.Str(auth.Released), ":at": table.Millis(now), ":now": table.Micros(now), ":expires": table.TTLSeconds(now.Add(auth.ReleaseKept)),
		},
	}
}
