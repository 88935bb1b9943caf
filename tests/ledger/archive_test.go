package ledger

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) deliver(p process, rows []metering.RowID) {
	w.T.Helper()
	book.Deliver(w.World, p.archiver, rows)
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
	head, err := w.process(nil).reconciler.Store.Heads(w.Ctx(), w.ID)
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
	batch := slices.Concat(book.Batch(bad.World, stuck[:1]), book.Batch(good.World, rows), book.Batch(bad.World, stuck))
	batch[0].Ref, batch[1].Ref = "first", "second"
	if failed := good.process(nil).archiver.Archive(t.Context(), batch); !slices.Equal(failed, []string{"first"}) {
		t.Errorf("failed: %v", failed)
	}
	good.archivedOnce(rows, "beside a failing tenant")
}

func TestNoCallsFailureLosesOrDoublesARow(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	book.EachCall(t, "archive", func(t *testing.T) book.Archiving[metering.RowID] {
		w := shared.another(t)
		return book.Archiving[metering.RowID]{
			World: w.World, Rows: w.previews(3), Once: w.archivedOnce,
			Process: func(faults *calls.Faults) book.Archiver[metering.RowID] { return w.process(faults).archiver },
		}
	})
}

func TestASegmentCannotBeDeletedOrShortened(t *testing.T) {
	w := newWorld(t)
	w.deliver(w.process(nil), w.previews(1))
	w.HeldByLock(w.segmentKey(1))
	if err := w.process(nil).segments.PutSegment(w.Ctx(), w.ID, month, 1, []byte("another")); err != archive.ErrSegmentExists {
		t.Errorf("a segment was written twice: %v", err)
	}
}
