package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// lambdaAPI stands in for the Runtime and Extensions API: it hands over one
// invocation and tells in which order things happened.
type lambdaAPI struct {
	*httptest.Server
	extensions bool
	payload    string
	left       time.Duration // of the invocation's time

	answered chan string   // the runtime's answer
	released chan struct{} // the extension asked for the next event after the invocation
	handed   chan struct{} // both may have the invocation
	ended    chan string   // the extension's last words
	refuse   int           // of the extension's questions, before one is answered; below 0, all are refused

	mu       sync.Mutex
	runtimes int
	asked    int
}

// newLambdaAPI is never closed: the runtime ends the process when its API goes.
func newLambdaAPI(t *testing.T, extensions bool, payload string, left time.Duration) *lambdaAPI {
	t.Helper()
	l := &lambdaAPI{
		extensions: extensions, payload: payload, left: left,
		answered: make(chan string, 1), released: make(chan struct{}), handed: make(chan struct{}), ended: make(chan string, 1),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2020-01-01/extension/register", l.register)
	mux.HandleFunc("GET /2020-01-01/extension/event/next", l.event)
	mux.HandleFunc("POST /2020-01-01/extension/exit/error", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		l.ended <- r.Header.Get("Lambda-Extension-Identifier") + " " + r.Header.Get("Lambda-Extension-Function-Error-Type")
	})
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", l.invocation)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/req-1/{how}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		l.answered <- r.PathValue("how") + " " + string(body)
	})
	l.Server = httptest.NewServer(mux)
	return l
}

func (l *lambdaAPI) register(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if !l.extensions || r.Header.Get("Lambda-Extension-Name") == "" || string(body) != `{"events":["INVOKE"]}` {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Lambda-Extension-Identifier", "ext-1")
	_, _ = w.Write([]byte(`{"functionName":"probe"}`))
}

func (l *lambdaAPI) event(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.asked++
	refused := l.refuse < 0 || l.asked <= l.refuse
	first := l.asked == l.refuse+1
	l.mu.Unlock()
	switch {
	case refused:
		w.WriteHeader(http.StatusInternalServerError)
	case r.Header.Get("Lambda-Extension-Identifier") != "ext-1":
		w.WriteHeader(http.StatusForbidden)
	case first:
		<-l.handed
		fmt.Fprintf(w, `{"eventType":"INVOKE","requestId":"req-1","deadlineMs":%d}`, time.Now().Add(l.left).UnixMilli())
	default:
		close(l.released)
		select {} // nothing comes any more
	}
}

func (l *lambdaAPI) invocation(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	l.runtimes++
	first := l.runtimes == 1
	l.mu.Unlock()
	if !first {
		select {}
	}
	close(l.handed)
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", "req-1")
	w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(l.left).UnixMilli()))
	_, _ = w.Write([]byte(l.payload))
}

// slowSentry takes a report when it is let.
func slowSentry(t *testing.T) (dsn string, asked chan string, let chan struct{}) {
	t.Helper()
	asked, let = make(chan string, 8), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- string(body)
		<-let
		_, _ = w.Write([]byte(`{}`))
	}))
	return strings.Replace(server.URL, "http://", "http://key@", 1) + "/1", asked, let
}

// soon fails instead of waiting for ever; it asserts an order, not a time.
func soon[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("%s does not happen", what)
		panic("unreachable")
	}
}

