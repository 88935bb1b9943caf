package httpapi

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// sessionItem is one session of a user.
type sessionItem struct {
	ID         string    `json:"id"`
	Current    bool      `json:"current"` // the one that asks
	Device     string    `json:"device"`  // like "Firefox on Linux"; "" when it cannot be told
	Place      string    `json:"place"`   // network address it was begun or last renewed from; "" when it is not known
	StartedAt  time.Time `json:"started_at"`
	LastSeenAt time.Time `json:"last_seen_at"` // to the minute
}

// The routes of sessions.
var (
	SessionList = endpoint[None, Page[sessionItem]](Route{
		Name: "session-list", Method: "GET", Pattern: "/api/auth/sessions", Credentials: Session, Act: manage, Paged: true, Tag: "Sign-in",
		Summary: "Where you are signed in", Description: "The most recently used session first. At most 20 are open.",
	})
	SessionEnd = endpoint[None, None](Route{
		Name: "session-end", Method: "DELETE", Pattern: "/api/auth/sessions/{id}", Credentials: Session, Act: manage, Tag: "Sign-in",
		Summary: "End one of your sessions", Description: "It and its access tokens are dead at once. It may be the one that asks.",
	})
)

func sessionRoutes() []Route { return []Route{SessionList.Route, SessionEnd.Route} }

// Visit is where a call comes from, as a sign-in keeps it.
func (c *Call) Visit() auth.Visit {
	return auth.Visit{Device: device(c.http.UserAgent()), Address: c.Viewer()}
}

// ListSessions serves SessionList.
func ListSessions(s *auth.OpenSessions) Handler[None, Page[sessionItem]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]auth.OpenSession, string, error) {
		return s.List(ctx, in.Caller, in.Limit, in.After)
	}, func(s auth.OpenSession) sessionItem {
		return sessionItem{
			ID: s.ID, Current: s.Current, Device: s.Device, Place: s.Address, StartedAt: s.StartedAt.Truncate(time.Second), LastSeenAt: s.LastUse(),
		}
	})
}

// EndSession serves SessionEnd.
func EndSession(s *auth.OpenSessions) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, s.End(ctx, in.Caller, in.Path("id"))
	}
}
