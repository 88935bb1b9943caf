package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Begin implements erasure.Progress. The token that takes it back goes with it.
func (s *Erasures) Begin(ctx context.Context, in workflow.Input, now, due time.Time, act audit.Entry) (erasure.Erasure, error) {
	e, err := s.current(ctx, in)
	if err != nil || e.Status == erasure.Running {
		return e, err
	}
	keep := e.Keep
	e.Status, e.Step, e.BegunAt, e.DueAt = erasure.Running, erasure.StepFreeze, now.UTC().Truncate(time.Microsecond), due
	actions := []types.TransactWriteItem{{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: erasureKey(in.TenantID, in.JobID),
		UpdateExpression:    aws.String("SET #status = :running, #step = :step, #begun = :begun, #due = :due"),
		ConditionExpression: aws.String("#status = :waiting AND #effective <= :begun AND #attempt = :attempt"),
		ExpressionAttributeNames: map[string]string{
			"#status": attrStatus, "#step": attrStep, "#begun": attrBegun, "#due": attrDue, "#effective": attrEffective, "#attempt": attrAttempt,
		},
		ExpressionAttributeValues: table.Item{
			":running": table.Str(erasure.Running), ":waiting": table.Str(erasure.Waiting), ":step": table.Str(erasure.StepFreeze),
			":begun": table.Micros(e.BegunAt), ":due": table.Millis(due), ":attempt": table.Num(int64(in.Attempt)),
		},
	}}}
	if e.Subject == erasure.Account {
		actions = append(actions, s.frozenTenant(in.TenantID, e.ID))
		if keep != "" {
			actions = append(actions, types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String(s.Directory), Key: keepKey(keep)}})
		}
		receipt, has, err := s.receiptPut(e, now, nil)
		if err != nil {
			return e, err
		}
		if has {
			actions = append(actions, receipt)
		}
		actions = append(actions, s.audited(in.TenantID, act))
	}
	refused, err := s.Transact(ctx, actions)
	if refused != nil {
		return s.running(ctx, in) // another began it, or this one's answer was lost
	}
	return e, table.Failed("begin erasure", err)
}

// frozenTenant is the action from which on no admission holds: each has the tenant's
// being active as a condition.
func (c *Client) frozenTenant(t tenant.ID, erasureID string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: tenantKey(t), UpdateExpression: aws.String("SET #status = :frozen"),
		ConditionExpression:       aws.String("#erasure = :id"),
		ExpressionAttributeNames:  map[string]string{"#status": attrStatus, "#erasure": attrErasure},
		ExpressionAttributeValues: table.Item{":frozen": table.Str(tenant.Frozen), ":id": table.Str(erasureID)},
	}}
}

// current reads the erasure of a run that is not over.
func (s *Erasures) current(ctx context.Context, in workflow.Input) (erasure.Erasure, error) {
	e, err := s.Erasure(ctx, in.TenantID, in.JobID)
	if gone(err) || err == nil && (e.Ended() || e.Attempt != in.Attempt) {
		return e, erasure.ErrOver
	}
	return e, err
}

// running reads one that has begun.
func (s *Erasures) running(ctx context.Context, in workflow.Input) (erasure.Erasure, error) {
	e, err := s.current(ctx, in)
	if err == nil && e.Status != erasure.Running {
		return e, erasure.ErrOver
	}
	return e, err
}

// Enter implements erasure.Progress. The receipt follows in a write of its own: it
// shows, and decides nothing.
func (s *Erasures) Enter(ctx context.Context, in workflow.Input, step erasure.Step, due time.Time) (erasure.Erasure, error) {
	e, err := s.advance(ctx, in, erasureUpdate{
		expression: "SET #step = :step, #due = :due", names: map[string]string{"#step": attrStep, "#due": attrDue},
		values: table.Item{":step": table.Str(step), ":due": table.Millis(due)},
	})
	if err != nil || e.Receipt == "" {
		return e, err
	}
	it, err := receiptItem(e, due, nil)
	if err == nil {
		_, err = s.DB.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String(s.Directory), Item: it,
			ConditionExpression: aws.String("attribute_not_exists(#certificate)"), ExpressionAttributeNames: map[string]string{"#certificate": attrCertificate},
		})
		if _, ended := table.ConditionFailed(err); ended {
			err = nil
		}
	}
	return e, table.Failed("write receipt", err)
}

