package sqsqueue_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
)

// queueOf is a queue of a service that answers so; sent is what it was sent.
func queueOf(t *testing.T, status int, code string) (q *sqsqueue.Queue[billing.Order], sent *string) {
	t.Helper()
	sent = new(string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*sent = string(body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amzn-ErrorType", code)
		w.WriteHeader(status)
		if code != "" {
			fmt.Fprintf(w, `{"__type":%q,"message":"person@example.com"}`, code)
			return
		}
		fmt.Fprint(w, `{"MessageId":"1","MD5OfMessageBody":"76dd0ed76ff2fe1fb9e8b2b7da9ef2cf"}`)
	}))
	t.Cleanup(server.Close)
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Retryer: func() aws.Retryer { return aws.NopRetryer{} }, Credentials: aws.AnonymousCredentials{},
	}
	return sqsqueue.New[billing.Order](cfg, server.URL+"/000000000000/billing"), sent
}

func TestAnOrderThatCannotBeSentIsNotLost(t *testing.T) {
	for code, want := range map[string]problem.Code{
		"AccessDenied": problem.Internal, "KmsAccessDeniedException": problem.Internal, "RequestThrottled": problem.Unavailable, "InternalError": problem.Unavailable,
	} {
		q, sent := queueOf(t, http.StatusBadRequest, code)
		err := q.Send(t.Context(), billing.Order{TenantID: "T1", EventID: "evt_1"})
		if !problem.Is(err, want) || !strings.Contains(fmt.Sprint(err), "send order") {
			t.Errorf("%s: %v, want %s", code, err, want)
		}
		if !strings.Contains(*sent, `{\"tenant_id\":\"T1\",\"event_id\":\"evt_1\"}`) {
			t.Errorf("sent %s", *sent)
		}
	}
}
