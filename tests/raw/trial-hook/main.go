// trial-hook answers with what reached it behind its Function URL.
package main

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/httpapi"
)

type config struct {
	AppURL string `env:"APP_URL,required,notEmpty"`
	Method string `env:"TRIAL_METHOD" envDefault:"POST"`
	Path   string `env:"TRIAL_PATH" envDefault:"/webhooks/trial"`
}

func main() { boot.URL(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	row := httpapi.Raw{Name: "trial-hook", Method: c.Method, Path: c.Path}
	return edge.ServeRaw(rt, c.AppURL, row, func(w http.ResponseWriter, r *http.Request, body []byte) error {
		httpapi.WriteJSON(w, http.StatusAccepted, "application/json", map[string]any{
			"body": hex.EncodeToString(body), "signatures": r.Header.Values("Trial-Signature"),
			"method": r.Method, "path": r.URL.Path, "inside": row.Inside(r.URL.Path), "query": r.URL.RawQuery, "cookie": r.Header.Get("Cookie"),
		})
		return nil
	})
}