// Note implements erasure.Progress.
func (s *Erasures) Note(ctx context.Context, in workflow.Input, n erasure.Noted) error {
	u, any := noteUpdate(n)
	if !any {
		return nil
	}
	_, err := s.advance(ctx, in, u)
	return err
}

// erasureUpdate is a change of an erasure that runs.
type erasureUpdate struct {
	expression string
	names      map[string]string
	values     table.Item
}

// noteUpdate adds to what is kept; any is false for nothing.
func noteUpdate(n erasure.Noted) (u erasureUpdate, any bool) {
	var sets, adds, removes, update []string
	u = erasureUpdate{names: map[string]string{}, values: table.Item{}}
	for i, name := range slices.Sorted(maps.Keys(n.Erased)) {
		at := fmt.Sprintf("p%d", i)
		sets = append(sets, fmt.Sprintf("#erased.#%s = if_not_exists(#erased.#%s, :zero) + :%s", at, at, at))
		u.names["#erased"], u.names["#"+at] = attrErased, name
		u.values[":zero"], u.values[":"+at] = table.Num(0), table.Num(n.Erased[name])
	}
	if !n.Frozen.IsZero() {
		sets = append(sets, "#frozen = :frozen")
		u.names["#frozen"], u.values[":frozen"] = attrFrozen, table.Micros(n.Frozen)
	}
	if !n.Sought.IsZero() {
		sets = append(sets, "#sought = :sought")
		u.names["#sought"], u.values[":sought"] = attrSought, table.Micros(n.Sought)
		removes = append(removes, "#seeking", "#after") // the search has ended
	}
	if n.SeekAfter != "" {
		sets = append(sets, "#seeking = :seeking", "#after = :after")
		u.values[":seeking"], u.values[":after"] = table.Micros(n.Seeking), table.Str(n.SeekAfter)
	}
	if n.SeekAfter != "" || len(removes) > 0 {
		u.names["#seeking"], u.names["#after"] = attrSeeking, attrSeekAfter
	}
	if n.Rounds > 0 {
		adds = append(adds, "#rounds :rounds")
		u.names["#rounds"], u.values[":rounds"] = attrRounds, table.Num(int64(n.Rounds))
	}
	for name, set := range map[string][]string{attrUsers: n.Users, attrTold: n.Told, attrLeads: leadTexts(n.Leads)} {
		if len(set) > 0 {
			adds = append(adds, "#"+name+" :"+name)
			u.names["#"+name], u.values[":"+name] = name, table.Strs(set...)
		}
	}
	if len(sets) > 0 {
		update = append(update, "SET "+strings.Join(sets, ", "))
	}
	if len(adds) > 0 {
		update = append(update, "ADD "+strings.Join(adds, ", "))
	}
	if len(removes) > 0 {
		update = append(update, "REMOVE "+strings.Join(removes, ", "))
	}
	u.expression = strings.Join(update, " ")
	return u, len(update) > 0
}

