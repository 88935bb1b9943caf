package polly_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/technologies/polly"
)

// answered answers in the process, so that many sentences are spoken in a second.
type answered func(http.ResponseWriter, *http.Request)

func (a answered) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	a(w, r)
	return w.Result(), nil
}

// FuzzSentence: a sentence is sent as text, never as SSML, whatever marks it holds:
// a tag of it is read aloud and does nothing.
func FuzzSentence(f *testing.F) {
	for _, seed := range []string{"Amen.", "<speak>x</speak>", `<speak><audio src="https://evil.example/a.mp3"/></speak>`, "<break time='10s'/>", "&amp;", "]]>", `","TextType":"ssml`, "\u2028", "\x00", "<?xml?>", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"} {
		f.Add(seed)
	}
	var asked map[string]string
	s := polly.New(aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""), RetryMaxAttempts: 1, HTTPClient: answered(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = nil
		_ = json.Unmarshal(body, &asked)
		_, _ = w.Write([]byte{1, 0})
	})})
	f.Fuzz(func(t *testing.T, sentence string) {
		if !utf8.ValidString(sentence) {
			return
		}
		if _, err := s.Speak(t.Context(), "samuel", sentence); err != nil {
			t.Fatalf("%q: %v", sentence, err)
		}
		if asked["TextType"] != "text" || asked["Text"] != sentence || asked["OutputFormat"] != "pcm" {
			t.Errorf("%q is sent as %v", sentence, asked)
		}
	})
}
