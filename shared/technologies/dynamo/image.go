package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a preview item.
const (
	attrObject  = "object"
	attrSettled = "settled"
	attrFailed  = "failed"
	attrPeriod  = "period"
	attrClaim   = "claim"
)

// Images keeps previews. It implements render.ImageStore.
type Images struct{ *Client }

// NewImages needs the platform table only.
func NewImages(c *Client) *Images { return &Images{c} }

// TenantMonth implements render.ImageStore.
func (s *Images) TenantMonth(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	return s.tenantMonth(ctx, t, p)
}

// AdmitImage implements render.ImageStore.
func (s *Images) AdmitImage(ctx context.Context, t tenant.ID, i render.Image, a metering.Admission) error {
	it := table.With(imageKey(t, i.ID), table.Item{
		attrAspect: table.Str(i.Aspect), attrObject: table.Str(i.Object), attrPeriod: table.Str(i.Period), attrCreatedMS: table.Millis(i.CreatedAt),
		attrOpen: openShard(openwork.Image, imageKey(t, i.ID)), attrDue: table.Millis(i.DueAt), attrClaim: table.Str(i.Claim),
		attrReserved: amountFields(i.Reserved),
	})
	x := extra{subject: table.PutNew(s.Platform, it)}
	if i.ProjectID != "" {
		it[attrProject] = table.Str(i.ProjectID)
		x.needs = []need{{refusal: render.NoSuchProject(), check: types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: aws.String(s.Platform), Key: projectKey(t, i.ProjectID), ConditionExpression: aws.String("attribute_exists(pk)"),
		}}}}
	}
	return s.admit(ctx, "admit preview", t, a, x)
}

// Images implements render.ImageStore.
func (s *Images) Images(ctx context.Context, t tenant.ID, limit int, after string) ([]render.Image, string, error) {
	items, next, err := s.Page(ctx, "list previews", dataPartition(t), kindImage, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]render.Image, len(items))
	for i, it := range items {
		page[i] = readImage(it)
	}
	return page, next, nil
}

// Image implements render.ImageStore.
func (s *Images) Image(ctx context.Context, t tenant.ID, id string) (render.Image, error) {
	i, err := s.OpenImage(ctx, t, id)
	if err == nil && (i.Failed || i.Deleted) {
		return render.Image{}, render.NoSuchImage()
	}
	return i, err
}

// OpenImage implements render.ImageStore.
func (s *Images) OpenImage(ctx context.Context, t tenant.ID, id string) (render.Image, error) {
	found, err := s.Read(ctx, "read preview", imageKey(t, id))
	if err != nil {
		return render.Image{}, err
	}
	if found[0] == nil {
		return render.Image{}, render.NoSuchImage()
	}
	return readImage(found[0]), nil
}

func readImage(it table.Item) render.Image {
	return render.Image{
		ID: keyTail(it, kindImage), ProjectID: table.ReadStr(it, attrProject), Aspect: render.Aspect(table.ReadStr(it, attrAspect)), Object: table.ReadStr(it, attrObject),
		Settled: table.ReadFlag(it, attrSettled), Failed: table.ReadFlag(it, attrFailed), Deleted: table.ReadFlag(it, attrDeleted), Period: metering.Period(table.ReadStr(it, attrPeriod)),
		CreatedAt: table.ReadMillis(it, attrCreatedMS), DueAt: table.ReadMillis(it, attrDue),
		Claim: table.ReadStr(it, attrClaim), Reserved: readAmounts(table.ReadFields(it, attrReserved)), Stored: table.ReadNum(it, attrStored),
	}
}

// SettleImage implements render.ImageStore.
func (s *Images) SettleImage(ctx context.Context, t tenant.ID, i render.Image, row metering.Row) error {
	actions := []types.TransactWriteItem{
		s.ledgerPut(t, row),
		s.monthUpdate(t, row, nil),
		s.levelUpdate(t, row, nil),
		{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: imageKey(t, i.ID),
			UpdateExpression:    aws.String("SET #settled = :yes, #failed = :failed, #stored = :stored REMOVE #open, #due"),
			ConditionExpression: aws.String("attribute_exists(pk) AND attribute_not_exists(#settled)"),
			ExpressionAttributeNames: map[string]string{
				"#settled": attrSettled, "#failed": attrFailed, "#stored": attrStored, "#open": attrOpen, "#due": attrDue,
			},
			ExpressionAttributeValues: table.Item{":yes": table.Flag(true), ":failed": table.Flag(i.Failed), ":stored": table.Num(i.Stored)},
		}},
	}
	if i.Failed && i.Claim != "" {
		actions = append(actions, s.claimFree(t, i.Claim))
	}
	reasons, err := s.Transact(ctx, actions)
	if reasons != nil {
		return metering.ErrChanged
	}
	return table.Failed("settle preview", err)
}

// ForgetImage implements render.ImageStore.
func (s *Images) ForgetImage(ctx context.Context, t tenant.ID, id string, due time.Time) (render.Image, error) {
	out, err := s.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: imageKey(t, id),
		UpdateExpression:    aws.String("SET #deleted = :yes, #open = :open, #due = :due"),
		ConditionExpression: aws.String("#settled = :yes AND #failed = :no"),
		ExpressionAttributeNames: map[string]string{
			"#deleted": attrDeleted, "#settled": attrSettled, "#failed": attrFailed, "#open": attrOpen, "#due": attrDue,
		},
		ExpressionAttributeValues: table.Item{
			":yes": table.Flag(true), ":no": table.Flag(false), ":open": openShard(openwork.ImageDeletion, imageKey(t, id)), ":due": table.Millis(due),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if old, refused := table.ConditionFailed(err); refused {
		if old == nil || table.ReadFlag(old, attrFailed) {
			return render.Image{}, render.NoSuchImage()
		}
		return render.Image{}, problem.New(problem.Conflict, "The picture is still being made. Delete it in a moment.")
	}
	if err != nil {
		return render.Image{}, table.Failed("delete preview", err)
	}
	return readImage(out), nil
}

// ReleaseImage implements render.ImageStore.
func (s *Images) ReleaseImage(ctx context.Context, t tenant.ID, i render.Image, row metering.Row) error {
	return s.release(ctx, "release preview", t, row, types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.Platform), Key: imageKey(t, i.ID),
		ConditionExpression:       aws.String("#deleted = :yes AND (#stored = :stored OR attribute_not_exists(#stored))"),
		ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#stored": attrStored},
		ExpressionAttributeValues: table.Item{":yes": table.Flag(true), ":stored": table.Num(i.Stored)},
	}})
}
