package uploads

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/harness"
)

// atOnce opens uploads from many processes and returns how many were admitted;
// all others must be refused for the metric.
func (w *world) atOnce(callers int, size int64, metric metering.Metric) int64 {
	w.t.Helper()
	var all sync.WaitGroup
	var admitted atomic.Int64
	for range callers {
		p := w.process(nil)
		all.Go(func() {
			_, _, _, err := p.opener.Open(w.ctx(), w.id, upload.Announcement{Filename: "a.wav", ContentType: "audio/wav", Size: size}, idempotency.Claim{})
			switch {
			case err == nil:
				admitted.Add(1)
			case !problem.Is(err, problem.QuotaExceeded) || problem.From(err).Members["metric"] != metric:
				w.t.Errorf("open: %v", err)
			}
		})
	}
	all.Wait()
	return admitted.Load()
}

func TestTheQuotaIsExactForManyAtOnce(t *testing.T) {
	harness.Proof(t)
	harness.Repeat(t, 10, func(t *testing.T) {
		w := newWorld(t)
		w.base.UploadsCount = 12
		if n := w.atOnce(120, 1000, metering.UploadsCount); n != 12 {
			t.Errorf("%d uploads were admitted, want 12", n)
		}
		if c := w.balanced(); c.Taken[metering.UploadsCount] != 12 || c.Taken[metering.StorageMB] != 12_000 {
			t.Errorf("%+v", c)
		}

		w = w.as(t)
		w.base.UploadsCount, w.base.StorageMB = 1000, 11
		if n := w.atOnce(110, 1_000_000, metering.StorageMB); n != 11 {
			t.Errorf("%d uploads were admitted, want 11", n)
		}
		if c := w.balanced(); c.Taken[metering.UploadsCount] != 11 || c.Taken[metering.StorageMB] != 11_000_000 {
			t.Errorf("%+v", c)
		}
	})
}

func TestWhatIsSmallerThanAnnouncedLeavesRoom(t *testing.T) {
	w := newWorld(t)
	w.base.StorageMB = 1
	p := w.process(nil)
	f := pngOf(32, 32)
	large := f.draft()
	large.Size = 1_000_000
	u, form, _, err := p.opener.Open(w.ctx(), w.id, large, idempotency.Claim{})
	harness.Must(t, err)
	_, _, _, err = p.opener.Open(w.ctx(), w.id, f.draft(), idempotency.Claim{})
	harness.WantCode(t, err, problem.QuotaExceeded)
	w.post(form, f)
	_, err = p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
	harness.Must(t, err)
	w.ready(p, f)
	w.want(2, 2*int64(len(f.data)))
}
