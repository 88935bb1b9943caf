package pipeline

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/bedrock"
	"github.com/devotionalai/platform/shared/technologies/polly"
	"github.com/devotionalai/platform/tests/harness"
)

// provider stands in for Bedrock or Polly: it refuses as they do, for good or for
// some calls, and tells an operator what the middleware of all calls tells him.
type provider struct {
	mu       sync.Mutex
	refusals int // before it does as asked; -1 is for good
	status   int
	code     string
	refusal  string
	answer   []byte
	told     []string // without repetitions
}

func (p *provider) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refusals == 0 {
		_, _ = w.Write(p.answer)
		return
	}
	p.refusals--
	w.Header().Set("X-Amzn-Errortype", p.code)
	w.WriteHeader(p.status)
	_, _ = w.Write([]byte(p.refusal))
}

func (p *provider) hear(_ context.Context, t calls.Trouble) { p.tell(string(t.What) + " " + t.Code) }

func (p *provider) tell(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.told, what) && !strings.HasPrefix(what, string(calls.WasRetried)) {
		p.told = append(p.told, what)
	}
}

func (p *provider) config(t *testing.T) aws.Config {
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	calls.Watch(&cfg, nil, p.hear)
	return cfg
}

// seen is a row of the table.
type seen struct {
	job, preview string // what the person reads of them
	operator     string
	pictures     int64 // that are charged, of the job's two
}

func (s seen) String() string {
	return fmt.Sprintf("job: %-70s | preview: %-22s | operator: %-44s | pictures charged: %d", s.job, s.preview, s.operator, s.pictures)
}

// told is what a person reads of a job.
func told(j render.Job) string {
	text := string(j.Status)
	if j.Failure != nil {
		text += fmt.Sprintf(" %d %s", problem.Status(j.Failure.Code), j.Failure.Code)
	}
	for _, warning := range j.Warnings {
		text += fmt.Sprintf(", scene %d %s", warning.Scene, warning.Code)
	}
	return text
}

const (
	stabilityPicture = `{"seeds":[1],"finish_reasons":[null],"images":["/9j/4AAQSkZJRg=="]}`
	forGood          = -1
)

// TestWhatEachRefusalOfBedrockLooksLike makes a video of two scenes, and a
// preview, with a Bedrock that refuses, and prints who sees what.
func TestWhatEachRefusalOfBedrockLooksLike(t *testing.T) {
	drawn := "succeeded, scene 1 picture_drawn, scene 2 picture_drawn"
	for _, c := range []struct {
		name     string
		provider *provider
		want     seen
	}{
		{"all well", &provider{}, seen{"succeeded", "made", "", 2}},
		{"throttles for a while", &provider{refusals: 14, status: 429, code: "ThrottlingException"},
			seen{"succeeded", "made", "throttled ThrottlingException", 2}},
		{"throttles for good", &provider{refusals: forGood, status: 429, code: "ThrottlingException"},
			seen{"failed 503 service_busy", "503 service_busy", "throttled ThrottlingException", 0}},
		{"refuses access", &provider{refusals: forGood, status: 403, code: "AccessDeniedException"},
			seen{drawn, "503 unavailable", "denied AccessDeniedException; PicturesDrawn; PicturesDenied", 0}},
		{"lacks the model", &provider{refusals: forGood, status: 404, code: "ResourceNotFoundException", refusal: `{"message":"This model version has reached the end of its life."}`},
			seen{drawn, "503 unavailable", "PicturesDrawn; PicturesDenied", 0}},
		{"moderates with an error", &provider{refusals: forGood, status: 400, code: "ValidationException", refusal: `{"message":"This request has been blocked by our content filters."}`},
			seen{"failed 422 prompt_refused", "422 prompt_refused", "", 0}},
		{"moderates in its answer", &provider{answer: []byte(`{"finish_reasons":["Filter reason: prompt"]}`)},
			seen{"failed 422 prompt_refused", "422 prompt_refused", "", 0}},
		{"answers rubbish", &provider{answer: []byte("<html>")},
			seen{"failed 502 image_failed", "502 image_failed", "", 0}},
	} {
		if c.provider.answer == nil {
			c.provider.answer = []byte(stabilityPicture)
		}
		t.Run(c.name, func(t *testing.T) { bedrockRow(t, c.provider, c.want) })
	}
}

