package publishing_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/tests/harness"
)

// Requests for one video at the same time, without a key, are one job.
func TestOneVideoIsPublishedOnceAtATime(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, func(t *testing.T, db harness.Database) {
		p := newWorldOn(t, db).product()
		harness.Must(t, p.connect())
		var admitted atomic.Int64
		together(p, 4, func(p *product) {
			_, err := p.publish(idempotency.Claim{})
			if err == nil {
				admitted.Add(1)
			} else if !isCode(err, problem.Conflict, problem.Unavailable) {
				t.Errorf("refused: %v", err)
			}
		})
		if running, _ := p.counts(); running != 1 || admitted.Load() != 1 || publications(p) != 1 {
			t.Fatalf("%d admitted, %d run, %d jobs", admitted.Load(), running, publications(p))
		}
	})
}

// A job that has ended gives its video free: after a success for a second one on
// purpose, after a cancel or an early failure for a new job, which keeps the old one
// from being retried beside it.
func TestWhatHasEndedMayBePublishedAgain(t *testing.T) {
	p := newWorld(t).product()
	harness.Must(t, p.connect())
	first, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	partly(p, first)
	second, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	_, err = p.starter.Retry(p.ctx(), p.who, first.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.Conflict)
	_, err = p.settle.Cancel(p.ctx(), p.who.Tenant, second.ID)
	harness.Must(t, err)
	p.settled(p.retried(first.ID))
	third, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	_, err = p.run(third.ID, 1)
	harness.Must(t, err)
	if videos := len(p.site.Videos()); videos != 2 || p.job(third.ID).Status != render.Succeeded {
		t.Errorf("%d videos, the second publication %s", videos, p.job(third.ID).Status)
	}
}

// A job that failed after its last byte keeps the video: only its own retry finds
// out whether it is there. To another channel the video may go.
func TestWhatMayBeThereIsNotPublishedAnew(t *testing.T) {
	for name, faults := range map[string][]youtube.Fault{
		"lost":              {"", "", "", youtube.Forgotten},
		"answers were lost": {"", "", "", youtube.LostEnd, "busy", "busy", "busy", "busy", "busy", "busy"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newWorld(t).product()
			harness.Must(t, p.connect())
			job, err := p.publish(idempotency.Claim{})
			harness.Must(t, err)
			p.site.Plant(faults...)
			_, err = p.run(job.ID, 1)
			harness.Must(t, err)
			if job = p.job(job.ID); job.Status != render.Failed || !job.Upload.Last {
				t.Fatalf("%s, last byte sent: %v", job.Status, job.Upload.Last)
			}
			_, err = p.publish(idempotency.Claim{})
			harness.WantCode(t, err, problem.Conflict)
			own := p.site.ChannelID
			p.site.ChannelID = "UCanother"
			harness.Must(t, p.connect())
			elsewhere, err := p.publish(idempotency.Claim{})
			harness.Must(t, err)
			_, err = p.settle.Cancel(p.ctx(), p.who.Tenant, elsewhere.ID)
			harness.Must(t, err)
			p.site.ChannelID = own
			harness.Must(t, p.connect())
			_, err = p.publish(idempotency.Claim{})
			harness.WantCode(t, err, problem.Conflict)
			if p.retried(job.ID).VideoID == "" {
				t.Error("the retry found no video")
			}
		})
	}
}

// TestARetryThatIsLateIsRefused: of a job that was read as failed one retry begins,
// also where all else that it rests on is as it is now; asked again after a lost
// answer it is the same one.
func TestARetryThatIsLateIsRefused(t *testing.T) {
	p := newWorld(t).product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	ending := workflow.Ending{Input: job.Run(p.who.Tenant).Input, Error: &workflow.Caught{Error: "States.Timeout"}}
	_, err = p.settle.Run(p.ctx(), ending)
	harness.Must(t, err)
	next := p.job(job.ID)
	next.Status, next.Attempt, next.DueAt = render.Queued, 2, p.clock.Now().Add(time.Minute).Truncate(time.Millisecond)
	readmit := func(j publish.Job) error {
		_, basis, err := p.starter.Store.RetryBasis(p.ctx(), p.who.Tenant, job.ID)
		harness.Must(t, err)
		return p.starter.Store.Readmit(p.ctx(), p.who.Tenant, j, publish.Admission{Basis: basis, At: p.clock.Now()})
	}
	harness.Must(t, readmit(next))
	harness.Must(t, readmit(next))
	other := next
	other.DueAt = next.DueAt.Add(time.Second)
	harness.WantCode(t, readmit(other), problem.Conflict)
	other.Attempt = 3
	harness.WantCode(t, readmit(other), problem.Conflict) // of what has not ended
	if running, _ := p.counts(); running != 1 || p.job(job.ID).Attempt != 2 {
		t.Errorf("%d run, the attempt is %d", running, p.job(job.ID).Attempt)
	}
	ending.Attempt = 2
	_, err = p.settle.Run(p.ctx(), ending)
	harness.Must(t, err)
	harness.WantCode(t, readmit(next), problem.Conflict) // which was begun, and has failed too
}
