package dynamo

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of the SUBSCRIPTION and INVOICE# items.
const (
	attrSubscription = "subscription"
	attrPeriodEnd    = "period_end"
	attrTrialEnd     = "trial_end"
	attrCancelAtEnd  = "cancel_at_end"
	attrDisputes     = "disputes"
	attrRefusedSubs  = "refused"
	attrGrants       = "grants"
	attrAmount       = "amount"
	attrCurrency     = "currency"
	attrRefunded     = "refunded"
)

// Subscriptions keeps what tenants have bought, for the worker, which alone
// changes it. It implements billing.WorkStore.
type Subscriptions struct{ *Hooks }

// NewSubscriptions needs the platform table only.
func NewSubscriptions(c *Client) *Subscriptions { return &Subscriptions{NewHooks(c)} }

// Held implements billing.WorkStore.
func (s *Subscriptions) Held(ctx context.Context, t tenant.ID) (billing.Held, error) {
	return s.held(ctx, t)
}

// Granted implements billing.WorkStore.
func (s *Subscriptions) Granted(ctx context.Context, t tenant.ID, invoice string) (bool, error) {
	it, err := s.Get(ctx, "read invoice", s.Platform, invoiceKey(t, invoice))
	return it != nil, err
}

// Apply implements billing.WorkStore.
func (s *Subscriptions) Apply(ctx context.Context, t tenant.ID, c billing.Change) error {
	actions := []types.TransactWriteItem{
		s.subscriptionUpdate(t, c), s.planInForce(t, c.Before.Tenant, c.Plan), s.grantChange(t, c.Before.Grant, c.Grant),
	}
	if c.Invoice != nil {
		actions = append(actions, s.invoiceAction(t, *c.Invoice, c.New))
	}
	if c.Hook != "" {
		actions = append(actions, s.hookApplied(t, c.Hook))
	}
	for _, act := range c.Acts {
		actions = append(actions, s.audited(t, act))
	}
	refused, err := s.Transact(ctx, actions)
	if refused != nil {
		return billing.ErrChanged
	}
	return table.Failed("apply event", err)
}

// subscriptionUpdate stores a subscription over the one before it. What the
// sign-up wrote of it stays.
func (c *Client) subscriptionUpdate(t tenant.ID, change billing.Change) types.TransactWriteItem {
	sub, key := change.Subscription, subscriptionKey(t)
	values := table.Item{
		attrStatus: table.Str(sub.Status), attrPlan: table.Str(sub.Plan), attrCancelAtEnd: table.Flag(sub.CancelAtEnd),
		attrGrants: table.Num(sub.Grants), attrRevision: table.Num(sub.Revision),
	}
	gone := map[string]bool{attrSubscription: true, attrPeriodEnd: true, attrTrialEnd: true, attrDisputes: true, attrRefusedSubs: true, attrOpen: true, attrDue: true}
	if sub.ID != "" {
		values[attrSubscription] = table.Str(sub.ID)
	}
	if !sub.PeriodEnd.IsZero() {
		values[attrPeriodEnd] = table.Millis(sub.PeriodEnd)
	}
	if !sub.TrialEnd.IsZero() {
		values[attrTrialEnd] = table.Millis(sub.TrialEnd)
	}
	if len(sub.Disputes) > 0 {
		values[attrDisputes] = table.Strs(sub.Disputes...)
	}
	if len(sub.Refused) > 0 {
		values[attrRefusedSubs] = table.Strs(sub.Refused...)
	}
	if !change.DueAt.IsZero() {
		values[attrOpen], values[attrDue] = openShard(openwork.Subscription, key), table.Millis(change.DueAt)
	}
	var set, remove []string
	names, bound := map[string]string{"#revision": attrRevision}, table.Item{}
	for name, value := range values {
		names["#"+name], bound[":"+name] = name, value
		set = append(set, "#"+name+" = :"+name)
		delete(gone, name)
	}
	for name := range gone {
		names["#"+name] = name
		remove = append(remove, "#"+name)
	}
	update := "SET " + strings.Join(set, ", ")
	if len(remove) > 0 {
		update += " REMOVE " + strings.Join(remove, ", ")
	}
	condition, more := revisionWas(change.Before.Subscription.Revision)
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: key, UpdateExpression: aws.String(update), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames: names, ExpressionAttributeValues: table.With(bound, more),
	}}
}

// revisionWas is the condition that an item's revision is still the one that was
// read; one that was never changed has none.
func revisionWas(revision int64) (condition string, values table.Item) {
	if revision == 0 {
		return "attribute_not_exists(#revision)", nil
	}
	return "#revision = :before", table.Item{":before": table.Num(revision)}
}

// planInForce makes plan the tenant's, or holds the tenant to what was read where
// it is that already.
func (c *Client) planInForce(t tenant.ID, was tenant.Tenant, plan tenant.Plan) types.TransactWriteItem {
	condition, values := revisionWas(was.Revision)
	condition, values = "#status = :active AND "+condition, table.With(values, table.Item{":active": table.Str(tenant.Active)})
	names := map[string]string{"#revision": attrRevision, "#status": attrStatus}
	if plan == was.Plan {
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: aws.String(c.Platform), Key: tenantKey(t), ConditionExpression: aws.String(condition),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}
	}
	names["#plan"] = attrPlan
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: tenantKey(t), ConditionExpression: aws.String(condition),
		UpdateExpression:          aws.String("SET #plan = :plan, #revision = :revision"),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: table.With(values, table.Item{":plan": table.Str(plan), ":revision": table.Num(was.Revision + 1)}),
	}}
}

// invoiceAction stores a paid invoice whose key must be free, or what of one that
// is stored has gone back since.
func (c *Client) invoiceAction(t tenant.ID, i billing.Invoice, fresh bool) types.TransactWriteItem {
	if fresh {
		return table.PutNew(c.Platform, table.With(invoiceKey(t, i.ID), table.Item{
			attrPlan: table.Str(i.Plan), attrAmount: table.Num(i.Amount), attrCurrency: table.Str(i.Currency), attrRefunded: table.Num(i.Refunded),
			attrAt: table.Millis(i.PaidAt), attrPeriodEnd: table.Millis(i.PeriodEnd),
		}))
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: invoiceKey(t, i.ID), UpdateExpression: aws.String("SET #refunded = :refunded"),
		ConditionExpression: aws.String("attribute_exists(pk)"), ExpressionAttributeNames: map[string]string{"#refunded": attrRefunded},
		ExpressionAttributeValues: table.Item{":refunded": table.Num(i.Refunded)},
	}}
}

func (c *Client) hookApplied(t tenant.ID, event string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: hookKey(t, event),
		UpdateExpression:          aws.String("SET #status = :applied REMOVE #open, #due"),
		ConditionExpression:       aws.String("attribute_exists(pk) AND #status <> :applied"),
		ExpressionAttributeNames:  map[string]string{"#status": attrStatus, "#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":applied": table.Str(billing.Applied)},
	}}
}
