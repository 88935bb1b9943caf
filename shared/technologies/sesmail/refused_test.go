package sesmail_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
)

// SES takes 7-bit addresses only. That it refuses another is no outage; that it
// refuses one which it should take is.
func TestAnAddressThatSESCannotTakeIsNoOutage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "BadRequestException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"message":"Local address contains control or whitespace"}`))
	}))
	t.Cleanup(server.Close)
	s := sesmail.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, "from@example.com")
	for to, invalid := range map[auth.Address]bool{"j\u00fcrgen@example.com": true, "person@example.com": false} {
		if err := s.Send(t.Context(), auth.Mail{To: to, Subject: "s", Text: "t"}); err == nil || problem.Is(err, problem.InvalidInput) != invalid {
			t.Errorf("%q: %v", to, err)
		}
	}
}
