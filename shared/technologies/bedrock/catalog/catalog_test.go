package catalog

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

func at(t *testing.T, h http.HandlerFunc) Catalog {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return In(aws.Config{BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("i", "s", "")}, "us-east-1")
}

func TestOffered(t *testing.T) {
	const (
		active = `{"modelDetails":{"modelArn":"a","modelId":"m","modelLifecycle":{"status":"ACTIVE"}}}`
		legacy = `{"modelDetails":{"modelArn":"a","modelId":"m","modelLifecycle":{"status":"LEGACY"}}}`
		agreed = `{"agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}`
		not    = `{"agreementAvailability":{"status":"NOT_AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}`
		barred = `{"agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"NOT_AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}`
	)
	cases := []struct {
		name         string
		status       int
		code         string
		body, access string
		want         State
		fails        bool
	}{
		{"active", 200, "", active, agreed, Active, false},
		{"legacy", 200, "", legacy, agreed, Legacy, false},
		{"not agreed to", 200, "", active, not, Closed, false},
		{"not allowed", 200, "", active, barred, Closed, false},
		{"gone", 404, "ResourceNotFoundException", `{}`, agreed, Absent, false},
		{"no such name", 400, "ValidationException", `{}`, agreed, Absent, false},
		{"outage", 500, "InternalServerException", `{}`, agreed, Absent, true},
		{"refused", 403, "AccessDeniedException", `{}`, agreed, Absent, true},
		{"no details", 200, "", `{}`, agreed, Absent, true},
	}
	for _, c := range cases {
		catalog := at(t, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/foundation-model-availability/maker.model-v1":
				_, _ = w.Write([]byte(c.access))
				return
			case "/foundation-models/maker.model-v1":
			default:
				t.Errorf("%s: path %s", c.name, r.URL.Path)
			}
			w.Header().Set("X-Amzn-Errortype", c.code)
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		})
		got, err := catalog.Offered(t.Context(), "maker.model-v1")
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func TestPainters(t *testing.T) {
	catalog := at(t, func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Get("byOutputModality") != "IMAGE" || q.Get("byInferenceType") != "ON_DEMAND" {
			t.Errorf("asked %v", q)
		}
		_, _ = w.Write([]byte(`{"modelSummaries":[{"modelArn":"a","modelId":"b.two","inputModalities":["TEXT","IMAGE"]},
			{"modelArn":"a","modelId":"c.upscale","inputModalities":["IMAGE"]},{"modelArn":"a","modelId":"a.one","inputModalities":["TEXT"]}]}`))
	})
	got, err := catalog.Painters(t.Context())
	if err != nil || !slices.Equal(got, []string{"a.one", "b.two"}) {
		t.Errorf("%v, %v", got, err)
	}
}
