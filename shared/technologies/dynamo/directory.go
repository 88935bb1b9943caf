package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Attributes of directory items.
const (
	attrLink     = "link" // hash of the address's one current link
	attrNext     = "next"
	attrValid    = "valid_until" // exact end of a link, microseconds; TTL is later and coarser
	attrTenantID = "tenant"
	attrUserID   = "user"
)

// Links keeps magic links. It implements auth.LinkStore.
type Links struct{ *Client }

// NewLinks needs the directory table only.
func NewLinks(c *Client) *Links { return &Links{c} }

// Supersede implements auth.LinkStore: count and current link are one item, so
// that they change together.
func (s *Links) Supersede(ctx context.Context, a auth.Address, h auth.LinkHash, limit ratelimit.Limit, now, expires time.Time) (auth.Count, error) {
	if over := rateOver(limit, now); over.After(expires) {
		expires = over
	}
	_, count, err := s.arrive(ctx, arrival{
		table: s.directory, key: mailRateKey(a),
		set:    "#link = :link, #expires = :expires",
		names:  map[string]string{"#link": attrLink, "#expires": attrExpires},
		values: item{":link": str(h), ":expires": num(ttlSeconds(expires))},
		limit:  limit, now: now,
	})
	return count, err
}

// SaveLink implements auth.LinkStore.
func (s *Links) SaveLink(ctx context.Context, l auth.MagicLink) error {
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.directory),
		Item: with(linkKey(l.Hash), item{
			attrEmail: str(l.Address), attrNext: str(l.Next),
			attrValid: num(micros(l.ExpiresAt)), attrExpires: num(ttlSeconds(l.ExpiresAt)),
		}),
	})
	return failed("save link", err)
}

func (c *Client) lookUp(ctx context.Context, key item) (item, error) {
	out, err := c.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(c.directory), Key: key, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, failed("look up", err)
	}
	if out.Item == nil {
		return nil, auth.ErrAbsent
	}
	return out.Item, nil
}

func (c *Client) link(ctx context.Context, h auth.LinkHash) (auth.MagicLink, error) {
	it, err := c.lookUp(ctx, linkKey(h))
	if err != nil {
		return auth.MagicLink{}, err
	}
	return auth.MagicLink{
		Hash: h, Address: auth.Address(readStr(it, attrEmail)), Next: readStr(it, attrNext),
		ExpiresAt: fromMicros(readNum(it, attrValid)),
	}, nil
}

func (c *Client) userAt(ctx context.Context, a auth.Address) (tenant.ID, auth.UserID, error) {
	it, err := c.lookUp(ctx, addressKey(a))
	if err != nil {
		return "", "", err
	}
	return tenant.ID(readStr(it, attrTenantID)), auth.UserID(readStr(it, attrUserID)), nil
}
