package table

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// TestWhatIsAnOutage: whatever comes instead of an answer of DynamoDB's own is one,
// and a refusal of this very request is not.
func TestWhatIsAnOutage(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		kind   string
		body   string
		want   problem.Code
	}{
		"a 503 without a word":     {503, "", "", problem.Unavailable},
		"a 502 of something else":  {502, "text/html", "<html>Bad Gateway</html>", problem.Unavailable},
		"a page instead of JSON":   {200, "text/html", "<html>Welcome</html>", problem.Unavailable},
		"half of the answer":       {200, "application/x-amz-json-1.0", `{"Item":{"pk":{"S":"A`, problem.Unavailable},
		"too much load":            {400, "application/x-amz-json-1.0", `{"__type":"ThrottlingException"}`, problem.Unavailable},
		"a request that is wrong":  {400, "application/x-amz-json-1.0", `{"__type":"ValidationException"}`, problem.Internal},
		"a table that is not here": {400, "application/x-amz-json-1.0", `{"__type":"ResourceNotFoundException"}`, problem.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			t.Cleanup(server.Close)
			client := Connect(aws.Config{
				Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
				Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
			}, "platform", "directory")
			_, err := client.Get(t.Context(), "read", "platform", Item{PK: Str("K")})
			if got := problem.From(err).Code; err == nil || got != c.want {
				t.Errorf("%v reads as %s, want %s", err, got, c.want)
			}
		})
	}
}
