package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// TestWhatAnOperatorIsTold asks a stand-in where one model is closed, one paints,
// one has ended, and one is about to.
func TestWhatAnOperatorIsTold(t *testing.T) {
	const closed, good, ended, legacy = "stability.stable-image-core-v1:1", "stability.sd3-5-large-v1:0", "amazon.nova-canvas-v1:0", "amazon.titan-image-generator-v2:0"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		life, agreement := "ACTIVE", "AVAILABLE"
		if strings.Contains(r.URL.Path, legacy) {
			life = "LEGACY"
		}
		if strings.Contains(r.URL.Path, closed) {
			agreement = "NOT_AVAILABLE"
		}
		switch {
		case strings.Contains(r.URL.Path, ended):
			w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
		case strings.HasPrefix(r.URL.Path, "/foundation-model-availability/"):
			_, _ = fmt.Fprintf(w, `{"agreementAvailability":{"status":%q},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}`, agreement)
		case strings.HasPrefix(r.URL.Path, "/model/") && strings.Contains(r.URL.Path, closed):
			w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
			w.WriteHeader(http.StatusForbidden)
		case strings.HasPrefix(r.URL.Path, "/model/"):
			_, _ = w.Write([]byte(`{"finish_reasons":[null],"images":["/9j/4AAQSkZJRg=="]}`))
		case r.URL.Path == "/foundation-models":
			_, _ = fmt.Fprintf(w, `{"modelSummaries":[{"modelArn":"a","modelId":%q,"inputModalities":["TEXT"]},{"modelArn":"a","modelId":"maker.new-v1","inputModalities":["TEXT"]}]}`, good)
		default:
			_, _ = fmt.Fprintf(w, `{"modelDetails":{"modelArn":"a","modelId":"m","modelLifecycle":{"status":%q}}}`, life)
		}
	}))
	defer server.Close()
	cfg := aws.Config{BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("i", "s", "")}
	for _, c := range []struct {
		args  []string
		paint bool
		want  string
		fails bool
	}{
		{[]string{"us-west-2"}, false, "maker.new-v1 of no family that is spoken here\n" + good + " offered", false},
		{[]string{"us-west-2", closed + "," + good}, false, "has not agreed", false},
		{[]string{"us-west-2", closed}, false, "has not agreed", true},
		{[]string{"us-west-2", ended}, false, "not offered", true},
		{[]string{"us-west-2", legacy}, false, "about to be withdrawn", true},
		{[]string{"us-west-2", good}, true, "  paints", false},
		{[]string{"us-west-2", closed}, true, "  does not paint", true},
		{[]string{"us-west-2", "maker.new-v1"}, false, "", true},
		{nil, false, "", true},
	} {
		var out strings.Builder
		err := run(t.Context(), cfg, &out, c.paint, c.args)
		if (err != nil) != c.fails || !strings.Contains(out.String(), c.want) {
			t.Errorf("%v: %v, said\n%s", c.args, err, out.String())
		}
	}
}
