// Package archive copies the rows of a book, which only grows, into segments that
// nobody can change: each row once, each segment naming the digest of the one
// before, a head naming the last. It owns the segments' form, the chain and how
// it is checked. The books are the ledger (metering) and the record of acts
// (audit).
package archive

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
var ErrSegmentExists = errors.New("archive: the segment exists")

// ErrChanged says that what was to be changed is not as it was read; read it again.
var ErrChanged = errors.New("archive: changed meanwhile")

// Head is the end of a month's chain of segments. The zero Head has none.
type Head struct {
	Segment int // number of the last one, from 1
	SHA256  string
	Rows    int // of all segments up to this one
}

// Filed is a row of a book and the segment that holds it, 0 for none yet.
type Filed[Row any] struct {
	Row     Row
	Segment int
}

// Listed is a segment as its store lists it. Tag changes with its bytes.
type Listed struct {
	Number int
	Tag    string
}

// Store is what archiving reads and writes of a book. Reads are strongly
// consistent.
type Store[Row any, ID Name] interface {
	Head(ctx context.Context, id tenant.ID, m Month) (Head, error)
	// Rows reads the named rows, at most SegmentRows, no name twice. Absent ones
	// are left out.
	Rows(ctx context.Context, id tenant.ID, rows []ID) ([]Filed[Row], error)
	// Advance moves a month's head and marks the rows with its segment, all or
	// nothing. Errors: ErrChanged when the head is not from, or a row is gone or
	// in another segment.
	Advance(ctx context.Context, id tenant.ID, m Month, from, to Head, rows []ID) error
}

// Segments keeps a book's segments for good. Nothing can be removed from it.
type Segments interface {
	// PutSegment writes a segment that does not exist. Errors: ErrSegmentExists,
	// ErrChanged when another writes it at this moment.
	PutSegment(ctx context.Context, id tenant.ID, m Month, number int, data []byte) error
	// GetSegment reads a segment. Errors: NotFound.
	GetSegment(ctx context.Context, id tenant.ID, m Month, number int) ([]byte, error)
}

// ListedSegments are Segments that can be listed.
type ListedSegments interface {
	Segments
	// ListSegments names every segment of a tenant, each month's in their order.
	ListSegments(ctx context.Context, id tenant.ID) (map[Month][]Listed, error)
}

// Archiver copies rows of a book into segments, each row once: also when it is
// given rows several times or in any order, and when others archive the same rows.
//
// A segment is written before its rows are marked and the head moves on. A process
// that dies in between leaves a segment without marks. The next process finds its
// number taken, and marks its rows and moves the head before it writes any other.
type Archiver[Row any, ID Name] struct {
	book     Book[Row, ID]
	store    Store[Row, ID]
	segments Segments
	warn     func(context.Context, error)
}

// New makes the Archiver of a book. warn is called for each month that failed.
func New[Row any, ID Name](book Book[Row, ID], store Store[Row, ID], segments Segments, warn func(context.Context, error)) Archiver[Row, ID] {
	return Archiver[Row, ID]{book: book, store: store, segments: segments, warn: warn}
}

// Told is a row that the table's stream told of. Ref names the stream's record.
type Told[ID Name] struct {
	Tenant tenant.ID
	Row    ID
	Ref    string
}

// Archive files the rows of a batch, month by month, and returns the first
// record of each month that failed: the stream tells of it and of what follows
// it again.
func (a Archiver[Row, ID]) Archive(ctx context.Context, batch []Told[ID]) (failed []string) {
	for _, g := range grouped(batch) {
		own := tenant.WithTenant(ctx, g.tenant)
		if err := a.File(own, g.tenant, g.month, g.rows); err != nil {
			a.warn(own, fmt.Errorf("archive %s, %s: %w", a.book.Title, g.month, err))
			failed = append(failed, g.first)
		}
	}
	return failed
}

// group is what a batch holds of one tenant's month.
type group[ID Name] struct {
	tenant tenant.ID
	month  Month
	rows   []ID
	first  string
}

