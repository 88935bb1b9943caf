// receipt-get answers GET /api/erasures/{token}.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	receipts := &erasure.Receipts{Book: dynamo.NewErasures(c.Store(rt)), Now: rt.Now}
	return edge.Serve(rt, c.Settings, httpapi.ReceiptGet, httpapi.GetReceipt(receipts))
}
