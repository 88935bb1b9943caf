package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a month's head, beside attrSegment.
const (
	attrSHA256 = "sha256"
	attrRows   = "rows"
)

// Archive is the ledger as archiving reads and marks it. It implements
// metering.ArchiveStore.
type Archive struct{ *Client }

// NewArchive needs the platform table only.
func NewArchive(c *Client) *Archive { return &Archive{c} }

// Head implements metering.ArchiveStore.
func (s *Archive) Head(ctx context.Context, t tenant.ID, p metering.Period) (metering.Head, error) {
	found, err := s.Read(ctx, "read archive", archiveKey(t, p))
	if err != nil {
		return metering.Head{}, err
	}
	return readHead(found[0]), nil
}

func readHead(it table.Item) metering.Head {
	return metering.Head{Segment: int(table.ReadNum(it, attrSegment)), SHA256: table.ReadStr(it, attrSHA256), Rows: int(table.ReadNum(it, attrRows))}
}

// Rows implements metering.ArchiveStore.
func (s *Archive) Rows(ctx context.Context, t tenant.ID, rows []metering.RowID) ([]metering.Filed, error) {
	keys := make([]table.Item, len(rows))
	for i, r := range rows {
		keys[i] = rowKey(t, r)
	}
	found, err := s.Read(ctx, "read ledger", keys...)
	if err != nil {
		return nil, err
	}
	var filed []metering.Filed
	for i, it := range found {
		if it != nil {
			filed = append(filed, readFiled(rows[i], it))
		}
	}
	return filed, nil
}

// Advance implements metering.ArchiveStore. That the rows exist is a condition:
// an update would make an absent one anew.
func (s *Archive) Advance(ctx context.Context, t tenant.ID, p metering.Period, from, to metering.Head, rows []metering.RowID) error {
	actions := []types.TransactWriteItem{s.moveHead(t, p, from, to)}
	for _, r := range rows {
		actions = append(actions, types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: rowKey(t, r),
			UpdateExpression:          aws.String("SET #segment = :n"),
			ConditionExpression:       aws.String("attribute_exists(pk) AND (attribute_not_exists(#segment) OR #segment = :n)"),
			ExpressionAttributeNames:  map[string]string{"#segment": attrSegment},
			ExpressionAttributeValues: table.Item{":n": table.Num(int64(to.Segment))},
		}})
	}
	reasons, err := s.Transact(ctx, actions)
	if reasons != nil {
		return metering.ErrChanged
	}
	return table.Failed("archive rows", err)
}

func (s *Archive) moveHead(t tenant.ID, p metering.Period, from, to metering.Head) types.TransactWriteItem {
	names := map[string]string{"#segment": attrSegment, "#sha": attrSHA256, "#rows": attrRows}
	values := table.Item{":n": table.Num(int64(to.Segment)), ":sha": table.Str(to.SHA256), ":rows": table.Num(int64(to.Rows))}
	condition := "attribute_not_exists(pk)"
	if from.Segment > 0 {
		condition = "#segment = :from AND #sha = :previous"
		values[":from"], values[":previous"] = table.Num(int64(from.Segment)), table.Str(from.SHA256)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: archiveKey(t, p),
		UpdateExpression:    aws.String("SET #segment = :n, #sha = :sha, #rows = :rows"),
		ConditionExpression: aws.String(condition), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}
