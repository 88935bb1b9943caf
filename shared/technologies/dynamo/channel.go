package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of the connected channel and of a consent that was asked for.
const (
	attrChannel     = "channel" // YouTube's id of it
	attrToken       = "token"   // Google's refresh token, sealed
	attrConnected   = "connected"
	attrLapsed      = "lapsed" // when Google was found to have ended the access
	attrVerifier    = "verifier"
	attrConsentUser = "user"
)

// Channels keeps connected channels. It implements channel.Store.
type Channels struct{ *Client }

// NewChannels needs the platform table only.
func NewChannels(c *Client) *Channels { return &Channels{c} }

// KeepConsent implements channel.Store.
func (s *Channels) KeepConsent(ctx context.Context, t tenant.ID, c channel.Consent) error {
	_, err := s.whileActive(ctx, t, types.TransactWriteItem{Put: &types.Put{TableName: aws.String(s.Platform), Item: table.With(consentKey(t, c.Hash), table.Item{
		attrConsentUser: table.Str(c.User), attrVerifier: table.Str(c.Verifier), attrExpires: table.TTLSeconds(c.ExpiresAt),
	})}})
	return table.Failed("keep consent", err)
}

// TakeConsent implements channel.Store. One whose answer is lost is used up: the
// person begins again.
func (s *Channels) TakeConsent(ctx context.Context, t tenant.ID, hash, user string, now time.Time) (channel.Consent, error) {
	out, err := s.DB.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(s.Platform), Key: consentKey(t, hash),
		ConditionExpression:       aws.String("#user = :user AND #expires > :now"),
		ExpressionAttributeNames:  map[string]string{"#user": attrConsentUser, "#expires": attrExpires},
		ExpressionAttributeValues: table.Item{":user": table.Str(user), ":now": table.Num(now.Unix())},
		ReturnValues:              types.ReturnValueAllOld,
	})
	if _, refused := table.ConditionFailed(err); refused {
		return channel.Consent{}, channel.ErrNoConsent
	}
	if err != nil {
		return channel.Consent{}, table.Failed("take consent", err)
	}
	return channel.Consent{Hash: hash, User: user, Verifier: table.ReadStr(out.Attributes, attrVerifier)}, nil
}

// Connection implements channel.Store.
func (s *Channels) Connection(ctx context.Context, t tenant.ID) (channel.Connection, error) {
	it, err := s.Get(ctx, "read channel", s.Platform, youTubeKey(t))
	return readConnection(it), err
}

func readConnection(it table.Item) channel.Connection {
	return channel.Connection{
		ChannelID: table.ReadStr(it, attrChannel), Title: table.ReadStr(it, attrTitle), Token: table.ReadStr(it, attrToken),
		ConnectedAt: table.ReadMillis(it, attrConnected), LapsedAt: table.ReadMillis(it, attrLapsed),
	}
}

// Connect implements channel.Store. An account that is being erased gets no access
// that nobody would take back.
func (s *Channels) Connect(ctx context.Context, t tenant.ID, c channel.Connection, act audit.Entry) error {
	refused, err := s.actOnce(ctx, t, act, s.stillActive(t), types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(s.Platform), Item: table.With(youTubeKey(t), table.Item{
			attrChannel: table.Str(c.ChannelID), attrTitle: table.Str(c.Title), attrToken: table.Str(c.Token), attrConnected: table.Millis(c.ConnectedAt),
		}),
	}})
	if table.RefusedOn(refused, 0) {
		return closed(refused[0])
	}
	return table.Failed("connect channel", err)
}

// Lapse implements channel.Store. The first time that it is noted stays.
func (s *Channels) Lapse(ctx context.Context, t tenant.ID, token string, at time.Time) error {
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: youTubeKey(t), UpdateExpression: aws.String("SET #lapsed = if_not_exists(#lapsed, :at)"),
		ConditionExpression:       aws.String("#token = :token"),
		ExpressionAttributeNames:  map[string]string{"#lapsed": attrLapsed, "#token": attrToken},
		ExpressionAttributeValues: table.Item{":at": table.Millis(at), ":token": table.Str(token)},
	})
	if _, refused := table.ConditionFailed(err); refused {
		return nil
	}
	return table.Failed("note that a channel has lapsed", err)
}

// Disconnect implements channel.Store.
func (s *Channels) Disconnect(ctx context.Context, t tenant.ID, c channel.Connection, act audit.Entry) error {
	refused, err := s.actOnce(ctx, t, act, types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.Platform), Key: youTubeKey(t), ConditionExpression: aws.String("#token = :token"),
		ExpressionAttributeNames: map[string]string{"#token": attrToken}, ExpressionAttributeValues: table.Item{":token": table.Str(c.Token)},
	}})
	if table.RefusedOn(refused, 0) {
		return channel.ErrChanged
	}
	return table.Failed("disconnect channel", err)
}
