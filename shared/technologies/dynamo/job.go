package dynamo

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a job item beyond those of its project.
const (
	attrProject  = "project" // of the job: its id; of the source: the copy, JSON
	attrAttempt  = "attempt"
	attrRestarts = "restarts"
	attrRevision = "revision"
	attrCount    = "scene_count"
	attrFrames   = "frames"
	attrCharged  = "charged"
	attrUnpaid   = "unpaid"
	attrParts    = "parts" // map of scene to kind to part
	attrLive     = "live"  // map of part name to frames
	attrVideo    = "video"
	attrDeleted  = "video_deleted"
	attrWarnings = "warnings" // map of "scene-code" to warning, so that one is added once
	attrFailure  = "failure"
	attrFinished = "finished"
	attrAdmitted = "admitted"
	attrMade     = "made"
	attrCode     = "code"
	attrDetail   = "detail"
	attrWidth    = "width"
	attrHeight   = "height"
	attrSize     = "size"
	attrDuration = "duration_ms"
	attrStored   = "stored"   // bytes that count as storage
	attrReleased = "released" // deleted, and its storage given back
)

// Jobs keeps renders. It implements render.JobStore.
type Jobs struct{ *Client }

// NewJobs needs the platform table only.
func NewJobs(c *Client) *Jobs { return &Jobs{c} }

// Job implements render.JobStore.
func (s *Jobs) Job(ctx context.Context, t tenant.ID, id string) (render.Job, error) {
	found, err := s.Read(ctx, "read job", jobKey(t, id))
	if err != nil {
		return render.Job{}, err
	}
	return readJob(found[0])
}

// Jobs implements render.JobStore.
func (s *Jobs) Jobs(ctx context.Context, t tenant.ID, limit int, after string) ([]render.Job, string, error) {
	items, next, err := s.Page(ctx, "list jobs", dataPartition(t), kindJob, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]render.Job, 0, len(items))
	for _, it := range items {
		if isPublication(it) {
			continue
		}
		j, err := readJob(it)
		if err != nil {
			return nil, "", err
		}
		page = append(page, j)
	}
	return page, next, nil
}

// Source implements render.JobStore.
func (s *Jobs) Source(ctx context.Context, t tenant.ID, id string) (render.Source, error) {
	found, err := s.Read(ctx, "read source", sourceKey(t, id))
	if err != nil {
		return render.Source{}, err
	}
	return readSource(found[0])
}

// jobChange is an update of a job whose attempt is running.
type jobChange struct {
	doing   string
	attempt int
	update  string
	only    string // a further condition; "" for none
	names   map[string]string
	values  table.Item
	already func(table.Item) bool // says of the stored item that the change is there; nil never
}

// change writes a jobChange. A refusal is Canceled: the attempt is over.
func (s *Jobs) change(ctx context.Context, t tenant.ID, id string, c jobChange) error {
	names := map[string]string{"#attempt": attrAttempt, "#status": attrStatus}
	maps.Copy(names, c.names)
	values := table.With(c.values, table.Item{":attempt": table.Num(int64(c.attempt)), ":running": table.Str(render.Running)})
	condition := "#attempt = :attempt AND #status = :running"
	if c.only != "" {
		condition += " AND " + c.only
	}
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: jobKey(t, id),
		UpdateExpression: aws.String(c.update), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,

		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if old, refused := table.ConditionFailed(err); refused {
		if c.already != nil && table.ReadNum(old, attrAttempt) == int64(c.attempt) && c.already(old) {
			return nil
		}
		return render.Over()
	}
	return table.Failed(c.doing, err)
}

// BeginJob implements render.JobStore.
func (s *Jobs) BeginJob(ctx context.Context, t tenant.ID, id string, attempt int, now, due time.Time) error {
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: jobKey(t, id),
		UpdateExpression:         aws.String("SET #status = :running, #started = if_not_exists(#started, :now), #due = :due"),
		ConditionExpression:      aws.String("#attempt = :attempt AND #status IN (:queued, :running)"),
		ExpressionAttributeNames: map[string]string{"#status": attrStatus, "#started": attrStarted, "#due": attrDue, "#attempt": attrAttempt},
		ExpressionAttributeValues: table.Item{
			":running": table.Str(render.Running), ":queued": table.Str(render.Queued), ":attempt": table.Num(int64(attempt)),
			":now": table.Millis(now), ":due": table.Millis(due),
		},
	})
	if _, refused := table.ConditionFailed(err); refused {
		return render.Over()
	}
	return table.Failed("begin render", err)
}

// Beat implements render.JobStore.
func (s *Jobs) Beat(ctx context.Context, t tenant.ID, id string, attempt int, part string, frames int, due time.Time) error {
	c := jobChange{
		doing: "beat", attempt: attempt, update: "SET #due = :due",
		names: map[string]string{"#due": attrDue}, values: table.Item{":due": table.Millis(due)},
	}
	if part != "" {
		c.update += ", #live.#part = :frames"
		c.names["#live"], c.names["#part"] = attrLive, part
		c.values[":frames"] = table.Num(int64(frames))
	}
	return s.change(ctx, t, id, c)
}

