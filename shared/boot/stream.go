package boot

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// reportMargin is kept of a function's time for saying which records failed: a
// function that is killed says that all of them did.
const reportMargin = 3 * time.Second

// Change is one record of a table's stream, by the key of its item. What the item
// is like now only a read can tell.
type Change struct{ PK, SK, Record string }

// StreamHandler is the Lambda handler of a function behind a table's stream,
// whose event source mapping has ReportBatchItemFailures.
type StreamHandler = func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// Stream makes the handler from one that answers the records that failed. Lambda
// hands over the first of them, and all that follow it, again.
func Stream(handle func(context.Context, []Change) []string) StreamHandler {
	return func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		ctx, done := keeping(ctx, reportMargin)
		defer done()
		response := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		for _, record := range handle(ctx, changes(e)) {
			response.BatchItemFailures = append(response.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: record})
		}
		return response, nil
	}
}

// StreamAndSchedule is Stream for a function that a schedule calls too: an event
// without records is the schedule's.
func StreamAndSchedule(handle func(context.Context, []Change) []string, tick func(context.Context) error) StreamHandler {
	stream := Stream(handle)
	return func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		if len(e.Records) == 0 {
			return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}, tick(ctx)
		}
		return stream(ctx, e)
	}
}

func changes(e events.DynamoDBEvent) []Change {
	all := make([]Change, 0, len(e.Records))
	for _, r := range e.Records {
		all = append(all, Change{PK: keyText(r, "pk"), SK: keyText(r, "sk"), Record: r.Change.SequenceNumber})
	}
	return all
}

// keyText reads a part of a key; the SDK's type panics when it is no text.
func keyText(r events.DynamoDBEventRecord, name string) string {
	v, ok := r.Change.Keys[name]
	if !ok || v.DataType() != events.DataTypeString {
		return ""
	}
	return v.String()
}
