package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Admissions admits renders. It implements render.AdmissionStore.
type Admissions struct{ *Client }

// NewAdmissions needs the platform table only.
func NewAdmissions(c *Client) *Admissions { return &Admissions{c} }

// Basis implements render.AdmissionStore.
func (s *Admissions) Basis(ctx context.Context, t tenant.ID, projectID string, month metering.Period) (tenant.Tenant, render.Source, metering.Counter, error) {
	found, err := s.read(ctx, "read project", tenantKey(t), projectKey(t, projectID), usageKey(t, month))
	if err != nil {
		return tenant.Tenant{}, render.Source{}, metering.Counter{}, err
	}
	p, err := readProject(found[1])
	if err != nil {
		return tenant.Tenant{}, render.Source{}, metering.Counter{}, err
	}
	owner, err := readTenant(t, found[0])
	return owner, sourceOf(p), readCounter(found[2]), err
}

// Counter implements render.AdmissionStore.
func (s *Admissions) Counter(ctx context.Context, t tenant.ID, p metering.Period) (metering.Counter, error) {
	return s.counter(ctx, t, p)
}

// AdmitJob implements render.AdmissionStore.
func (s *Admissions) AdmitJob(ctx context.Context, t tenant.ID, j render.Job, source render.Source, a render.Admission) error {
	copied, err := json.Marshal(source)
	if err != nil {
		return fmt.Errorf("encode project: %w", err)
	}
	return s.admit(ctx, "admit render", t, a, admission{
		subject: s.putNew(newJobItem(t, j)),
		more:    []types.TransactWriteItem{s.putNew(with(sourceKey(t, j.ID), item{attrProject: str(string(copied))}))},
		job:     true,
	})
}

// RetryBasis implements render.AdmissionStore.
func (s *Admissions) RetryBasis(ctx context.Context, t tenant.ID, jobID string) (tenant.Tenant, render.Job, render.Source, error) {
	found, err := s.read(ctx, "read job", tenantKey(t), jobKey(t, jobID), sourceKey(t, jobID))
	if err != nil {
		return tenant.Tenant{}, render.Job{}, render.Source{}, err
	}
	j, err := readJob(found[1])
	if err != nil {
		return tenant.Tenant{}, render.Job{}, render.Source{}, err
	}
	source, err := readSource(found[2])
	if err != nil {
		return tenant.Tenant{}, render.Job{}, render.Source{}, err
	}
	owner, err := readTenant(t, found[0])
	return owner, j, source, err
}

// ReadmitJob implements render.AdmissionStore.
func (s *Admissions) ReadmitJob(ctx context.Context, t tenant.ID, j render.Job, a render.Admission) error {
	return s.admit(ctx, "retry render", t, a, admission{
		subject: types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String(s.platform), Key: jobKey(t, j.ID),
			UpdateExpression: aws.String("SET #status = :queued, #attempt = :attempt, #restarts = :zero, #frames = :frames, #period = :period, " +
				"#reserved = :reserved, #live = :none, #open = :open, #due = :due REMOVE #failure, #started, #finished"),
			ConditionExpression: aws.String("#attempt = :before AND #status IN (:failed, :canceled) AND attribute_not_exists(#deleted)"),
			ExpressionAttributeNames: map[string]string{
				"#status": attrStatus, "#attempt": attrAttempt, "#restarts": attrRestarts, "#frames": attrFrames, "#period": attrPeriod,
				"#reserved": attrReserved, "#live": attrLive, "#open": attrOpen, "#due": attrDue,
				"#failure": attrFailure, "#started": attrStarted, "#finished": attrFinished, "#deleted": attrDeleted,
			},
			ExpressionAttributeValues: item{
				":queued": str(render.Queued), ":attempt": num(int64(j.Attempt)), ":zero": num(0), ":frames": num(int64(j.Frames)),
				":period": str(j.Period), ":reserved": amountFields(j.Reserved), ":none": fields(item{}),
				":open": str(render.OpenRender), ":due": millis(j.DueAt),
				":before": num(int64(j.Attempt - 1)), ":failed": str(render.Failed), ":canceled": str(render.Canceled),
			},
		}},
		job: true,
	})
}

// admission is what one kind of admission adds to what all write.
type admission struct {
	subject types.TransactWriteItem   // what is admitted
	more    []types.TransactWriteItem // written along with it
	job     bool                      // counts as an unfinished job
}

// The first actions of an admission's transaction.
const (
	actionLedger = iota
	actionCounter
	actionPlan
	actionSubject
	actionLevel // of a job
)

// admit writes an admission, all or nothing, and tells what refused it.
func (c *Client) admit(ctx context.Context, doing string, t tenant.ID, a render.Admission, what admission) error {
	actions := []types.TransactWriteItem{
		actionLedger: c.ledgerPut(t, a.Row), actionCounter: c.counterUpdate(t, a.Row, a.Limits),
		actionPlan: c.planCheck(t, a.Plan), actionSubject: what.subject,
	}
	if what.job {
		actions = append(actions, c.activeJobs(t, 1, a.MaxJobs))
	}
	actions = append(actions, what.more...)
	claim := 0
	if a.Claim.Given() {
		claim = len(actions)
		actions = append(actions, c.claimPut(t, a.Claim, a.Row.Subject, a.Row.At))
	}
	reasons, err := c.transact(ctx, actions)
	switch {
	case err == nil:
		return nil
	case refusedOn(reasons, actionLedger), refusedOn(reasons, actionSubject), reasons == nil && unsure(err):
		return c.admitted(ctx, doing, t, a, err)
	case claim > 0 && refusedOn(reasons, claim):
		return idempotency.ErrClaimed
	case refusedOn(reasons, actionPlan):
		return metering.ErrPlanChanged
	case what.job && refusedOn(reasons, actionLevel):
		return metering.ErrTooManyJobs
	case refusedOn(reasons, actionCounter):
		return &metering.Full{Counter: readCounter(reasons[actionCounter].old)}
	}
	return failed(doing, err)
}

// admitted finds out whether a transaction took effect whose answer was lost,
// or that another attempt at it had overtaken: its ledger row tells.
func (c *Client) admitted(ctx context.Context, doing string, t tenant.ID, a render.Admission, cause error) error {
	found, err := c.read(ctx, doing, ledgerKey(t, a.Row))
	switch {
	case err != nil:
		return failed(doing, cause)
	case found[0] == nil && unsure(cause):
		return failed(doing, cause)
	case found[0] == nil || readNum(found[0], attrAt) != a.Row.At.UnixMilli():
		return problem.New(problem.Conflict, "The job was retried by somebody else at the same time. Read it again.")
	}
	return nil
}
