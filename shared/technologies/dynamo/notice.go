package dynamo

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	attrSent = "sent"
	// noticesKept is how long after its month a notice is remembered.
	noticesKept = 31 * 24 * time.Hour
)

// Notices keeps what owners were told. It implements notice.Store.
type Notices struct{ *Client }

// NewNotices needs the platform table only.
func NewNotices(c *Client) *Notices { return &Notices{c} }

// TouchedUsage reads the key of an item as a change of the table names it. ok is
// false for what counts no usage.
func TouchedUsage(partition, sort, ref string) (notice.Touched, bool) {
	it := platformKey(partition, sort)
	owner, owned := readOwner(it)
	return notice.Touched{Tenant: owner, Ref: ref}, owned && keyTail(it, kindUsage) != sort
}

// Month implements notice.Store.
func (s *Notices) Month(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	return s.tenantMonth(ctx, t, p)
}

// Begin implements notice.Store.
func (s *Notices) Begin(ctx context.Context, t tenant.ID, n notice.Name, now, stale, due time.Time) (bool, error) {
	mine := tenant.NewID()
	_, err := s.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.Platform),
		Item: table.With(noticeKey(t, n), table.Item{
			attrClaim: table.Str(mine), attrSent: table.Flag(false), attrAt: table.Millis(now), attrExpires: table.TTLSeconds(n.Period.End().Add(noticesKept)),
			attrOpen: openShard(openwork.Notice, noticeKey(t, n)), attrDue: table.Millis(due),
		}),
		ConditionExpression:                 aws.String("attribute_not_exists(pk) OR (#sent = :no AND #at < :stale)"),
		ExpressionAttributeNames:            map[string]string{"#sent": attrSent, "#at": attrAt},
		ExpressionAttributeValues:           table.Item{":no": table.Flag(false), ":stale": table.Millis(stale)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	old, refused := table.ConditionFailed(err)
	switch {
	case refused && table.ReadStr(old, attrClaim) == mine:
		return !table.ReadFlag(old, attrSent), nil // this very claim, stored before its answer was lost
	case refused:
		return false, nil
	}
	return err == nil, table.Failed("begin notice", err)
}

// Finish implements notice.Store.
func (s *Notices) Finish(ctx context.Context, t tenant.ID, n notice.Name) error {
	return table.Failed("finish notice", s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: noticeKey(t, n), UpdateExpression: aws.String("SET #sent = :yes REMOVE #open, #due"),
		ExpressionAttributeNames:  map[string]string{"#sent": attrSent, "#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":yes": table.Flag(true)},
	}))
}

// Overdue implements notice.Store.
func (s *Notices) Overdue(ctx context.Context, now time.Time) ([]notice.Open, error) {
	keys, _, err := s.overdue(ctx, openwork.Notice, now, "")
	var open []notice.Open
	for _, it := range keys {
		owner, ok := readOwner(it)
		name, named := readNotice(it)
		if ok && named {
			open = append(open, notice.Open{Tenant: owner, Name: name})
		}
	}
	return open, err
}

// readNotice reads a notice's name from its key.
func readNotice(it table.Item) (notice.Name, bool) {
	parts := strings.Split(keyTail(it, kindNotice), "#")
	if len(parts) != 3 {
		return notice.Name{}, false
	}
	period, ok := metering.ParsePeriod(parts[0])
	mark, err := strconv.Atoi(parts[2])
	return notice.Name{Period: period, Metric: metering.Metric(parts[1]), Mark: notice.Mark(mark)}, ok && err == nil
}

// Owner implements notice.Store. The address is in the credentials partition,
// which the tenant role does not open: the function's own role reads that item.
func (s *Notices) Owner(ctx context.Context, t tenant.Tenant) (auth.Address, error) {
	u, err := s.user(tenant.WithCredential(ctx, t.ID), t.ID, auth.UserID(t.Owner))
	if errors.Is(err, auth.ErrAbsent) {
		return "", problem.New(problem.NotFound, "The account has no owner.")
	}
	return u.Email, err
}
