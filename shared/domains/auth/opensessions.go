package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// OpenSessions shows people where they are signed in, and signs them out there.
type OpenSessions struct {
	Store OpenSessionStore
	Now   func() time.Time
}

// OpenSession is a session as its owner sees it.
type OpenSession struct {
	Session
	Origin
	Current bool // the one that asks
}

// LastUse is when it was used last, to the minute.
func (s OpenSession) LastUse() time.Time { return s.lastUse().Truncate(time.Minute) }

// place orders sessions by their last use, each in a place of its own.
func (s OpenSession) place() string { return fmt.Sprintf("%020d-%s", s.lastUse().UnixMicro(), s.ID) }

// List returns a person's own open sessions, the most recently used first: at
// most limit, after the place after; next is where the following ones begin, ""
// at the end. Errors: SessionEnded, Unavailable.
func (o *OpenSessions) List(ctx context.Context, who Caller, limit int, after string) (page []OpenSession, next string, err error) {
	user, origins, err := o.Store.Opened(ctx, who.Tenant, who.Principal.User)
	if errors.Is(err, ErrAbsent) {
		return nil, "", sessionEnded() // removed since the gate let it in
	}
	if err != nil {
		return nil, "", fmt.Errorf("list sessions: %w", err)
	}
	now := o.Now()
	for _, s := range user.Sessions {
		shown := OpenSession{Session: s, Origin: origins[s.ID], Current: s.ID == who.Principal.Session}
		if !s.Expired(now) && (after == "" || shown.place() < after) {
			page = append(page, shown)
		}
	}
	slices.SortFunc(page, func(a, b OpenSession) int { return cmp.Compare(b.place(), a.place()) })
	if len(page) > limit {
		page = page[:limit]
		next = page[limit-1].place()
	}
	return page, next, nil
}

// End ends one of a person's own sessions. One of somebody else, one that never
// was, one that has ended and one that has expired get the same answer. Errors:
// NotFound, Unavailable.
func (o *OpenSessions) End(ctx context.Context, who Caller, id string) error {
	if !tenant.ValidID(id) {
		return noSuchSession()
	}
	ref, now := SessionRef{Tenant: who.Tenant, User: who.Principal.User, Session: id}, o.Now()
	err := o.Store.EndOpened(ctx, ref, now.Add(-SessionLife), audit.New(now, audit.SessionEnded, who.Principal.Actor(), who.Principal.Session, id))
	if errors.Is(err, ErrAbsent) {
		return noSuchSession()
	}
	return ended(err)
}

func noSuchSession() error {
	return problem.New(problem.NotFound, "You have no such session.")
}
