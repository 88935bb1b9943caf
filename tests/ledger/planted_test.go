package ledger

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

type (
	ledgerStore   = archive.Store[metering.Row, metering.RowID]
	ledgerSegment = archive.Segment[metering.Row]
)

// rowsFirst reads the rows before the head, and lets another process archive
// them in between.
type rowsFirst struct {
	ledgerStore
	rows  []metering.RowID
	early []archive.Filed[metering.Row]
	other func()
}

func (s *rowsFirst) Head(ctx context.Context, id tenant.ID, p metering.Period) (archive.Head, error) {
	var err error
	if s.early == nil {
		s.early, err = s.ledgerStore.Rows(ctx, id, s.rows)
		s.other()
	}
	head, headErr := s.ledgerStore.Head(ctx, id, p)
	return head, errors.Join(err, headErr)
}

func (s *rowsFirst) Rows(ctx context.Context, id tenant.ID, rows []metering.RowID) ([]archive.Filed[metering.Row], error) {
	if early := s.early; len(early) > 0 {
		s.early = []archive.Filed[metering.Row]{}
		return early, nil
	}
	return s.ledgerStore.Rows(ctx, id, rows)
}

// overwriting writes a segment whether or not there is one.
type overwriting struct {
	archive.Segments
	w     *world
	other func()
}

func (s *overwriting) PutSegment(ctx context.Context, _ tenant.ID, _ metering.Period, number int, data []byte) error {
	if s.other != nil {
		s.other()
		s.other = nil
	}
	unbound := s3.NewFromConfig(s.w.Tables.AWS, func(o *s3.Options) { o.UsePathStyle = true }) // the bucket's policy would refuse it as well
	_, err := unbound.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(s.w.Locked), Key: aws.String(s.w.segmentKey(number)), Body: bytes.NewReader(data)})
	return err
}

// presuming takes a segment that exists for its own.
type presuming struct{ archive.Segments }

func (s presuming) PutSegment(ctx context.Context, id tenant.ID, p metering.Period, number int, data []byte) error {
	err := s.Segments.PutSegment(ctx, id, p, number, data)
	if errors.Is(err, archive.ErrSegmentExists) {
		return nil
	}
	return err
}

// What the proofs rest on, left out on purpose: each is found.
func TestTheProofFindsFaultsThatArePlanted(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	for _, c := range []struct {
		name string
		with func(w *world, rows []metering.RowID, store ledgerStore, segments archive.Segments) metering.Archiver
	}{
		{"rows are read before the head", func(w *world, rows []metering.RowID, store ledgerStore, segments archive.Segments) metering.Archiver {
			other := func() { w.deliver(w.process(nil), rows) }
			return archive.New(metering.Book(), &rowsFirst{ledgerStore: store, rows: rows, other: other}, segments, w.Warned.Add)
		}},
		{"a segment is written over", func(w *world, rows []metering.RowID, store ledgerStore, segments archive.Segments) metering.Archiver {
			other := func() { w.deliver(w.process(nil), rows[:1]) }
			return archive.New(metering.Book(), store, &overwriting{Segments: segments, w: w, other: other}, w.Warned.Add)
		}},
		{"a segment that exists is taken for one's own", func(w *world, rows []metering.RowID, store ledgerStore, segments archive.Segments) metering.Archiver {
			w.process(book.Dies(3)).archiver.Archive(w.T.Context(), book.Batch(w.World, rows[:1]))
			return archive.New(metering.Book(), store, presuming{segments}, w.Warned.Add)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := shared.another(t)
			rows := w.previews(2)
			store := dynamo.NewArchive(dynamo.NewClient(w.Tables.AWS, w.Tables.Platform, ""))
			archiver := c.with(w, rows, store, w.process(nil).segments)
			archiver.Archive(t.Context(), book.Batch(w.World, rows))
			more := w.previews(1) // the next segment brings what was left behind to light
			w.process(nil).archiver.Archive(t.Context(), book.Batch(w.World, more))
			rows = append(rows, more...)
			wrong := w.wrong(rows)
			if len(wrong) == 0 {
				t.Fatal("not found")
			}
			t.Logf("found: %s", wrong[0])
			if report := w.reconcile(); report.Count == 0 {
				t.Error("reconciling does not find it")
			}
		})
	}
}
