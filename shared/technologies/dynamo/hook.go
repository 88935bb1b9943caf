package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of an event's item.
const (
	attrType     = "type"
	attrHappened = "created" // milliseconds
	attrCustomer = "customer"
	attrInvoice  = "invoice"
)

// Hooks keeps the payment service's events. It implements billing.HookStore.
type Hooks struct{ *Client }

// NewHooks needs the platform table only.
func NewHooks(c *Client) *Hooks { return &Hooks{c} }

// AddHook implements billing.HookStore.
func (s *Hooks) AddHook(ctx context.Context, t tenant.ID, h billing.Hook) (billing.Hook, error) {
	key := hookKey(t, h.ID)
	refused, err := s.whileActive(ctx, t, types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(s.Platform), Item: table.With(key, table.Item{
			attrType: table.Str(h.Type), attrObject: table.Str(h.Object), attrCustomer: table.Str(h.Customer), attrInvoice: table.Str(h.Invoice),
			attrHappened: table.Millis(h.CreatedAt), attrAt: table.Millis(h.At), attrExpires: table.TTLSeconds(h.At.Add(billing.HookKept)),
			attrStatus: table.Str(h.Status), attrTries: table.Num(int64(h.Tries)),
			attrOpen: openShard(openwork.Hook, key), attrDue: table.Millis(h.DueAt),
		}),
		ConditionExpression:                 aws.String("attribute_not_exists(pk)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
	if table.RefusedOn(refused, 0) {
		return readHook(table.With(key, refused[0].Old)), nil
	}
	return h, table.Failed("keep event", err)
}

// Hook implements billing.HookStore.
func (s *Hooks) Hook(ctx context.Context, t tenant.ID, event string) (billing.Hook, error) {
	it, err := s.Get(ctx, "read event", s.Platform, hookKey(t, event))
	if err == nil && it == nil {
		err = problem.New(problem.NotFound, "There is no such event.")
	}
	return readHook(it), err
}

func readHook(it table.Item) billing.Hook {
	return billing.Hook{
		Event: billing.Event{
			ID: keyTail(it, kindHook), Type: table.ReadStr(it, attrType), CreatedAt: table.ReadMillis(it, attrHappened),
			Customer: table.ReadStr(it, attrCustomer), Object: table.ReadStr(it, attrObject), Invoice: table.ReadStr(it, attrInvoice),
		},
		Status: billing.HookStatus(table.ReadStr(it, attrStatus)), Tries: int(table.ReadNum(it, attrTries)), At: table.ReadMillis(it, attrAt),
		DueAt: table.ReadMillis(it, attrDue),
	}
}

// MoveHook implements billing.HookStore.
func (s *Hooks) MoveHook(ctx context.Context, t tenant.ID, before, after billing.Hook) error {
	key := hookKey(t, before.ID)
	in := &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: key,
		UpdateExpression:    aws.String("SET #status = :status, #tries = :tries REMOVE #open, #due"),
		ConditionExpression: aws.String("#status = :was AND #tries = :tried"),
		ExpressionAttributeNames: map[string]string{
			"#status": attrStatus, "#tries": attrTries, "#open": attrOpen, "#due": attrDue,
		},
		ExpressionAttributeValues: table.Item{
			":status": table.Str(after.Status), ":tries": table.Num(int64(after.Tries)), ":was": table.Str(before.Status), ":tried": table.Num(int64(before.Tries)),
		},
	}
	if !after.DueAt.IsZero() {
		in.UpdateExpression = aws.String("SET #status = :status, #tries = :tries, #open = :open, #due = :due")
		in.ExpressionAttributeValues[":open"], in.ExpressionAttributeValues[":due"] = openShard(openwork.Hook, key), table.Millis(after.DueAt)
	}
	err := s.Update(ctx, in)
	if _, refused := table.ConditionFailed(err); refused {
		return billing.ErrChanged
	}
	return table.Failed("move event", err)
}

// PutOff implements billing.HookStore.
func (s *Hooks) PutOff(ctx context.Context, t tenant.ID, kind openwork.Kind, now, until time.Time) error {
	key := subscriptionKey(t)
	if kind == openwork.Grant {
		key = grantKey(t)
	}
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: key, UpdateExpression: aws.String("SET #due = :until"),
		ConditionExpression:       aws.String("attribute_exists(#open) AND #due < :now"),
		ExpressionAttributeNames:  map[string]string{"#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":now": table.Millis(now), ":until": table.Millis(until)},
	})
	if _, refused := table.ConditionFailed(err); refused {
		return billing.ErrChanged
	}
	return table.Failed("put off the reading of a plan", err)
}
