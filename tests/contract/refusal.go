package contract

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
)

// Refusal shows what refusing a caller for its rate costs, a user's or, where the
// row identifies nobody, an address's: at a process that has not heard of it yet,
// and again. The clock stands still.
func Refusal[C any](t *testing.T, build boot.HTTPBuild[C]) {
	t.Helper()
	name := caller()
	s := newStage(t)
	environ := append(s.environ(t, name), "RATE_LIMIT_ANONYMOUS_PER_MINUTE=1", "RATE_LIMIT_USER_PER_SECOND=1")
	model := (&matrix{row: mustRow(t, name)}).model(t)
	var event events.APIGatewayV2HTTPRequest
	model.decode(t, s, &event)
	at := time.Now()
	process := func() boot.APIHandler {
		handler, rt, err := boot.NewHTTP(t.Context(), environ, io.Discard, func(ctx context.Context, rt *boot.Runtime, c C) (http.Handler, error) {
			rt.Now = func() time.Time { return at }
			return build(ctx, rt, c)
		})
		if err != nil {
			t.Fatalf("%s does not start: %v", name, err)
		}
		return boot.Proxy(rt, handler)
	}
	ask := func(call boot.APIHandler) (int, *calls.Counter) {
		ctx, spent := calls.Count(t.Context())
		res, err := call(ctx, event)
		if err != nil {
			t.Fatalf("the function failed: %v", err)
		}
		return res.StatusCode, spent
	}
	ask(process())
	fresh := process()
	for _, at := range []struct {
		sample string
		writes int
	}{{"refused for rate, first", 1}, {"refused for rate, again", 0}} {
		status, spent := ask(fresh)
		show(name, "/"+at.sample, status, spent.Calls(), spent.Units())
		if made := spent.Calls(); status != http.StatusTooManyRequests || made["DynamoDB.UpdateItem"] != at.writes {
			t.Errorf("%s: %d by %v, want 429 by %d writes", at.sample, status, made, at.writes)
		}
	}
}