// RecordPart implements render.JobStore.
func (s *Jobs) RecordPart(ctx context.Context, t tenant.ID, id string, attempt int, p render.Part) error {
	scene := strconv.Itoa(p.Scene)
	free, values := "attribute_not_exists(#parts.#scene.#kind)", table.Item{}
	names := map[string]string{}
	switch { // as render.Part.Replaces says
	case p.Kind == render.ImagePart:
		free += " OR #parts.#scene.#kind.#object <> :object AND (begins_with(#parts.#scene.#kind.#object, :uploads) OR begins_with(#parts.#scene.#kind.#object, :previews))"
		names["#object"], values[":object"] = attrObject, table.Str(p.Object)
		values[":uploads"], values[":previews"] = table.Str(tenant.UploadFolder), table.Str(tenant.ImageFolder)
	case p.Kind == render.BodyPart, p.Kind == render.FadePart:
		free += " OR #parts.#scene.#kind.#object <> :object"
		names["#object"], values[":object"] = attrObject, table.Str(p.Object)
	}
	maps.Copy(names, map[string]string{
		"#parts": attrParts, "#scene": scene, "#kind": string(p.Kind), "#revision": attrRevision,
		"#live": attrLive, "#name": render.PartName(p.Scene, p.Kind),
	})
	maps.Copy(values, table.Item{":one": table.Num(1), ":part": table.Fields(table.Item{
		attrObject: table.Str(p.Object), attrMade: amountFields(p.Made), attrFrames: table.Num(int64(p.Frames)),
	})})
	return s.change(ctx, t, id, jobChange{
		doing: "record part", attempt: attempt,
		update: "SET #parts.#scene.#kind = :part, #revision = #revision + :one REMOVE #live.#name",
		only:   "(" + free + ")", names: names, values: values,
		already: func(old table.Item) bool {
			return table.ReadFields(table.ReadFields(table.ReadFields(old, attrParts), scene), string(p.Kind)) != nil
		},
	})
}

// RecordVideo implements render.JobStore.
func (s *Jobs) RecordVideo(ctx context.Context, t tenant.ID, id string, attempt int, v render.Video) error {
	return s.change(ctx, t, id, jobChange{
		doing: "record video", attempt: attempt,
		update: "SET #video = :video, #revision = #revision + :one",
		names:  map[string]string{"#video": attrVideo, "#revision": attrRevision},
		values: table.Item{":one": table.Num(1), ":video": table.Fields(table.Item{
			attrDuration: table.Num(v.DurationMS), attrWidth: table.Num(int64(v.Width)), attrHeight: table.Num(int64(v.Height)),
			attrSize: table.Num(v.Size), attrStored: table.Num(v.Stored),
		})},
	})
}

// RecordWarning implements render.JobStore.
func (s *Jobs) RecordWarning(ctx context.Context, t tenant.ID, id string, attempt int, w render.Warning) error {
	return s.change(ctx, t, id, jobChange{
		doing: "record warning", attempt: attempt,
		update: "SET #warnings.#key = :warning",
		names:  map[string]string{"#warnings": attrWarnings, "#key": warningKey(w)},
		values: table.Item{":warning": warningFields(w)},
	})
}

// RecordTrouble implements render.JobStore.
func (s *Jobs) RecordTrouble(ctx context.Context, t tenant.ID, id string, attempt int, f render.Failure) error {
	return s.change(ctx, t, id, jobChange{
		doing: "record trouble", attempt: attempt,
		update: "SET #failure = :failure",
		names:  map[string]string{"#failure": attrFailure},
		values: table.Item{":failure": failureFields(f)},
	})
}

// SettleJob implements render.JobStore.
func (s *Jobs) SettleJob(ctx context.Context, t tenant.ID, st render.Settlement) error {
	j := st.Job
	update := "SET #status = :status, #charged = :charged, #unpaid = :unpaid, #stored = :stored, #finished = :at, #live = :none"
	var remove []string
	if st.Again.IsZero() {
		remove = []string{"#open", "#due"}
	} else {
		update += ", #open = :leftovers, #due = :again"
	}
	names := map[string]string{
		"#status": attrStatus, "#charged": attrCharged, "#unpaid": attrUnpaid, "#finished": attrFinished, "#live": attrLive,
		"#open": attrOpen, "#due": attrDue, "#attempt": attrAttempt, "#revision": attrRevision, "#failure": attrFailure, "#stored": attrStored,
	}
	values := table.Item{
		":status": table.Str(st.Status), ":charged": amountFields(st.Charged), ":unpaid": amountFields(st.Unpaid), ":stored": table.Num(st.Charged[metering.StorageMB]),
		":at": table.Millis(st.At), ":none": table.Fields(table.Item{}),
		":attempt": table.Num(int64(j.Attempt)), ":revision": table.Num(j.Revision), ":queued": table.Str(render.Queued), ":running": table.Str(render.Running),
	}
	if !st.Again.IsZero() {
		values[":leftovers"], values[":again"] = openShard(openwork.Leftovers, jobKey(t, j.ID)), table.Millis(st.Again)
	}
	if st.Failure != nil {
		update += ", #failure = :failure"
		values[":failure"] = failureFields(*st.Failure)
	} else {
		remove = append(remove, "#failure")
	}
	if len(remove) > 0 {
		update += " REMOVE " + strings.Join(remove, ", ")
	}
	reasons, err := s.Transact(ctx, []types.TransactWriteItem{
		s.ledgerPut(t, st.Row),
		s.monthUpdate(t, st.Row, nil),
		s.levelUpdateFreeing(t, st.Row),
		s.freeSlot(),
		{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: jobKey(t, j.ID),
			UpdateExpression:         aws.String(update),
			ConditionExpression:      aws.String("#attempt = :attempt AND #revision = :revision AND #status IN (:queued, :running)"),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}},
	})
	if reasons != nil {
		return metering.ErrChanged
	}
	return table.Failed("settle render", err)
}

