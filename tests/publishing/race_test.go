package publishing_test

import (
	"sync"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// together does something in several processes at once.
func together(p *product, n int, do func(*product)) {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for range n {
		process := p.product()
		wg.Go(func() {
			<-begin
			do(process)
		})
	}
	close(begin)
	wg.Wait()
}

// Requests with one key at the same time are one job.
func TestOneKeyIsOnePublication(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 5, func(t *testing.T, db harness.Database) {
		p := newWorldOn(t, db).product()
		harness.Must(t, p.connect())
		claim := idempotency.NewClaim("person", "key", "POST", "/publish", nil)
		together(p, 6, func(p *product) {
			_, err := p.publish(claim)
			if _, replayed := idempotency.Replayed(err); err != nil && !replayed && !isCode(err, problem.IdempotencyInProgress, problem.Unavailable) {
				t.Errorf("refused: %v", err)
			}
		})
		if running, _ := p.counts(); running != 1 || publications(p) != 1 {
			t.Fatalf("%d run, %d jobs", running, publications(p))
		}
		goesOn(t, p, claim)
	})
}

// Executions of one job at the same time make one video.
func TestTwoExecutionsMakeOneVideo(t *testing.T) {
	harness.Proof(t)
	harness.Repeat(t, 10, func(t *testing.T) {
		p := newWorld(t).product()
		harness.Must(t, p.connect())
		job, err := p.publish(idempotency.Claim{})
		harness.Must(t, err)
		together(p, 4, func(p *product) {
			_, _ = p.run(job.ID, 1) // what one leaves, another or the retry ends
		})
		if job = p.job(job.ID); job.Status != render.Succeeded {
			job = p.retried(job.ID)
		}
		p.settled(job)
	})
}

// Cancels and the end of an upload at the same time: a canceled job has no video, a
// published one was not canceled.
func TestACancelMeetsTheEnd(t *testing.T) {
	harness.Proof(t)
	harness.Repeat(t, 10, func(t *testing.T) {
		p := newWorld(t).product()
		harness.Must(t, p.connect())
		job, err := p.publish(idempotency.Claim{})
		harness.Must(t, err)
		var first sync.Once
		together(p, 2, func(p *product) {
			runs := false
			first.Do(func() { runs = true })
			if runs {
				_, _ = p.run(job.ID, 1)
				return
			}
			if _, err := p.settle.Cancel(p.ctx(), p.who.Tenant, job.ID); err != nil && !isCode(err, problem.JobNotCancelable, problem.Unavailable) {
				t.Errorf("cancel: %v", err)
			}
		})
		job = p.job(job.ID)
		if videos := len(p.site.Videos()); (job.Status == render.Succeeded) != (videos == 1) || videos > 1 || !job.Status.Ended() {
			t.Fatalf("%s with %d videos", job.Status, videos)
		}
		if running, _ := p.counts(); running != 0 {
			t.Errorf("%d run", running)
		}
	})
}

// No more than publish.AtOnce run, however many ask at the same time.
func TestFewPublishAtOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, fewPublishAtOnce)
}

func fewPublishAtOnce(t *testing.T, db harness.Database) {
	p := newWorldOn(t, db).product()
	harness.Must(t, p.connect())
	var mu sync.Mutex
	admitted := 0
	videos := make(chan string, 2*publish.AtOnce)
	for range 2 * publish.AtOnce {
		id := tenant.NewID()
		p.render(id)
		videos <- id
	}
	together(p, 2*publish.AtOnce, func(p *product) {
		_, err := p.publishOf(<-videos, idempotency.Claim{})
		if err != nil && !isCode(err, problem.TooManyJobs, problem.Unavailable) {
			t.Errorf("refused: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			admitted++
		}
	})
	if running, _ := p.counts(); int(running) != admitted || admitted > publish.AtOnce || publications(p) != admitted {
		t.Errorf("%d admitted, %d run, %d jobs", admitted, running, publications(p))
	}
}

// After a downgrade what runs finishes, and nothing new begins.
func TestADowngradeLetsFinishWhatRuns(t *testing.T) {
	p := newWorld(t).product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	partly(p, job)
	second, err := p.starter.Retry(p.ctx(), p.who, job.ID, idempotency.Claim{})
	harness.Must(t, err)
	p.put(item{"pk": str(tenant.DataPartition(p.who.Tenant)), "sk": str("TENANT"), "plan": str("free"), "status": str("active"), "owner": str(tenant.NewID())})
	_, err = p.run(job.ID, second.Attempt)
	harness.Must(t, err)
	p.settled(p.job(job.ID))
	_, err = p.publish(idempotency.Claim{})
	harness.WantCode(t, err, problem.FeatureNotInPlan)
}
