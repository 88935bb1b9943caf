package edge

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/httpapi"
)

// ServeRaw puts a raw function's handler behind the middleware that it shares
// with the API. appURL is the product's origin.
func ServeRaw(rt *boot.Runtime, appURL string, raw httpapi.Raw, handle httpapi.RawHandler) (http.Handler, error) {
	if err := isOrigin(appURL); err != nil {
		return nil, err
	}
	return httpapi.ServeRaw(httpapi.Edge{
		AppURL: appURL, Log: rt.Log, Now: rt.Now,
		RequestID: boot.RequestID, Report: rt.Report, Panicked: func(ctx context.Context, v any) { rt.Panicked(ctx, v) },
		Measure: func(_ int, took time.Duration) { measure(rt.Metrics, took) },
	}, raw, handle), nil
}
