package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const attrPlan = "plan" // of the TENANT item: the plan in force

// Tenants reads what a tenant is. It implements auth.PlanReader.
type Tenants struct{ *Client }

// NewTenants needs the platform table only.
func NewTenants(c *Client) *Tenants { return &Tenants{c} }

// Plan implements auth.PlanReader.
func (s *Tenants) Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error) { return s.plan(ctx, t) }

func (c *Client) plan(ctx context.Context, t tenant.ID) (tenant.Plan, error) {
	out, err := c.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(c.platform), Key: tenantKey(t), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return "", failed("read tenant", err)
	}
	if out.Item == nil {
		return "", auth.ErrAbsent
	}
	return tenant.Plan(readStr(out.Item, attrPlan)), nil
}
