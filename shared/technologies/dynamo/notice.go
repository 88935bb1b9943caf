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
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	attrSent = "sent"
	attrTold = "told" // set of ids of the owners whom an earlier try has reached
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

// Begin implements notice.Store. Whom an earlier try has reached stays noted.
func (s *Notices) Begin(ctx context.Context, t tenant.ID, n notice.Name, now, stale, due time.Time) ([]auth.UserID, bool, error) {
	mine := tenant.NewID()
	refused, err := s.whileActive(ctx, t, types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: noticeKey(t, n),
		UpdateExpression:    aws.String("SET #claim = :mine, #sent = :no, #at = :at, #expires = :expires, #open = :open, #due = :due"),
		ConditionExpression: aws.String("attribute_not_exists(pk) OR (#sent = :no AND #at < :stale) OR #claim = :mine"),
		ExpressionAttributeNames: map[string]string{
			"#claim": attrClaim, "#sent": attrSent, "#at": attrAt, "#expires": attrExpires, "#open": attrOpen, "#due": attrDue,
		},
		ExpressionAttributeValues: table.Item{
			":mine": table.Str(mine), ":no": table.Flag(false), ":at": table.Millis(now), ":expires": table.TTLSeconds(n.Period.End().Add(noticesKept)),
			":open": openShard(openwork.Notice, noticeKey(t, n)), ":due": table.Millis(due), ":stale": table.Millis(stale),
		},
	}})
	switch {
	case errors.Is(err, tenant.ErrFrozen), errors.Is(err, tenant.ErrGone), refused != nil:
		return nil, false, nil // nobody is to be told, or somebody else tells
	case err != nil:
		return nil, false, table.Failed("begin notice", err)
	}
	it, err := s.Get(ctx, "read notice", s.Platform, noticeKey(t, n))
	return readTold(it), err == nil && it != nil, err
}

func readTold(it table.Item) []auth.UserID {
	var told []auth.UserID
	for _, id := range table.ReadStrs(it, attrTold) {
		told = append(told, auth.UserID(id))
	}
	return told
}

// Told implements notice.Store.
func (s *Notices) Told(ctx context.Context, t tenant.ID, n notice.Name, told []auth.UserID) error {
	return table.Failed("note who was told", s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: noticeKey(t, n), UpdateExpression: aws.String("SET #told = :told"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#told": attrTold},
		ExpressionAttributeValues: table.Item{":told": table.Strs(told...)},
	}))
}

// Finish implements notice.Store.
func (s *Notices) Finish(ctx context.Context, t tenant.ID, n notice.Name) error {
	return table.Failed("finish notice", s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: noticeKey(t, n), UpdateExpression: aws.String("SET #sent = :yes REMOVE #open, #due"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#sent": attrSent, "#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":yes": table.Flag(true)},
	}))
}

// Overdue implements notice.Store.
func (s *Notices) Overdue(ctx context.Context, now time.Time) ([]notice.Open, error) {
	keys, _, err := s.overdue(ctx, openwork.Notice, now, "", asManyAs)
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

// Owners implements notice.Store. It needs a context of the act Notify: the
// addresses are credentials.
func (s *Notices) Owners(ctx context.Context, t tenant.Tenant) ([]auth.User, error) {
	var owners []auth.User
	for _, id := range t.Owners {
		u, err := s.user(ctx, t.ID, auth.UserID(id))
		switch {
		case errors.Is(err, auth.ErrAbsent):
			continue
		case err != nil:
			return nil, err
		case u.Status == auth.MemberActive:
			owners = append(owners, u)
		}
	}
	return owners, nil
}
