package contract

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
)

// The trial functions are this test's own: no function of the product is raw yet.
const trialSecret = "a secret that signs"

func trialEnviron(name string) []string {
	return []string{"STAGE=test", "MODE=local", "BUILD=b1", "AWS_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=" + name}
}

func trialEvents(name string) string {
	return filepath.Join(blueprint.Root(), "tests", "contract", "testdata", name)
}

// trialWebhook answers with the body whose signature, as Stripe's a list with
// commas, it has checked.
func trialWebhook(_ context.Context, rt *boot.Runtime, _ struct{}) (http.Handler, error) {
	row := httpapi.Raw{Name: "trial-webhook", Method: http.MethodPost, Path: "/webhooks/trial"}
	return edge.ServeRaw(rt, appURL, row, func(w http.ResponseWriter, r *http.Request, body []byte) error {
		mac := hmac.New(sha256.New, []byte(trialSecret))
		mac.Write(body)
		if want := "t=1,v1=" + hex.EncodeToString(mac.Sum(nil)); r.Header.Get("Trial-Signature") != want || len(r.Header.Values("Trial-Signature")) != 1 {
			return problem.New(problem.Forbidden, "The signature is not over this body.")
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		_, err := w.Write(body)
		return err
	})
}

func TestRawFunctionsAreHeldToTheirSamples(t *testing.T) {
	urlSamples(t, &stage{filled: map[string]string{}, log: io.Discard}, nil, "trial-webhook", trialEnviron("trial-webhook"), trialEvents("trial-webhook"), trialWebhook)
}

type trialOrder struct{ Fail string }

func trialQueue(context.Context, *boot.Runtime, struct{}) (func(context.Context, trialOrder) error, error) {
	return func(_ context.Context, o trialOrder) error {
		switch o.Fail {
		case "panic":
			panic("poison")
		case "":
			return nil
		}
		return errors.New(o.Fail)
	}, nil
}

func TestQueueFunctionsAreHeldToTheirSamples(t *testing.T) {
	queueSamples(t, &stage{filled: map[string]string{}, log: io.Discard}, nil, "trial-queue", trialEnviron("trial-queue"), trialEvents("trial-queue"), trialQueue)
}

// TestSamplesOfRawFunctionsCanFail: a null list is not an empty one.
func TestSamplesOfRawFunctionsCanFail(t *testing.T) {
	for _, c := range []struct{ want, got any }{
		{map[string]any{"batchItemFailures": []any{}}, map[string]any{"batchItemFailures": nil}},
		{map[string]any{"batchItemFailures": []any{}}, map[string]any{"batchItemFailures": []any{map[string]any{"itemIdentifier": "a"}}}},
		{map[string]any{"status": 200.0, "body": "a"}, map[string]any{"status": 200.0, "body": "b"}},
	} {
		if found := differences("", c.want, c.got); len(found) == 0 {
			t.Errorf("%v is taken for %v", c.got, c.want)
		}
	}
}