func grouped[ID Name](batch []Told[ID]) []*group[ID] {
	type owned struct {
		tenant tenant.ID
		month  Month
	}
	known := map[owned]*group[ID]{}
	var all []*group[ID]
	for _, e := range batch {
		m := owned{e.Tenant, e.Row.Month()}
		if known[m] == nil {
			known[m] = &group[ID]{tenant: e.Tenant, month: e.Row.Month(), first: e.Ref}
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
func (a Archiver[Row, ID]) File(ctx context.Context, id tenant.ID, m Month, rows []ID) error {
	for part := range slices.Chunk(rows, SegmentRows) {
		if err := a.file(ctx, id, m, part); err != nil {
			return err
		}
	}
	return nil
}

func (a Archiver[Row, ID]) file(ctx context.Context, id tenant.ID, m Month, rows []ID) error {
	for try := range fileTries {
		done, err := a.step(ctx, id, m, rows)
		switch {
		case done:
			return nil
		case errors.Is(err, ErrChanged):
			if err := Pause(ctx, try); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	return problem.New(problem.Unavailable, "The record is archived by too many at once. Try again in a moment.")
}

// step writes one segment, or marks the rows of one that another has written.
// done says that no row is left.
//
// The head is read before the rows: a row without a mark can then only be in the
// segment after that head. If we are the one who writes that, the row is in none.
func (a Archiver[Row, ID]) step(ctx context.Context, id tenant.ID, m Month, rows []ID) (done bool, err error) {
	head, err := a.store.Head(ctx, id, m)
	if err != nil {
		return false, err
	}
	open, err := a.open(ctx, id, rows, 0)
	if err != nil || len(open) == 0 {
		return err == nil, err
	}
	next := Segment[Row]{Tenant: id, Month: m, Number: head.Segment + 1, Previous: head.SHA256, Rows: open}
	data, err := a.book.Encode(next)
	if err != nil {
		return false, err
	}
	own := true
	if err = a.segments.PutSegment(ctx, id, m, next.Number, data); errors.Is(err, ErrSegmentExists) {
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
func (a Archiver[Row, ID]) adopt(ctx context.Context, ours Segment[Row]) (Segment[Row], []byte, error) {
	data, err := a.segments.GetSegment(ctx, ours.Tenant, ours.Month, ours.Number)
	if err != nil {
		return Segment[Row]{}, nil, err
	}
	found, err := a.book.Decode(data)
	if err == nil && (found.Tenant != ours.Tenant || found.Month != ours.Month || found.Number != ours.Number || found.Previous != ours.Previous) {
		err = fmt.Errorf("segment %d of %s does not follow the one before it", ours.Number, ours.Month)
	}
	if err != nil {
		return Segment[Row]{}, nil, fmt.Errorf("adopt segment: %w", err)
	}
	found.Rows, err = a.open(ctx, found.Tenant, a.book.names(found.Rows), found.Number)
	return found, data, err
}

// open reads which of the rows are in no segment, or in the given one. A row that
// is gone is left out: marking it would make an empty item.
func (a Archiver[Row, ID]) open(ctx context.Context, id tenant.ID, rows []ID, segment int) ([]Row, error) {
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

func (a Archiver[Row, ID]) advance(ctx context.Context, from Head, s Segment[Row], data []byte) error {
	whole, err := a.book.Decode(data) // rows that are gone count too: the object holds them
	if err != nil {
		return err
	}
	to := Head{Segment: s.Number, SHA256: Digest(data), Rows: from.Rows + len(whole.Rows)}
	return a.store.Advance(ctx, s.Tenant, s.Month, from, to, a.book.names(s.Rows))
}

// Pause waits a random time that grows with the tries, at most a fifth of a second.
func Pause(ctx context.Context, try int) error {
	most := min(10*time.Millisecond<<min(try, 5), 200*time.Millisecond)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Millisecond + rand.N(most)):
		return nil
	}
}
