package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Erasures keeps the erasures that were asked for. It implements erasure.Book and
// erasure.Progress, and their runs.
type Erasures struct{ *Client }

// NewErasures needs both tables.
func NewErasures(c *Client) *Erasures { return &Erasures{c} }

// The actions of Create's transaction; the entry of actAsOwner comes last.
const (
	createTenant = iota
	createErasure
	createKeep
	createReceipt
)

// Create implements erasure.Book.
func (s *Erasures) Create(ctx context.Context, owner auth.User, e erasure.Erasure, act audit.Entry) error {
	receipt, _, err := s.receiptPut(e, e.AskedAt, nil)
	if err != nil {
		return err
	}
	until := table.Item{attrValid: table.Micros(e.EffectiveAt), attrExpires: table.TTLSeconds(e.EffectiveAt)}
	actions := []types.TransactWriteItem{
		createTenant: {Update: &types.Update{
			TableName: aws.String(s.Platform), Key: tenantKey(owner.Tenant), UpdateExpression: aws.String("SET #erasure = :id"),
			ConditionExpression:       aws.String("#status = :active AND attribute_not_exists(#erasure)"),
			ExpressionAttributeNames:  map[string]string{"#erasure": attrErasure, "#status": attrStatus},
			ExpressionAttributeValues: table.Item{":id": table.Str(e.ID), ":active": table.Str(tenant.Active)},
		}},
		createErasure: s.newErasure(owner.Tenant, e),
		createKeep: table.PutNew(s.Directory, table.With(table.With(keepKey(e.Keep), until), table.Item{
			attrTenantID: table.Str(owner.Tenant), attrErasure: table.Str(e.ID),
		})),
		createReceipt: receipt,
	}
	refused, err := s.actAsOwner(ctx, owner, act, actions...)
	switch {
	case table.RefusedOn(refused, createTenant):
		return erasure.Pending()
	case err == nil && refused == nil:
		return nil
	}
	return table.Failed("ask for erasure", err)
}

// Erasure implements erasure.Book.
func (s *Erasures) Erasure(ctx context.Context, t tenant.ID, id string) (erasure.Erasure, error) {
	it, err := s.Get(ctx, "read erasure", s.Platform, erasureKey(t, id))
	if err != nil {
		return erasure.Erasure{}, err
	}
	return readErasure(it)
}

// Pending implements erasure.Book.
func (s *Erasures) Pending(ctx context.Context, t tenant.ID) (erasure.Erasure, error) {
	it, err := s.Get(ctx, "read tenant", s.Platform, tenantKey(t))
	if err != nil {
		return erasure.Erasure{}, err
	}
	id := table.ReadStr(it, attrErasure)
	if id == "" {
		return erasure.Erasure{}, erasure.NoErasure()
	}
	return s.Erasure(ctx, t, id)
}

// Kept implements erasure.Book.
func (s *Erasures) Kept(ctx context.Context, keep auth.LinkHash) (tenant.ID, string, error) {
	it, err := s.Get(tenant.WithNobody(ctx), "look up erasure", s.Directory, keepKey(keep))
	if err == nil && it == nil {
		err = erasure.NoErasure()
	}
	return tenant.ID(table.ReadStr(it, attrTenantID)), table.ReadStr(it, attrErasure), err
}

// Receipt implements erasure.Book.
func (s *Erasures) Receipt(ctx context.Context, receipt auth.LinkHash, now time.Time) (erasure.Receipt, error) {
	it, err := s.Get(tenant.WithNobody(ctx), "read receipt", s.Directory, receiptKey(receipt))
	if err != nil {
		return erasure.Receipt{}, err
	}
	if it == nil || table.ReadNum(it, attrExpires) <= now.Unix() {
		return erasure.Receipt{}, erasure.NoErasure()
	}
	return readReceipt(it)
}

// The actions of Cancel's transaction.
const (
	cancelErasure = iota
	cancelTenant
	cancelReceipt
)

// Cancel implements erasure.Book. The item stays, and says that it was taken back.
func (s *Erasures) Cancel(ctx context.Context, t tenant.ID, e erasure.Erasure, now time.Time, act audit.Entry) error {
	e.Status = erasure.Canceled
	receipt, _, err := s.receiptPut(e, now, nil)
	if err != nil {
		return err
	}
	actions := []types.TransactWriteItem{
		cancelErasure: {Update: &types.Update{
			TableName: aws.String(s.Platform), Key: erasureKey(t, e.ID),
			UpdateExpression:    aws.String("SET #status = :canceled REMOVE #open, #due, #keep"),
			ConditionExpression: aws.String("#status = :waiting AND #effective > :now AND #subject = :account"),
			ExpressionAttributeNames: map[string]string{
				"#status": attrStatus, "#open": attrOpen, "#due": attrDue, "#keep": attrKeep, "#effective": attrEffective, "#subject": attrSubject,
			},
			ExpressionAttributeValues: table.Item{
				":canceled": table.Str(erasure.Canceled), ":waiting": table.Str(erasure.Waiting), ":now": table.Micros(now), ":account": table.Str(erasure.Account),
			},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		cancelTenant: {Update: &types.Update{
			TableName: aws.String(s.Platform), Key: tenantKey(t), UpdateExpression: aws.String("REMOVE #erasure"),
			ConditionExpression: aws.String("#erasure = :id"), ExpressionAttributeNames: map[string]string{"#erasure": attrErasure},
			ExpressionAttributeValues: table.Item{":id": table.Str(e.ID)},
		}},
		cancelReceipt: receipt,
	}
	if e.Keep != "" {
		actions = append(actions, types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String(s.Directory), Key: keepKey(e.Keep)}})
	}
	refused, err := s.actOnce(ctx, t, act, actions...)
	switch {
	case table.RefusedOn(refused, cancelErasure):
		return notCanceled(refused[cancelErasure].Old)
	case err == nil && refused == nil:
		return nil
	}
	return table.Failed("take erasure back", err)
}

// notCanceled is what who takes back an erasure is told that was refused; nil when
// it was taken back already.
func notCanceled(old table.Item) error {
	e, err := readErasure(old)
	switch {
	case err != nil:
		return err
	case e.Subject != erasure.Account:
		return erasure.NoErasure()
	case e.Status == erasure.Canceled:
		return nil
	}
	return erasure.Begun()
}

// gone reports an erasure that is not there.
func gone(err error) bool { return problem.Is(err, problem.NotFound) }
