package pipeline

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// reports is a payment service with one subscription.
type reports struct {
	billing.Provider // nothing else is called
	status           billing.Status
}

func (r reports) Subscriptions(context.Context, string) ([]billing.Reported, error) {
	return []billing.Reported{{ID: "sub_1", Customer: "cus_1", Plan: tenant.Pro, Status: r.status}}, nil
}

// subscribed has the worker of billing read a subscription that is so now.
func (w *world) subscribed(p parts, status billing.Status, want tenant.Plan) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.tables.AWS).PutItem(w.t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.tables.Platform), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(w.id)}, "sk": &types.AttributeValueMemberS{Value: "BILLING"},
			"customer": &types.AttributeValueMemberS{Value: "cus_1"},
		},
	})
	harness.Must(w.t, err)
	store := dynamo.NewSubscriptions(p.store)
	harness.Must(w.t, billing.Worker{Store: store, Provider: reports{status: status}, Now: p.now}.Apply(w.ctx(), billing.Order{TenantID: w.id}))
	held, err := store.Held(w.ctx(), w.id)
	harness.Must(w.t, err)
	if held.Tenant.Plan != want {
		w.t.Fatalf("%s: the plan is %s, want %s", status, held.Tenant.Plan, want)
	}
}

// TestWhatRunsAcrossADowngradeFinishes: a render in 4k that takes more than the free
// plan has is admitted on pro, and the subscription ends while it runs. It becomes
// a video, which stays, and only what is new is refused.
func TestWhatRunsAcrossADowngradeFinishes(t *testing.T) {
	w := newWorld(t)
	w.base.ImagesCount = 1
	p := w.process(nil)
	w.subscribed(p, billing.Active, tenant.Pro)
	uhd := render.UHD
	made, err := p.projects.Update(w.ctx(), w.id, w.newProject(p, psalm, psalm, psalm).ID, 1, project.Draft{Resolution: &uhd})
	harness.Must(t, err)
	modest := w.newProject(p, psalm, psalm, psalm)
	j := w.render(p, made.ID)
	harness.Must(t, p.jobs.BeginJob(w.ctx(), w.id, j.ID, 1, p.now(), p.now().Add(time.Minute)))
	w.makeScene(p, j, 1, 4000)

	w.subscribed(p, billing.Canceled, tenant.Free)
	w.finish(p, j)
	_, err = p.settler.Succeed(w.ctx(), w.id, j.ID, 1)
	harness.Must(t, err)
	if c := w.balanced(); c.Taken[metering.ImagesCount] <= 1 || !c.Reserved.Plus(nil).Zero() {
		t.Errorf("what ran across it is counted as %+v", c)
	}
	w.clock.Forward(48 * time.Hour)
	report, err := p.sweeper.Sweep(w.ctx(), 100)
	harness.Must(t, err)
	stays, err := p.jobs.Job(w.ctx(), w.id, j.ID)
	harness.Must(t, err)
	if stays.Status != render.Succeeded || stays.Resolution != render.UHD || stays.Video.Stored != 1_000_000 || report.Total() != 0 {
		t.Errorf("two days later: %+v, after %+v", stays, report)
	}
	_, _, err = p.admitter.Render(w.ctx(), w.id, made.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.FeatureNotInPlan)
	_, _, err = p.admitter.Render(w.ctx(), w.id, modest.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.QuotaExceeded)
}
