package metering

import (
	"fmt"
	"maps"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
)

// Book is the ledger as it is archived. Amounts stand in stored units: pieces,
// milliseconds, bytes.
func Book() archive.Book[Row, RowID] {
	return archive.Book[Row, RowID]{
		Title: "ledger",
		Name:  Row.ID,
		Line: func(r Row) any {
			return segmentLine{r.Subject, r.Number, r.At.UnixMilli(), given(r.Taken), given(r.Reserved)}
		},
		Read: func(p Period, line func(any) error) (Row, error) {
			var l segmentLine
			err := line(&l)
			return Row{Period: p, Subject: l.Subject, Number: l.Number, At: time.UnixMilli(l.At).UTC(), Taken: l.Taken, Reserved: l.Reserved}, err
		},
	}
}

// Archiver archives the ledger.
type Archiver = archive.Archiver[Row, RowID]

// Filed is a row of the ledger and the segment that holds it, 0 for none yet.
type Filed struct {
	Row
	Segment int
}

type segmentLine struct {
	Subject  string  `json:"subject"`
	Number   int     `json:"number"`
	At       int64   `json:"at"` // epoch milliseconds
	Taken    Amounts `json:"taken"`
	Reserved Amounts `json:"reserved"`
}

// given is the amounts themselves, or empty ones for nil: JSON shows {}, not null.
func given(a Amounts) Amounts {
	if a == nil {
		return Amounts{}
	}
	return a
}

// RowID names a row within its tenant.
type RowID struct {
	Period  Period
	Subject string
	Number  int // see Row
}

func (i RowID) String() string { return fmt.Sprintf("%s#%d", i.Subject, i.Number) }

// Month is the month that the row belongs to.
func (i RowID) Month() archive.Month { return i.Period }

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
