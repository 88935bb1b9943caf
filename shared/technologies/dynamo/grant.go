package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of the GRANT and BILLING items.
const (
	attrUntil            = "until"
	attrCheckout         = "checkout"
	attrCheckoutURL      = "checkout_url"
	attrCheckoutPlan     = "checkout_plan"
	attrCheckoutUntil    = "checkout_until"
	attrCheckoutRevision = "checkout_revision"
	attrCheckoutTrial    = "checkout_trial"
)

// held reads all that decides a tenant's plan.
func (c *Client) held(ctx context.Context, t tenant.ID) (billing.Held, error) {
	found, err := c.Read(ctx, "read plan", tenantKey(t), subscriptionKey(t), grantKey(t), billingKey(t))
	if err != nil {
		return billing.Held{}, err
	}
	owner, err := readTenant(t, found[0])
	if err != nil {
		return billing.Held{}, err
	}
	return billing.Held{
		Tenant: owner, Subscription: readSubscription(found[1]), Account: readAccount(found[3]),
		Grant: readGrant(found[2]),
	}, nil
}

// readSubscription reads what was bought. Before anything could be, the item said
// that it was active, and named no plan.
func readSubscription(it table.Item) billing.Subscription {
	sub := billing.Subscription{
		ID: table.ReadStr(it, attrSubscription), Plan: tenant.Plan(table.ReadStr(it, attrPlan)), Status: billing.Status(table.ReadStr(it, attrStatus)),
		PeriodEnd: table.ReadMillis(it, attrPeriodEnd), TrialEnd: table.ReadMillis(it, attrTrialEnd), CancelAtEnd: table.ReadFlag(it, attrCancelAtEnd),
		Disputes: table.ReadStrs(it, attrDisputes), Refused: table.ReadStrs(it, attrRefusedSubs),
		Grants: table.ReadNum(it, attrGrants), Revision: table.ReadNum(it, attrRevision),
	}
	sub.Disputed = len(sub.Disputes) > 0
	if sub.ID == "" {
		sub.Plan, sub.Status = tenant.Free, billing.NotBought
	}
	return sub
}

func readGrant(it table.Item) billing.Grant {
	return billing.Grant{Plan: tenant.Plan(table.ReadStr(it, attrPlan)), Until: table.ReadMillis(it, attrUntil)}
}

func readAccount(it table.Item) billing.Account {
	return billing.Account{
		Customer: table.ReadStr(it, attrCustomer), Attempt: table.ReadNum(it, attrAttempt), Plan: tenant.Plan(table.ReadStr(it, attrCheckoutPlan)),
		Checkout: billing.Session{
			ID: table.ReadStr(it, attrCheckout), URL: table.ReadStr(it, attrCheckoutURL), Until: table.ReadMillis(it, attrCheckoutUntil),
		},
		Trial: table.ReadFlag(it, attrCheckoutTrial), Revision: table.ReadNum(it, attrCheckoutRevision),
	}
}

// grantChange stores a grant over the one before it, or holds it to what was read
// where it stays: grant, tenant and subscription are read in one call, but not at
// one time, so that no revision of another item says that this is still the grant.
func (c *Client) grantChange(t tenant.ID, before, after billing.Grant) types.TransactWriteItem {
	name, key := aws.String(c.Platform), grantKey(t)
	condition, names, values := grantWas(before)
	switch {
	case before.Plan == after.Plan && before.Until.Equal(after.Until):
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: name, Key: key, ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}
	case after.Plan == "":
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: name, Key: key, ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}
	}
	it := table.Item{attrPlan: table.Str(after.Plan)}
	if !after.Until.IsZero() {
		it[attrUntil], it[attrDue], it[attrOpen] = table.Millis(after.Until), table.Millis(after.Until), openShard(openwork.Grant, key)
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: name, Item: table.With(key, it), ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// grantWas is the condition that the grant is the one that was read.
func grantWas(g billing.Grant) (condition *string, names map[string]string, values table.Item) {
	if g.Plan == "" {
		return aws.String("attribute_not_exists(pk)"), nil, nil
	}
	names, values = map[string]string{"#plan": attrPlan, "#until": attrUntil}, table.Item{":granted": table.Str(g.Plan)}
	if g.Until.IsZero() {
		return aws.String("#plan = :granted AND attribute_not_exists(#until)"), names, values
	}
	values[":until"] = table.Millis(g.Until)
	return aws.String("#plan = :granted AND #until = :until"), names, values
}
