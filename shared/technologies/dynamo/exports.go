package dynamo

import (
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Exports keeps exports, and reads what goes into them. It implements export.Store
// and export.Items.
type Exports struct{ *Client }

// NewExports needs the platform table only.
func NewExports(c *Client) *Exports { return &Exports{c} }

// attrExport is, of a tenant, the id of the export that is being made.
const attrExport = "export"

// The actions of a start's transaction; the act comes last.
const (
	startTenant = iota
	startExport
	startClaim
)

// Start implements export.Store.
func (s *Exports) Start(ctx context.Context, t tenant.ID, e export.Export, a export.Admission) error {
	actions := []types.TransactWriteItem{
		startTenant: {Update: &types.Update{
			TableName: aws.String(s.Platform), Key: tenantKey(t), UpdateExpression: aws.String("SET #export = :id"),
			ConditionExpression:                 aws.String("#status = :active AND attribute_not_exists(#export)"),
			ExpressionAttributeNames:            map[string]string{"#status": attrStatus, "#export": attrExport},
			ExpressionAttributeValues:           table.Item{":active": table.Str(tenant.Active), ":id": table.Str(e.ID)},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		startExport: table.PutNew(s.Platform, newExportItem(t, e)),
	}
	if a.Claim.Given() {
		actions = append(actions, s.claimPut(t, a.Claim, e.ID, e.CreatedAt))
	}
	refused, err := s.actOnce(ctx, t, a.Act, actions...)
	switch {
	case err == nil:
		return nil
	case table.RefusedOn(refused, startClaim) && a.Claim.Given():
		return idempotency.ErrClaimed
	case table.RefusedOn(refused, startTenant):
		if table.ReadStr(refused[startTenant].Old, attrStatus) == string(tenant.Active) {
			return export.ErrRunning
		}
		return problem.Wrap(problem.NotFound, "There is no such account.", tenant.ErrGone)
	}
	return table.Failed("start export", err)
}

// Running implements export.Store.
func (s *Exports) Running(ctx context.Context, t tenant.ID) (string, error) {
	it, err := s.Get(ctx, "read tenant", s.Platform, tenantKey(t))
	return table.ReadStr(it, attrExport), err
}

// Export implements export.Store.
func (s *Exports) Export(ctx context.Context, t tenant.ID, id string) (export.Export, error) {
	found, err := s.Read(ctx, "read export", exportKey(t, id))
	if err == nil && found[0] == nil {
		err = export.Absent()
	}
	if err != nil {
		return export.Export{}, err
	}
	return readExport(found[0]), nil
}

// Exports implements export.Store.
func (s *Exports) Exports(ctx context.Context, t tenant.ID, limit int, after string) ([]export.Export, string, error) {
	items, next, err := s.Page(ctx, "list exports", dataPartition(t), kindExport, limit, after)
	page := make([]export.Export, len(items))
	for i, it := range items {
		page[i] = readExport(it)
	}
	return page, next, err
}

// Begin implements export.Store.
func (s *Exports) Begin(ctx context.Context, in workflow.Input, step export.Step, due time.Time) (export.Export, error) {
	it, err := s.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: exportKey(in.TenantID, in.JobID),
		UpdateExpression:    aws.String("SET #status = :running, #step = :step, #due = :due"),
		ConditionExpression: aws.String(exportAlive),
		ExpressionAttributeNames: map[string]string{
			"#status": attrStatus, "#step": attrStep, "#due": attrDue, "#attempt": attrAttempt,
		},
		ExpressionAttributeValues: table.With(exportAliveValues(in), table.Item{":step": table.Str(step), ":due": table.Millis(due)}),
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, refused := table.ConditionFailed(err); refused {
		return export.Export{}, export.Ended()
	}
	if err != nil {
		return export.Export{}, table.Failed("begin export", err)
	}
	return readExport(it), nil
}

// exportAlive holds an export to be unfinished.
const exportAlive = "#attempt = :attempt AND #status IN (:queued, :running)"

func exportAliveValues(in workflow.Input) table.Item {
	return table.Item{":attempt": table.Num(int64(in.Attempt)), ":queued": table.Str(export.Queued), ":running": table.Str(export.Running)}
}

// change updates an unfinished export. A refusal is Canceled when it has ended, and
// ErrChanged when it has not; already says of the stored item that the change is
// there all the same.
func (s *Exports) change(ctx context.Context, in workflow.Input, c step) error {
	u := s.changing(in, c)
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
		ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: u.ReturnValuesOnConditionCheckFailure,
	})
	if old, refused := table.ConditionFailed(err); refused {
		return unchanged(in, c, old)
	}
	return table.Failed(c.doing, err)
}

// changing is the action of a change.
func (s *Exports) changing(in workflow.Input, c step) *types.Update {
	names := map[string]string{"#attempt": attrAttempt, "#status": attrStatus}
	maps.Copy(names, c.names)
	condition := exportAlive
	if c.only != "" {
		condition += " AND " + c.only
	}
	return &types.Update{
		TableName: aws.String(s.Platform), Key: exportKey(in.TenantID, in.JobID),
		UpdateExpression: aws.String(c.update), ConditionExpression: aws.String(condition), ExpressionAttributeNames: names,
		ExpressionAttributeValues:           table.With(exportAliveValues(in), c.values),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// unchanged is why a change was refused.
func unchanged(in workflow.Input, c step, old table.Item) error {
	switch {
	case int(table.ReadNum(old, attrAttempt)) != in.Attempt || readExport(old).Status.Ended():
		return export.Ended()
	case c.already != nil && c.already(old):
		return nil
	}
	return export.ErrChanged
}

// Beat implements export.Store.
func (s *Exports) Beat(ctx context.Context, in workflow.Input, due time.Time) error {
	return s.change(ctx, in, step{doing: "beat", update: "SET #due = :due", names: map[string]string{"#due": attrDue}, values: table.Item{":due": table.Millis(due)}})
}

// Written implements export.Store.
func (s *Exports) Written(ctx context.Context, in workflow.Input, bytes int64, due time.Time) error {
	return s.change(ctx, in, step{
		doing: "note progress", update: "SET #due = :due ADD #done :bytes",
		names: map[string]string{"#due": attrDue, "#done": attrDone}, values: table.Item{":due": table.Millis(due), ":bytes": table.Num(bytes)},
	})
}

// Planned implements export.Store.
func (s *Exports) Planned(ctx context.Context, in workflow.Input, p export.Plan, due time.Time) error {
	c := step{
		doing: "keep plan", update: "SET #plan = :plan, #total = :total, #done = :zero, #due = :due", only: "attribute_not_exists(#plan)",
		names: map[string]string{"#plan": attrExportPlan, "#total": attrTotal, "#done": attrDone, "#due": attrDue},
		values: table.Item{
			":plan": planFields(p), ":total": table.Num(p.Size), ":zero": table.Num(0), ":due": table.Millis(due),
		},
		already: func(old table.Item) bool { return readPlan(old).Upload == p.Upload },
	}
	refused, err := s.whileActive(ctx, in.TenantID, types.TransactWriteItem{Update: s.changing(in, c)})
	if table.RefusedOn(refused, 0) {
		return unchanged(in, c, refused[0].Old)
	}
	return table.Failed(c.doing, err)
}

// Made implements export.Store.
func (s *Exports) Made(ctx context.Context, in workflow.Input, p export.Plan, due time.Time) error {
	return s.change(ctx, in, step{
		doing: "note archive", update: "SET #whole = :run, #due = :due", only: "#plan.#run = :run",
		names:  map[string]string{"#plan": attrExportPlan, "#run": attrRun, "#whole": attrWhole, "#due": attrDue},
		values: table.Item{":run": table.Str(p.Run), ":due": table.Millis(due)},
	})
}

// Lost implements export.Store.
func (s *Exports) Lost(ctx context.Context, in workflow.Input, p export.Plan, due time.Time) error {
	return s.change(ctx, in, step{
		doing: "drop plan", update: "SET #total = :zero, #done = :zero, #due = :due REMOVE #plan ADD #again :one",
		only: "#plan.#run = :run AND (attribute_not_exists(#whole) OR #whole <> :run)",
		names: map[string]string{
			"#plan": attrExportPlan, "#run": attrRun, "#total": attrTotal, "#done": attrDone, "#due": attrDue, "#again": attrAgain, "#whole": attrWhole,
		},
		values: table.Item{":run": table.Str(p.Run), ":zero": table.Num(0), ":due": table.Millis(due), ":one": table.Num(1)},
	})
}

// Settle implements export.Store.
func (s *Exports) Settle(ctx context.Context, t tenant.ID, st export.Settlement) error {
	e := st.Export
	in := workflow.Input{Attempt: e.Attempt}
	update := "SET #status = :status, #step = :finished, #finished = :at, #open = :open, #due = :at"
	names := map[string]string{
		"#status": attrStatus, "#step": attrStep, "#finished": attrEnded, "#open": attrOpen, "#due": attrDue, "#attempt": attrAttempt,
	}
	values := table.With(exportAliveValues(in), table.Item{
		":status": table.Str(st.Status), ":finished": table.Str(export.Finished), ":at": table.Millis(st.At),
		":open": openShard(openwork.ExportEnd, exportKey(t, e.ID)),
	})
	condition, account := exportAlive, s.endExport(t, e.ID)
	if st.Status == export.Succeeded {
		whileActive(account.Update)
		update += ", #size = :size, #manifest = :manifest, #goes = :goes"
		names["#size"], names["#manifest"], names["#goes"] = attrSize, attrManifest, attrGoes
		names["#plan"], names["#run"], names["#whole"] = attrExportPlan, attrRun, attrWhole
		condition += " AND #plan.#run = :run AND #whole = :run"
		maps.Copy(values, table.Item{
			":size": table.Num(e.Plan.Size), ":manifest": table.Str(e.Plan.Manifest), ":goes": table.Millis(st.Expires), ":run": table.Str(e.Plan.Run),
		})
	} else {
		update += ", #failure = :failure"
		names["#failure"], values[":failure"] = attrFailure, table.Str(st.Failure)
	}
	refused, err := s.actOnce(
		ctx, t, st.Act,
		types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: exportKey(t, e.ID), UpdateExpression: aws.String(update), ConditionExpression: aws.String(condition),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}},
		account,
	)
	if st.Status == export.Succeeded && table.RefusedOn(refused, 1) && table.ReadStr(refused[1].Old, attrStatus) != string(tenant.Active) {
		return closed(refused[1])
	}
	if table.RefusedOn(refused, 0) || table.RefusedOn(refused, 1) {
		return export.ErrChanged
	}
	return table.Failed("settle export", err)
}

// endExport lets the tenant make another export; it belongs to Settle.
func (s *Exports) endExport(t tenant.ID, id string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: tenantKey(t), UpdateExpression: aws.String("REMOVE #export"), ConditionExpression: aws.String("#export = :id"),
		ExpressionAttributeNames: map[string]string{"#export": attrExport}, ExpressionAttributeValues: table.Item{":id": table.Str(id)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// whileActive holds the tenant that an action updates to be active: one transaction
// has no second action for its item, as Client.whileActive would add.
func whileActive(u *types.Update) {
	u.ConditionExpression = aws.String(aws.ToString(u.ConditionExpression) + " AND #status = :active")
	u.ExpressionAttributeNames["#status"], u.ExpressionAttributeValues[":active"] = attrStatus, table.Str(tenant.Active)
}

// Told implements export.Store.
func (s *Exports) Told(ctx context.Context, t tenant.ID, id string) error {
	return s.after(ctx, "note mail", t, id, "SET #told = :yes", map[string]string{"#told": attrExportTold}, table.Item{":yes": table.Flag(true)})
}

// Cleared implements export.Store.
func (s *Exports) Cleared(ctx context.Context, t tenant.ID, id string, due time.Time) error {
	return s.after(
		ctx, "note clearing", t, id, "SET #cleared = :yes, #due = :due", map[string]string{"#cleared": attrCleared, "#due": attrDue},
		table.Item{":yes": table.Flag(true), ":due": table.Millis(due)},
	)
}

// Over implements export.Store.
func (s *Exports) Over(ctx context.Context, t tenant.ID, id string, goes time.Time) error {
	return s.after(
		ctx, "note end", t, id, "SET #over = :yes, #expires = :goes REMOVE #open, #due",
		map[string]string{"#over": attrOver, "#expires": attrExpires, "#open": attrOpen, "#due": attrDue},
		table.Item{":yes": table.Flag(true), ":goes": table.TTLSeconds(goes)},
	)
}

// after updates an export that has ended, and whose end is not all done.
func (s *Exports) after(ctx context.Context, doing string, t tenant.ID, id, update string, names map[string]string, values table.Item) error {
	all := map[string]string{"#status": attrStatus, "#over": attrOver}
	maps.Copy(all, names)
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: exportKey(t, id), UpdateExpression: aws.String(update),
		ConditionExpression:      aws.String("#status IN (:succeeded, :failed) AND attribute_not_exists(#over)"),
		ExpressionAttributeNames: all,
		ExpressionAttributeValues: table.With(values, table.Item{
			":succeeded": table.Str(export.Succeeded), ":failed": table.Str(export.Failed),
		}),
	})
	if _, refused := table.ConditionFailed(err); refused {
		return nil // another process was further, or the account is gone
	}
	return table.Failed(doing, err)
}

// Replace implements export.Store.
func (s *Exports) Replace(ctx context.Context, r workflow.Run, due time.Time) error {
	return s.replaceRun(ctx, exportKey(r.TenantID, r.JobID), r, due, export.ErrChanged)
}

// Postpone implements export.Store.
func (s *Exports) Postpone(ctx context.Context, r workflow.Run, due time.Time) error {
	return s.postponeRun(ctx, exportKey(r.TenantID, r.JobID), r, due, export.ErrChanged)
}
