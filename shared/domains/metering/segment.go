package metering

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Segment is a part of a tenant's month of the ledger as it is kept for good: a
// header line, then a line of JSON for each row, amounts in stored units
// (pieces, milliseconds, bytes). It is written once and never changed.
type Segment struct {
	Tenant   tenant.ID
	Period   Period
	Number   int    // 1, 2, … without a gap
	Previous string // SHA-256 of the segment before, in hex; "" of the first
	Rows     []Row
}

type segmentHeader struct {
	Tenant   tenant.ID `json:"tenant"`
	Month    Period    `json:"month"`
	Segment  int       `json:"segment"`
	Previous string    `json:"previous_sha256"`
	Rows     int       `json:"rows"`
}

type segmentLine struct {
	Subject  string  `json:"subject"`
	Number   int     `json:"number"`
	At       int64   `json:"at"` // epoch milliseconds
	Taken    Amounts `json:"taken"`
	Reserved Amounts `json:"reserved"`
}

// Encode is the segment's object, byte for byte.
func (s Segment) Encode() ([]byte, error) {
	var out bytes.Buffer
	lines := json.NewEncoder(&out)
	err := lines.Encode(segmentHeader{s.Tenant, s.Period, s.Number, s.Previous, len(s.Rows)})
	for _, r := range s.Rows {
		if err == nil {
			err = lines.Encode(segmentLine{r.Subject, r.Number, r.At.UnixMilli(), given(r.Taken), given(r.Reserved)})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("encode segment: %w", err)
	}
	return out.Bytes(), nil
}

// given is the amounts themselves, or empty ones for nil: JSON shows {}, not null.
func given(a Amounts) Amounts {
	if a == nil {
		return Amounts{}
	}
	return a
}

// DecodeSegment reads an object that Encode wrote, and refuses one that was cut.
func DecodeSegment(data []byte) (Segment, error) {
	var h segmentHeader
	lines := json.NewDecoder(bytes.NewReader(data))
	if err := lines.Decode(&h); err != nil {
		return Segment{}, fmt.Errorf("read segment's header: %w", err)
	}
	s := Segment{Tenant: h.Tenant, Period: h.Month, Number: h.Segment, Previous: h.Previous}
	for lines.More() {
		var l segmentLine
		if err := lines.Decode(&l); err != nil {
			return Segment{}, fmt.Errorf("read segment's row %d: %w", len(s.Rows)+1, err)
		}
		s.Rows = append(s.Rows, Row{
			Period: h.Month, Subject: l.Subject, Number: l.Number, At: time.UnixMilli(l.At).UTC(),
			Taken: l.Taken, Reserved: l.Reserved,
		})
	}
	if len(s.Rows) != h.Rows {
		return s, fmt.Errorf("segment holds %d rows, its header says %d", len(s.Rows), h.Rows)
	}
	return s, nil
}

// Digest is what the next segment and the head name a segment by.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// RowID names a row within its tenant.
type RowID struct {
	Period  Period
	Subject string
	Number  int // see Row
}

func (i RowID) String() string { return fmt.Sprintf("%s#%d", i.Subject, i.Number) }

// ID names the row.
func (r Row) ID() RowID { return RowID{r.Period, r.Subject, r.Number} }

// same compares what two copies of a row say.
func (r Row) same(o Row) bool {
	return r.ID() == o.ID() && r.At.Equal(o.At) && maps.Equal(nonZero(r.Taken), nonZero(o.Taken)) && maps.Equal(nonZero(r.Reserved), nonZero(o.Reserved))
}

func nonZero(a Amounts) Amounts {
	out := Amounts{}
	for m, n := range a {
		if n != 0 {
			out[m] = n
		}
	}
	return out
}
