// Package contract runs a function as it is deployed: built on the environment
// that the template gives it, called with the events of events/<function>/, on
// the emulator's tables. A function's main_test.go is one line of it.
package contract

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
)

// HTTP checks an API function: every event's answer is what the file beside it
// (<event>.want.json) says, what it asked for is allowed to it and no tenant's but
// the caller's, and it stands the isolation matrix of its row.
func HTTP[C any](t *testing.T, build boot.HTTPBuild[C]) {
	t.Helper()
	name, s := caller(), newStage(t)
	s.overheard(t, name)
	httpOn(t, s, name, build)
}

func httpOn[C any](t *testing.T, s *stage, name string, build boot.HTTPBuild[C]) {
	t.Helper()
	handler, rt, err := boot.NewHTTP(t.Context(), s.environ(t, name), s.log, build)
	if err != nil {
		t.Fatalf("%s does not start on the template's environment: %v", name, err)
	}
	call, rules := boot.Proxy(rt, handler), newRules(t, s, name)
	warm(t, name, call)
	for _, sample := range samples(t, eventsOf(name)) {
		t.Run(sample.name, func(t *testing.T) {
			var event events.APIGatewayV2HTTPRequest
			sample.decode(t, s, &event)
			ctx, spent := calls.Count(t.Context())
			res, err := call(ctx, event)
			if err != nil {
				t.Fatalf("the function failed: %v", err)
			}
			got := answered(t, res)
			sample.check(t, got)
			_, replayed := got["headers"].(map[string]any)["idempotent-replayed"]
			withinBudget(t, name, sample.budget, res.StatusCode, replayed, spent)
			rules.hold(t, spent)
		})
	}
	row := mustRow(t, name)
	t.Run("isolation", func(t *testing.T) { isolate(t, s, row, call, rules) })
	t.Logf("%s: %d different requests to stores evaluated", name, rules.asked)
}

// warm makes the process read the public keys, as its first call does: what the
// samples cost is what a call costs a process that is in use.
func warm(t *testing.T, name string, call func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)) {
	t.Helper()
	row, ok := rowOf(name)
	if !ok || row.Credentials == 0 {
		return
	}
	id, unknown := strings.Repeat("01ARZ3NDEKTSV4RRFFQ69G5FAV.", 3), strings.Repeat("A", 43)
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","kid":"` + unknown + `"}`))
	var event events.APIGatewayV2HTTPRequest
	event.RequestContext.HTTP.Method, event.RawPath = row.Method, strings.NewReplacer("{", "", "}", "").Replace(row.Pattern)
	event.RequestContext.HTTP.Path = event.RawPath
	event.Headers = map[string]string{"x-requested-with": "fetch"}
	event.Cookies = []string{"refresh_token=" + id + "1." + unknown + "." + strings.Repeat("A", 86)}
	if row.Credentials.Take(httpapi.Session) {
		event.Headers["authorization"] = "Bearer " + header + ".e30." + strings.Repeat("A", 86)
	}
	if res, err := call(t.Context(), event); err != nil || res.StatusCode >= http.StatusInternalServerError {
		t.Fatalf("a call with an unknown key: %d %s, %v", res.StatusCode, res.Body, err)
	}
}

// Worker checks any other function: each event's output or error code is what
// the file beside it says.
func Worker[C, In, Out any](t *testing.T, build boot.WorkerBuild[C, In, Out]) {
	t.Helper()
	name, s := caller(), newStage(t)
	s.overheard(t, name)
	workerOn(t, s, name, build)
}

