package catalog

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

func TestOffered(t *testing.T) {
	cases := []struct {
		name   string
		status int
		code   string
		body   string
		want   State
		fails  bool
	}{
		{"active", 200, "", `{"modelDetails":{"modelArn":"a","modelId":"m","modelLifecycle":{"status":"ACTIVE"}}}`, Active, false},
		{"legacy", 200, "", `{"modelDetails":{"modelArn":"a","modelId":"m","modelLifecycle":{"status":"LEGACY"}}}`, Legacy, false},
		{"gone", 404, "ResourceNotFoundException", `{}`, Absent, false},
		{"no such name", 400, "ValidationException", `{}`, Absent, false},
		{"outage", 500, "InternalServerException", `{}`, Absent, true},
		{"refused", 403, "AccessDeniedException", `{}`, Absent, true},
		{"no details", 200, "", `{}`, Absent, true},
	}
	for _, c := range cases {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/foundation-models/maker.model-v1" {
				t.Errorf("%s: path %s", c.name, r.URL.Path)
			}
			w.Header().Set("X-Amzn-Errortype", c.code)
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		cfg := aws.Config{BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("i", "s", "")}
		got, err := Offered(t.Context(), cfg, "us-east-1", "maker.model-v1")
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
		server.Close()
	}
}