// failing starts a function of each kind whose handler reports an error.
func failing(dsn string) map[string]func(bound time.Duration) {
	environ := append([]string{"SENTRY_DSN=" + dsn}, base...)
	bounded := func(rt *Runtime, bound time.Duration) { rt.reporter.bound = bound }
	return map[string]func(time.Duration){
		"api": func(bound time.Duration) {
			h, rt, err := NewHTTP(context.Background(), environ, io.Discard, func(_ context.Context, rt *Runtime, _ struct{}) (http.Handler, error) {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					rt.Report(r.Context(), errors.New("broken"))
					w.WriteHeader(http.StatusInternalServerError)
				}), nil
			})
			serve(err, func() { bounded(rt, bound); start(rt, proxy(rt, h)) })
		},
		"worker": func(bound time.Duration) {
			h, rt, err := newWorker(context.Background(), environ, io.Discard, func(context.Context, *Runtime, struct{}) (func(context.Context, struct{}) (string, error), error) {
				return func(context.Context, struct{}) (string, error) { return "", errors.New("broken") }, nil
			})
			serve(err, func() { bounded(rt, bound); start(rt, h) })
		},
		"queue": func(bound time.Duration) {
			h, rt, err := newQueue(context.Background(), environ, io.Discard, func(context.Context, *Runtime, struct{}) (func(context.Context, Message) error, error) {
				return func(context.Context, Message) error { return errors.New("broken") }, nil
			})
			serve(err, func() { bounded(rt, bound); start(rt, h) })
		},
	}
}

func serve(err error, run func()) {
	if err != nil {
		panic(err)
	}
	go run() // for as long as the process lives, as on Lambda
}

var payloads = map[string]string{
	"api":    `{"version":"2.0","rawPath":"/a","requestContext":{"http":{"method":"GET"}}}`,
	"worker": `{}`,
	"queue":  `{"Records":[{"messageId":"m-1","body":"x"}]}`,
}

var answers = map[string]string{"api": `response {"statusCode":500`, "worker": `error {"errorMessage"`, "queue": `response {"batchItemFailures":[{"itemIdentifier":"m-1"}]}`}

// TestAnswersGoBeforeReports: on Lambda the caller has the answer before Sentry
// has the report, and the environment stays awake until it has it.
func TestAnswersGoBeforeReports(t *testing.T) {
	for kind := range payloads {
		t.Run(kind, func(t *testing.T) {
			dsn, asked, let := slowSentry(t)
			l := newLambdaAPI(t, true, payloads[kind], 24*time.Hour)
			t.Setenv("AWS_LAMBDA_RUNTIME_API", strings.TrimPrefix(l.URL, "http://"))
			failing(dsn)[kind](time.Hour) // Sentry is waited for as long as it takes
			if got := soon(t, "the answer, while Sentry has not taken the report,", l.answered); !strings.HasPrefix(got, answers[kind]) {
				t.Errorf("answer %s", got)
			}
			if report := soon(t, "the report", asked); !strings.Contains(report, "broken") {
				t.Errorf("report %s", report)
			}
			select {
			case <-l.released:
				t.Fatal("the environment may freeze before Sentry has the report")
			default:
			}
			close(let)
			soon(t, "the extension's next question", l.released)
		})
	}
}

// TestASilentSentryHoldsNothingForEver: the bound, or what the invocation has
// left less a margin, ends the wait; in both ways of sending.
func TestASilentSentryHoldsNothingForEver(t *testing.T) {
	for name, c := range map[string]struct {
		bound, left time.Duration
	}{
		"the bound":            {time.Millisecond, 24 * time.Hour},
		"the invocation's end": {24 * time.Hour, flushMargin + 200*time.Millisecond},
	} {
		for _, extensions := range []bool{true, false} {
			for kind := range payloads {
				t.Run(fmt.Sprintf("%s, extensions %v, %s", name, extensions, kind), func(t *testing.T) {
					dsn, _, _ := slowSentry(t)
					l := newLambdaAPI(t, extensions, payloads[kind], c.left)
					t.Setenv("AWS_LAMBDA_RUNTIME_API", strings.TrimPrefix(l.URL, "http://"))
					failing(dsn)[kind](c.bound)
					soon(t, "the answer", l.answered)
					if extensions {
						soon(t, "the extension's next question", l.released)
					}
				})
			}
		}
	}
}

