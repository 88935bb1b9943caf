package bedrock_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/bedrock"
)

func painter(t *testing.T, h http.HandlerFunc) *bedrock.Painter {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return bedrock.New(aws.Config{
		BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, "amazon.nova-canvas-v1:0", "us-east-1")
}

func TestPaintAsksAndReads(t *testing.T) {
	var path string
	var asked struct {
		TaskType          string
		TextToImageParams struct{ Text string }
		Config            struct{ Width, Height, NumberOfImages int } `json:"imageGenerationConfig"`
	}
	p := painter(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &asked)
		_, _ = w.Write([]byte(`{"images":["UE5H"]}`))
	})
	got, err := p.Paint(context.Background(), strings.Repeat("é", 2000), render.Portrait)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Data) != "PNG" || got.ContentType != "image/png" {
		t.Errorf("picture %q %s", got.Data, got.ContentType)
	}
	if !strings.Contains(path, "amazon.nova-canvas-v1:0") || asked.TaskType != "TEXT_IMAGE" || asked.Config.NumberOfImages != 1 {
		t.Errorf("asked %s %+v", path, asked)
	}
	if n := len([]rune(asked.TextToImageParams.Text)); n != 1000 {
		t.Errorf("the prompt has %d characters", n)
	}
	if asked.Config.Width%16 != 0 || asked.Config.Height%16 != 0 || asked.Config.Width >= asked.Config.Height {
		t.Errorf("size %dx%d", asked.Config.Width, asked.Config.Height)
	}
}

func TestPaintFailures(t *testing.T) {
	answerWith := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	cases := []struct {
		name string
		h    http.HandlerFunc
		want problem.Code
	}{
		{"a refused prompt", answerWith(200, `{"images":[],"error":"blocked"}`), problem.ImageFailed},
		{"an outage", answerWith(503, `{}`), problem.ImageFailed},
		{"a provider's own quota", answerWith(402, `{}`), problem.ImageFailed},
		{"rubbish", answerWith(200, `<html>`), problem.ImageFailed},
		{"not base64", answerWith(200, `{"images":["%"]}`), problem.ImageFailed},
		{"the model's own timeout", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Errortype", "ModelTimeoutException")
			w.WriteHeader(http.StatusRequestTimeout)
		}, problem.ImageTimeout},
		{"too slow", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // or the server would not notice that the caller is gone
			<-r.Context().Done()
		}, problem.ImageTimeout},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
			defer cancel()
			if _, err := painter(t, c.h).Paint(ctx, "a hill", render.Landscape); !problem.Is(err, c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
		})
	}
}

// A right that is missing is our fault, and no description mends it.
func TestAMissingRightIsTold(t *testing.T) {
	denied := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
	}
	_, err := painter(t, denied).Paint(context.Background(), "A lake", render.Portrait)
	if !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), "Bedrock Runtime.InvokeModel answered AccessDeniedException") {
		t.Fatalf("got %v", err)
	}
}
