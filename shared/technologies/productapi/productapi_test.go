package productapi_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/canary"
	"github.com/devotionalai/platform/shared/technologies/productapi"
)

// product answers as the API's document says, and notes what it was asked.
func product(t *testing.T, asked *[]string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(pattern string, status int, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			*asked = append(*asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("X-API-Key")+" "+string(sent))
			w.WriteHeader(status)
			fmt.Fprint(w, strings.ReplaceAll(body, "HOST", "http://"+r.Host))
		})
	}
	answer("GET /api/health", 200, `{"build":"b1"}`)
	answer("GET /.well-known/jwks.json", 200, `{"keys":[{},{}]}`)
	answer("POST /api/auth/magic-link/request", 202, ``)
	answer("POST /api/v1/projects/p1/render", 202, `{"job_id":"j1"}`)
	answer("GET /api/v1/jobs/j1", 200, `{"status":"succeeded","warnings":[{"code":"picture_drawn"}],"error":null,"video":{"url":"HOST/video?signed=1"}}`)
	answer("GET /video", 200, `bytes`)
	answer("DELETE /api/v1/jobs/j1/video", 204, ``)
	answer("POST /api/v1/projects/p2/render", 402, `{"code":"quota_exceeded"}`)
	answer("POST /api/v1/projects/p3/render", 202, `a page`)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestAWalkSpeaksTheAPI(t *testing.T) {
	t.Parallel()
	var asked []string
	walk := canary.Walk{Product: productapi.New(product(t, &asked).URL, "k1"), Project: "p1", Patience: time.Minute, Now: time.Now}
	report, err := walk.Run(t.Context())
	if err != nil || report.Build != "b1" || report.Bytes != 5 || !slices.Equal(report.Warnings, []string{"picture_drawn"}) {
		t.Errorf("saw %+v (%v)", report, err)
	}
	want := []string{
		"GET /api/health  ", "GET /.well-known/jwks.json  ", `POST /api/auth/magic-link/request  {"email":"` + canary.Address + `"}`,
		"POST /api/v1/projects/p1/render k1 ", "GET /api/v1/jobs/j1 k1 ", "GET /video  ", "DELETE /api/v1/jobs/j1/video k1 ",
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q", asked)
	}
}

func TestARefusalIsNamedWithoutItsAddress(t *testing.T) {
	t.Parallel()
	var asked []string
	server := product(t, &asked)
	client := productapi.New(server.URL, "k1")
	for project, want := range map[string]string{"p2": "POST answered 402 quota_exceeded", "p3": "the answer is no JSON as expected", "none": "POST answered 404 "} {
		if _, err := client.Render(t.Context(), project); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %q", project, err, want)
		}
	}
	server.Close()
	_, err := client.Size(t.Context(), server.URL+"/video?signed=1")
	if err == nil || err.Error() != "there is no answer" {
		t.Errorf("nobody there: %v", err)
	}
}
