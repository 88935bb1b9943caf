package dynamo

import (
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of an upload item.
const (
	attrKind        = "kind"
	attrFilename    = "filename"
	attrContentType = "content_type"
)

// Uploads keeps uploads. It implements upload.Store.
type Uploads struct{ *Client }

// NewUploads needs the platform table only.
func NewUploads(c *Client) *Uploads { return &Uploads{c} }

// TenantMonth implements upload.Store.
func (s *Uploads) TenantMonth(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	return s.tenantMonth(ctx, t, p)
}

// AdmitUpload implements upload.Store.
func (s *Uploads) AdmitUpload(ctx context.Context, t tenant.ID, u upload.Upload, a metering.Admission) error {
	return s.admit(ctx, "admit upload", t, a, extra{
		subject: table.PutNew(s.Platform, table.With(uploadKey(t, u.ID), table.Item{
			attrStatus: table.Str(u.Status), attrKind: table.Str(u.Kind), attrFilename: table.Str(u.Filename), attrContentType: table.Str(u.ContentType),
			attrSize: table.Num(u.Size), attrPeriod: table.Str(u.Period), attrReserved: amountFields(u.Reserved), attrCreatedMS: table.Millis(u.CreatedAt),
			attrOpen: openShard(openwork.Upload, uploadKey(t, u.ID)), attrDue: table.Millis(u.DueAt), attrStored: table.Num(0),
		})),
	})
}

// Upload implements upload.Store.
func (s *Uploads) Upload(ctx context.Context, t tenant.ID, id string) (upload.Upload, error) {
	found, err := s.Read(ctx, "read upload", uploadKey(t, id))
	if err != nil {
		return upload.Upload{}, err
	}
	if found[0] == nil {
		return upload.Upload{}, upload.NoSuchUpload()
	}
	return readUpload(found[0]), nil
}

// Uploads implements upload.Store.
func (s *Uploads) Uploads(ctx context.Context, t tenant.ID, limit int, after string) ([]upload.Upload, string, error) {
	items, next, err := s.Page(ctx, "list uploads", dataPartition(t), kindUpload, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]upload.Upload, len(items))
	for i, it := range items {
		page[i] = readUpload(it)
	}
	return page, next, nil
}

func readUpload(it table.Item) upload.Upload {
	u := upload.Upload{
		ID: keyTail(it, kindUpload), Status: upload.Status(table.ReadStr(it, attrStatus)), Kind: upload.Kind(table.ReadStr(it, attrKind)),
		Filename: table.ReadStr(it, attrFilename), ContentType: table.ReadStr(it, attrContentType), Size: table.ReadNum(it, attrSize),
		Width: int(table.ReadNum(it, attrWidth)), Height: int(table.ReadNum(it, attrHeight)), Deleted: table.ReadFlag(it, attrDeleted),
		Period: metering.Period(table.ReadStr(it, attrPeriod)), Reserved: readAmounts(table.ReadFields(it, attrReserved)), Stored: table.ReadNum(it, attrStored),
		CreatedAt: table.ReadMillis(it, attrCreatedMS), DueAt: table.ReadMillis(it, attrDue),
	}
	if f := table.ReadFields(it, attrFailure); f != nil {
		u.Failure = &upload.Failure{Code: problem.Code(table.ReadStr(f, attrCode)), Detail: table.ReadStr(f, attrDetail)}
	}
	return u
}

// CheckUpload implements upload.Store.
func (s *Uploads) CheckUpload(ctx context.Context, t tenant.ID, id string, due, at time.Time, claim idempotency.Claim) error {
	names, values := openUpload()
	names["#due"], values[":due"] = attrDue, table.Millis(due)
	actions := []types.TransactWriteItem{{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: uploadKey(t, id),
		UpdateExpression:         aws.String("SET #status = :checking, #due = :due"),
		ConditionExpression:      aws.String(ifUploadOpen),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}}
	if claim.Given() {
		actions = append(actions, s.claimPut(t, claim, id, at))
	}
	reasons, err := s.Transact(ctx, actions)
	switch {
	case table.RefusedOn(reasons, 0):
		return metering.ErrChanged
	case reasons != nil:
		return idempotency.ErrClaimed
	}
	return table.Failed("check upload", err)
}

// ifUploadOpen holds while an upload's end is still to come.
const ifUploadOpen = "(#status = :pending OR #status = :checking) AND attribute_not_exists(#deleted)"

