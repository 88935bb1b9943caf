package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"sync"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// Message is one message of a queue as it was sent.
type Message struct {
	ID         string
	Body       string
	Receives   int               // how often it has been handed over, this time included
	Attributes map[string]string // the sender's own, those of type String
}

// QueueBuild makes the handler of one message. In is Message, or the type that
// the body's JSON is read into.
type QueueBuild[C, In any] func(context.Context, *Runtime, C) (func(context.Context, In) error, error)

// QueueHandler is the Lambda handler of a function behind a queue, whose event
// source mapping has ReportBatchItemFailures.
type QueueHandler = func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// Queue serves a function behind a queue. The messages of a batch are handled
// side by side, so that one does not hold up the others, and each fails alone: the
// queue hands it over again, and at last to its dead-letter queue. A FIFO queue's
// order would be lost.
func Queue[C, In any](build QueueBuild[C, In]) {
	handler, rt, err := newQueue(context.Background(), os.Environ(), os.Stdout, build)
	if err != nil {
		die(err)
	}
	start(rt, handler)
}

// NewQueue builds a queue's function on the given environment without serving it.
func NewQueue[C, In any](ctx context.Context, environ []string, out io.Writer, build QueueBuild[C, In]) (QueueHandler, error) {
	handler, _, err := newQueue(ctx, environ, out, build)
	return handler, err
}

func newQueue[C, In any](ctx context.Context, environ []string, out io.Writer, build QueueBuild[C, In]) (QueueHandler, *Runtime, error) {
	rt, settings, err := newRuntime[C](ctx, environ, out)
	if err != nil {
		return nil, nil, err
	}
	handle, err := build(ctx, rt, settings)
	if err != nil {
		return nil, nil, fmt.Errorf("build %s: %w", rt.Function, err)
	}
	return invoked(rt, queue(rt, handle)), rt, nil
}

func queue[In any](rt *Runtime, handle func(context.Context, In) error) QueueHandler {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		if lc, ok := lambdacontext.FromContext(ctx); ok {
			ctx = WithRequestID(ctx, lc.AwsRequestID)
		}
		ctx, done := keeping(ctx, reportMargin)
		defer done()
		failed := make([]bool, len(e.Records))
		var all sync.WaitGroup
		for i, record := range e.Records {
			all.Go(func() { failed[i] = !handleMessage(ctx, rt, handle, record) })
		}
		all.Wait()
		// Never null: the emulator hands such a batch over for ever.
		response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for i, record := range e.Records {
			if failed[i] {
				response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
			}
		}
		return response, nil
	}
}

// handleMessage handles one message and answers whether it is done with.
func handleMessage[In any](ctx context.Context, rt *Runtime, handle func(context.Context, In) error, record events.SQSMessage) (done bool) {
	defer func() {
		if v := recover(); v != nil {
			rt.Panicked(ctx, v)
			rt.messageFailed(ctx, record, problem.Internal, fmt.Errorf("panic: %v", v))
			done = false
		}
	}()
	in, err := received[In](record)
	if err == nil {
		err = handle(ctx, in)
	}
	if err == nil {
		return true
	}
	code := problem.From(err).Code
	rt.messageFailed(ctx, record, code, err)
	if code == problem.Internal {
		rt.unexpected(ctx, err)
	}
	return false
}

func (rt *Runtime) messageFailed(ctx context.Context, record events.SQSMessage, code problem.Code, err error) {
	rt.Log.Log(ctx, slog.LevelError, "message failed", "message", record.MessageId, "receives", receives(record), "code", string(code), "error", err.Error())
	rt.Metrics.Add(metric.MessagesFailed, 1, Count, nil)
}

// received is the message as its handler takes it. An error of the parser may
// quote the body, so it goes no further.
func received[In any](record events.SQSMessage) (In, error) {
	var in In
	if raw, ok := any(&in).(*Message); ok {
		*raw = Message{ID: record.MessageId, Body: record.Body, Receives: receives(record), Attributes: map[string]string{}}
		for name, attribute := range record.MessageAttributes {
			if attribute.StringValue != nil {
				raw.Attributes[name] = *attribute.StringValue
			}
		}
		return in, nil
	}
	if err := json.Unmarshal([]byte(record.Body), &in); err != nil {
		return in, errors.New("the body is not the JSON that is expected")
	}
	return in, nil
}

func receives(record events.SQSMessage) int {
	n, err := strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
	if err != nil {
		return 1
	}
	return n
}
