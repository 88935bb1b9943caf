package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
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
		table: s.Directory, key: mailRateKey(a),
		set:    "#link = :link, #expires = :expires",
		names:  map[string]string{"#link": attrLink, "#expires": attrExpires},
		values: table.Item{":link": table.Str(h), ":expires": table.TTLSeconds(expires)},
		limit:  limit, now: now,
	})
	return count, err
}

// SaveLink implements auth.LinkStore.
func (s *Links) SaveLink(ctx context.Context, l auth.MagicLink) error {
	_, err := s.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.Directory),
		Item: table.With(linkKey(l.Hash), table.Item{
			attrEmail: table.Str(l.Address), attrNext: table.Str(l.Next),
			attrValid: table.Micros(l.ExpiresAt), attrExpires: table.TTLSeconds(l.ExpiresAt),
		}),
	})
	return table.Failed("save link", err)
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
	return auth.MagicLink{
		Hash: h, Address: auth.Address(table.ReadStr(it, attrEmail)), Next: table.ReadStr(it, attrNext),
		ExpiresAt: table.ReadMicros(it, attrValid),
	}, nil
}

func (c *Client) userAt(ctx context.Context, a auth.Address) (tenant.ID, auth.UserID, error) {
	it, err := c.lookUp(ctx, addressKey(a))
	if err != nil {
		return "", "", err
	}
	return tenant.ID(table.ReadStr(it, attrTenantID)), auth.UserID(table.ReadStr(it, attrUserID)), nil
}