// openUpload are the names and values of ifUploadOpen.
func openUpload() (names map[string]string, values table.Item) {
	return map[string]string{"#status": attrStatus, "#deleted": attrDeleted},
		table.Item{":pending": table.Str(upload.Pending), ":checking": table.Str(upload.Checking)}
}

// SettleUpload implements upload.Store.
func (s *Uploads) SettleUpload(ctx context.Context, t tenant.ID, u upload.Upload, row metering.Row) error {
	reasons, err := s.Transact(ctx, []types.TransactWriteItem{
		s.ledgerPut(t, row), s.monthUpdate(t, row, nil), s.levelUpdate(t, row, nil), s.uploadSettled(t, u),
	})
	if reasons != nil {
		return metering.ErrChanged
	}
	return table.Failed("settle upload", err)
}

func (s *Uploads) uploadSettled(t tenant.ID, u upload.Upload) types.TransactWriteItem {
	set := "SET #status = :status, #size = :size, #stored = :stored, #type = :type, #width = :width, #height = :height"
	names, values := openUpload()
	maps.Copy(names, map[string]string{
		"#size": attrSize, "#stored": attrStored, "#type": attrContentType, "#width": attrWidth, "#height": attrHeight, "#open": attrOpen, "#due": attrDue,
	})
	maps.Copy(values, table.Item{
		":status": table.Str(u.Status), ":size": table.Num(u.Size), ":stored": table.Num(u.Stored), ":type": table.Str(u.ContentType),
		":width": table.Num(int64(u.Width)), ":height": table.Num(int64(u.Height)),
	})
	if u.Failure != nil {
		set += ", #failure = :failure"
		names["#failure"], values[":failure"] = attrFailure, table.Fields(table.Item{attrCode: table.Str(u.Failure.Code), attrDetail: table.Str(u.Failure.Detail)})
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: uploadKey(t, u.ID),
		UpdateExpression:         aws.String(set + " REMOVE #open, #due"),
		ConditionExpression:      aws.String(ifUploadOpen),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// ForgetUpload implements upload.Store.
func (s *Uploads) ForgetUpload(ctx context.Context, t tenant.ID, id string, due time.Time) (upload.Upload, error) {
	out, err := s.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: uploadKey(t, id),
		UpdateExpression:          aws.String("SET #deleted = :yes, #open = :open, #due = :due"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":yes": table.Flag(true), ":open": openShard(openwork.UploadDeletion, uploadKey(t, id)), ":due": table.Millis(due)},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, refused := table.ConditionFailed(err); refused {
		return upload.Upload{}, upload.NoSuchUpload()
	}
	if err != nil {
		return upload.Upload{}, table.Failed("delete upload", err)
	}
	return readUpload(out), nil
}

// ReleaseUpload implements upload.Store.
func (s *Uploads) ReleaseUpload(ctx context.Context, t tenant.ID, u upload.Upload, row metering.Row) error {
	return s.release(ctx, "release upload", t, row, types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.Platform), Key: uploadKey(t, u.ID),
		ConditionExpression:       aws.String("#deleted = :yes AND #status = :status AND #stored = :stored"),
		ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#status": attrStatus, "#stored": attrStored},
		ExpressionAttributeValues: table.Item{":yes": table.Flag(true), ":status": table.Str(u.Status), ":stored": table.Num(u.Stored)},
	}})
}

// UploadName implements render.FileNames.
func (s *Uploads) UploadName(ctx context.Context, id tenant.ID, uploadID string) (string, error) {
	u, err := s.Upload(ctx, id, uploadID)
	return u.Filename, err
}

// UploadDeleted implements render.FileNames.
func (s *Uploads) UploadDeleted(ctx context.Context, id tenant.ID, uploadID string) (bool, error) {
	u, err := s.Upload(ctx, id, uploadID)
	if problem.Is(err, problem.NotFound) {
		return true, nil
	}
	return u.Deleted, err
}

// PreviewDeleted implements render.FileNames.
func (s *Uploads) PreviewDeleted(ctx context.Context, id tenant.ID, imageID string) (bool, error) {
	_, err := NewImages(s.Client).Image(ctx, id, imageID)
	if problem.Is(err, problem.NotFound) {
		return true, nil
	}
	return false, err
}
