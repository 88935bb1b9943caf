package boot_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// TestWhatAFunctionDoesReachesItsHandler: whatever calls a function, its calls
// are made as the act that its build names.
func TestWhatAFunctionDoesReachesItsHandler(t *testing.T) {
	type none struct{}
	environ := []string{"STAGE=test", "MODE=local", "BUILD=test", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x"}
	var act tenant.Act
	note := func(ctx context.Context) { act = tenant.ScopeFrom(tenant.WithTenant(ctx, "T")).Act }
	kinds := map[string]func() error{
		"worker": func() error {
			handle, err := boot.NewWorker(t.Context(), environ, io.Discard, func(_ context.Context, rt *boot.Runtime, _ none) (func(context.Context, none) (none, error), error) {
				rt.Does(tenant.Manage)
				return func(ctx context.Context, _ none) (none, error) { note(ctx); return none{}, nil }, nil
			})
			if err != nil {
				return err
			}
			_, err = handle(t.Context(), none{})
			return err
		},
		"queue": func() error {
			handle, err := boot.NewQueue(t.Context(), environ, io.Discard, func(_ context.Context, rt *boot.Runtime, _ none) (func(context.Context, boot.Message) error, error) {
				rt.Does(tenant.Manage)
				return func(ctx context.Context, _ boot.Message) error { note(ctx); return nil }, nil
			})
			if err != nil {
				return err
			}
			_, err = handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: "x"}}})
			return err
		},
		"raw": func() error {
			handle, err := boot.NewURL(t.Context(), environ, io.Discard, func(_ context.Context, rt *boot.Runtime, _ none) (http.Handler, error) {
				rt.Does(tenant.Manage)
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { note(r.Context()) }), nil
			})
			if err != nil {
				return err
			}
			_, err = handle(t.Context(), events.LambdaFunctionURLRequest{RawPath: "/"})
			return err
		},
	}
	for name, call := range kinds {
		act = tenant.None
		if err := call(); err != nil || act != tenant.Manage {
			t.Errorf("%s: its calls are made as %q (%v)", name, act, err)
		}
	}
}
