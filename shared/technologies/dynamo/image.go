package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
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

// Tenant implements render.ImageStore.
func (s *Images) Tenant(ctx context.Context, t tenant.ID) (tenant.Tenant, error) {
	found, err := s.read(ctx, "read tenant", tenantKey(t))
	if err != nil {
		return tenant.Tenant{}, err
	}
	return readTenant(t, found[0])
}

// AdmitImage implements render.ImageStore.
func (s *Images) AdmitImage(ctx context.Context, t tenant.ID, i render.Image, a render.Admission) error {
	return s.admit(ctx, "admit preview", t, a, admission{
		subject: s.putNew(with(imageKey(t, i.ID), item{
			attrAspect: str(i.Aspect), attrObject: str(i.Object), attrPeriod: str(i.Period), attrCreatedMS: millis(i.CreatedAt),
			attrOpen: str(render.OpenImage), attrDue: millis(i.DueAt), attrClaim: str(i.Claim),
		})),
	})
}

// Image implements render.ImageStore.
func (s *Images) Image(ctx context.Context, t tenant.ID, id string) (render.Image, error) {
	i, err := s.OpenImage(ctx, t, id)
	if err == nil && i.Failed {
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
	it := found[0]
	if it == nil {
		return render.Image{}, render.NoSuchImage()
	}
	return render.Image{
		ID: id, Aspect: render.Aspect(readStr(it, attrAspect)), Object: readStr(it, attrObject),
		Settled: readFlag(it, attrSettled), Failed: readFlag(it, attrFailed), Period: metering.Period(readStr(it, attrPeriod)),
		CreatedAt: fromMillis(readNum(it, attrCreatedMS)), DueAt: fromMillis(readNum(it, attrDue)),
		Claim: readStr(it, attrClaim),
	}, nil
}

// SettleImage implements render.ImageStore.
func (s *Images) SettleImage(ctx context.Context, t tenant.ID, i render.Image, made bool, row metering.Row) error {
	actions := []types.TransactWriteItem{
		s.ledgerPut(t, row),
		s.counterUpdate(t, row, nil),
		{Update: &types.Update{
			TableName: aws.String(s.platform), Key: imageKey(t, i.ID),
			UpdateExpression:         aws.String("SET #settled = :yes, #failed = :failed REMOVE #open, #due"),
			ConditionExpression:      aws.String("attribute_exists(pk) AND attribute_not_exists(#settled)"),
			ExpressionAttributeNames: map[string]string{"#settled": attrSettled, "#failed": attrFailed, "#open": attrOpen, "#due": attrDue},
			ExpressionAttributeValues: item{
				":yes": flag(true), ":failed": flag(!made),
			},
		}},
	}
	if !made && i.Claim != "" {
		actions = append(actions, s.claimFree(t, i.Claim))
	}
	reasons, err := s.transact(ctx, actions)
	if reasons != nil {
		return metering.ErrChanged
	}
	return failed("settle preview", err)
}