// TestWithoutExtensionsReportsAreSentOnce: where nothing keeps the environment
// awake, reports leave before the answer, all of an invocation in one flush.
func TestWithoutExtensionsReportsAreSentOnce(t *testing.T) {
	dsn, asked, let := slowSentry(t)
	close(let)
	const many = 3
	handle, err := NewQueue(t.Context(), append([]string{"SENTRY_DSN=" + dsn}, base...), io.Discard,
		func(_ context.Context, rt *Runtime, _ struct{}) (func(context.Context, Message) error, error) {
			rt.reporter.bound = time.Hour
			return func(_ context.Context, m Message) error { return errors.New("broken " + m.ID) }, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	var e events.SQSEvent
	for i := range many {
		e.Records = append(e.Records, events.SQSMessage{MessageId: fmt.Sprint("m-", i)})
	}
	if _, err := handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if len(asked) != many {
		t.Errorf("%d reports had arrived when the answer was there, want %d", len(asked), many)
	}
}

// TestReportsWaitForTheAnswer: reporting itself waits for nobody, however slow
// Sentry is.
func TestReportsWaitForTheAnswer(t *testing.T) {
	dsn, _, let := slowSentry(t)
	var out bytes.Buffer
	_, rt, err := NewHTTP(t.Context(), append([]string{"SENTRY_DSN=" + dsn}, base...), &out, func(context.Context, *Runtime, struct{}) (http.Handler, error) {
		return http.NotFoundHandler(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rt.reporter.bound = time.Hour
	reported := make(chan struct{})
	go func() {
		rt.Report(t.Context(), errors.New("broken"))
		close(reported)
	}()
	soon(t, "the return of Report", reported)
	close(let)
}

// TestTheExtensionAsksAgain: one that stopped asking would keep every invocation
// open until the function's time is up.
func TestTheExtensionAsksAgain(t *testing.T) {
	dsn, asked, let := slowSentry(t)
	close(let)
	l := newLambdaAPI(t, true, payloads["worker"], 24*time.Hour)
	l.refuse = nextTries - 1
	t.Setenv("AWS_LAMBDA_RUNTIME_API", strings.TrimPrefix(l.URL, "http://"))
	failing(dsn)["worker"](time.Hour)
	soon(t, "the answer", l.answered)
	soon(t, "the report", asked)
	soon(t, "the extension's next question", l.released)
}

// TestAnExtensionThatHearsNothingEndsTheEnvironment, and says so.
func TestAnExtensionThatHearsNothingEndsTheEnvironment(t *testing.T) {
	dsn, _, _ := slowSentry(t)
	l := newLambdaAPI(t, true, payloads["worker"], 24*time.Hour)
	l.refuse = -1
	rt, _, err := newRuntime[struct{}](t.Context(), append([]string{"SENTRY_DSN=" + dsn}, base...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	e, err := registerExtension(t.Context(), strings.TrimPrefix(l.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	exits := make(chan int, 1)
	e.exit = func(code int) { exits <- code }
	go rt.keepOpen(t.Context(), e)
	if words := soon(t, "the extension's last word", l.ended); words != "ext-1 Extension.NextFailed" {
		t.Errorf("it said %q", words)
	}
	if code := soon(t, "the end of the process", exits); code != 1 {
		t.Errorf("it ends with %d", code)
	}
}

// TestWhatDidNotLeaveWaitsForTheNextFlush: reports that there was no time for, or
// that Sentry did not take in time, are waited for again.
func TestWhatDidNotLeaveWaitsForTheNextFlush(t *testing.T) {
	dsn, asked, let := slowSentry(t)
	r, err := newReporter(common{SentryDSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	r.report(t.Context(), errors.New("broken"))
	r.flush(r.now().Add(flushMargin))
	if !r.pending.Load() {
		t.Error("what there was no time for is forgotten")
	}
	soon(t, "the report", asked)
	r.bound = time.Millisecond
	r.flush(time.Time{})
	if !r.pending.Load() {
		t.Error("what Sentry has not taken is forgotten")
	}
	close(let)
	r.bound = time.Hour
	r.flush(time.Time{})
	if r.pending.Load() {
		t.Error("what Sentry has is waited for again")
	}
}
