package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Lambda freezes a function once the runtime and every extension have asked for
// what comes next. This extension, inside the function's own process, asks only
// when the reports of the invocation have been sent, while the caller has the
// answer already.
const (
	extensionName    = "error-reports"
	extensionVersion = "2020-01-01"
	registerTimeout  = time.Second // a function that cannot have one starts without it

	// An extension that does not ask any more keeps every invocation open until the
	// function's time is up. So it asks again, and if that is in vain, the
	// environment ends and Lambda makes another.
	nextTries    = 5
	nextPause    = 100 * time.Millisecond
	leaveTimeout = time.Second
)

type extension struct {
	client *http.Client
	base   string
	id     string
	exit   func(int) // ends the process

	mu   sync.Mutex
	ends map[string]chan struct{} // by request id; closed when its handler has answered
}

// invocation is an INVOKE event of the Extensions API.
type invocation struct {
	RequestID  string `json:"requestId"`
	DeadlineMs int64  `json:"deadlineMs"`
}

// extend registers the extension at the Lambda runtime's address. Without one
// (no Sentry, no Lambda, an emulator) reports are sent before the answer is.
func (rt *Runtime) extend(ctx context.Context, address string) {
	if rt.reporter.hub == nil || address == "" {
		return
	}
	e, err := registerExtension(ctx, address)
	if err != nil {
		rt.Log.InfoContext(ctx, "reports are sent before answers", "cause", err.Error())
		return
	}
	rt.reporter.open.Store(e)
	go rt.keepOpen(ctx, e)
}

// keepOpen serves the extension, and ends the process with it.
func (rt *Runtime) keepOpen(ctx context.Context, e *extension) {
	err := rt.reporter.follow(ctx, e)
	rt.Log.ErrorContext(ctx, "the environment ends: its extension does not hear of invocations", "cause", err.Error())
	if err := e.leave(ctx); err != nil {
		rt.Log.WarnContext(ctx, "the extension ends without a word", "cause", err.Error())
	}
	e.exit(1)
}

func registerExtension(ctx context.Context, address string) (*extension, error) {
	e := &extension{
		// No proxy: the address is the environment's own. No time limit: an
		// event may be hours away.
		client: &http.Client{Transport: &http.Transport{}},
		base:   "http://" + address + "/" + extensionVersion + "/extension/",
		ends:   map[string]chan struct{}{},
		exit:   os.Exit,
	}
	ctx, done := context.WithTimeout(ctx, registerTimeout)
	defer done()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.base+"register", bytes.NewReader([]byte(`{"events":["INVOKE"]}`)))
	if err != nil {
		return nil, fmt.Errorf("register extension: %w", err)
	}
	req.Header.Set("Lambda-Extension-Name", extensionName)
	res, err := e.call(req, nil)
	if err != nil {
		return nil, fmt.Errorf("register extension: %w", err)
	}
	if e.id = res.Get("Lambda-Extension-Identifier"); e.id == "" {
		return nil, fmt.Errorf("register extension: no identifier came back")
	}
	return e, nil
}

// follow keeps each invocation open until its reports are sent. It returns when
// the Extensions API fails again and again.
func (r *reporter) follow(ctx context.Context, e *extension) error {
	for {
		event, err := e.nextOrAgain(ctx)
		if err != nil {
			return err
		}
		end := time.UnixMilli(event.DeadlineMs)
		e.await(event.RequestID, end.Add(-flushMargin).Sub(r.now()))
		r.flush(end)
	}
}

// nextOrAgain is next with a few more tries.
func (e *extension) nextOrAgain(ctx context.Context) (event invocation, err error) {
	for range nextTries - 1 {
		if err = e.next(ctx, &event); err == nil {
			return event, nil
		}
		select {
		case <-ctx.Done():
			return event, ctx.Err()
		case <-time.After(nextPause):
		}
	}
	return event, e.next(ctx, &event)
}

// next asks for the next invocation, which lets go of the last one.
func (e *extension) next(ctx context.Context, event *invocation) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.base+"event/next", nil)
	if err != nil {
		return fmt.Errorf("ask for the next invocation: %w", err)
	}
	req.Header.Set("Lambda-Extension-Identifier", e.id)
	if _, err := e.call(req, event); err != nil {
		return fmt.Errorf("ask for the next invocation: %w", err)
	}
	return nil
}

// leave tells Lambda that the extension ends, and that something is wrong.
func (e *extension) leave(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, leaveTimeout)
	defer done()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.base+"exit/error", nil)
	if err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	req.Header.Set("Lambda-Extension-Identifier", e.id)
	req.Header.Set("Lambda-Extension-Function-Error-Type", "Extension.NextFailed")
	if _, err := e.call(req, nil); err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}

func (e *extension) call(req *http.Request, into any) (http.Header, error) {
	res, err := e.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusAccepted {
		return nil, fmt.Errorf("status %d", res.StatusCode)
	}
	if into != nil {
		err = json.Unmarshal(body, into)
	}
	return res.Header, err
}

// await returns when the invocation's handler has answered, or its time is up.
func (e *extension) await(request string, limit time.Duration) {
	timeUp := time.NewTimer(limit)
	defer timeUp.Stop()
	select {
	case <-e.end(request):
	case <-timeUp.C:
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.ends) // one invocation runs at a time
}

// answered ends the wait for ctx's invocation, which the handler may answer
// before the extension hears of it.
func (e *extension) answered(ctx context.Context) {
	lc, ok := lambdacontext.FromContext(ctx)
	if !ok {
		return
	}
	end := e.end(lc.AwsRequestID)
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-end:
	default:
		close(end)
	}
}

func (e *extension) end(request string) chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ends[request] == nil {
		e.ends[request] = make(chan struct{})
	}
	return e.ends[request]
}
