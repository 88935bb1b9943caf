package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a key's item, beside its status and rate.
const (
	attrHash       = "hash"
	attrKeyStatus  = "key_status" // the key's own
	attrUsed       = "used"       // last request, to the minute
	attrKeyName    = "name"
	attrKeyRotated = "rotated_at"
	attrOldHash    = "old_hash" // of the secret before, while that works on
	attrOldUntil   = "old_until"
	attrKeySeen    = "seen_by" // user who was shown the secret; absent: before it was kept

	attrLiveKeys = "live" // of the item that counts a tenant's keys
)

// APIKeys keeps API keys. It implements auth.APIKeyStore.
type APIKeys struct{ *Client }

// NewAPIKeys needs the platform table only.
func NewAPIKeys(c *Client) *APIKeys { return &APIKeys{c} }

// Keys implements auth.APIKeyStore.
func (s *APIKeys) Keys(ctx context.Context, t tenant.ID, limit int, after string) ([]auth.APIKey, string, error) {
	items, next, err := s.Page(ctx, "list keys", credentialsPartition(t), kindKey, limit, after)
	if err != nil {
		return nil, "", err
	}
	keys := make([]auth.APIKey, 0, len(items))
	for _, it := range items {
		keys = append(keys, readAPIKey(t, auth.KeyID(keyTail(it, kindKey)), it))
	}
	return keys, next, nil
}

// APIKey implements auth.APIKeyStore.
func (s *APIKeys) APIKey(ctx context.Context, t tenant.ID, id auth.KeyID) (auth.APIKey, error) {
	it, err := s.Get(ctx, "read key", s.Platform, apiKeyKey(t, id))
	if err == nil && it == nil {
		return auth.APIKey{}, auth.ErrAbsent
	}
	return readAPIKey(t, id, it), err
}

// readAPIKey reads a key's item; an absent one reads as the zero APIKey.
func readAPIKey(t tenant.ID, id auth.KeyID, it table.Item) auth.APIKey {
	if it == nil {
		return auth.APIKey{}
	}
	return auth.APIKey{
		ID: id, Tenant: t, Name: table.ReadStr(it, attrKeyName),
		Hash: auth.KeyHash(table.ReadStr(it, attrHash)), Old: auth.KeyHash(table.ReadStr(it, attrOldHash)), OldUntil: readMoment(it, attrOldUntil),
		Status: auth.KeyStatus(table.ReadStr(it, attrKeyStatus)), TenantStatus: tenant.Status(table.ReadStr(it, attrStatus)),
		CreatedAt: readMoment(it, attrCreated), RotatedAt: readMoment(it, attrKeyRotated), UsedAt: readMoment(it, attrUsed),
		SeenBy: auth.UserID(table.ReadStr(it, attrKeySeen)),
	}
}

// readMoment reads microseconds; an absent attribute is the zero time.
func readMoment(it table.Item, name string) time.Time {
	if _, there := it[name]; !there {
		return time.Time{}
	}
	return table.ReadMicros(it, name)
}

// AddKey implements auth.APIKeyStore. How many keys there are is a number of its own,
// which changes with the keys: two who read the list at once would both find room.
func (s *APIKeys) AddKey(ctx context.Context, k auth.APIKey, most int, e audit.Entry) error {
	room := table.NewAddition()
	room.AddMost(attrLiveKeys, 1, int64(most))
	refused, err := s.actAsOwner(ctx, auth.User{ID: k.SeenBy, Tenant: k.Tenant}, e,
		table.PutNew(s.Platform, table.With(apiKeyKey(k.Tenant, k.ID), table.Item{
			attrKeyName: table.Str(k.Name), attrHash: table.Str(k.Hash), attrKeyStatus: table.Str(k.Status), attrStatus: table.Str(k.TenantStatus),
			attrCreated: table.Micros(k.CreatedAt), attrKeySeen: table.Str(k.SeenBy),
		})),
		room.On(s.Platform, keyCountKey(k.Tenant)),
		// A tenant that is being erased gets no key that the freezing of its keys missed.
		s.stillActive(k.Tenant),
	)
	switch {
	case table.RefusedOn(refused, 2) && len(refused[2].Old) == 0:
		return tenant.ErrGone
	case table.RefusedOn(refused, 2):
		return auth.ErrClosing
	case table.RefusedOn(refused, 0):
		return auth.ErrChanged
	case table.RefusedOn(refused, 1):
		return auth.ErrTooManyKeys
	}
	return table.Failed("add key", err)
}

// ReplaceSecret implements auth.APIKeyStore. The write that counts a use leaves the
// hashes alone, so that no use is in its way.
func (s *APIKeys) ReplaceSecret(ctx context.Context, k auth.APIKey, before auth.KeyHash, e audit.Entry) error {
	update := "SET #hash = :hash, #rotated = :rotated, #seen = :seen"
	names := map[string]string{"#hash": attrHash, "#rotated": attrKeyRotated, "#old": attrOldHash, "#until": attrOldUntil, "#seen": attrKeySeen}
	values := table.Item{":hash": table.Str(k.Hash), ":rotated": table.Micros(k.RotatedAt), ":before": table.Str(before), ":seen": table.Str(k.SeenBy)}
	if k.Old == "" {
		update += " REMOVE #old, #until"
	} else {
		update += ", #old = :old, #until = :until"
		values[":old"], values[":until"] = table.Str(k.Old), table.Micros(k.OldUntil)
	}
	refused, err := s.actAsOwner(ctx, auth.User{ID: k.SeenBy, Tenant: k.Tenant}, e, types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: apiKeyKey(k.Tenant, k.ID), UpdateExpression: aws.String(update),
		ConditionExpression: aws.String("#hash = :before"), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
	if table.RefusedOn(refused, 0) {
		if len(refused[0].Old) == 0 {
			return auth.ErrAbsent
		}
		return auth.ErrChanged
	}
	return table.Failed("rotate key", err)
}

// DropKey implements auth.APIKeyStore.
func (s *APIKeys) DropKey(ctx context.Context, t tenant.ID, id auth.KeyID, by auth.UserID, e audit.Entry) error {
	room := table.NewAddition()
	room.Add(attrLiveKeys, -1)
	refused, err := s.actAsOwner(ctx, auth.User{ID: by, Tenant: t}, e,
		types.TransactWriteItem{Delete: &types.Delete{
			TableName: aws.String(s.Platform), Key: apiKeyKey(t, id), ConditionExpression: aws.String("attribute_exists(pk)"),
		}},
		room.On(s.Platform, keyCountKey(t)),
	)
	if table.RefusedOn(refused, 0) {
		return auth.ErrAbsent
	}
	return table.Failed("revoke key", err)
}
