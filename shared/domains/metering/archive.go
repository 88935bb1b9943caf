package metering

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// SegmentRows is how many rows a segment holds at most: they and the head
	// change in one transaction, which DynamoDB bounds to 100 items.
	SegmentRows = 99
	// fileTries bounds how often one process tries to write a segment while others
	// do. When one loses, another has won, so together they always get on.
	fileTries = 60
)

// ErrSegmentExists says that a segment of this number is there already.
var ErrSegmentExists = errors.New("metering: the segment exists")

// Head is the end of a month's chain of segments. The zero Head has none.
type Head struct {
	Segment int // number of the last one, from 1
	SHA256  string
	Rows    int // of all segments up to this one
}

// Filed is a row of the ledger and the segment that holds it, 0 for none yet.
type Filed struct {
	Row
	Segment int
}

// ArchiveStore is what archiving reads and writes of the ledger. Reads are
// strongly consistent.
type ArchiveStore interface {
	Head(ctx context.Context, id tenant.ID, p Period) (Head, error)
	// Rows reads the named rows, at most SegmentRows, no name twice. Absent ones
	// are left out.
	Rows(ctx context.Context, id tenant.ID, rows []RowID) ([]Filed, error)
	// Advance moves a month's head and marks the rows with its segment, all or
	// nothing. Errors: ErrChanged when the head is not from, or a row is gone or
	// in another segment.
	Advance(ctx context.Context, id tenant.ID, p Period, from, to Head, rows []RowID) error
}

// SegmentStore keeps segments for good. Nothing can be removed from it.
type SegmentStore interface {
	// PutSegment writes a segment that does not exist. Errors: ErrSegmentExists,
	// ErrChanged when another writes it at this moment.
	PutSegment(ctx context.Context, id tenant.ID, p Period, number int, data []byte) error
	// GetSegment reads a segment. Errors: NotFound.
	GetSegment(ctx context.Context, id tenant.ID, p Period, number int) ([]byte, error)
}

// Archiver copies rows of the ledger into segments, each row once: also when it is
// given rows several times or in any order, and when others archive the same rows.
//
// A segment is written before its rows are marked and the head moves on. A process
// that dies in between leaves a segment without marks. The next process finds its
// number taken, and marks its rows and moves the head before it writes any other.
type Archiver struct {
	store    ArchiveStore
	segments SegmentStore
	warn     func(context.Context, error)
}

// NewArchiver makes an Archiver. warn is called for each month that failed.
func NewArchiver(store ArchiveStore, segments SegmentStore, warn func(context.Context, error)) Archiver {
	return Archiver{store: store, segments: segments, warn: warn}
}

// Entry is a row that the table's stream told of. Ref names the stream's record.
type Entry struct {
	Tenant tenant.ID
	Row    RowID
	Ref    string
}

// Archive files the rows of a batch, month by month, and returns the first
// record of each month that failed: the stream tells of it and of what follows
// it again.
func (a Archiver) Archive(ctx context.Context, batch []Entry) (failed []string) {
	for _, g := range grouped(batch) {
		own := tenant.WithTenant(ctx, g.tenant)
		if err := a.File(own, g.tenant, g.period, g.rows); err != nil {
			a.warn(own, fmt.Errorf("archive %s: %w", g.period, err))
			failed = append(failed, g.first)
		}
	}
	return failed
}

// group is what a batch holds of one tenant's month.
type group struct {
	tenant tenant.ID
	period Period
	rows   []RowID
	first  string
}

func grouped(batch []Entry) []*group {
	type month struct {
		tenant tenant.ID
		period Period
	}
	known := map[month]*group{}
	var all []*group
	for _, e := range batch {
		m := month{e.Tenant, e.Row.Period}
		if known[m] == nil {
			known[m] = &group{tenant: e.Tenant, period: e.Row.Period, first: e.Ref}
			all = append(all, known[m])
		}
		if g := known[m]; !slices.Contains(g.rows, e.Row) {
			g.rows = append(g.rows, e.Row)
		}
	}
	return all
}

