package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of the TENANT item beyond its status.
const (
	attrPlan      = "plan"      // the plan in force
	attrOverrides = "overrides" // map of metric to limit
	attrOwner     = "owner"     // id of the user whose sign-in created it
	attrOwners    = "owners"    // set of ids of the users who own it; absent, which is older, is the one above
)

func readTenant(t tenant.ID, it table.Item) (tenant.Tenant, error) {
	if it == nil {
		return tenant.Tenant{}, problem.Wrap(problem.NotFound, "There is no such account.", tenant.ErrGone)
	}
	owners, kept := readOwners(it)
	return tenant.Tenant{
		ID: t, Owner: table.ReadStr(it, attrOwner), Owners: owners, OwnersKept: kept, Plan: tenant.Plan(table.ReadStr(it, attrPlan)), Status: tenant.Status(table.ReadStr(it, attrStatus)),
		Overrides: readOverrides(table.ReadFields(it, attrOverrides)), Revision: table.ReadNum(it, attrRevision),
		CreatedAt: table.ReadMicros(it, attrCreated),
	}, nil
}

// readOwners reads who owns the tenant, and whether that is what is stored.
func readOwners(it table.Item) (owners []string, kept bool) {
	if owners = table.ReadStrs(it, attrOwners); owners != nil {
		return owners, true
	}
	return []string{table.ReadStr(it, attrOwner)}, false
}

func readOverrides(it table.Item) map[string]int64 {
	all := map[string]int64{}
	for m := range it {
		all[m] = table.ReadNum(it, m)
	}
	return all
}

// plan reads the plan in force, strongly consistent.
func (c *Client) plan(ctx context.Context, t tenant.ID) (tenant.Plan, error) {
	it, err := c.Get(ctx, "read tenant", c.Platform, tenantKey(t))
	if err == nil && it == nil {
		return "", tenant.ErrGone
	}
	return tenant.Plan(table.ReadStr(it, attrPlan)), err
}

// stillActive is the action that holds a tenant to be active at the moment of the
// write.
func (c *Client) stillActive(t tenant.ID) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.Platform), Key: tenantKey(t), ConditionExpression: aws.String("#status = :active"),
		ExpressionAttributeNames:  map[string]string{"#status": attrStatus},
		ExpressionAttributeValues: table.Item{":active": table.Str(tenant.Active)},

		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// closed is why stillActive was refused: ErrGone or ErrFrozen.
func closed(refused table.Refusal) error {
	if len(refused.Old) == 0 {
		return problem.Wrap(problem.NotFound, "There is no such account.", tenant.ErrGone)
	}
	return problem.Wrap(problem.Forbidden, "This account is being closed.", tenant.ErrFrozen)
}

// whileActive writes actions that hold in an active tenant alone. It returns their
// refusals, in order. Errors: those of Transact, ErrGone, ErrFrozen.
func (c *Client) whileActive(ctx context.Context, t tenant.ID, actions ...types.TransactWriteItem) ([]table.Refusal, error) {
	refused, err := c.Transact(ctx, append(actions, c.stillActive(t)))
	if table.RefusedOn(refused, len(actions)) {
		return nil, closed(refused[len(actions)])
	}
	return refused, err
}

// tenantCheck holds the tenant to what was read.
func (c *Client) tenantCheck(t tenant.Tenant) types.TransactWriteItem {
	condition := "#plan = :plan AND #status = :active AND attribute_not_exists(#revision)"
	values := table.Item{":plan": table.Str(t.Plan), ":active": table.Str(tenant.Active)}
	if t.Revision != 0 {
		condition = "#plan = :plan AND #status = :active AND #revision = :revision"
		values[":revision"] = table.Num(t.Revision)
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.Platform), Key: tenantKey(t.ID), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames:  map[string]string{"#plan": attrPlan, "#status": attrStatus, "#revision": attrRevision},
		ExpressionAttributeValues: values,
	}}
}
