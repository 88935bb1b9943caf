package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// attrPublishing counts a tenant's unfinished publications, in its levels.
const attrPublishing = "active_publications"

// attrHolder is, of a render, the ids of the publications that have its video.
const attrHolder = "publishing"

// Basis implements publish.Store.
func (s *Publications) Basis(ctx context.Context, t tenant.ID, projectID, renderID string) (publish.Basis, error) {
	found, err := s.Read(ctx, "read what to publish", tenantKey(t), levelKey(t), youTubeKey(t), jobKey(t, renderID), projectKey(t, projectID))
	if err != nil {
		return publish.Basis{}, err
	}
	b, err := readBasis(t, found)
	b.Project = found[4] != nil
	return b, err
}

// readBasis reads the items of tenant, levels, channel and render, in this order.
func readBasis(t tenant.ID, found []table.Item) (publish.Basis, error) {
	owner, err := readTenant(t, found[0]) // first: without it nothing else is there either
	if err != nil {
		return publish.Basis{}, err
	}
	b := publish.Basis{Tenant: owner, Running: table.ReadNum(found[1], attrPublishing), Channel: readConnection(found[2])}
	b.Holders = table.ReadStrs(found[3], attrHolder)
	b.Render, err = readJob(found[3])
	if problem.Is(err, problem.NotFound) {
		err = nil
	}
	return b, err
}

// RetryBasis implements publish.Store.
func (s *Publications) RetryBasis(ctx context.Context, t tenant.ID, id string) (publish.Job, publish.Basis, error) {
	j, err := s.Publication(ctx, t, id)
	if err != nil {
		return j, publish.Basis{}, err
	}
	found, err := s.Read(ctx, "read what to publish", tenantKey(t), levelKey(t), youTubeKey(t), jobKey(t, j.RenderID))
	if err != nil {
		return j, publish.Basis{}, err
	}
	b, err := readBasis(t, found)
	return j, b, err
}

// The actions of an admission's transaction; the claim comes last.
const (
	publishTenant = iota
	publishSlot
	publishChannel
	publishRender
	publishJob
	publishClaim
)

// Admit implements publish.Store.
func (s *Publications) Admit(ctx context.Context, t tenant.ID, j publish.Job, a publish.Admission) error {
	refused, err := s.Transact(ctx, s.admission(t, j, a, table.PutNew(s.Platform, newPublicationItem(t, j))))
	switch {
	case err == nil, table.RefusedOn(refused, publishJob): // the id is our own: an attempt whose answer was lost
		return nil
	case table.Unsure(err):
		return s.admitted(ctx, "admit publication", t, j, err)
	}
	return admissionRefused("admit publication", refused, err)
}

// admission lists the actions by the constants above.
func (s *Publications) admission(t tenant.ID, j publish.Job, a publish.Admission, subject types.TransactWriteItem) []types.TransactWriteItem {
	slot := table.NewAddition()
	slot.AddMost(attrPublishing, 1, publish.AtOnce)
	actions := []types.TransactWriteItem{
		publishTenant: s.tenantCheck(a.Basis.Tenant),
		publishSlot:   slot.On(s.Platform, levelKey(t)),
		publishChannel: {ConditionCheck: &types.ConditionCheck{
			TableName: aws.String(s.Platform), Key: youTubeKey(t), ConditionExpression: aws.String("#channel = :channel AND attribute_not_exists(#lapsed)"),
			ExpressionAttributeNames: map[string]string{"#channel": attrChannel, "#lapsed": attrLapsed}, ExpressionAttributeValues: table.Item{":channel": table.Str(j.ChannelID)},
		}},
		publishRender: s.hold(t, j, a.Basis.Holders),
		publishJob:    subject,
	}
	if a.Claim.Given() {
		actions = append(actions, s.claimPut(t, a.Claim, j.ID, a.At))
	}
	return actions
}

// hold makes a job a holder of its video, beside those that were read.
func (s *Publications) hold(t tenant.ID, j publish.Job, was []string) types.TransactWriteItem {
	condition := "#status = :succeeded AND attribute_not_exists(#deleted) AND "
	values := table.Item{":succeeded": table.Str(render.Succeeded), ":own": table.Strs(j.ID)}
	if len(was) == 0 {
		condition += "attribute_not_exists(#holder)"
	} else {
		condition += "#holder = :was"
		values[":was"] = table.Strs(was...)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: jobKey(t, j.RenderID),
		UpdateExpression: aws.String("ADD #holder :own"), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames:  map[string]string{"#status": attrStatus, "#deleted": attrDeleted, "#holder": attrHolder},
		ExpressionAttributeValues: values,
	}}
}

// release ends what hold began. Of a job that holds nothing it changes nothing.
func (s *Publications) release(t tenant.ID, j publish.Job) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: jobKey(t, j.RenderID), UpdateExpression: aws.String("DELETE #holder :own"),
		ExpressionAttributeNames: map[string]string{"#holder": attrHolder}, ExpressionAttributeValues: table.Item{":own": table.Strs(j.ID)},
	}}
}

