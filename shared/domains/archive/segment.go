package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Name names a row within its tenant.
type Name interface {
	comparable
	fmt.Stringer
	// Month is the month that the row belongs to.
	Month() Month
}

// Book is a kind of rows that are archived together, month by month: how its rows
// are named, and how they stand in a segment.
type Book[Row any, ID Name] struct {
	Title string // in messages
	Name  func(Row) ID
	Line  func(Row) any                                               // what JSON is made of
	Read  func(m Month, line func(into any) error) (r Row, err error) // the reverse
}

// Segment is a part of a tenant's month of a book as it is kept for good: a header
// line, then a line of JSON for each row. It is written once and never changed.
type Segment[Row any] struct {
	Tenant   tenant.ID
	Month    Month
	Number   int    // 1, 2, … without a gap
	Previous string // SHA-256 of the segment before, in hex; "" of the first
	Rows     []Row
}

type segmentHeader struct {
	Tenant   tenant.ID `json:"tenant"`
	Month    Month     `json:"month"`
	Segment  int       `json:"segment"`
	Previous string    `json:"previous_sha256"`
	Rows     int       `json:"rows"`
}

// Encode is the segment's object, byte for byte.
func (b Book[Row, ID]) Encode(s Segment[Row]) ([]byte, error) {
	var out bytes.Buffer
	lines := json.NewEncoder(&out)
	err := lines.Encode(segmentHeader{s.Tenant, s.Month, s.Number, s.Previous, len(s.Rows)})
	for _, r := range s.Rows {
		if err == nil {
			err = lines.Encode(b.Line(r))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("encode segment: %w", err)
	}
	return out.Bytes(), nil
}

// Decode reads an object that Encode wrote, and refuses one that was cut.
func (b Book[Row, ID]) Decode(data []byte) (Segment[Row], error) {
	var h segmentHeader
	lines := json.NewDecoder(bytes.NewReader(data))
	if err := lines.Decode(&h); err != nil {
		return Segment[Row]{}, fmt.Errorf("read segment's header: %w", err)
	}
	s := Segment[Row]{Tenant: h.Tenant, Month: h.Month, Number: h.Segment, Previous: h.Previous}
	for lines.More() {
		r, err := b.Read(h.Month, lines.Decode)
		if err != nil {
			return Segment[Row]{}, fmt.Errorf("read segment's row %d: %w", len(s.Rows)+1, err)
		}
		s.Rows = append(s.Rows, r)
	}
	if len(s.Rows) != h.Rows {
		return s, fmt.Errorf("segment holds %d rows, its header says %d", len(s.Rows), h.Rows)
	}
	return s, nil
}

func (b Book[Row, ID]) names(rows []Row) []ID {
	all := make([]ID, len(rows))
	for i, r := range rows {
		all[i] = b.Name(r)
	}
	return all
}

// Digest is what the next segment and the head name a segment by.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
