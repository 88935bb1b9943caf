package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
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

// Terms keeps what operators agree to. It implements billing.TermsStore.
type Terms struct{ *Client }

// NewTerms needs both tables.
func NewTerms(c *Client) *Terms { return &Terms{c} }

// TenantAt implements billing.TermsStore.
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

// Held implements billing.TermsStore.
func (s *Terms) Held(ctx context.Context, t tenant.ID) (billing.Held, error) { return s.held(ctx, t) }

// ReplaceTerms implements billing.TermsStore.
func (s *Terms) ReplaceTerms(ctx context.Context, before billing.Held, next tenant.Tenant, g billing.Grant, act audit.Entry) error {
	overrides := table.Item{}
	for m, limit := range next.Overrides {
		overrides[m] = table.Num(limit)
	}
	condition, values := revisionWas(before.Tenant.Revision)
	change := types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: tenantKey(next.ID),
		UpdateExpression:         aws.String("SET #plan = :plan, #overrides = :overrides, #revision = :revision"),
		ConditionExpression:      aws.String("#status = :active AND " + condition),
		ExpressionAttributeNames: map[string]string{"#plan": attrPlan, "#overrides": attrOverrides, "#revision": attrRevision, "#status": attrStatus},
		ExpressionAttributeValues: table.With(values, table.Item{
			":active": table.Str(tenant.Active), ":plan": table.Str(next.Plan), ":overrides": table.Fields(overrides), ":revision": table.Num(next.Revision),
		}),
	}}
	refused, err := s.Transact(ctx, []types.TransactWriteItem{
		change, s.subscriptionCheck(next.ID, before.Subscription), s.grantChange(next.ID, before.Grant, g), s.audited(next.ID, act),
	})
	if refused != nil {
		return billing.ErrChanged
	}
	return table.Failed("change terms", err)
}

// subscriptionCheck holds what was bought to what was read: the plan in force
// rests on it.
func (c *Client) subscriptionCheck(t tenant.ID, was billing.Subscription) types.TransactWriteItem {
	condition, values := revisionWas(was.Revision)
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.Platform), Key: subscriptionKey(t), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames: map[string]string{"#revision": attrRevision}, ExpressionAttributeValues: values,
	}}
}
