package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) deliver(p process, rows []metering.RowID) {
	w.t.Helper()
	if failed := p.archiver.Archive(w.t.Context(), w.batch(rows)); len(failed) > 0 {
		w.t.Errorf("failed at %v: %v", failed, w.warned.All())
	}
}

func TestABatchThatIsDeliveredAgainIsArchivedOnce(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	rows := w.previews(6)
	for range 3 {
		w.deliver(w.process(nil), rows)
	}
	w.archivedOnce(rows, "three times")
}

func TestOverlappingAndReorderedBatchesAreArchivedOnce(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	rows := w.previews(60) // more than a segment holds
	for n := 0; n < len(rows); n += 25 {
		part := slices.Clone(rows[max(0, n-10):min(len(rows), n+40)])
		rand.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		w.deliver(w.process(nil), append(part, part[0]))
	}
	slices.Reverse(rows)
	w.deliver(w.process(nil), rows)
	w.archivedOnce(rows, "overlapping")
}

func TestMoreRowsThanASegmentHoldsTakeSeveral(t *testing.T) {
	w := newWorld(t)
	rows := w.previews(archive.SegmentRows/2 + 2)
	w.deliver(w.process(nil), rows)
	w.archivedOnce(rows, "two segments")
	head, err := w.process(nil).reconciler.Store.Heads(w.ctx(), w.id)
	harness.Must(t, err)
	if head[month].Segment != 2 {
		t.Errorf("%d rows took %d segments", len(rows), head[month].Segment)
	}
}

func TestConsumersAtOnceArchiveEachRowOnce(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	harness.Repeat(t, 10, func(t *testing.T) {
		w := shared.another(t)
		rows := w.previews(15)
		var consumers sync.WaitGroup
		for range 8 {
			part := slices.Clone(rows)
			rand.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			part = part[:len(part)*3/4]
			consumers.Go(func() {
				for batch := range slices.Chunk(part, 7) {
					w.deliver(w.process(nil), batch)
				}
			})
		}
		consumers.Wait()
		w.deliver(w.process(nil), rows) // what no consumer was told of
		w.archivedOnce(rows, "eight at once")
	})
}

// A batch may hold several tenants: one that fails holds up no other.
func TestOneTenantsFailureIsReportedAlone(t *testing.T) {
	harness.Proof(t)
	good := newWorld(t)
	bad := good.another(t)
	rows, stuck := good.previews(2), bad.previews(2)
	bad.plantSegment(1, []byte("no segment at all\n"))
	batch := slices.Concat(bad.batch(stuck[:1]), good.batch(rows), bad.batch(stuck))
	batch[0].Ref, batch[1].Ref = "first", "second"
	if failed := good.process(nil).archiver.Archive(t.Context(), batch); !slices.Equal(failed, []string{"first"}) {
		t.Errorf("failed: %v", failed)
	}
	good.archivedOnce(rows, "beside a failing tenant")
}

// Every AWS call of the consumer fails in turn, in every way, once and for ever;
// then the stream delivers the batch again. There is work begun by a process that
// died, so that adopting it is among what fails.
func TestNoCallsFailureLosesOrDoublesARow(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	ways := harness.WaysForEver(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter)
	for _, begun := range []bool{false, true} {
		harness.Sweep{Flow: fmt.Sprintf("archive, begun=%v", begun), Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			faults := calls.Plant(plan...).OnKill(func() {})
			shared.another(t).survive(faults, begun)
			return faults
		})
	}
}

func plan(kind calls.Kind, nth int, forever bool) *calls.Faults {
	faults := []calls.Fault{{Nth: nth, Kind: kind, Forever: forever}}
	if kind == calls.KillBefore || kind == calls.KillAfter {
		faults = append(faults, calls.Fault{Nth: nth + 1, Kind: calls.LostBefore, Forever: true}) // a dead process makes no call
	}
	return calls.Plant(faults...).OnKill(func() {})
}

// survive delivers a batch to a process with faults, and again to a sound one.
func (w *world) survive(faults *calls.Faults, begun bool) {
	w.t.Helper()
	rows := w.previews(3)
	if begun {
		dead := plan(calls.KillAfter, 3, true) // head, rows, segment
		w.process(dead).archiver.Archive(w.t.Context(), w.batch(rows[:3]))
		if dead.Struck() == 0 {
			w.t.Fatal("the process that was to die did not")
		}
	}
	failed := w.process(faults).archiver.Archive(w.t.Context(), w.batch(rows))
	if faults.Struck() == 0 && len(failed) > 0 {
		w.t.Errorf("failed without a fault: %v", w.warned.All())
	}
	if len(failed) == 0 {
		w.archivedOnce(rows, "said to be archived")
	}
	w.deliver(w.process(nil), rows)
	w.archivedOnce(rows, "delivered again")
}

// What archiving has written stays, whoever asks for its end without the right
// to go round the retention, which the tenant role lacks.
func TestASegmentCannotBeDeletedOrShortened(t *testing.T) {
	w := newWorld(t)
	w.deliver(w.process(nil), w.previews(1))
	key := aws.String(w.segmentKey(1))
	head, err := w.s3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(w.ledger), Key: key})
	harness.Must(t, err)
	if head.ObjectLockMode == "" || head.ObjectLockRetainUntilDate == nil {
		t.Errorf("the segment is held by %q until %v", head.ObjectLockMode, head.ObjectLockRetainUntilDate)
	}
	_, err = w.s3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(w.ledger), Key: key, VersionId: head.VersionId})
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("a locked version was deleted: %v", err)
	}
	if err := w.process(nil).segments.PutSegment(w.ctx(), w.id, month, 1, []byte("another")); err != archive.ErrSegmentExists {
		t.Errorf("a segment was written twice: %v", err)
	}
}
