package contract

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
)

// URL checks a raw function: every Function URL event's answer is what the file
// beside it says. An answer that is no text is base64 there, with "base64": true.
func URL[C any](t *testing.T, build boot.HTTPBuild[C]) {
	t.Helper()
	name, s := caller(), newStage(t)
	s.overheard(t, name)
	urlSamples(t, s, newRules(t, s, name), name, s.environ(t, name), eventsOf(name), build)
}

func urlSamples[C any](t *testing.T, s *stage, rules *rules, name string, environ []string, folder string, build boot.HTTPBuild[C]) {
	t.Helper()
	call, err := boot.NewURL(t.Context(), environ, s.log, build)
	if err != nil {
		t.Fatalf("%s does not start on the template's environment: %v", name, err)
	}
	for _, sample := range samples(t, folder) {
		t.Run(sample.name, func(t *testing.T) {
			var event events.LambdaFunctionURLRequest
			sample.decode(t, s, &event)
			ctx, spent := calls.Count(t.Context())
			res, err := call(ctx, event)
			if err != nil {
				t.Fatalf("the function failed: %v", err)
			}
			got := answered(t, events.APIGatewayV2HTTPResponse{StatusCode: res.StatusCode, Headers: res.Headers, Cookies: res.Cookies, Body: res.Body})
			if res.IsBase64Encoded {
				got["base64"] = true
			}
			sample.check(t, got)
			withinBudget(t, name, sample.budget, res.StatusCode, false, spent)
			rules.hold(t, spent)
		})
	}
}

// Queue checks a function behind a queue: what it answers for each batch is what
// the file beside it says, {"batchItemFailures": []} when all went well.
func Queue[C, In any](t *testing.T, build boot.QueueBuild[C, In]) {
	t.Helper()
	name, s := caller(), newStage(t)
	s.overheard(t, name)
	queueSamples(t, s, newRules(t, s, name), name, s.environ(t, name), eventsOf(name), build)
}

func queueSamples[C, In any](t *testing.T, s *stage, rules *rules, name string, environ []string, folder string, build boot.QueueBuild[C, In]) {
	t.Helper()
	call, err := boot.NewQueue(t.Context(), environ, s.log, build)
	if err != nil {
		t.Fatalf("%s does not start on the template's environment: %v", name, err)
	}
	for _, sample := range samples(t, folder) {
		t.Run(sample.name, func(t *testing.T) {
			var event events.SQSEvent
			sample.decode(t, s, &event)
			ctx, spent := calls.Count(context.WithoutCancel(t.Context()))
			res, err := call(ctx, event)
			if err != nil {
				t.Fatalf("the whole batch failed: %v", err)
			}
			show(name, t.Name(), 0, spent.Calls(), spent.Units())
			rules.hold(t, spent)
			sample.check(t, roundTrip(t, res))
		})
	}
}
