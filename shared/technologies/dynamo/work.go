package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// overduePage is how many entries of the index one call reads.
const overduePage = 50

// OpenWork reads the index of open work. It implements render.OpenIndex.
type OpenWork struct{ *Client }

// NewOpenWork needs the platform table only.
func NewOpenWork(c *Client) *OpenWork { return &OpenWork{c} }

// indexCursor is a place in the index; its keys are the table's and the index's.
type indexCursor struct {
	PK, SK string
	Due    int64
}

// Overdue implements render.OpenIndex.
func (s *OpenWork) Overdue(ctx context.Context, kind render.OpenKind, now time.Time, cursor string) ([]render.OpenWork, string, error) {
	keys, next, err := s.overdue(ctx, string(kind), now, cursor)
	var page []render.OpenWork
	for _, it := range keys {
		owner, ok := readOwner(it)
		_, id, found := strings.Cut(readStr(it, attrSK), "#")
		if ok && found {
			page = append(page, render.OpenWork{Tenant: owner, ID: id})
		}
	}
	return page, next, err
}

// overdue reads a page of the index: the keys of the items of one kind that were
// due before now, the longest overdue first.
func (c *Client) overdue(ctx context.Context, kind string, now time.Time, cursor string) ([]item, string, error) {
	in := &dynamodb.QueryInput{
		TableName: aws.String(c.platform), IndexName: aws.String(openIndex),
		KeyConditionExpression:    aws.String("#open = :kind AND #due < :now"),
		ExpressionAttributeNames:  map[string]string{"#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: item{":kind": str(kind), ":now": millis(now)},
		Limit:                     aws.Int32(overduePage),
	}
	if cursor != "" {
		var at indexCursor
		if err := json.Unmarshal([]byte(cursor), &at); err != nil {
			return nil, "", problem.Wrap(problem.InvalidCursor, "This is no cursor of the index.", err)
		}
		in.ExclusiveStartKey = with(platformKey(at.PK, at.SK), item{attrOpen: str(kind), attrDue: num(at.Due)})
	}
	out, err := c.db.Query(ctx, in)
	if err != nil {
		return nil, "", failed("read open work", err)
	}
	if out.LastEvaluatedKey == nil {
		return out.Items, "", nil
	}
	last := out.LastEvaluatedKey
	next, err := json.Marshal(indexCursor{PK: readStr(last, attrPK), SK: readStr(last, attrSK), Due: readNum(last, attrDue)})
	if err != nil {
		return nil, "", fmt.Errorf("encode cursor: %w", err)
	}
	return out.Items, string(next), nil
}
