package dynamo

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// What renders, publications and exports have in common: attempts, whose executions
// are kept alive. key is the item of the run r.

// replaceRun counts a restart of an unfinished run; changed says that its execution
// is no longer r's.
func (c *Client) replaceRun(ctx context.Context, key table.Item, r workflow.Run, due time.Time, changed error) error {
	return c.asRead(ctx, "replace execution", key, r, "SET #due = :due, #restarts = #restarts + :one", table.Item{":due": table.Millis(due), ":one": table.Num(1)}, changed)
}

// postponeRun makes an unfinished run due later; changed is as of replaceRun.
func (c *Client) postponeRun(ctx context.Context, key table.Item, r workflow.Run, due time.Time, changed error) error {
	return c.asRead(ctx, "postpone", key, r, "SET #due = :due", table.Item{":due": table.Millis(due)}, changed)
}

// asRead updates an unfinished run whose execution is still the one that was read.
func (c *Client) asRead(ctx context.Context, doing string, key table.Item, r workflow.Run, update string, values table.Item, changed error) error {
	err := c.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(c.Platform), Key: key,
		UpdateExpression:    aws.String(update),
		ConditionExpression: aws.String("#attempt = :attempt AND #restarts = :restarts AND #status IN (:queued, :waiting, :running)"),
		ExpressionAttributeNames: map[string]string{
			"#due": attrDue, "#attempt": attrAttempt, "#restarts": attrRestarts, "#status": attrStatus,
		},
		ExpressionAttributeValues: table.With(values, table.Item{
			":attempt": table.Num(int64(r.Attempt)), ":restarts": table.Num(int64(r.Restarts)),
			":queued": table.Str(render.Queued), ":waiting": table.Str(erasure.Waiting), ":running": table.Str(render.Running),
		}),
	})
	if _, refused := table.ConditionFailed(err); refused {
		return changed
	}
	return table.Failed(doing, err)
}

// attempt is another attempt at a job that failed or was canceled.
type attempt struct {
	job    string // its id
	number int
	kind   openwork.Kind
	due    time.Time
	// What one kind of job changes beside that, and on which further condition.
	only        string
	set, remove []string
	names       map[string]string
	values      table.Item
}

// begun is the update that makes it the job's, unless another one was faster.
func (c *Client) begun(t tenant.ID, a attempt) types.TransactWriteItem {
	key := jobKey(t, a.job)
	set := slices.Concat([]string{"#status = :queued", "#attempt = :attempt", "#restarts = :zero", "#open = :open", "#due = :due"}, a.set)
	remove := slices.Concat([]string{"#failure", "#started", "#finished"}, a.remove)
	names := map[string]string{
		"#status": attrStatus, "#attempt": attrAttempt, "#restarts": attrRestarts, "#open": attrOpen, "#due": attrDue,
		"#failure": attrFailure, "#started": attrStarted, "#finished": attrFinished,
	}
	maps.Copy(names, a.names)
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: key,
		UpdateExpression:         aws.String("SET " + strings.Join(set, ", ") + " REMOVE " + strings.Join(remove, ", ")),
		ConditionExpression:      aws.String("#attempt = :before AND #status IN (:failed, :canceled) AND " + a.only),
		ExpressionAttributeNames: names,
		ExpressionAttributeValues: table.With(a.values, table.Item{
			":queued": table.Str(render.Queued), ":attempt": table.Num(int64(a.number)), ":zero": table.Num(0),
			":open": openShard(a.kind, key), ":due": table.Millis(a.due),
			":before": table.Num(int64(a.number - 1)), ":failed": table.Str(render.Failed), ":canceled": table.Str(render.Canceled),
		}),
	}}
}

// asking bounds a look at what has become of a write whose answer was lost, also for
// a caller who has gone.
func asking(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
}

// retriedByAnother says that another attempt at the job was begun first.
func retriedByAnother() error {
	return problem.New(problem.Conflict, "The job was retried by somebody else at the same time. Read it again.")
}
