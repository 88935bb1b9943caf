package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/httpapi"
)

// raw calls a trial function behind a Function URL with one event, and answers
// what it logged too.
func raw(t *testing.T, handle httpapi.RawHandler, e events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, string) {
	t.Helper()
	var out bytes.Buffer
	environ := []string{"STAGE=test", "MODE=local", "BUILD=b1", "AWS_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=trial-raw"}
	call, err := boot.NewURL(t.Context(), environ, &out, func(_ context.Context, rt *boot.Runtime, _ struct{}) (http.Handler, error) {
		return edge.ServeRaw(rt, "http://localhost:8000", httpapi.Raw{Name: "trial-raw", Method: "POST", Path: "/webhooks/trial", MaxBody: 1 << 10}, handle)
	})
	if err != nil {
		t.Fatal(err)
	}
	if e.RequestContext.HTTP.Method == "" {
		e.RequestContext.HTTP.Method = "POST"
	}
	e.RequestContext.RequestID = "req-9"
	res, err := call(t.Context(), e)
	if err != nil {
		t.Fatalf("the function failed: %v", err)
	}
	return res, out.String()
}

// TestRawErrorsAreTheAPIs: what goes wrong is told, logged and counted as in the
// API, and never fails the function: its caller would see Lambda's own text.
func TestRawErrorsAreTheAPIs(t *testing.T) {
	t.Parallel()
	get := events.LambdaFunctionURLRequest{}
	get.RequestContext.HTTP.Method = "GET"
	for name, c := range map[string]struct {
		event  events.LambdaFunctionURLRequest
		handle httpapi.RawHandler
		code   problem.Code
		logged string
	}{
		"not the base64 it claims to be": {event: events.LambdaFunctionURLRequest{Body: "%%%", IsBase64Encoded: true}, code: problem.MalformedBody},
		"too large":                      {event: events.LambdaFunctionURLRequest{Body: strings.Repeat("a", 1<<10+1)}, code: problem.BodyTooLarge},
		"another method":                 {event: get, code: problem.MethodNotAllowed},
		"refused": {
			handle: func(http.ResponseWriter, *http.Request, []byte) error {
				return problem.New(problem.Forbidden, "The signature is wrong.")
			}, code: problem.Forbidden,
		},
		"a defect": {
			handle: func(http.ResponseWriter, *http.Request, []byte) error { return errors.New("out of order") },
			code:   problem.Internal, logged: `"msg":"internal error"`,
		},
		"a panic": {
			handle: func(http.ResponseWriter, *http.Request, []byte) error { panic("boom") },
			code:   problem.Internal, logged: `"msg":"panic"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.handle == nil {
				c.handle = func(http.ResponseWriter, *http.Request, []byte) error {
					t.Error("the handler was called")
					return nil
				}
			}
			res, out := raw(t, c.handle, c.event)
			var doc map[string]any
			if err := json.Unmarshal([]byte(res.Body), &doc); err != nil {
				t.Fatalf("%q: %v", res.Body, err)
			}
			if res.StatusCode != problem.Status(c.code) || doc["code"] != string(c.code) || doc["instance"] != "urn:request:req-9" ||
				res.Headers["Content-Type"] != "application/problem+json" || res.Headers["X-Content-Type-Options"] != "nosniff" {
				t.Errorf("%d %v %v", res.StatusCode, doc, res.Headers)
			}
			for _, want := range []string{c.logged, `"route":"trial-raw"`, `"request_id":"req-9"`, "RequestDuration"} {
				if !strings.Contains(out, want) {
					t.Errorf("%s is not in the log:\n%s", want, out)
				}
			}
		})
	}
}
