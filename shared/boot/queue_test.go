package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/domains/problem"
)

func queueOf[In any](t *testing.T, out io.Writer, handle func(context.Context, In) error) QueueHandler {
	t.Helper()
	call, err := NewQueue(t.Context(), base, out, func(context.Context, *Runtime, struct{}) (func(context.Context, In) error, error) { return handle, nil })
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func batch(bodies ...string) events.SQSEvent {
	var e events.SQSEvent
	for i, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{MessageId: string(rune('a' + i)), Body: body, Attributes: map[string]string{"ApproximateReceiveCount": "2"}})
	}
	return e
}

// answer is what Lambda reads.
func answer(t *testing.T, call QueueHandler, ctx context.Context, e events.SQSEvent) string {
	t.Helper()
	res, err := call(ctx, e)
	if err != nil {
		t.Fatalf("the whole batch failed: %v", err)
	}
	raw, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestMessagesFailAlone(t *testing.T) {
	t.Parallel()
	type order struct{ N int }
	var mu sync.Mutex
	var done []int
	var out lines
	call := queueOf(t, &out, func(_ context.Context, o order) error {
		mu.Lock()
		defer mu.Unlock()
		switch o.N {
		case 1:
			return problem.New(problem.Unavailable, "Not now.")
		case 2:
			panic("boom")
		}
		done = append(done, o.N)
		return nil
	})
	got := answer(t, call, t.Context(), batch(`{"N":7}`, `{"N":1}`, `{"N":"s3cret"}`, `{"N":2}`, `no JSON`, `{"N":8}`))
	want := `{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"c"},{"itemIdentifier":"d"},{"itemIdentifier":"e"}]}`
	if got != want || len(done) != 2 {
		t.Errorf("%s, done %v", got, done)
	}
	for _, line := range []string{`"message":"b"`, `"code":"unavailable"`, `"receives":2`, `"msg":"panic"`, `"MessagesFailed":1`} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%s is not in the log:\n%s", line, out.String())
		}
	}
	if strings.Contains(out.String(), "s3cret") {
		t.Errorf("a body is logged:\n%s", out.String())
	}
}

// TestNoFailuresAreAnEmptyList: null makes the emulator hand the batch over for
// ever.
func TestNoFailuresAreAnEmptyList(t *testing.T) {
	t.Parallel()
	call := queueOf(t, io.Discard, func(context.Context, Message) error { return nil })
	for _, e := range []events.SQSEvent{{}, batch("a", "b")} {
		if got := answer(t, call, t.Context(), e); got != `{"batchItemFailures":[]}` {
			t.Errorf("%d records: %s", len(e.Records), got)
		}
	}
}

func TestRawMessagesArriveWhole(t *testing.T) {
	t.Parallel()
	var got Message
	call := queueOf(t, io.Discard, func(_ context.Context, m Message) error { got = m; return nil })
	e := batch("not json, \u0000 and all")
	kind := "a,b"
	e.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{"kind": {StringValue: &kind, DataType: "String"}}
	answer(t, call, t.Context(), e)
	if want := (Message{ID: "a", Body: "not json, \u0000 and all", Receives: 2, Attributes: map[string]string{"kind": "a,b"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestAMessageThatHangsHoldsUpNobody: the others are done before it ends, and
// it ends with the function's time less a margin.
func TestAMessageThatHangsHoldsUpNobody(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	var others sync.WaitGroup
	others.Add(2)
	call := queueOf(t, io.Discard, func(ctx context.Context, m Message) error {
		if m.Body != "hang" {
			others.Done()
			return nil
		}
		others.Wait() // hangs for ever when they come after it
		stop()
		<-ctx.Done()
		return ctx.Err()
	})
	if got := answer(t, call, ctx, batch("hang", "x", "y")); got != `{"batchItemFailures":[{"itemIdentifier":"a"}]}` {
		t.Error(got)
	}
	end := time.Now().Add(time.Hour)
	ctx, done := context.WithDeadline(t.Context(), end)
	defer done()
	var own time.Time
	call = queueOf(t, io.Discard, func(ctx context.Context, _ Message) error { own, _ = ctx.Deadline(); return nil })
	if answer(t, call, ctx, batch("x")); !own.Equal(end.Add(-reportMargin)) {
		t.Errorf("a message may take until %v, the function until %v", own, end)
	}
}

// lines takes what several messages log at once.
type lines struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}