func admissionRefused(doing string, refused []table.Refusal, err error) error {
	switch {
	case table.RefusedOn(refused, publishClaim):
		return idempotency.ErrClaimed
	case table.RefusedOn(refused, publishTenant), table.RefusedOn(refused, publishChannel), table.RefusedOn(refused, publishRender):
		return publish.ErrBasisChanged
	case table.RefusedOn(refused, publishSlot):
		return publish.ErrTooMany
	}
	return table.Failed(doing, err)
}

// admitted finds out whether an admission took effect whose answer was lost.
func (s *Publications) admitted(ctx context.Context, doing string, t tenant.ID, j publish.Job, cause error) error {
	ctx, done := asking(ctx)
	defer done()
	stored, err := s.Publication(ctx, t, j.ID)
	if err == nil && stored.Attempt == j.Attempt {
		return nil
	}
	return table.Failed(doing, cause)
}

// Readmit implements publish.Store. What was sent stays, unless it is lost.
func (s *Publications) Readmit(ctx context.Context, t tenant.ID, j publish.Job, a publish.Admission) error {
	next := attempt{
		job: j.ID, number: j.Attempt, kind: openwork.Publish, due: j.DueAt, only: "#kind = :kind",
		set: []string{"#channel = :channel"}, remove: []string{"#lost"},
		names:  map[string]string{"#channel": attrChannel, "#lost": attrLost, "#kind": attrKind},
		values: table.Item{":channel": table.Str(j.ChannelID), ":kind": table.Str(publication)},
	}
	if j.Upload.Address == "" {
		next.set, next.remove = append(next.set, "#sent = :zero"), append(next.remove, "#address", "#last")
		next.names["#sent"], next.names["#address"], next.names["#last"] = attrSentBytes, attrAddress, attrLastSent
	}
	refused, err := s.Transact(ctx, s.admission(t, j, a, s.begun(t, next)))
	switch {
	case err == nil:
		return nil
	case table.RefusedOn(refused, publishJob) && !table.RefusedOn(refused, publishClaim):
		return s.retried(ctx, t, j)
	case table.Unsure(err):
		return s.admitted(ctx, "retry publication", t, j, err)
	}
	return admissionRefused("retry publication", refused, err)
}

// retried finds out who was first: an attempt at this very write whose answer was
// lost, or somebody else. The due time is of the millisecond of the write.
func (s *Publications) retried(ctx context.Context, t tenant.ID, j publish.Job) error {
	stored, err := s.Publication(ctx, t, j.ID)
	if err == nil && (stored.Attempt != j.Attempt || !stored.DueAt.Equal(j.DueAt)) {
		err = retriedByAnother()
	}
	return err
}

// Settle implements publish.Store.
func (s *Publications) Settle(ctx context.Context, t tenant.ID, st publish.Settlement) error {
	freed := table.NewAddition()
	freed.Add(attrPublishing, -1)
	actions := []types.TransactWriteItem{s.ending(t, st), freed.On(s.Platform, levelKey(t))}
	if !st.Holds() {
		actions = append(actions, s.release(t, st.Job))
	}
	var refused []table.Refusal
	var err error
	if st.Act != nil {
		refused, err = s.actOnce(ctx, t, *st.Act, actions...)
	} else {
		refused, err = s.Transact(ctx, actions)
	}
	if table.RefusedOn(refused, 0) {
		return publish.ErrChanged
	}
	return table.Failed("settle publication", err)
}

// ending is what becomes of the job itself.
func (s *Publications) ending(t tenant.ID, st publish.Settlement) types.TransactWriteItem {
	j := st.Job
	update, condition := "SET #status = :status, #finished = :at", "#kind = :kind AND #attempt = :attempt AND #status IN (:queued, :running)"
	names := map[string]string{
		"#status": attrStatus, "#finished": attrFinished, "#failure": attrFailure, "#open": attrOpen, "#due": attrDue,
		"#kind": attrKind, "#attempt": attrAttempt, "#video": attrVideoID,
	}
	values := table.Item{
		":status": table.Str(st.Status), ":at": table.Millis(st.At), ":kind": table.Str(publication), ":attempt": table.Num(int64(j.Attempt)),
		":queued": table.Str(render.Queued), ":running": table.Str(render.Running),
	}
	if st.Failure != nil {
		update += ", #failure = :failure REMOVE #open, #due"
		values[":failure"] = failureFields(*st.Failure)
		condition += " AND attribute_not_exists(#video)"
		if !j.Upload.Last {
			names["#last"] = attrLastSent
			condition += " AND attribute_not_exists(#last)"
		}
	} else {
		update += " REMOVE #open, #due, #failure"
		condition += " AND #video = :video"
		values[":video"] = table.Str(j.VideoID)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: jobKey(t, j.ID), UpdateExpression: aws.String(update), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}
