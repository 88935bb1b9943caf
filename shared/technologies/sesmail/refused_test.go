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

// That SES does not take one mail is no outage, whatever the address looks like:
// who asks must not tell it from mail that was sent. Everything else is one.
func TestMailThatSESDoesNotTakeIsNoOutage(t *testing.T) {
	for kind, invalid := range map[string]bool{
		"BadRequestException": true, "MessageRejected": true,
		"TooManyRequestsException": false, "SendingPausedException": false, "MailFromDomainNotVerifiedException": false, "AccountSuspendedException": false,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Errortype", kind)
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message":"Local address contains control or whitespace"}`))
		}))
		t.Cleanup(server.Close)
		s := sesmail.New(aws.Config{
			Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
		}, "from@example.com")
		for _, to := range []auth.Address{"j\u00fcrgen@example.com", "\"odd\"@example.com", "person@example.com"} {
			if err := s.Send(t.Context(), auth.Mail{To: to, Subject: "s", Text: "t"}); err == nil || problem.Is(err, problem.InvalidInput) != invalid {
				t.Errorf("%s for %q: %v", kind, to, err)
			}
		}
	}
}

// TestTheSandboxIsNoFaultOfOneMail, and no outage: of an account that may write to
// verified addresses alone, a stranger is told so, and no alarm rings for each. A
// sender that is not verified lets nobody in.
func TestTheSandboxIsNoFaultOfOneMail(t *testing.T) {
	for named, want := range map[string]problem.Code{
		"person@example.com":                   problem.MailNotSetUp,
		"from@example.com, person@example.com": problem.MailFailed,
		"person@example.com, FROM@example.com": problem.MailFailed,
		"From <from@example.com>":              problem.MailFailed,
		"example.com":                          problem.MailFailed,
	} {
		s := refusing(t, http.StatusBadRequest, "MessageRejected", `{"message":"Email address is not verified. The following identities failed the check in region US-EAST-1: `+named+`"}`)
		err := s.Send(t.Context(), auth.Mail{To: "person@example.com", Subject: "s", Text: "t"})
		if !problem.Is(err, want) || !strings.Contains(err.Error(), "verified") || strings.Contains(err.Error(), "person@") {
			t.Errorf("%s: the operator is told %v, not as %s", named, err, want)
		}
	}
	s := refusing(t, http.StatusBadRequest, "MessageRejected", `{"message":"Email address is not verified."}`)
	if err := s.Send(t.Context(), auth.Mail{To: "person@example.com", Subject: "s", Text: "t"}); !problem.Is(err, problem.MailFailed) {
		t.Errorf("of a refusal that names nobody an operator is not called: %v", err)
	}
}
