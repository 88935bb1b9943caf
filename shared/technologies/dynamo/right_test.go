package dynamo

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// A right that is missing is our fault and no outage, and the log learns which
// call it was.
func TestAMissingRightIsTold(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"AccessDeniedException","message":"User: arn:aws:sts::1:assumed-role/x is not authorized"}`))
	}))
	t.Cleanup(server.Close)
	c := NewClient(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, "platform", "directory")
	const owner = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	_, read := NewJobs(c).Job(t.Context(), owner, "J")
	_, slots := c.OpenSlots(t.Context())
	for operation, err := range map[string]error{"DynamoDB.BatchGetItem": read, "DynamoDB.GetItem": slots} {
		if !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), operation+" answered AccessDeniedException") || strings.Contains(err.Error(), "arn:") {
			t.Errorf("%s: got %v", operation, err)
		}
	}
}