// of is the change as an action, which is refused once the run is over.
func (u erasureUpdate) of(c *Client, in workflow.Input) *types.Update {
	names, values := maps.Clone(u.names), table.With(u.values, table.Item{
		":running": table.Str(erasure.Running), ":attempt": table.Num(int64(in.Attempt)),
	})
	names["#status"], names["#attempt"] = attrStatus, attrAttempt
	return &types.Update{
		TableName: aws.String(c.Platform), Key: erasureKey(in.TenantID, in.JobID), UpdateExpression: aws.String(u.expression),
		ConditionExpression:      aws.String("#status = :running AND #attempt = :attempt"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}
}

// advance updates an erasure that runs, and returns it as it is then.
func (s *Erasures) advance(ctx context.Context, in workflow.Input, change erasureUpdate) (erasure.Erasure, error) {
	u := change.of(s.Client, in)
	it, err := s.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
		ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
		ReturnValues: types.ReturnValueAllNew,
	})
	if _, refused := table.ConditionFailed(err); refused {
		return erasure.Erasure{}, erasure.ErrOver
	}
	if err != nil {
		return erasure.Erasure{}, table.Failed("note erasure", err)
	}
	return readErasure(it)
}

// Finish implements erasure.Progress.
func (s *Erasures) Finish(ctx context.Context, in workflow.Input, e erasure.Erasure, c erasure.Certificate, act audit.Entry) error {
	e.Status, e.Step = erasure.Erased, erasure.NothingNow
	actions := []types.TransactWriteItem{{Delete: &types.Delete{
		TableName: aws.String(s.Platform), Key: erasureKey(in.TenantID, in.JobID), ConditionExpression: aws.String("#status = :running"),
		ExpressionAttributeNames: map[string]string{"#status": attrStatus}, ExpressionAttributeValues: table.Item{":running": table.Str(erasure.Running)},
	}}}
	receipt, has, err := s.receiptPut(e, c.ErasedAt, &c)
	if err != nil {
		return err
	}
	if has {
		actions = append(actions, receipt)
	}
	if e.Subject == erasure.Account {
		actions = append(actions, types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String(s.Platform), Key: tenantKey(in.TenantID)}})
	} else {
		actions = append(actions, s.audited(in.TenantID, act))
	}
	refused, err := s.Transact(ctx, actions)
	if refused != nil {
		return erasure.ErrOver
	}
	return table.Failed("finish erasure", err)
}

// Certified implements erasure.Certified.
func (s *Erasures) Certified(ctx context.Context, t tenant.ID, c erasure.Certificate) error {
	e, err := s.Erasure(ctx, t, c.Erasure)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	e.Status, e.Step = erasure.Erased, erasure.NothingNow
	receipt, has, err := s.receiptPut(e, c.ErasedAt, &c)
	if err != nil || !has {
		return err
	}
	_, err = s.Transact(ctx, []types.TransactWriteItem{receipt}) // refused: it shows it already
	return table.Failed("write receipt", err)
}

// Postpone moves the time from which on a run is overdue; one that is not as read
// stays as it is.
func (s *Erasures) Postpone(ctx context.Context, r workflow.Run, due time.Time) error {
	_, err := s.kept(ctx, r, "SET #due = :due", table.Item{":due": table.Millis(due)})
	return err
}

// Replace counts a restart; mine is false when another did so first.
func (s *Erasures) Replace(ctx context.Context, r workflow.Run, due time.Time) (mine bool, err error) {
	return s.kept(ctx, r, "SET #due = :due, #restarts = #restarts + :one", table.Item{":due": table.Millis(due), ":one": table.Num(1)})
}

// Anew begins the next attempt of a run whose executions are given up: an erasure
// is never left undone.
func (s *Erasures) Anew(ctx context.Context, r workflow.Run, due time.Time) error {
	_, err := s.kept(ctx, r, "SET #due = :due, #restarts = :zero, #attempt = #attempt + :one",
		table.Item{":due": table.Millis(due), ":zero": table.Num(0), ":one": table.Num(1)})
	return err
}

// kept updates an unfinished erasure whose execution is still the one that was read.
func (s *Erasures) kept(ctx context.Context, r workflow.Run, update string, values table.Item) (bool, error) {
	err := s.asRead(ctx, "keep erasure", erasureKey(r.TenantID, r.JobID), r, update, values, erasure.ErrOver)
	if errors.Is(err, erasure.ErrOver) {
		return false, nil
	}
	return err == nil, err
}
