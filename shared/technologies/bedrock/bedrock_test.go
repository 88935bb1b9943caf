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

const (
	nova  = "amazon.nova-canvas-v1:0"
	titan = "amazon.titan-image-generator-v2:0"
	core  = "stability.stable-image-core-v1:1"
	sd3   = "stability.sd3-5-large-v1:0"

	aPNG  = "iVBORw0KGgo=" // the first bytes are enough to know them by
	aJPEG = "/9j/4AAQSkZJRg=="
)

func painterAt(t *testing.T, now func() time.Time, h http.HandlerFunc, models ...string) *bedrock.Painter {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	p, err := bedrock.New(aws.Config{
		BaseEndpoint: aws.String(server.URL), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, models, "us-west-2", now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func painter(t *testing.T, h http.HandlerFunc, models ...string) *bedrock.Painter {
	t.Helper()
	return painterAt(t, time.Now, h, models...)
}

func answering(status int, code, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestAmazonsModelsAreAskedInTheirWords(t *testing.T) {
	for model, most := range map[string]int{nova: 1000, titan: 500} {
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
			_, _ = w.Write([]byte(`{"images":["` + aPNG + `"]}`))
		}, model)
		got, err := p.Paint(t.Context(), strings.Repeat("é", 2000), render.Portrait)
		if err != nil || !strings.HasPrefix(string(got.Data), "\x89PNG") || got.ContentType != "image/png" {
			t.Errorf("%s: picture %q %s, %v", model, got.Data, got.ContentType, err)
		}
		if !strings.Contains(path, model) || asked.TaskType != "TEXT_IMAGE" || asked.Config.NumberOfImages != 1 {
			t.Errorf("%s: asked %s %+v", model, path, asked)
		}
		if n := len([]rune(asked.TextToImageParams.Text)); n != most {
			t.Errorf("%s: the prompt has %d characters", model, n)
		}
		if asked.Config.Width%16 != 0 || asked.Config.Height%16 != 0 || asked.Config.Width >= asked.Config.Height {
			t.Errorf("%s: size %dx%d", model, asked.Config.Width, asked.Config.Height)
		}
	}
}

func TestStabilitysModelsAreAskedInTheirWords(t *testing.T) {
	for model, negative := range map[string]bool{core: false, sd3: true} {
		var asked []map[string]any
		p := painter(t, func(w http.ResponseWriter, r *http.Request) {
			var one map[string]any
			_ = json.NewDecoder(r.Body).Decode(&one)
			asked = append(asked, one)
			_, _ = w.Write([]byte(`{"seeds":[7],"finish_reasons":[null],"images":["` + aJPEG + `"]}`))
		}, model)
		for _, aspect := range []render.Aspect{render.Landscape, render.Portrait, render.Square} {
			got, err := p.Paint(t.Context(), "a hill", aspect)
			if err != nil || got.ContentType != "image/jpeg" {
				t.Fatalf("%s: %s, %v", model, got.ContentType, err)
			}
		}
		for i, ratio := range []string{"16:9", "9:16", "1:1"} {
			one := asked[i]
			seed, _ := one["seed"].(float64)
			if one["prompt"] != "a hill" || one["aspect_ratio"] != ratio || one["output_format"] != "jpeg" || seed < 1 || seed != asked[0]["seed"] {
				t.Errorf("%s was asked %v", model, one)
			}
			if _, ok := one["negative_prompt"]; ok != negative || one["taskType"] != nil {
				t.Errorf("%s was asked %v", model, one)
			}
		}
	}
}

// filterNova and the next are what the makers' documentation says that they write.
const filterNova = `{"message":"This request has been blocked by our content filters. Please adjust your text prompt to submit a new request."}`

func TestWhatIsAnsweredInsteadOfAPicture(t *testing.T) {
	cases := []struct {
		name, model string
		h           http.HandlerFunc
		want        problem.Code
	}{
		{"a description refused", nova, answering(400, "ValidationException", filterNova), problem.PromptRefused},
		{"a picture held back", nova, answering(200, "", `{"images":[],"error":"All of the generated images have been blocked by our content filters."}`), problem.PromptRefused},
		{"a description refused in the answer", core, answering(200, "", `{"finish_reasons":["Filter reason: prompt"]}`), problem.PromptRefused},
		{"a picture held back in the answer", sd3, answering(200, "", `{"finish_reasons":["Filter reason: output image"],"images":["`+aJPEG+`"]}`), problem.PromptRefused},
		{"the model's own failure in the answer", core, answering(200, "", `{"finish_reasons":["Inference error"]}`), problem.ImageFailed},
		{"throttled", core, answering(429, "ThrottlingException", `{"message":"Too many requests"}`), problem.ServiceBusy},
		{"a quota used up", core, answering(400, "ServiceQuotaExceededException", `{}`), problem.ServiceBusy},
		{"no room for more", core, answering(503, "ServiceUnavailableException", `{}`), problem.ServiceBusy},
		{"not allowed", core, answering(403, "AccessDeniedException", `{"message":"You don't have access to the model"}`), problem.Unavailable},
		{"withdrawn", nova, answering(404, "ResourceNotFoundException", `{"message":"This model version has reached the end of its life."}`), problem.Unavailable},
		{"not in the region", core, answering(400, "ValidationException", `{"message":"The provided model identifier is invalid."}`), problem.Unavailable},
		{"our own mistake", core, answering(400, "ValidationException", `{"message":"Malformed input request"}`), problem.ImageFailed},
		{"an outage", core, answering(500, "InternalServerException", `{}`), problem.ImageFailed},
		{"no picture", nova, answering(200, "", `{"images":[]}`), problem.ImageFailed},
		{"rubbish", core, answering(200, "", `<html>`), problem.ImageFailed},
		{"rubbish", nova, answering(200, "", `<html>`), problem.ImageFailed},
		{"not base64", nova, answering(200, "", `{"images":["%"]}`), problem.ImageFailed},
		{"base64 of no picture", core, answering(200, "", `{"images":["UE5H"]}`), problem.ImageFailed},
		{"the model's own timeout", nova, answering(408, "ModelTimeoutException", `{}`), problem.ImageTimeout},
		{"too slow", nova, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // or the server would not notice that the caller is gone
			<-r.Context().Done()
		}, problem.ImageTimeout},
	}
	for _, c := range cases {
		t.Run(c.model+" "+c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			_, err := painter(t, c.h, c.model).Paint(ctx, "a hill", render.Landscape)
			if !problem.Is(err, c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			p := problem.From(err)
			if c.want != problem.PromptRefused && strings.Contains(strings.ToLower(p.Detail), "descri") {
				t.Errorf("it is not the description's fault, and %q says so", p.Detail)
			}
			if (c.want == problem.ServiceBusy) != (p.RetryAfter > 0) {
				t.Errorf("come back after %s", p.RetryAfter)
			}
		})
	}
}

// The first model that the account may use paints; what was refused is asked
// again when it may have been granted.
func TestTheAccountsModelPaints(t *testing.T) {
	var asked []string
	granted := false
	now := time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)
	p := painterAt(t, func() time.Time { return now }, func(w http.ResponseWriter, r *http.Request) {
		model := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/model/"), "/invoke")
		asked = append(asked, model)
		switch {
		case model == nova:
			answering(404, "ResourceNotFoundException", `{}`)(w, r)
		case model == core && !granted:
			answering(403, "AccessDeniedException", `{}`)(w, r)
		default:
			_, _ = w.Write([]byte(`{"finish_reasons":[null],"images":["` + aJPEG + `"]}`))
		}
	}, nova, core, sd3)
	paint := func(want ...string) {
		t.Helper()
		asked = nil
		if _, err := p.Paint(t.Context(), "a hill", render.Landscape); err != nil {
			t.Fatal(err)
		}
		if strings.Join(asked, " ") != strings.Join(want, " ") {
			t.Errorf("asked %v, want %v", asked, want)
		}
	}
	paint(nova, core, sd3)
	paint(sd3)
	granted = true
	paint(sd3)
	now = now.Add(61 * time.Minute)
	paint(nova, core)
	paint(core)
}

// What is missing is told to an operator, of each model, and each time.
func TestNoUsableModelIsTold(t *testing.T) {
	p := painter(t, answering(403, "AccessDeniedException", `{}`), core, sd3)
	for range 2 {
		_, err := p.Paint(t.Context(), "A lake", render.Portrait)
		for _, want := range []string{core, sd3, "Bedrock Runtime.InvokeModel answered AccessDeniedException"} {
			if !problem.Is(err, problem.Unavailable) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s in it", err, want)
			}
		}
	}
}

func TestModelsOfNoFamilyAreRefused(t *testing.T) {
	for _, models := range [][]string{nil, {""}, {"meta.llama3"}, {core, "stability.stable-image-remove-background-v1:0"}} {
		if _, err := bedrock.New(aws.Config{}, models, "us-west-2", time.Now); err == nil {
			t.Errorf("%q are taken", models)
		}
	}
}
