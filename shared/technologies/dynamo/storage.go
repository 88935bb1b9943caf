package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// attrCorrections counts the corrections of what a subject has stored.
const attrCorrections = "corrections"

// Storage keeps what is counted of each subject. It implements storage.Store.
type Storage struct{ *Client }

// NewStorage needs the platform table only.
func NewStorage(c *Client) *Storage { return &Storage{c} }

func subjectKey(t tenant.ID, s storage.Subject) table.Item {
	switch s.Kind {
	case storage.Upload:
		return uploadKey(t, s.ID)
	case storage.Image:
		return imageKey(t, s.ID)
	}
	return jobKey(t, s.ID)
}

// Gone implements storage.Store.
func (s *Storage) Gone(ctx context.Context, t tenant.ID) (bool, error) {
	found, err := s.Read(ctx, "look for the account", tenantKey(t))
	return err == nil && found[0] == nil, err
}

// Holding implements storage.Store.
func (s *Storage) Holding(ctx context.Context, t tenant.ID, subject storage.Subject) (storage.Holding, error) {
	found, err := s.Read(ctx, "read what is stored", subjectKey(t, subject))
	if err != nil || found[0] == nil {
		return storage.Holding{}, err
	}
	it := found[0]
	h := storage.Holding{Stored: table.ReadNum(it, attrStored), Corrections: int(table.ReadNum(it, attrCorrections))}
	switch status := table.ReadStr(it, attrStatus); subject.Kind {
	case storage.Upload:
		h.Settled, h.Open = status == string(upload.Ready), upload.Status(status).Open()
	case storage.Image:
		h.Settled = table.ReadFlag(it, attrSettled) && !table.ReadFlag(it, attrFailed)
		h.Open = !table.ReadFlag(it, attrSettled)
	case storage.Job:
		h.Settled, h.Open = status == string(render.Succeeded), status != string(render.Succeeded)
	}
	if table.ReadFlag(it, attrDeleted) {
		h.Settled, h.Open = false, false
	}
	return h, nil
}

// Correct implements storage.Store.
func (s *Storage) Correct(ctx context.Context, t tenant.ID, subject storage.Subject, h storage.Holding, found int64, row metering.Row) error {
	before := "attribute_not_exists(#corrections)"
	values := table.Item{":found": table.Num(found), ":stored": table.Num(h.Stored), ":nth": table.Num(int64(h.Corrections + 1))}
	if h.Corrections > 0 {
		before, values[":before"] = "#corrections = :before", table.Num(int64(h.Corrections))
	}
	reasons, err := s.Transact(ctx, []types.TransactWriteItem{
		s.ledgerPut(t, row),
		s.monthUpdate(t, row, nil),
		s.levelUpdate(t, row, nil),
		{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: subjectKey(t, subject),
			UpdateExpression:          aws.String("SET #stored = :found, #corrections = :nth"),
			ConditionExpression:       aws.String("#stored = :stored AND attribute_not_exists(#deleted) AND " + before),
			ExpressionAttributeNames:  map[string]string{"#stored": attrStored, "#corrections": attrCorrections, "#deleted": attrDeleted},
			ExpressionAttributeValues: values,
		}},
	})
	if reasons != nil {
		return metering.ErrChanged
	}
	return table.Failed("correct storage", err)
}
