package publishing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// uploadCalls are those of a video of three pieces: open, and one for each piece.
const uploadCalls = 4

// Each call of an upload goes wrong in each way that Google can go wrong. There is
// one video in the end, and what arrived is not sent again.
func TestNoFaultOfYouTubeMakesASecondVideo(t *testing.T) {
	harness.Proof(t)
	var cases []struct {
		fault youtube.Fault
		nth   int
	}
	for _, fault := range []youtube.Fault{
		youtube.Drop, youtube.Busy, youtube.BusyAfter, youtube.Fewer, youtube.LostEnd, youtube.Expired, youtube.Expelled, youtube.Revoked, youtube.Quota,
	} {
		for nth := range uploadCalls {
			cases = append(cases, struct {
				fault youtube.Fault
				nth   int
			}{fault, nth})
		}
	}
	for _, c := range harness.SomeOf(cases) {
		t.Run(fmt.Sprintf("%s at call %d", c.fault, c.nth+1), func(t *testing.T) {
			w := newWorld(t)
			p := w.product()
			harness.Must(t, p.connect())
			for range c.nth {
				w.site.Plant("")
			}
			w.site.Plant(c.fault)
			underFault(p, c.fault, c.nth == uploadCalls-1)
		})
	}
}

func underFault(p *product, fault youtube.Fault, end bool) {
	p.Helper()
	job, err := p.publish(idempotency.Claim{})
	harness.Must(p.T, err)
	_, err = p.run(job.ID, 1)
	harness.Must(p.T, err)
	if p.site.Planted() != 0 {
		p.Fatal("the fault struck nothing")
	}
	job = p.job(job.ID)
	switch {
	case fault == youtube.Revoked:
		wantFailure(p, job.Status, job.Failure, problem.YouTubeNotConnected, "")
		harness.Must(p.T, p.connect())
	case fault == youtube.Quota:
		wantFailure(p, job.Status, job.Failure, problem.PublishFailed, "Retry tomorrow")
	case fault == youtube.Expired && end:
		// By then nobody can know; the person finds no video and retries.
		wantFailure(p, job.Status, job.Failure, problem.PublishFailed, "Look at your channel first")
	case job.Status != render.Succeeded:
		p.Fatalf("the state machine's own retries did not help: %s %+v", job.Status, job.Failure)
	}
	if job.Status != render.Succeeded {
		job = p.retried(job.ID)
	}
	p.settled(job)
	if again := p.site.Received() - size; again > 0 && fault != youtube.Expired {
		p.Errorf("%d bytes arrived twice", again)
	}
}

func wantFailure(p *product, status render.Status, f *render.Failure, code problem.Code, says string) {
	p.Helper()
	if status != render.Failed || f == nil || f.Code != code || !strings.Contains(f.Detail, says) {
		p.Fatalf("the job is %s: %+v, want %s", status, f, code)
	}
}

// A session that is gone after the last byte leaves nobody who knows: the job says
// so, and nothing is sent again until a person decides.
func TestAForgottenUploadIsNotSentAgainByItself(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	harness.Must(t, p.connect())
	w.site.Plant("", "", "", youtube.Forgotten)
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	job = p.job(job.ID)
	wantFailure(p, job.Status, job.Failure, problem.PublishFailed, "Look at your channel first")
	if videos := w.site.Videos(); len(videos) != 1 || !job.Upload.Lost {
		t.Errorf("%d videos, lost: %v", len(videos), job.Upload.Lost)
	}
	keyed := p.who
	keyed.Principal = auth.Principal{Key: auth.KeyID(tenant.NewID())}
	_, err = p.starter.Retry(p.ctx(), keyed, job.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.Forbidden) // a key cannot look
	// A person who retries all the same has decided that there is none.
	if job = p.retried(job.ID); job.Upload.Session != 2 {
		t.Errorf("session %d", job.Upload.Session)
	}
}

