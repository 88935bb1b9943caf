package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Tenants reads what a tenant is. It implements auth.PlanReader.
type Tenants struct{ *Client }

// NewTenants needs the platform table only.
func NewTenants(c *Client) *Tenants { return &Tenants{c} }

// Plan implements auth.PlanReader.
func (s *Tenants) Plan(ctx context.Context, t tenant.ID) (tenant.Plan, error) { return s.plan(ctx, t) }

// Terms keeps what tenants may use. It implements metering.TermsStore.
type Terms struct{ *Client }

// NewTerms needs both tables.
func NewTerms(c *Client) *Terms { return &Terms{c} }

// TenantAt implements metering.TermsStore.
func (s *Terms) TenantAt(ctx context.Context, email string) (tenant.ID, error) {
	address, err := auth.ParseAddress(email)
	if err != nil {
		return "", err
	}
	id, _, err := s.userAt(ctx, address)
	if errors.Is(err, auth.ErrAbsent) {
		return "", problem.New(problem.NotFound, "Nobody signs in with this address.")
	}
	return id, err
}

// Tenant implements metering.TermsStore.
func (s *Terms) Tenant(ctx context.Context, t tenant.ID) (tenant.Tenant, error) {
	found, err := s.Read(ctx, "read tenant", tenantKey(t))
	if err != nil {
		return tenant.Tenant{}, err
	}
	return readTenant(t, found[0])
}

// ReplaceTerms implements metering.TermsStore.
func (s *Terms) ReplaceTerms(ctx context.Context, t tenant.Tenant, act audit.Entry) error {
	overrides := table.Item{}
	for m, limit := range t.Overrides {
		overrides[m] = table.Num(limit)
	}
	condition, values := "#revision = :before", table.Item{":before": table.Num(t.Revision - 1)}
	if t.Revision == 1 {
		condition, values = "attribute_exists(pk) AND attribute_not_exists(#revision)", table.Item{}
	}
	change := types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: tenantKey(t.ID),
		UpdateExpression:         aws.String("SET #plan = :plan, #overrides = :overrides, #revision = :revision"),
		ConditionExpression:      aws.String(condition),
		ExpressionAttributeNames: map[string]string{"#plan": attrPlan, "#overrides": attrOverrides, "#revision": attrRevision},
		ExpressionAttributeValues: table.With(values, table.Item{
			":plan": table.Str(t.Plan), ":overrides": table.Fields(overrides), ":revision": table.Num(t.Revision),
		}),
	}}
	reasons, err := s.Transact(ctx, []types.TransactWriteItem{change, s.audited(t.ID, act)})
	if reasons != nil {
		return metering.ErrTenantChanged
	}
	return table.Failed("change terms", err)
}