// Replace implements render.JobStore.
func (s *Jobs) Replace(ctx context.Context, r workflow.Run, due time.Time) error {
	return s.replaceRun(ctx, jobKey(r.TenantID, r.JobID), r, due, metering.ErrChanged)
}

// Postpone implements render.JobStore.
func (s *Jobs) Postpone(ctx context.Context, r workflow.Run, due time.Time) error {
	return s.postponeRun(ctx, jobKey(r.TenantID, r.JobID), r, due, metering.ErrChanged)
}

// ForgetVideo implements render.JobStore.
func (s *Jobs) ForgetVideo(ctx context.Context, t tenant.ID, id string, due time.Time) (render.Job, error) {
	out, err := s.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: jobKey(t, id),
		UpdateExpression:    aws.String("SET #deleted = :yes, #open = :open, #due = :due"),
		ConditionExpression: aws.String("attribute_not_exists(#kind) AND #status IN (:succeeded, :failed, :canceled) AND attribute_not_exists(#released)"),
		ExpressionAttributeNames: map[string]string{
			"#deleted": attrDeleted, "#released": attrReleased, "#status": attrStatus, "#open": attrOpen, "#due": attrDue, "#kind": attrKind,
		},
		ExpressionAttributeValues: table.Item{
			":yes": table.Flag(true), ":succeeded": table.Str(render.Succeeded), ":failed": table.Str(render.Failed), ":canceled": table.Str(render.Canceled),
			":open": openShard(openwork.VideoDeletion, jobKey(t, id)), ":due": table.Millis(due),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if old, refused := table.ConditionFailed(err); refused {
		switch {
		case old == nil, isPublication(old):
			return render.Job{}, noSuchJob()
		case table.ReadFlag(old, attrReleased):
			return readJob(old)
		}
		return render.Job{}, problem.New(problem.JobStillRunning, "The job is still running. Cancel it first, or wait.")
	}
	if err != nil {
		return render.Job{}, table.Failed("delete video", err)
	}
	return readJob(out)
}

// ReleaseVideo implements render.JobStore.
func (s *Jobs) ReleaseVideo(ctx context.Context, t tenant.ID, j render.Job, row metering.Row, again time.Time) error {
	update, values := "SET #released = :yes REMOVE #open, #due", table.Item{":yes": table.Flag(true), ":stored": table.Num(j.Stored)}
	if !again.IsZero() {
		update = "SET #released = :yes, #open = :leftovers, #due = :again"
		values[":leftovers"], values[":again"] = openShard(openwork.Leftovers, jobKey(t, j.ID)), table.Millis(again)
	}
	return s.release(ctx, "release video", t, row, types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.Platform), Key: jobKey(t, j.ID), UpdateExpression: aws.String(update),
		ConditionExpression: aws.String("#deleted = :yes AND attribute_not_exists(#released) AND (#stored = :stored OR attribute_not_exists(#stored))"),
		ExpressionAttributeNames: map[string]string{
			"#deleted": attrDeleted, "#released": attrReleased, "#open": attrOpen, "#due": attrDue, "#stored": attrStored,
		},
		ExpressionAttributeValues: values,
	}})
}

// Closed implements render.JobStore.
func (s *Jobs) Closed(ctx context.Context, t tenant.ID, j render.Job) error {
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: jobKey(t, j.ID),
		UpdateExpression:         aws.String("REMOVE #open, #due"),
		ConditionExpression:      aws.String("#open IN (:leftovers, :bare) AND #due = :due AND #attempt = :attempt"),
		ExpressionAttributeNames: map[string]string{"#open": attrOpen, "#due": attrDue, "#attempt": attrAttempt},
		ExpressionAttributeValues: table.Item{
			":leftovers": openShard(openwork.Leftovers, jobKey(t, j.ID)), ":bare": table.Str(openwork.Leftovers), // see shardsOf
			":due": table.Millis(j.DueAt), ":attempt": table.Num(int64(j.Attempt)),
		},
	})
	if _, refused := table.ConditionFailed(err); refused {
		return metering.ErrChanged
	}
	return table.Failed("close job", err)
}

func noSuchJob() error { return problem.New(problem.NotFound, "There is no such job.") }
