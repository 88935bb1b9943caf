package sesmail_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

// refusing is a mailer of a service that refuses each mail so.
func refusing(t *testing.T, status int, kind, body string) *sesmail.Sender {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return sesmail.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, "from@example.com")
}

// SES quotes the recipient when it denies; neither that nor an outage is what we
// make of it.
func TestAMissingRightIsTold(t *testing.T) {
	s := refusing(t, http.StatusForbidden, "AccessDeniedException", `{"message":"not authorized on identity/person@example.com"}`)
	err := s.Send(t.Context(), auth.Mail{To: "person@example.com", Subject: "s", Text: "t"})
	if !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), "SESv2.SendEmail answered AccessDeniedException") {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(err.Error(), "person@") {
		t.Errorf("the log gets the address: %v", err)
	}
}
