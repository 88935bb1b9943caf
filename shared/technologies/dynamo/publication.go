package dynamo

import (
	"context"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Publications keeps the jobs that send a video to YouTube, among the renders. It
// implements publish.Store.
type Publications struct{ *Client }

// NewPublications needs the platform table only.
func NewPublications(c *Client) *Publications { return &Publications{c} }

// Publication implements publish.Store.
func (s *Publications) Publication(ctx context.Context, t tenant.ID, id string) (publish.Job, error) {
	it, err := s.Get(ctx, "read publication", s.Platform, jobKey(t, id))
	if err != nil {
		return publish.Job{}, err
	}
	return readPublication(it)
}

// Both implements publish.Store.
func (s *Publications) Both(ctx context.Context, t tenant.ID, limit int, after string) ([]publish.Listed, string, error) {
	items, next, err := s.Page(ctx, "list jobs", dataPartition(t), kindJob, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]publish.Listed, len(items))
	for i, it := range items {
		if isPublication(it) {
			j, err := readPublication(it)
			if err != nil {
				return nil, "", err
			}
			page[i].Publication = &j
			continue
		}
		j, err := readJob(it)
		if err != nil {
			return nil, "", err
		}
		page[i].Render = &j
	}
	return page, next, nil
}

// Begin implements publish.Store.
func (s *Publications) Begin(ctx context.Context, in workflow.Input, now, due time.Time) (publish.Job, error) {
	it, err := s.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: jobKey(in.TenantID, in.JobID),
		UpdateExpression:    aws.String("SET #status = :running, #started = if_not_exists(#started, :now), #due = :due"),
		ConditionExpression: aws.String("#kind = :kind AND #attempt = :attempt AND #status IN (:queued, :running)"),
		ExpressionAttributeNames: map[string]string{
			"#status": attrStatus, "#started": attrStarted, "#due": attrDue, "#attempt": attrAttempt, "#kind": attrKind,
		},
		ExpressionAttributeValues: table.Item{
			":running": table.Str(render.Running), ":queued": table.Str(render.Queued), ":attempt": table.Num(int64(in.Attempt)),
			":now": table.Millis(now), ":due": table.Millis(due), ":kind": table.Str(publication),
		},
		ReturnValues: types.ReturnValueAllNew,
	})
	if _, refused := table.ConditionFailed(err); refused {
		return publish.Job{}, publish.Over()
	}
	if err != nil {
		return publish.Job{}, table.Failed("begin publication", err)
	}
	return readPublication(it)
}

// step is an update of a publication whose attempt is running.
type step struct {
	doing  string
	update string
	only   string // a further condition; "" for none
	names  map[string]string
	values table.Item
	// already says of the stored item that the change is there, although the
	// condition refused it; nil never.
	already func(table.Item) bool
}

// change writes a step. A refusal is Canceled when the attempt is over, and
// ErrChanged when it is not.
func (s *Publications) change(ctx context.Context, in workflow.Input, c step) error {
	names := map[string]string{"#attempt": attrAttempt, "#status": attrStatus, "#kind": attrKind}
	maps.Copy(names, c.names)
	condition := "#kind = :kind AND #attempt = :attempt AND #status = :running"
	if c.only != "" {
		condition += " AND " + c.only
	}
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: jobKey(in.TenantID, in.JobID),
		UpdateExpression: aws.String(c.update), ConditionExpression: aws.String(condition), ExpressionAttributeNames: names,
		ExpressionAttributeValues: table.With(c.values, table.Item{
			":attempt": table.Num(int64(in.Attempt)), ":running": table.Str(render.Running), ":kind": table.Str(publication),
		}),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	old, refused := table.ConditionFailed(err)
	switch {
	case !refused:
		return table.Failed(c.doing, err)
	case int(table.ReadNum(old, attrAttempt)) != in.Attempt || table.ReadStr(old, attrStatus) != string(render.Running):
		return publish.Over()
	case c.already != nil && c.already(old):
		return nil
	}
	return publish.ErrChanged
}

// Opened implements publish.Store.
func (s *Publications) Opened(ctx context.Context, in workflow.Input, u publish.Upload) error {
	return s.change(ctx, in, step{
		doing: "note session", update: "SET #number = :number, #address = :address, #sent = :zero",
		only:  "#number = :before AND attribute_not_exists(#last)",
		names: map[string]string{"#number": attrSessionNo, "#address": attrAddress, "#sent": attrSentBytes, "#last": attrLastSent},
		values: table.Item{
			":number": table.Num(int64(u.Session)), ":before": table.Num(int64(u.Session - 1)), ":address": table.Str(u.Address), ":zero": table.Num(0),
		},
		already: func(old table.Item) bool { return table.ReadStr(old, attrAddress) == u.Address },
	})
}

// Sent implements publish.Store.
func (s *Publications) Sent(ctx context.Context, in workflow.Input, bytes int64, due time.Time) error {
	return s.change(ctx, in, step{
		doing: "note progress", update: "SET #sent = :sent, #due = :due",
		names:  map[string]string{"#sent": attrSentBytes, "#due": attrDue},
		values: table.Item{":sent": table.Num(bytes), ":due": table.Millis(due)},
	})
}

// Last implements publish.Store.
func (s *Publications) Last(ctx context.Context, in workflow.Input, session int, due time.Time) error {
	return s.change(ctx, in, step{
		doing: "note last piece", update: "SET #last = :yes, #due = :due", only: "#number = :number",
		names:  map[string]string{"#last": attrLastSent, "#due": attrDue, "#number": attrSessionNo},
		values: table.Item{":yes": table.Flag(true), ":due": table.Millis(due), ":number": table.Num(int64(session))},
	})
}

// Published implements publish.Store.
func (s *Publications) Published(ctx context.Context, in workflow.Input, videoID string) error {
	return s.change(ctx, in, step{
		doing: "note video", update: "SET #video = :video, #sent = #size", only: "(attribute_not_exists(#video) OR #video = :video)",
		names:  map[string]string{"#video": attrVideoID, "#sent": attrSentBytes, "#size": attrSize},
		values: table.Item{":video": table.Str(videoID)},
	})
}

// Trouble implements publish.Store.
func (s *Publications) Trouble(ctx context.Context, in workflow.Input, f render.Failure, lost bool) error {
	c := step{
		doing: "note trouble", update: "SET #failure = :failure",
		names: map[string]string{"#failure": attrFailure}, values: table.Item{":failure": failureFields(f)},
	}
	if lost {
		c.update += ", #lost = :yes"
		c.names["#lost"], c.values[":yes"] = attrLost, table.Flag(true)
	}
	return s.change(ctx, in, c)
}

// Replace implements publish.Store.
func (s *Publications) Replace(ctx context.Context, r workflow.Run, due time.Time) error {
	return s.replaceRun(ctx, jobKey(r.TenantID, r.JobID), r, due, publish.ErrChanged)
}

// Postpone implements publish.Store.
func (s *Publications) Postpone(ctx context.Context, r workflow.Run, due time.Time) error {
	return s.postponeRun(ctx, jobKey(r.TenantID, r.JobID), r, due, publish.ErrChanged)
}
