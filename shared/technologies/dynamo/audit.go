package dynamo

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	attrAction  = "action"
	attrResult  = "result"
	attrActor   = "actor"
	attrSession = "session" // the actor's
	attrTarget  = "target"
)

// audited is the action that records an act, for the transaction of the act.
func (c *Client) audited(t tenant.ID, e audit.Entry) types.TransactWriteItem {
	it := table.Item{
		attrAt: table.Millis(e.At), attrAction: table.Str(e.Action), attrResult: table.Str(e.Result), attrActor: table.Str(e.Actor),
	}
	for name, value := range map[string]string{attrSession: e.Session, attrTarget: e.Target, attrDetail: e.Detail} {
		if value != "" {
			it[name] = table.Str(value)
		}
	}
	return table.PutNew(c.Platform, table.With(auditKey(t, e.Name()), it))
}

// actOnce writes an act with its entry in the audit trail, all or nothing. The entry
// has an id of its own: when it is there already, an attempt whose answer was lost
// has done all of it. It returns the refusals of the actions, in order.
func (c *Client) actOnce(ctx context.Context, t tenant.ID, e audit.Entry, actions ...types.TransactWriteItem) ([]table.Refusal, error) {
	refused, err := c.Transact(ctx, append(actions, c.audited(t, e)))
	if err == nil || table.RefusedOn(refused, len(actions)) {
		return nil, nil
	}
	if !table.Unsure(err) {
		return refused, err
	}
	// The caller's time may be over: that is one way to lose an answer.
	ctx, done := asking(ctx)
	defer done()
	if found, lookErr := c.Get(ctx, "look for an act", c.Platform, auditKey(t, e.Name())); lookErr == nil && found != nil {
		return nil, nil
	}
	return nil, err
}

// knownAtOnce is how many items one batch read takes.
const knownAtOnce = 100

// Trail reads the record of acts. It implements audit.Reader.
type Trail struct{ *Client }

// NewTrail needs the platform table only.
func NewTrail(c *Client) *Trail { return &Trail{c} }

// Entries implements audit.Reader.
func (s *Trail) Entries(ctx context.Context, t tenant.ID, m archive.Month, limit int, after string) ([]audit.Entry, string, error) {
	prefix := kindAudit + string(m) + "#"
	items, next, err := s.Page(ctx, "list audit", dataPartition(t), prefix, limit, after)
	page := make([]audit.Entry, len(items))
	for i, it := range items {
		page[i] = readAudit(keyTail(it, prefix), it)
	}
	return page, next, err
}

func readAudit(id string, it table.Item) audit.Entry {
	return audit.Entry{
		ID: id, At: table.ReadMillis(it, attrAt), Action: audit.Action(table.ReadStr(it, attrAction)), Result: audit.Result(table.ReadStr(it, attrResult)),
		Actor: table.ReadStr(it, attrActor), Session: table.ReadStr(it, attrSession), Target: table.ReadStr(it, attrTarget), Detail: table.ReadStr(it, attrDetail),
	}
}

// Known implements audit.Reader. A member who was removed is erased, and has
// no label from then on.
func (s *Trail) Known(ctx context.Context, t tenant.ID, actors, sessions []string) (audit.Known, error) {
	known := audit.Known{Labels: map[string]string{}, Visits: map[string]audit.Visited{}}
	var keys []table.Item
	var note []func(table.Item)
	for _, actor := range actors {
		kind, id, _ := strings.Cut(actor, ":")
		key, label := userKey(t, auth.UserID(id)), attrEmail
		if kind == string(auth.Keyed) {
			key, label = apiKeyKey(t, auth.KeyID(id)), attrKeyName
		}
		keys = append(keys, key)
		note = append(note, func(it table.Item) { known.Labels[actor] = table.ReadStr(it, label) })
	}
	for _, session := range sessions {
		keys = append(keys, sessionKey(t, session))
		note = append(note, func(it table.Item) {
			known.Visits[session] = audit.Visited{Device: table.ReadStr(it, attrDevice), Place: table.ReadStr(it, attrPlace)}
		})
	}
	done := 0
	for part := range slices.Chunk(keys, knownAtOnce) {
		found, err := s.Read(ctx, "read actors", part...)
		if err != nil {
			return known, err
		}
		for i, it := range found {
			if it != nil {
				note[done+i](it)
			}
		}
		done += len(part)
	}
	return known, nil
}
