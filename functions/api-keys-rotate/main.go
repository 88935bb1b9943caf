// api-keys-rotate answers POST /api/account/api-keys/{id}/rotate.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	keys := &auth.APIKeys{Store: dynamo.NewAPIKeys(c.Store(rt)), Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.APIKeysRotate, httpapi.APIKeys{Keys: keys, Now: rt.Now}.Rotate())
}
