package audit

import (
	"context"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Seen is an entry as the account's owner sees it: with what is known today of
// who acted and from where. What is not known any more is "".
type Seen struct {
	Entry
	Kind   ActorKind
	Who    string // id of a user or key
	Label  string // the user's address or the key's name
	Device string // of the actor's session
	Place  string // network address of the actor's session
}

// Known is what is known today about actors and sessions, by actor and by
// session. Absent ones are left out.
type Known struct {
	Labels map[string]string
	Visits map[string]Visited
}

// Visited is where a session was begun or last renewed from.
type Visited struct{ Device, Place string }

// Reader reads the trail.
type Reader interface {
	// Entries reads at most limit entries of a month, newest first, after the one
	// with the id after. next is the id to go on after, "" at the end.
	Entries(ctx context.Context, id tenant.ID, m archive.Month, limit int, after string) (page []Entry, next string, err error)
	// Known reads what is known of actors and sessions, no name twice.
	Known(ctx context.Context, id tenant.ID, actors, sessions []string) (Known, error)
}

// Trail shows an account's trail.
type Trail struct {
	store Reader
	now   func() time.Time
}

// NewTrail makes a Trail.
func NewTrail(store Reader, now func() time.Time) Trail { return Trail{store: store, now: now} }

// Page is a page of a month, "" being the current one, newest first. after is
// the next of the page before, and keeps the month that the first page was of.
func (t Trail) Page(ctx context.Context, id tenant.ID, month archive.Month, limit int, after string) ([]Seen, string, error) {
	last := ""
	if after != "" {
		first, rest, _ := strings.Cut(after, "#")
		month, last = archive.Month(first), rest
	}
	if month == "" {
		month = archive.MonthOf(t.now())
	}
	entries, next, err := t.store.Entries(ctx, id, month, limit, last)
	if err != nil || len(entries) == 0 {
		return nil, "", err
	}
	if next != "" {
		next = string(month) + "#" + next
	}
	known, err := t.store.Known(ctx, id, distinct(entries, actorOf), distinct(entries, func(e Entry) string { return e.Session }))
	if err != nil {
		return nil, "", err
	}
	page := make([]Seen, len(entries))
	for i, e := range entries {
		page[i] = seen(e, known)
	}
	return page, next, nil
}

func seen(e Entry, known Known) Seen {
	kind, who, _ := strings.Cut(e.Actor, ":")
	visit := known.Visits[e.Session]
	return Seen{Entry: e, Kind: ActorKind(kind), Who: who, Label: known.Labels[e.Actor], Device: visit.Device, Place: visit.Place}
}

// actorOf names an actor of whom something can be known: a user or a key.
func actorOf(e Entry) string {
	if !strings.Contains(e.Actor, ":") {
		return ""
	}
	return e.Actor
}

// distinct lists what of says of entries, each once, without "".
func distinct(entries []Entry, of func(Entry) string) []string {
	known := map[string]bool{"": true}
	var all []string
	for _, e := range entries {
		if name := of(e); !known[name] {
			known[name] = true
			all = append(all, name)
		}
	}
	return all
}
