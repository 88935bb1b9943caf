package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of directory items.
const (
	attrLink     = "link"  // hash of the address's one current link
	attrOlder    = "older" // hash of the one before it
	attrNext     = "next"
	attrValid    = "valid_until" // exact end of a link or suppression, microseconds; TTL is later and coarser
	attrTries    = "tries"       // codes that were tried on a link
	attrTenantID = "tenant"
	attrUserID   = "user"
)

// Links keeps magic links. It implements auth.LinkStore.
type Links struct{ *Client }

// NewLinks needs the directory table only.
func NewLinks(c *Client) *Links { return &Links{c} }

// CountMailCall implements auth.LinkStore. It takes one write or two, as the
// caller's own pace has it: that tells nothing of an address.
func (s *Links) CountMailCall(ctx context.Context, caller string, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	return s.countIn(ctx, mailCallKey(caller), limit, now)
}

// CountMail implements auth.LinkStore.
func (s *Links) CountMail(ctx context.Context, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	return s.countEvenly(ctx, mailCallKey(everybody), limit, now)
}

// PretendMail implements auth.LinkStore.
func (s *Links) PretendMail(ctx context.Context) error {
	_, err := s.idle(ctx, mailCallKey(everybody), arrivalWrites)
	return err
}

// Mailable implements auth.LinkStore: a write that is refused shows the item, and
// the function that asks has no right to read it.
func (s *Links) Mailable(ctx context.Context, a auth.Address, limit ratelimit.Limit, now time.Time) (bool, error) {
	found, err := s.idle(ctx, mailRateKey(a), 1)
	return !limit.Early(now, table.ReadMicros(found, attrTAT)), err
}

// Suppressed implements auth.LinkStore.
func (s *Links) Suppressed(ctx context.Context, a auth.Address, now time.Time) (bool, error) {
	found, err := s.suppression(ctx, a)
	return found.HoldsSignIn(now), err
}

// Supersede implements auth.LinkStore: count and current link are one item, so
// that they change together.
func (s *Links) Supersede(ctx context.Context, a auth.Address, h auth.LinkHash, limit ratelimit.Limit, now, expires time.Time) (auth.Count, auth.LinkHash, error) {
	if over := rateOver(limit, now); over.After(expires) {
		expires = over
	}
	after, count, err := s.arriveEvenly(ctx, arrival{
		table: s.Directory, key: mailRateKey(a),
		set:    "#older = if_not_exists(#link, :none), #link = :link, #expires = :expires",
		names:  map[string]string{"#link": attrLink, "#older": attrOlder, "#expires": attrExpires},
		values: table.Item{":link": table.Str(h), ":none": table.Str(""), ":expires": table.TTLSeconds(expires)},
		limit:  limit, now: now,
	})
	if err != nil || !count.Allowed {
		return count, "", err
	}
	return count, auth.LinkHash(table.ReadStr(after, attrOlder)), nil
}

// PretendSupersede implements auth.LinkStore.
func (s *Links) PretendSupersede(ctx context.Context, a auth.Address) error {
	_, err := s.idle(ctx, mailRateKey(a), arrivalWrites)
	return err
}

// SaveLink implements auth.LinkStore.
func (s *Links) SaveLink(ctx context.Context, a auth.Address, l auth.MagicLink, older auth.LinkHash) error {
	works := "#link = :link"
	if l.Address == auth.Nowhere {
		works = "attribute_not_exists(#link) OR #link <> :link" // always: it was never the one that works
	}
	refused, err := s.Transact(ctx, []types.TransactWriteItem{
		{ConditionCheck: &types.ConditionCheck{
			TableName: aws.String(s.Directory), Key: mailRateKey(a), ConditionExpression: aws.String(works),
			ExpressionAttributeNames: map[string]string{"#link": attrLink}, ExpressionAttributeValues: table.Item{":link": table.Str(l.Hash)},
		}},
		{Put: &types.Put{
			TableName: aws.String(s.Directory),
			Item: table.With(linkKey(l.Hash), table.Item{
				attrEmail: table.Str(l.Address), attrNext: table.Str(l.Next),
				attrValid: table.Micros(l.ExpiresAt), attrExpires: table.TTLSeconds(l.ExpiresAt),
				attrAttempt: table.Str(l.Attempt), attrCode: table.Str(l.Code), attrTries: table.Num(0),
			}),
		}},
		{Delete: &types.Delete{TableName: aws.String(s.Directory), Key: linkKey(older)}},
	})
	if refused == nil {
		return table.Failed("save link", err)
	}
	// The older one works no more all the same, and nothing names it now: a later link
	// names this one, and an erasure that came between has looked for this one.
	if _, err := s.DB.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(s.Directory), Key: linkKey(older)}); err != nil {
		return table.Failed("remove older link", err)
	}
	return auth.ErrLinkSpent
}

// lookUp reads an item of the directory; an absent one is auth.ErrAbsent.
func (c *Client) lookUp(ctx context.Context, key table.Item) (table.Item, error) {
	it, err := c.Get(ctx, "look up", c.Directory, key)
	if err == nil && it == nil {
		return nil, auth.ErrAbsent
	}
	return it, err
}

func (c *Client) link(ctx context.Context, h auth.LinkHash) (auth.MagicLink, error) {
	it, err := c.lookUp(ctx, linkKey(h))
	if err != nil {
		return auth.MagicLink{}, err
	}
	return linkOf(h, it), nil
}

func linkOf(h auth.LinkHash, it table.Item) auth.MagicLink {
	return auth.MagicLink{
		Hash: h, Address: auth.Address(table.ReadStr(it, attrEmail)), Next: table.ReadStr(it, attrNext),
		ExpiresAt: table.ReadMicros(it, attrValid), Attempt: auth.AttemptHash(table.ReadStr(it, attrAttempt)),
		Code: auth.CodeHash(table.ReadStr(it, attrCode)), Tries: int(table.ReadNum(it, attrTries)),
	}
}

func (c *Client) userAt(ctx context.Context, a auth.Address) (tenant.ID, auth.UserID, error) {
	it, err := c.lookUp(ctx, addressKey(a))
	if err != nil {
		return "", "", err
	}
	return tenant.ID(table.ReadStr(it, attrTenantID)), auth.UserID(table.ReadStr(it, attrUserID)), nil
}