// A canceled upload goes on where it stopped, and one whose end is on its way cannot
// be canceled.
func TestACanceledPublicationGoesOnWhereItStopped(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	w.site.Plant("", "", youtube.Busy, youtube.Busy, youtube.Busy, youtube.Busy, youtube.Busy, youtube.Busy, youtube.Busy)
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	if job = p.job(job.ID); job.Status != render.Failed || job.Upload.Sent != piece {
		t.Fatalf("%s after %d bytes", job.Status, job.Upload.Sent)
	}
	second, err := p.starter.Retry(p.ctx(), p.who, job.ID, idempotency.Claim{})
	harness.Must(t, err)
	canceled, err := p.settle.Cancel(p.ctx(), p.who.Tenant, job.ID)
	harness.Must(t, err)
	if _, err = p.settle.Cancel(p.ctx(), p.who.Tenant, job.ID); err != nil || canceled.Status != render.Canceled {
		t.Fatalf("%s, again: %v", canceled.Status, err)
	}
	if _, err = p.upload.Run(p.ctx(), second.Run(p.who.Tenant).Input); !isCode(err, problem.Canceled) {
		t.Fatalf("a step of a canceled attempt: %v", err)
	}
	p.settled(p.retried(job.ID))
	if w.site.Received() != size {
		t.Errorf("%d bytes arrived of %d", w.site.Received(), size)
	}
	if _, err = p.settle.Cancel(p.ctx(), p.who.Tenant, job.ID); !isCode(err, problem.JobNotCancelable) {
		t.Errorf("cancel a published video: %v", err)
	}
}

// Between the last byte and the answer nothing is taken back.
func TestTheEndOfAnUploadCannotBeCanceled(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	w.site.Plant("", "", "", youtube.LostEnd)
	in := job.Run(p.who.Tenant).Input
	if _, err = p.upload.Run(p.ctx(), in); !isCode(err, problem.Unavailable) {
		t.Fatalf("a lost answer: %v", err)
	}
	if _, err = p.settle.Cancel(p.ctx(), p.who.Tenant, job.ID); !isCode(err, problem.JobNotCancelable) {
		t.Fatalf("canceled although the video is there: %v", err)
	}
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	p.settled(p.job(job.ID))
}

// A session that refuses everything is replaced as long as it was not sent the last
// byte. After that nobody knows, and a person decides.
func TestASessionThatRefusesIsReplaced(t *testing.T) {
	for name, c := range map[string]struct {
		before []youtube.Fault
		status render.Status
	}{
		"before the last byte": {[]youtube.Fault{"", "", youtube.Broken}, render.Succeeded},
		"with the last byte":   {[]youtube.Fault{"", "", "", youtube.Broken}, render.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.product()
			harness.Must(t, p.connect())
			job, err := p.publish(idempotency.Claim{})
			harness.Must(t, err)
			w.site.Plant(c.before...)
			_, err = p.run(job.ID, 1)
			harness.Must(t, err)
			if job = p.job(job.ID); job.Status != c.status || job.Upload.Lost != (c.status == render.Failed) {
				t.Fatalf("%s, lost: %v", job.Status, job.Upload.Lost)
			}
			if job.Status == render.Failed {
				job = p.retried(job.ID)
			}
			p.settled(job)
		})
	}
}

// slow lets two minutes pass with each piece.
type slow struct {
	publish.Files
	clock *harness.Clock
}

func (s slow) Range(ctx context.Context, id tenant.ID, name string, from, count int64) ([]byte, error) {
	s.clock.Forward(2 * time.Minute)
	return s.Files.Range(ctx, id, name, from, count)
}

// A run that has no time for the next piece says that there is more, and the next
// one goes on behind what was sent.
func TestAVideoTakesMoreThanOneRun(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	p.upload.Files = slow{p.upload.Files, w.clock}
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	for run, want := range []struct {
		more bool
		sent int64
	}{{true, 2 * piece}, {false, size}} {
		ctx, done := context.WithDeadline(p.ctx(), w.clock.Now().Add(5*time.Minute))
		out, err := p.upload.Run(ctx, job.Run(w.who.Tenant).Input)
		done()
		if sent := p.job(job.ID).Upload.Sent; err != nil || out.More != want.more || sent != want.sent || out.JobID != job.ID {
			t.Fatalf("run %d: %+v after %d bytes, %v", run+1, out, sent, err)
		}
	}
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	p.settled(p.job(job.ID))
	if w.site.Received() != size {
		t.Errorf("%d bytes arrived of %d", w.site.Received(), size)
	}
}
