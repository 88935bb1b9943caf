package secretstore_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
)

func TestAMissingRightIsTold(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"AccessDeniedException","message":"no"}`))
	}))
	t.Cleanup(server.Close)
	_, err := secretstore.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, "jwt").CurrentSecret(t.Context())
	if !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), "Secrets Manager.GetSecretValue answered AccessDeniedException") {
		t.Fatalf("got %v", err)
	}
}

// TestAnOutageIsTold: nobody is told of a defect when the store is down or busy.
func TestAnOutageIsTold(t *testing.T) {
	for body, want := range map[string]problem.Code{
		"": problem.Unavailable, `{"__type":"ThrottlingException"}`: problem.Unavailable, `{"__type":"ResourceNotFoundException"}`: problem.Internal,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			if body == "" {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(server.Close)
		_, err := secretstore.New(aws.Config{
			Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
		}, "jwt").CurrentSecret(t.Context())
		if got := problem.From(err).Code; err == nil || got != want {
			t.Errorf("%q: %v reads as %s, want %s", body, err, got, want)
		}
	}
}