func bedrockRow(t *testing.T, stand *provider, want seen) {
	w := newWorld(t)
	p := w.process(nil)
	painter, err := bedrock.New(stand.config(t), []string{"stability.stable-image-core-v1:1", "stability.sd3-5-large-v1:0"}, "us-west-2", p.now)
	harness.Must(t, err)
	s := plainStudio()
	s.painter, s.sketcher = painter, easel{}
	s.sketched = func(context.Context, error) { stand.tell("PicturesDrawn") }
	j := w.execution(p, s, w.render(p, w.newProject(p, psalm, psalm).ID))
	got := seen{job: told(j), preview: "made", pictures: w.balanced().Taken[metering.ImagesCount]}
	previews := w.previewer(p, painter).Telling(func(context.Context, error) { stand.tell("PicturesDenied") })
	if _, _, _, err := previews.Preview(w.ctx(), w.id, "a lake", render.Landscape, idempotency.Claim{}); err != nil {
		code := problem.From(err).Code
		got.preview = fmt.Sprintf("%d %s", problem.Status(code), code)
	} else {
		got.pictures = w.balanced().Taken[metering.ImagesCount] - 1
	}
	if c := w.balanced(); c.Reserved[metering.ImagesCount] != 0 {
		t.Errorf("pictures stay reserved: %+v", c.Reserved)
	}
	got.operator = strings.Join(stand.told, "; ")
	report(t, got, want)
	if j.Failure == nil {
		return
	}
	t.Logf("the person reads: %s", j.Failure.Detail)
	if blamed := strings.Contains(j.Failure.Detail, "descri"); blamed != (j.Failure.Code == problem.PromptRefused) {
		t.Errorf("whose fault it is: %s", j.Failure.Detail)
	}
	w.mended(p, j, plainStudio())
}

// mended retries a failed job once its provider is well again.
func (w *world) mended(p parts, j render.Job, s studio) {
	w.t.Helper()
	again, _, err := p.admitter.Retry(w.ctx(), w.id, j.ID, idempotency.Claim{})
	harness.Must(w.t, err)
	if ended := w.execution(p, s, again); ended.Status != render.Succeeded {
		w.t.Errorf("after the retry: %s", told(ended))
	}
	w.balanced()
}

func report(t *testing.T, got, want seen) {
	t.Helper()
	t.Logf("%s", got)
	if got != want {
		t.Errorf("want\n%s", want)
	}
}

// TestWhatEachRefusalOfPollyLooksLike does so with a Polly that refuses.
func TestWhatEachRefusalOfPollyLooksLike(t *testing.T) {
	silent := "succeeded, scene 1 captions_only, scene 2 captions_only"
	for _, c := range []struct {
		name     string
		provider *provider
		want     seen
	}{
		{"all well", &provider{}, seen{job: "succeeded", pictures: 2}},
		{"throttles for a while", &provider{refusals: 40, status: 400, code: "ThrottlingException"},
			seen{job: "succeeded", operator: "throttled ThrottlingException", pictures: 2}},
		{"throttles for good", &provider{refusals: forGood, status: 400, code: "ThrottlingException"},
			seen{job: "failed 503 service_busy", operator: "throttled ThrottlingException", pictures: 1}},
		{"refuses access", &provider{refusals: forGood, status: 403, code: "AccessDeniedException"},
			seen{job: silent, operator: "denied AccessDeniedException; VoicesDenied", pictures: 2}},
		{"lacks the voice", &provider{refusals: forGood, status: 400, code: "EngineNotSupportedException"},
			seen{job: silent, operator: "VoicesDenied", pictures: 2}},
		{"knows no such voice", &provider{refusals: forGood, status: 400, code: "ValidationException", refusal: `{"message":"Value 'Grace' at 'voiceId' failed to satisfy constraint"}`},
			seen{job: silent, operator: "VoicesDenied", pictures: 2}},
		{"answers nothing", &provider{answer: []byte{}}, seen{job: silent, pictures: 2}},
	} {
		if c.provider.answer == nil {
			c.provider.answer = make([]byte, 32000)
		}
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := w.process(nil)
			s := plainStudio()
			s.speaker, s.timeout = polly.New(c.provider.config(t)), time.Minute
			s.denied = func(context.Context, error) { c.provider.tell("VoicesDenied") }
			j := w.execution(p, s, w.render(p, w.newProject(p, psalm, psalm).ID))
			got := seen{job: told(j), pictures: w.balanced().Taken[metering.ImagesCount], operator: strings.Join(c.provider.told, "; ")}
			report(t, got, c.want)
			if read := w.balanced().Taken[metering.TTSSeconds]; (read > 0) != (j.Status == render.Succeeded && c.want.job != silent) {
				t.Errorf("%d ms of speech are charged", read)
			}
			if j.Failure != nil {
				t.Logf("the person reads: %s", j.Failure.Detail)
				w.mended(p, j, plainStudio())
			}
		})
	}
}

// TestLoadIsWaitedForManyMinutes: a step that was refused for load comes back
// for at least ten minutes on average, each pause being a random part of its longest.
func TestLoadIsWaitedForManyMinutes(t *testing.T) {
	states := machine(t)
	for _, name := range []string{"Image", "Voice"} {
		found := false
		for _, r := range states[name].Retry {
			if !slices.Contains(r.ErrorEquals, string(problem.ServiceBusy)) {
				continue
			}
			found = true
			longest, pause := 0.0, r.IntervalSeconds
			for range r.MaxAttempts {
				longest += min(pause, r.MaxDelaySeconds)
				pause *= r.BackoffRate
			}
			if minutes := longest / 2 / 60; minutes < 10 || minutes > 30 {
				t.Errorf("%s comes back for %.0f minutes", name, minutes)
			}
		}
		if !found {
			t.Errorf("%s does not come back when its service is busy", name)
		}
	}
}
