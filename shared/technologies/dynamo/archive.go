package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a month's head, beside attrSegment.
const (
	attrSHA256 = "sha256"
	attrRows   = "rows"
)

// Archive is a book as archiving reads and marks it: each kind of rows has its
// own heads, keys and way to be read. It implements archive.Store.
type Archive[Row any, ID archive.Name] struct {
	*Client
	head func(tenant.ID, archive.Month) table.Item
	key  func(tenant.ID, ID) table.Item
	read func(ID, table.Item) Row
}

// NewArchive is the ledger's. It needs the platform table only.
func NewArchive(c *Client) *Archive[metering.Row, metering.RowID] {
	return &Archive[metering.Row, metering.RowID]{Client: c, head: archiveKey, key: rowKey, read: readRow}
}

// Head implements archive.Store.
func (s *Archive[Row, ID]) Head(ctx context.Context, t tenant.ID, m archive.Month) (archive.Head, error) {
	found, err := s.Read(ctx, "read archive", s.head(t, m))
	if err != nil {
		return archive.Head{}, err
	}
	return readHead(found[0]), nil
}

func readHead(it table.Item) archive.Head {
	return archive.Head{Segment: int(table.ReadNum(it, attrSegment)), SHA256: table.ReadStr(it, attrSHA256), Rows: int(table.ReadNum(it, attrRows))}
}

// Rows implements archive.Store.
func (s *Archive[Row, ID]) Rows(ctx context.Context, t tenant.ID, rows []ID) ([]archive.Filed[Row], error) {
	keys := make([]table.Item, len(rows))
	for i, r := range rows {
		keys[i] = s.key(t, r)
	}
	found, err := s.Read(ctx, "read rows to archive", keys...)
	if err != nil {
		return nil, err
	}
	var filed []archive.Filed[Row]
	for i, it := range found {
		if it != nil {
			filed = append(filed, archive.Filed[Row]{Row: s.read(rows[i], it), Segment: int(table.ReadNum(it, attrSegment))})
		}
	}
	return filed, nil
}

// Advance implements archive.Store. That the rows exist is a condition:
// an update would make an absent one anew.
func (s *Archive[Row, ID]) Advance(ctx context.Context, t tenant.ID, m archive.Month, from, to archive.Head, rows []ID) error {
	actions := []types.TransactWriteItem{s.moveHead(t, m, from, to)}
	for _, r := range rows {
		actions = append(actions, types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: s.key(t, r),
			UpdateExpression:          aws.String("SET #segment = :n"),
			ConditionExpression:       aws.String("attribute_exists(pk) AND (attribute_not_exists(#segment) OR #segment = :n)"),
			ExpressionAttributeNames:  map[string]string{"#segment": attrSegment},
			ExpressionAttributeValues: table.Item{":n": table.Num(int64(to.Segment))},
		}})
	}
	reasons, err := s.Transact(ctx, actions)
	if reasons != nil {
		return archive.ErrChanged
	}
	return table.Failed("archive rows", err)
}

func (s *Archive[Row, ID]) moveHead(t tenant.ID, m archive.Month, from, to archive.Head) types.TransactWriteItem {
	names := map[string]string{"#segment": attrSegment, "#sha": attrSHA256, "#rows": attrRows}
	values := table.Item{":n": table.Num(int64(to.Segment)), ":sha": table.Str(to.SHA256), ":rows": table.Num(int64(to.Rows))}
	condition := "attribute_not_exists(pk)"
	if from.Segment > 0 {
		condition = "#segment = :from AND #sha = :previous"
		values[":from"], values[":previous"] = table.Num(int64(from.Segment)), table.Str(from.SHA256)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: s.head(t, m),
		UpdateExpression:    aws.String("SET #segment = :n, #sha = :sha, #rows = :rows"),
		ConditionExpression: aws.String(condition), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}