func workerOn[C, In, Out any](t *testing.T, s *stage, name string, build boot.WorkerBuild[C, In, Out]) {
	t.Helper()
	handle, err := boot.NewWorker(t.Context(), s.environ(t, name), s.log, build)
	if err != nil {
		t.Fatalf("%s does not start on the template's environment: %v", name, err)
	}
	rules := newRules(t, s, name)
	for _, sample := range samples(t, eventsOf(name)) {
		t.Run(sample.name, func(t *testing.T) {
			var in In
			sample.decode(t, s, &in)
			ctx, spent := calls.Count(context.WithoutCancel(t.Context()))
			out, err := handle(ctx, in)
			show(name, t.Name(), 0, spent.Calls(), spent.Units())
			rules.hold(t, spent)
			if err != nil {
				sample.check(t, map[string]any{"error": string(boot.ErrorCode(err))})
				return
			}
			sample.check(t, map[string]any{"output": roundTrip(t, out)})
		})
	}
}

// caller is the folder of the test that called HTTP, URL, Queue or Worker.
func caller() string {
	_, file, _, _ := runtime.Caller(2)
	return filepath.Base(filepath.Dir(file))
}

// sample is one event with what is wanted of it.
type sample struct {
	name   string
	event  string
	want   any
	budget *budget // nil when there is none for it
}

// eventsOf is the folder of a function's samples.
func eventsOf(function string) string { return filepath.Join(blueprint.Root(), "events", function) }

func samples(t *testing.T, folder string) []sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []sample
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") {
			continue
		}
		s := sample{name: strings.TrimSuffix(filepath.Base(file), ".json"), event: read(t, file)}
		s.wanted(t, strings.TrimSuffix(file, ".json")+".want.json")
		list = append(list, s)
	}
	if len(list) == 0 {
		t.Fatalf("%s holds no event", folder)
	}
	shareBudget(list)
	return list
}

// wanted reads what the answer is held to.
func (s *sample) wanted(t *testing.T, file string) {
	t.Helper()
	raw := []byte(read(t, file))
	var costs struct{ Budget *budget }
	if err := errors.Join(json.Unmarshal(raw, &s.want), json.Unmarshal(raw, &costs)); err != nil {
		t.Fatalf("%s: what is wanted is no JSON: %v", file, err)
	}
	if answer, ok := s.want.(map[string]any); ok {
		delete(answer, "budget")
	}
	s.budget = costs.Budget
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// decode reads the event into a value, its placeholders filled.
func (s sample) decode(t *testing.T, st *stage, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(st.fill(t, s.event)), into); err != nil {
		t.Fatalf("%s is no such event: %v", s.name, err)
	}
}

func (s sample) check(t *testing.T, got any) {
	t.Helper()
	for _, difference := range differences("", s.want, got) {
		t.Error(difference)
	}
	if t.Failed() {
		t.Logf("got %s", text(got))
	}
}

// answered is an answer in the form of a .want.json file.
func answered(t *testing.T, res events.APIGatewayV2HTTPResponse) map[string]any {
	t.Helper()
	headers := map[string]any{}
	for name, value := range res.Headers {
		headers[strings.ToLower(name)] = value
	}
	for name, values := range res.MultiValueHeaders {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if len(res.Cookies) > 0 {
		headers["set-cookie"] = strings.Join(res.Cookies, ", ")
	}
	got := map[string]any{"status": float64(res.StatusCode), "headers": headers}
	if res.Body == "" {
		return got
	}
	var body any
	if strings.Contains(fmt.Sprint(headers["content-type"]), "json") {
		if err := json.Unmarshal([]byte(res.Body), &body); err != nil {
			t.Fatalf("the body is no JSON: %v", err)
		}
	} else {
		body = res.Body
	}
	got["body"] = body
	// Nothing may be cached or sniffed that does not say so.
	if res.StatusCode >= http.StatusBadRequest && !strings.HasPrefix(fmt.Sprint(headers["content-type"]), "application/problem+json") {
		t.Errorf("an error is application/problem+json, not %v", headers["content-type"])
	}
	if headers["x-content-type-options"] != "nosniff" {
		t.Error("X-Content-Type-Options is missing")
	}
	return got
}

func roundTrip(t *testing.T, v any) any {
	t.Helper()
	var out any
	if err := json.Unmarshal([]byte(text(v)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
