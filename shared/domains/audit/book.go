package audit

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
)

// Written is an entry and the month that it stands under.
type Written struct {
	Entry
	In archive.Month
}

// Name names an entry within its tenant.
type Name struct {
	In archive.Month
	ID string
}

func (n Name) String() string { return n.ID }

// Month is the month that the entry stands under.
func (n Name) Month() archive.Month { return n.In }

// Name names the entry by where it stands.
func (w Written) Name() Name { return Name{In: w.In, ID: w.ID} }

// Filed is an entry and the segment that holds it, 0 for none yet.
type Filed = archive.Filed[Written]

// Archiver archives the record of acts.
type Archiver = archive.Archiver[Written, Name]

type chain = archive.Chain[Written, Name]

type segmentLine struct {
	ID      string `json:"id"`
	At      int64  `json:"at"` // epoch milliseconds
	Action  Action `json:"action"`
	Result  Result `json:"result"`
	Actor   string `json:"actor"`
	Session string `json:"session"`
	Target  string `json:"target"`
	Detail  string `json:"detail"`
}

// Book is the record of acts as it is archived.
func Book() archive.Book[Written, Name] {
	return archive.Book[Written, Name]{
		Title: "audit",
		Name:  Written.Name,
		Line: func(w Written) any {
			return segmentLine{w.ID, w.At.UnixMilli(), w.Action, w.Result, w.Actor, w.Session, w.Target, w.Detail}
		},
		Read: func(m archive.Month, line func(any) error) (Written, error) {
			var l segmentLine
			err := line(&l)
			return Written{In: m, Entry: Entry{
				ID: l.ID, At: time.UnixMilli(l.At).UTC(), Action: l.Action, Result: l.Result,
				Actor: l.Actor, Session: l.Session, Target: l.Target, Detail: l.Detail,
			}}, err
		},
	}
}
