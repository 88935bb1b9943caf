package dynamo

import (
	"context"
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
		subject: s.putNew(with(uploadKey(t, u.ID), item{
			attrStatus: str(u.Status), attrKind: str(u.Kind), attrFilename: str(u.Filename), attrContentType: str(u.ContentType),
			attrSize: num(u.Size), attrPeriod: str(u.Period), attrReserved: amountFields(u.Reserved), attrCreatedMS: millis(u.CreatedAt),
			attrOpen: openShard(openwork.Upload, uploadKey(t, u.ID)), attrDue: millis(u.DueAt), attrStored: num(0),
		})),
	})
}

// Upload implements upload.Store.
func (s *Uploads) Upload(ctx context.Context, t tenant.ID, id string) (upload.Upload, error) {
	found, err := s.read(ctx, "read upload", uploadKey(t, id))
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
	items, next, err := s.page(ctx, "list uploads", t, kindUpload, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]upload.Upload, len(items))
	for i, it := range items {
		page[i] = readUpload(it)
	}
	return page, next, nil
}

func readUpload(it item) upload.Upload {
	u := upload.Upload{
		ID: keyTail(it, kindUpload), Status: upload.Status(readStr(it, attrStatus)), Kind: upload.Kind(readStr(it, attrKind)),
		Filename: readStr(it, attrFilename), ContentType: readStr(it, attrContentType), Size: readNum(it, attrSize),
		Width: int(readNum(it, attrWidth)), Height: int(readNum(it, attrHeight)), Deleted: readFlag(it, attrDeleted),
		Period: metering.Period(readStr(it, attrPeriod)), Reserved: readAmounts(readFields(it, attrReserved)), Stored: readNum(it, attrStored),
		CreatedAt: fromMillis(readNum(it, attrCreatedMS)), DueAt: fromMillis(readNum(it, attrDue)),
	}
	if f := readFields(it, attrFailure); f != nil {
		u.Failure = &upload.Failure{Code: problem.Code(readStr(f, attrCode)), Detail: readStr(f, attrDetail)}
	}
	return u
}

// SettleUpload implements upload.Store.
func (s *Uploads) SettleUpload(ctx context.Context, t tenant.ID, u upload.Upload, row metering.Row, claim idempotency.Claim) error {
	actions := []types.TransactWriteItem{
		s.ledgerPut(t, row),
		s.monthUpdate(t, row, nil),
		s.levelUpdate(t, row, nil),
		s.uploadSettled(t, u),
	}
	if claim.Given() {
		actions = append(actions, s.claimPut(t, claim, u.ID, row.At))
	}
	reasons, err := s.transact(ctx, actions)
	switch {
	case refusedOn(reasons, len(actions)-1) && claim.Given() && !refusedOn(reasons, 0):
		return idempotency.ErrClaimed
	case reasons != nil:
		return metering.ErrChanged
	}
	return failed("settle upload", err)
}

func (s *Uploads) uploadSettled(t tenant.ID, u upload.Upload) types.TransactWriteItem {
	set := "SET #status = :status, #size = :size, #stored = :stored, #type = :type, #width = :width, #height = :height"
	names := map[string]string{
		"#status": attrStatus, "#size": attrSize, "#stored": attrStored, "#type": attrContentType, "#width": attrWidth, "#height": attrHeight,
		"#open": attrOpen, "#due": attrDue, "#deleted": attrDeleted,
	}
	values := item{
		":status": str(u.Status), ":size": num(u.Size), ":stored": num(u.Stored), ":type": str(u.ContentType),
		":width": num(int64(u.Width)), ":height": num(int64(u.Height)), ":pending": str(upload.Pending),
	}
	if u.Failure != nil {
		set += ", #failure = :failure"
		names["#failure"], values[":failure"] = attrFailure, fields(item{attrCode: str(u.Failure.Code), attrDetail: str(u.Failure.Detail)})
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.platform), Key: uploadKey(t, u.ID),
		UpdateExpression:         aws.String(set + " REMOVE #open, #due"),
		ConditionExpression:      aws.String("#status = :pending AND attribute_not_exists(#deleted)"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// ForgetUpload implements upload.Store.
func (s *Uploads) ForgetUpload(ctx context.Context, t tenant.ID, id string, due time.Time) (upload.Upload, error) {
	out, err := s.updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.platform), Key: uploadKey(t, id),
		UpdateExpression:          aws.String("SET #deleted = :yes, #open = :open, #due = :due"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: item{":yes": flag(true), ":open": openShard(openwork.UploadDeletion, uploadKey(t, id)), ":due": millis(due)},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, refused := conditionFailed(err); refused {
		return upload.Upload{}, upload.NoSuchUpload()
	}
	if err != nil {
		return upload.Upload{}, failed("delete upload", err)
	}
	return readUpload(out), nil
}

// ReleaseUpload implements upload.Store.
func (s *Uploads) ReleaseUpload(ctx context.Context, t tenant.ID, u upload.Upload, row metering.Row) error {
	return s.release(ctx, "release upload", t, row, types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.platform), Key: uploadKey(t, u.ID),
		ConditionExpression:       aws.String("#deleted = :yes AND #status = :status AND #stored = :stored"),
		ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#status": attrStatus, "#stored": attrStored},
		ExpressionAttributeValues: item{":yes": flag(true), ":status": str(u.Status), ":stored": num(u.Stored)},
	}})
}
