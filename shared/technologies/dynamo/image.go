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
	return s.admit(ctx, "admit preview", t, a, extra{
		subject: s.putNew(with(imageKey(t, i.ID), item{
			attrAspect: str(i.Aspect), attrObject: str(i.Object), attrPeriod: str(i.Period), attrCreatedMS: millis(i.CreatedAt),
			attrOpen: openShard(openwork.Image, imageKey(t, i.ID)), attrDue: millis(i.DueAt), attrClaim: str(i.Claim),
			attrReserved: amountFields(i.Reserved),
		})),
	})
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
	found, err := s.read(ctx, "read preview", imageKey(t, id))
	if err != nil {
		return render.Image{}, err
	}
	if found[0] == nil {
		return render.Image{}, render.NoSuchImage()
	}
	return readImage(found[0]), nil
}

func readImage(it item) render.Image {
	return render.Image{
		ID: keyTail(it, kindImage), Aspect: render.Aspect(readStr(it, attrAspect)), Object: readStr(it, attrObject),
		Settled: readFlag(it, attrSettled), Failed: readFlag(it, attrFailed), Deleted: readFlag(it, attrDeleted), Period: metering.Period(readStr(it, attrPeriod)),
		CreatedAt: fromMillis(readNum(it, attrCreatedMS)), DueAt: fromMillis(readNum(it, attrDue)),
		Claim: readStr(it, attrClaim), Reserved: readAmounts(readFields(it, attrReserved)), Stored: readNum(it, attrStored),
	}
}

// SettleImage implements render.ImageStore.
func (s *Images) SettleImage(ctx context.Context, t tenant.ID, i render.Image, row metering.Row) error {
	actions := []types.TransactWriteItem{
		s.ledgerPut(t, row),
		s.monthUpdate(t, row, nil),
		s.levelUpdate(t, row, nil),
		{Update: &types.Update{
			TableName: aws.String(s.platform), Key: imageKey(t, i.ID),
			UpdateExpression:    aws.String("SET #settled = :yes, #failed = :failed, #stored = :stored REMOVE #open, #due"),
			ConditionExpression: aws.String("attribute_exists(pk) AND attribute_not_exists(#settled)"),
			ExpressionAttributeNames: map[string]string{
				"#settled": attrSettled, "#failed": attrFailed, "#stored": attrStored, "#open": attrOpen, "#due": attrDue,
			},
			ExpressionAttributeValues: item{":yes": flag(true), ":failed": flag(i.Failed), ":stored": num(i.Stored)},
		}},
	}
	if i.Failed && i.Claim != "" {
		actions = append(actions, s.claimFree(t, i.Claim))
	}
	reasons, err := s.transact(ctx, actions)
	if reasons != nil {
		return metering.ErrChanged
	}
	return failed("settle preview", err)
}

// ForgetImage implements render.ImageStore.
func (s *Images) ForgetImage(ctx context.Context, t tenant.ID, id string, due time.Time) (render.Image, error) {
	out, err := s.updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.platform), Key: imageKey(t, id),
		UpdateExpression:    aws.String("SET #deleted = :yes, #open = :open, #due = :due"),
		ConditionExpression: aws.String("#settled = :yes AND #failed = :no"),
		ExpressionAttributeNames: map[string]string{
			"#deleted": attrDeleted, "#settled": attrSettled, "#failed": attrFailed, "#open": attrOpen, "#due": attrDue,
		},
		ExpressionAttributeValues: item{
			":yes": flag(true), ":no": flag(false), ":open": openShard(openwork.ImageDeletion, imageKey(t, id)), ":due": millis(due),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if old, refused := conditionFailed(err); refused {
		if old == nil || readFlag(old, attrFailed) {
			return render.Image{}, render.NoSuchImage()
		}
		return render.Image{}, problem.New(problem.Conflict, "The picture is still being made. Delete it in a moment.")
	}
	if err != nil {
		return render.Image{}, failed("delete preview", err)
	}
	return readImage(out), nil
}

// ReleaseImage implements render.ImageStore.
func (s *Images) ReleaseImage(ctx context.Context, t tenant.ID, i render.Image, row metering.Row) error {
	return s.release(ctx, "release preview", t, row, types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.platform), Key: imageKey(t, i.ID),
		ConditionExpression:       aws.String("#deleted = :yes AND (#stored = :stored OR attribute_not_exists(#stored))"),
		ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#stored": attrStored},
		ExpressionAttributeValues: item{":yes": flag(true), ":stored": num(i.Stored)},
	}})
}
