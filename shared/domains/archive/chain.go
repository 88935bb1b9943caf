package archive

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// fetchAtOnce is how many segments are read at the same time.
const fetchAtOnce = 16

// Break is where a chain does not hold.
type Break struct {
	Segment int
	Digest  bool // else a number of rows or segments
	Want    int64
	Found   int64
	Note    string
}

// Chain is what the segments of a tenant's month hold, up to its head.
type Chain[Row any, ID Name] struct {
	Head   Head
	Copies map[ID][]Filed[Row] // of each row; more than one is one too many
	Breaks []Break             // in the order of the segments
}

// Follow reads a chain from its objects, data[i] being segment i+1 and nil where
// it is missing.
func (b Book[Row, ID]) Follow(id tenant.ID, m Month, head Head, data [][]byte) Chain[Row, ID] {
	c := Chain[Row, ID]{Head: head, Copies: map[ID][]Filed[Row]{}}
	note := func(number int, digest bool, want, found int64, said string, args ...any) {
		c.Breaks = append(c.Breaks, Break{Segment: number, Digest: digest, Want: want, Found: found, Note: fmt.Sprintf(said, args...)})
	}
	// What the chain says a segment's digest is, by number.
	said, rows := map[int]string{head.Segment: head.SHA256}, 0
	for i, object := range data {
		number := i + 1
		if object == nil {
			note(number, false, 1, 0, "the segment is missing")
			continue
		}
		s, err := b.Decode(object)
		if err != nil {
			note(number, true, 0, 1, "%v", err)
		}
		if s.Tenant != id || s.Month != m || s.Number != number {
			note(number, false, int64(number), int64(s.Number), "it calls itself %s of %s", s.Month, s.Tenant)
		}
		if number > 1 {
			said[number-1] = s.Previous
		} else if s.Previous != "" {
			note(number, true, 0, 1, "it is the first, and says that %.16s… comes before it", s.Previous)
		}
		rows += len(s.Rows)
		for _, r := range s.Rows {
			c.Copies[b.Name(r)] = append(c.Copies[b.Name(r)], Filed[Row]{Row: r, Segment: number})
		}
	}
	for i, object := range data {
		if want, known := said[i+1]; known && object != nil && Digest(object) != want {
			note(i+1, true, 0, 1, "its digest is %.16s…, the next in the chain says %.16s…", Digest(object), want)
		}
	}
	if rows != head.Rows {
		note(head.Segment, false, int64(head.Rows), int64(rows), "rows of all segments")
	}
	slices.SortStableFunc(c.Breaks, func(x, y Break) int { return cmp.Compare(x.Segment, y.Segment) })
	return c
}

// Beyond tells of segments beyond the head. The next one may be on its way.
func Beyond(head Head, listed []Listed) (b Break, found bool) {
	if len(listed) == 0 {
		return Break{}, false
	}
	last := listed[len(listed)-1].Number
	return Break{Segment: last, Want: int64(head.Segment), Found: int64(last), Note: "the segment is beyond the head"}, last > head.Segment+1
}

// Fetch reads a month's segments up to the head, several at a time, and nil for
// those that are not there.
func Fetch(ctx context.Context, from Segments, id tenant.ID, m Month, last int, there []Listed) ([][]byte, error) {
	data, errs := make([][]byte, last), make([]error, last)
	free := make(chan struct{}, fetchAtOnce)
	var readers sync.WaitGroup
	for _, listed := range there {
		number := listed.Number
		if number > last {
			continue
		}
		free <- struct{}{}
		readers.Go(func() {
			defer func() { <-free }()
			data[number-1], errs[number-1] = from.GetSegment(ctx, id, m, number)
		})
	}
	readers.Wait()
	for i, err := range errs {
		if err != nil && !problem.Is(err, problem.NotFound) {
			return nil, fmt.Errorf("read segment %d: %w", i+1, err)
		}
	}
	return data, nil
}
