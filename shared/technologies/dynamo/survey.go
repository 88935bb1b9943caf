package dynamo

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// recentActs is among how many of the newest entries somebody's is looked for: the
// others are the product's own, and an operator's.
const recentActs = 25

// Survey reads how tenants stand, by the attributes that its act names and no others.
// It implements standing.Store.
type Survey struct{ *Client }

// NewSurvey needs the platform table only.
func NewSurvey(c *Client) *Survey { return &Survey{c} }

// Tenants implements standing.Store: every tenant is in the index of open work, due to
// be reconciled at some time.
func (s *Survey) Tenants(ctx context.Context, cursor string, most int) ([]tenant.ID, string, error) {
	return s.dueTenants(ctx, always(), cursor, most)
}

// query asks for what begins with a kind, from the first key up.
func (s *Survey) query(partition, kind string) *dynamodb.QueryInput {
	names, paths := map[string]string{}, []string{}
	for i, name := range tenant.Survey.Opens().Only {
		path := "#" + strconv.Itoa(i)
		names[path], paths = name, append(paths, path)
	}
	return &dynamodb.QueryInput{
		TableName: aws.String(s.Platform), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :kind)"),
		ExpressionAttributeValues: table.Item{":pk": table.Str(partition), ":kind": table.Str(kind)},
		Select:                    types.SelectSpecificAttributes, ProjectionExpression: aws.String(strings.Join(paths, ", ")), ExpressionAttributeNames: names,
	}
}

// each visits all that begins with a kind.
func (s *Survey) each(ctx context.Context, partition, kind string, visit func(table.Item)) error {
	return s.Visit(ctx, "read how a tenant stands", func(it table.Item) error {
		visit(it)
		return nil
	}, s.query(partition, kind))
}

// Account implements standing.Store.
func (s *Survey) Account(ctx context.Context, t tenant.ID) (a standing.Account, err error) {
	found, err := s.decisive(ctx, t)
	if err != nil {
		return a, err
	}
	if a.Tenant, err = readTenant(t, found[0]); err != nil {
		return a, err
	}
	a.Subscription, a.Grant = readSubscription(found[1]), readGrant(found[2])
	a.Seen, err = s.seen(ctx, t)
	return a, err
}

// decisive reads what decides the plan: tenant, subscription and grant, nil where there
// is none. Errors: tenant.ErrGone.
func (s *Survey) decisive(ctx context.Context, t tenant.ID) ([]table.Item, error) {
	keys := []table.Item{tenantKey(t), subscriptionKey(t), grantKey(t)}
	found := make([]table.Item, len(keys))
	for i, key := range keys {
		if err := s.each(ctx, dataPartition(t), table.ReadStr(key, table.SK), func(it table.Item) { found[i] = it }); err != nil {
			return nil, err
		}
		if found[0] == nil {
			return nil, tenant.ErrGone
		}
	}
	return found, nil
}

// seen is when somebody was last there, to the minute: when a member's or a key's
// request was last counted, and when one of them last did something that is recorded.
// The counts tell no more than that; a caller in haste is ahead by the burst it may make.
func (s *Survey) seen(ctx context.Context, t tenant.ID) (last time.Time, err error) {
	later := func(at time.Time) {
		if at.After(last) {
			last = at
		}
	}
	for _, kind := range []string{kindUser, kindKey} {
		if err := s.each(ctx, credentialsPartition(t), kind, func(it table.Item) { later(readMoment(it, attrTAT)) }); err != nil {
			return last, err
		}
	}
	newest := s.query(dataPartition(t), kindAudit)
	newest.ScanIndexForward, newest.Limit = aws.Bool(false), aws.Int32(recentActs)
	out, err := s.DB.Query(ctx, newest)
	if err != nil {
		return last, table.Failed("read how a tenant stands", err)
	}
	for _, it := range out.Items {
		if actor := table.ReadStr(it, attrActor); actor != audit.Operator && actor != audit.Product {
			later(table.ReadMillis(it, attrAt))
		}
	}
	return last.Truncate(time.Minute), nil
}

// Month implements standing.Store.
func (s *Survey) Month(ctx context.Context, t tenant.ID, p metering.Period) (metering.Counter, error) {
	var month, level table.Item
	var since int64 // by which storage grew after the month, with what is reserved now
	ended := false
	err := s.each(ctx, dataPartition(t), kindUsage, func(it table.Item) {
		switch name := metering.Period(keyTail(it, kindUsage)); {
		case name == usageLevel:
			level = it
		case name == p:
			month = it
		case name > p:
			ended = true
			since += table.ReadNum(it, storageTaken)
		}
	})
	c := readCounter(month, level)
	c.Taken[metering.StorageMB] -= since
	if ended {
		c.Reserved[metering.StorageMB] = 0
	}
	return c, err
}

// Paid implements standing.Store.
func (s *Survey) Paid(ctx context.Context, t tenant.ID) ([]billing.Invoice, error) {
	var all []billing.Invoice
	err := s.each(ctx, dataPartition(t), kindInvoice, func(it table.Item) {
		all = append(all, billing.Invoice{
			ID: keyTail(it, kindInvoice), Plan: tenant.Plan(table.ReadStr(it, attrPlan)), Paid: true, PaidAt: table.ReadMillis(it, attrAt),
			PeriodEnd: table.ReadMillis(it, attrPeriodEnd), Amount: table.ReadNum(it, attrAmount), Refunded: table.ReadNum(it, attrRefunded),
			Currency: table.ReadStr(it, attrCurrency),
		})
	})
	return all, err
}
