package publishing_test

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/tests/harness"
)

func ways() []harness.Way {
	return harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter)
}

// Every AWS call of connecting fails in turn. The person begins again, and one
// channel is connected with a token that works.
func TestConnectingSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{Flow: "connect", Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := newWorld(t)
		broken, sound := w.product(plan...), w.product()
		if err := broken.connect(); err != nil {
			if !isCode(err, problem.Unavailable, problem.YouTubeRefused) {
				t.Fatalf("under the fault: %v", err)
			}
			harness.Must(t, sound.connect())
		}
		job, err := sound.publish(idempotency.Claim{})
		harness.Must(t, err)
		_, err = sound.run(job.ID, 1)
		harness.Must(t, err)
		sound.settled(sound.job(job.ID))
		return broken.calls
	})
}

// Every AWS call of a publication fails in turn, or is the last of its process.
// Another process goes on, and there is one video for one job.
func TestPublishingSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{Flow: "publish", Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := newWorld(t)
		broken, sound := w.product(plan...), w.product()
		harness.Must(t, sound.connect())
		claim := idempotency.NewClaim("person", "key", "POST", "/publish", nil)
		job, err := broken.publish(claim)
		if err == nil {
			_, _ = broken.run(job.ID, 1) // whatever it answers: the other process goes on
		} else if !isCode(err, problem.Unavailable) {
			t.Fatalf("under the fault: %v", err)
		}
		goesOn(t, sound, claim)
		return broken.calls
	})
}

// goesOn repeats the request with its key, and sees the job through as the sweeper
// and the person would.
func goesOn(t *testing.T, p *product, claim idempotency.Claim) {
	t.Helper()
	job, err := p.publish(claim)
	if id, replayed := idempotency.Replayed(err); replayed {
		job, err = p.job(id), nil
	}
	harness.Must(t, err)
	p.clock.Forward(time.Hour)
	_, err = p.run(job.ID, job.Attempt)
	harness.Must(t, err)
	if job = p.job(job.ID); job.Status != render.Succeeded {
		job = p.retried(job.ID)
	}
	p.settled(job)
	if n := publications(p); n != 1 {
		t.Errorf("%d jobs for one key", n)
	}
}

func publications(p *product) int {
	page, _, err := p.starter.Store.Both(p.ctx(), p.who.Tenant, 100, "")
	harness.Must(p.T, err)
	n := 0
	for _, one := range page {
		if one.Publication != nil {
			n++
		}
	}
	return n
}

// Every AWS call of a retry fails in turn: nothing that was sent is sent again.
func TestARetrySurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{Flow: "retry", Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := newWorld(t)
		broken, sound := w.product(plan...), w.product()
		harness.Must(t, sound.connect())
		job, err := sound.publish(idempotency.Claim{})
		harness.Must(t, err)
		partly(sound, job)
		claim := idempotency.NewClaim("person", "key", "POST", "/retry", nil)
		second, err := broken.starter.Retry(broken.ctx(), broken.who, job.ID, claim)
		if err == nil {
			_, _ = broken.run(job.ID, second.Attempt)
		} else if !isCode(err, problem.Unavailable) {
			t.Fatalf("under the fault: %v", err)
		}
		_, err = sound.starter.Retry(sound.ctx(), sound.who, job.ID, claim)
		if _, replayed := idempotency.Replayed(err); !replayed {
			harness.Must(t, err)
		}
		job = sound.job(job.ID)
		_, err = sound.run(job.ID, job.Attempt)
		harness.Must(t, err)
		if job = sound.job(job.ID); job.Status != render.Succeeded {
			job = sound.retried(job.ID)
		}
		sound.settled(job)
		if w.site.Received() != size {
			t.Errorf("%d bytes arrived of %d", w.site.Received(), size)
		}
		return broken.calls
	})
}

// partly sends the first piece of a job, which then fails.
func partly(p *product, job publish.Job) {
	p.Helper()
	p.site.Plant("", "", "busy", "busy", "busy", "busy", "busy", "busy", "busy")
	_, err := p.run(job.ID, 1)
	harness.Must(p.T, err)
	if job = p.job(job.ID); job.Status != render.Failed || job.Upload.Sent != piece {
		p.Fatalf("%s after %d bytes", job.Status, job.Upload.Sent)
	}
}

// Every AWS call of disconnecting fails in turn. Asked again, it has ended once.
func TestDisconnectingSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{Flow: "disconnect", Ways: ways(), Parallel: true}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := newWorld(t)
		broken, sound := w.product(plan...), w.product()
		harness.Must(t, sound.connect())
		if err := broken.connector.End(broken.ctx(), broken.who); err != nil && !isCode(err, problem.Unavailable) {
			t.Fatalf("under the fault: %v", err)
		}
		harness.Must(t, sound.connector.End(sound.ctx(), sound.who))
		if c, err := sound.connector.Get(sound.ctx(), sound.who.Tenant); err != nil || c.Connected() || w.site.Revoked() != 1 {
			t.Errorf("connected %v, %d revoked, %v", c.Connected(), w.site.Revoked(), err)
		}
		if ended := w.recorded(audit.YouTubeRevoked); ended != 1 {
			t.Errorf("%d ends on record", ended)
		}
		return broken.calls
	})
}
