package publishing_test

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/tests/harness"
)

// A publication whose executions die one after the other is begun again a few
// times, and then ends with a reason; what was sent stays for a retry.
func TestAPublicationWhoseExecutionsDieEnds(t *testing.T) {
	p := newWorld(t).product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	runs := publish.NewRuns(p.settle.Settler, machine{}, p.warnings.Add)
	mended := 0
	for ; !p.job(job.ID).Status.Ended() && mended < 10; mended++ {
		p.clock.Forward(time.Hour)
		harness.Must(t, runs.Mend(p.ctx(), p.who.Tenant, job.ID))
	}
	job = p.job(job.ID)
	wantFailure(p, job.Status, job.Failure, problem.Internal, "Retry")
	if running, _ := p.counts(); running != 0 || mended != 4 || job.Restarts != 3 {
		t.Errorf("%d run, mended %d times, %d restarts", running, mended, job.Restarts)
	}
	if job = p.retried(job.ID); job.Status == render.Succeeded {
		p.settled(job)
	}
	harness.Must(t, runs.Mend(p.ctx(), p.who.Tenant, job.ID)) // of what has ended nothing is left
}
