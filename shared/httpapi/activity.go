package httpapi

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
)

type auditActor struct {
	Kind  audit.ActorKind `json:"kind"`
	ID    string          `json:"id"`    // of a user or key; else ""
	Label string          `json:"label"` // the user's address or the key's name, while it is known; else ""
}

type auditItem struct {
	ID     string       `json:"id"`
	At     time.Time    `json:"at"`
	Action audit.Action `json:"action"`
	Result audit.Result `json:"result"`
	Actor  auditActor   `json:"actor"`
	Target string       `json:"target"` // id of what was acted on; "" for the account
	Detail string       `json:"detail"`
	Device string       `json:"device"` // of the actor's session, while it is known; else ""
	Place  string       `json:"place"`
}

// AuditList is the account's audit trail.
var AuditList = endpoint[None, Page[auditItem]](Route{
	Name: "audit-list", Method: "GET", Pattern: "/api/account/audit", Credentials: Session, Role: auth.Owner, Act: manage, Paged: true, Tag: "Account",
	Summary: "Who did what, when", Description: "One month (UTC), the newest first. Kept for good. device and place are where the session of the act was last seen, not where the act came from; they are forgotten 90 days after the session ended.",
	Query:    []Param{{Name: "month", Description: "like 2026-11; the current month when absent", Rule: matching(archive.MonthPattern)}},
	Problems: []problem.Code{problem.InvalidInput},
})

func activityRoutes() []Route { return []Route{AuditList.Route} }

// ListAudit serves AuditList.
func ListAudit(t audit.Trail) Handler[None, Page[auditItem]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]audit.Seen, string, error) {
		month, isMonth := archive.ParseMonth(in.Query("month"))
		if !isMonth && in.Query("month") != "" {
			return nil, "", problem.Invalid(problem.Field{Field: "month", Message: "must be a month like 2026-11"})
		}
		return t.Page(ctx, in.Caller.Tenant, month, in.Limit, in.After)
	}, func(s audit.Seen) auditItem {
		return auditItem{
			ID: s.ID, At: s.At, Action: s.Action, Result: s.Result, Actor: auditActor{Kind: s.Kind, ID: s.Who, Label: s.Label},
			Target: s.Target, Detail: s.Detail, Device: s.Device, Place: s.Place,
		}
	})
}