// File sees to it that each of a month's rows is in a segment. It needs a
// context from tenant.WithTenant.
func (a Archiver) File(ctx context.Context, id tenant.ID, p Period, rows []RowID) error {
	for part := range slices.Chunk(rows, SegmentRows) {
		if err := a.file(ctx, id, p, part); err != nil {
			return err
		}
	}
	return nil
}

func (a Archiver) file(ctx context.Context, id tenant.ID, p Period, rows []RowID) error {
	for try := range fileTries {
		done, err := a.step(ctx, id, p, rows)
		switch {
		case done:
			return nil
		case errors.Is(err, ErrChanged):
			if err := pause(ctx, try); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	return problem.New(problem.Unavailable, "The ledger is archived by too many at once. Try again in a moment.")
}

// step writes one segment, or marks the rows of one that another has written.
// done says that no row is left.
//
// The head is read before the rows: a row without a mark can then only be in the
// segment after that head. If we are the one who writes that, the row is in none.
func (a Archiver) step(ctx context.Context, id tenant.ID, p Period, rows []RowID) (done bool, err error) {
	head, err := a.store.Head(ctx, id, p)
	if err != nil {
		return false, err
	}
	open, err := a.open(ctx, id, rows, 0)
	if err != nil || len(open) == 0 {
		return err == nil, err
	}
	next := Segment{Tenant: id, Period: p, Number: head.Segment + 1, Previous: head.SHA256, Rows: open}
	data, err := next.Encode()
	if err != nil {
		return false, err
	}
	own := true
	if err = a.segments.PutSegment(ctx, id, p, next.Number, data); errors.Is(err, ErrSegmentExists) {
		own = false
		next, data, err = a.adopt(ctx, next)
	}
	if err != nil {
		return false, err
	}
	err = a.advance(ctx, head, next, data)
	return own && err == nil, err
}

// adopt reads the segment that already has our number. A process that died has
// left it, another is just writing it, or it is ours and the answer was lost.
func (a Archiver) adopt(ctx context.Context, ours Segment) (Segment, []byte, error) {
	data, err := a.segments.GetSegment(ctx, ours.Tenant, ours.Period, ours.Number)
	if err != nil {
		return Segment{}, nil, err
	}
	found, err := DecodeSegment(data)
	if err == nil && (found.Tenant != ours.Tenant || found.Period != ours.Period || found.Number != ours.Number || found.Previous != ours.Previous) {
		err = fmt.Errorf("segment %d of %s does not follow the one before it", ours.Number, ours.Period)
	}
	if err != nil {
		return Segment{}, nil, fmt.Errorf("adopt segment: %w", err)
	}
	found.Rows, err = a.open(ctx, found.Tenant, ids(found.Rows), found.Number)
	return found, data, err
}

// open reads which of the rows are in no segment, or in the given one. A row that
// is gone is left out: marking it would make an empty item.
func (a Archiver) open(ctx context.Context, id tenant.ID, rows []RowID, segment int) ([]Row, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	found, err := a.store.Rows(ctx, id, rows)
	var open []Row
	for _, f := range found {
		if f.Segment == 0 || f.Segment == segment {
			open = append(open, f.Row)
		}
	}
	return open, err
}

func (a Archiver) advance(ctx context.Context, from Head, s Segment, data []byte) error {
	whole, err := DecodeSegment(data) // rows that are gone count too: the object holds them
	if err != nil {
		return err
	}
	to := Head{Segment: s.Number, SHA256: Digest(data), Rows: from.Rows + len(whole.Rows)}
	return a.store.Advance(ctx, s.Tenant, s.Period, from, to, ids(s.Rows))
}

func ids(rows []Row) []RowID {
	all := make([]RowID, len(rows))
	for i, r := range rows {
		all[i] = r.ID()
	}
	return all
}

// pause waits a random time that grows with the tries, at most a fifth of a second.
func pause(ctx context.Context, try int) error {
	most := min(10*time.Millisecond<<min(try, 5), 200*time.Millisecond)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Millisecond + rand.N(most)):
		return nil
	}
}
