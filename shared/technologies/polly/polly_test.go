package polly_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/polly"
)

func speaker(t *testing.T, h http.HandlerFunc) *polly.Speaker {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return polly.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	})
}

func TestSpeakAsksForPCMAndReadsIt(t *testing.T) {
	var asked map[string]string
	s := speaker(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &asked)
		w.Header().Set("Content-Type", "audio/pcm")
		_, _ = w.Write([]byte{1, 0, 255, 255, 0, 128})
	})
	speech, err := s.Speak(context.Background(), "samuel", "Peace <be> with you & me.")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Engine": "neural", "VoiceId": "Matthew", "OutputFormat": "pcm", "SampleRate": "16000", "TextType": "text", "Text": "Peace <be> with you & me."}
	for name, value := range want {
		if asked[name] != value {
			t.Errorf("%s: %q, want %q", name, asked[name], value)
		}
	}
	if len(speech.Samples) != 3 || speech.Samples[0] != 1 || speech.Samples[1] != -1 || speech.Samples[2] != -32768 || speech.Rate != 16000 {
		t.Errorf("speech %v at %d", speech.Samples, speech.Rate)
	}
}

func TestSpeakFailures(t *testing.T) {
	cases := map[string]http.HandlerFunc{
		"an outage":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"its own 402":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPaymentRequired) },
		"empty answer": func(http.ResponseWriter, *http.Request) {},
	}
	for name, h := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := speaker(t, h).Speak(context.Background(), "default", "Amen."); !problem.Is(err, problem.SpeechFailed) {
				t.Fatalf("got %v", err)
			}
		})
	}
	busy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "ThrottlingException")
		w.WriteHeader(http.StatusBadRequest)
	}
	if _, err := speaker(t, busy).Speak(context.Background(), "default", "Amen."); !problem.Is(err, problem.ServiceBusy) {
		t.Fatalf("busy: %v", err)
	}
	if _, err := speaker(t, nil).Speak(context.Background(), "nobody", "Amen."); !problem.Is(err, problem.SpeechFailed) {
		t.Fatalf("unknown voice: %v", err)
	}
}

// A right that is missing is an operator's, and named for him; the scene goes on as when its voice is down.
func TestAMissingRightIsTold(t *testing.T) {
	denied := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
	}
	_, err := speaker(t, denied).Speak(context.Background(), "default", "Amen.")
	if !problem.Is(err, problem.SpeechFailed) || !strings.Contains(err.Error(), "Polly.SynthesizeSpeech answered AccessDeniedException") {
		t.Fatalf("got %v", err)
	}
}
