package edge_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/httpapi"
)

// started is a process of a function with the origin's secrets that a deployment gave
// it. It answers a call that came with a secret by its status.
func started(t *testing.T, mode, present, other string) func(sent string) int {
	t.Helper()
	environ := []string{
		"STAGE=test", "MODE=" + mode, "BUILD=b1", "AWS_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=health-get",
		"APP_URL=https://app.example.com", "PLATFORM_TABLE=p", "DIRECTORY_TABLE=d", "ORIGIN_SECRET=" + present, "ORIGIN_SECRET_OTHER=" + other,
	}
	handler, _, err := boot.NewHTTP(t.Context(), environ, io.Discard,
		func(_ context.Context, rt *boot.Runtime, s edge.Settings) (http.Handler, error) {
			row := httpapi.Endpoint[httpapi.None, httpapi.None]{Route: httpapi.Route{Name: "trial", Method: "GET", Pattern: "/trial", Status: 204}}
			return edge.Serve(rt, s, row, func(context.Context, *httpapi.Request[httpapi.None]) (httpapi.None, error) {
				return httpapi.None{}, nil
			})
		})
	if err != nil {
		t.Fatal(err)
	}
	return func(sent string) int {
		rec, req := httptest.NewRecorder(), httptest.NewRequest("GET", "/trial", nil)
		ended, end := context.WithCancel(t.Context())
		end() // no call to AWS is made: it is refused before, or fails at once
		req.Header.Set("X-Origin-Secret", sent)
		handler.ServeHTTP(rec, req.WithContext(ended))
		return rec.Code
	}
}

// TestOnAWSTheEdgeIsTheOnlyWayIn: a function on AWS refuses a call with neither of its
// secrets, also while they are exchanged; locally, and in SAM CLI's container, the
// same call is served.
func TestOnAWSTheEdgeIsTheOnlyWayIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode, other, sent string
		refused           bool
	}{
		{"aws", "", "", true},
		{"aws", "", "former", true},
		{"aws", "", "present", false},
		{"aws", "former", "former", false},
		{"aws", "former", "present", false},
		{"aws", "former", "", true},
		{"local", "", "", false},
		{"local", "", "former", false},
	} {
		if got := started(t, c.mode, "present", c.other)(c.sent); (got == http.StatusForbidden) != c.refused {
			t.Errorf("mode %s, the other secret %q, sent %q: %d", c.mode, c.other, c.sent, got)
		}
	}
}

// TestARotationOfTheOriginsSecretRefusesNobody: while a deployment goes on, processes of
// before and after it serve at once, and parts of the edge send what they sent before
// and what they send after. The three deployments of the guide refuse none of them, also
// when one is rolled back; the old secret is worth nothing after the last. Giving the new
// one to the edge at once, without the first, would refuse.
func TestARotationOfTheOriginsSecretRefusesNobody(t *testing.T) {
	t.Parallel()
	type deployment struct{ present, other string } // the edge sends the present one
	refused := func(before, after deployment) (calls int) {
		for _, process := range []deployment{before, after} {
			serve := started(t, "aws", process.present, process.other)
			for _, sending := range []deployment{before, after} {
				if serve(sending.present) == http.StatusForbidden {
					calls++
				}
			}
		}
		return calls
	}
	guide := []deployment{{"old", ""}, {"old", "new"}, {"new", "old"}, {"new", ""}}
	for i := range guide[1:] {
		if n := refused(guide[i], guide[i+1]); n > 0 {
			t.Errorf("deployment %d: %d of 4 calls are refused", i+1, n)
		}
	}
	if last := started(t, "aws", "new", ""); last("old") != http.StatusForbidden {
		t.Error("the old secret is let in for ever")
	}
	if refused(guide[0], guide[2]) == 0 {
		t.Error("the test refuses nobody whatever is done")
	}
}
