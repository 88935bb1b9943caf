package product

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/devotionalai/platform/infra/local/artifacts"
)

const (
	probeTimeout = 60 * time.Second
	// prober is from a range that is no machine's: its calls must not count
	// against the rate limit of a person's address.
	prober = "192.0.2.1:1"
)

// probe calls every route through the edge, the emulator and the function, with
// a request that changes nothing, until each gives an answer of its own.
func probe(ctx context.Context, handler http.Handler, routes []artifacts.Route, say func(string)) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	var answered atomic.Int32
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for _, route := range routes {
		group.Go(func() error {
			if err := probeOne(ctx, handler, route); err != nil {
				return err
			}
			say(fmt.Sprintf("%d of %d", answered.Add(1), len(routes)))
			return nil
		})
	}
	return group.Wait()
}

func probeOne(ctx context.Context, handler http.Handler, route artifacts.Route) error {
	for {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, probeRequest(ctx, route))
		if answeredByFunction(w) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %d %.300s", route.Key(), w.Code, w.Body.String())
		case <-time.After(300 * time.Millisecond):
		}
	}
}

func probeRequest(ctx context.Context, route artifacts.Route) *http.Request {
	path, method := route.Path, route.Method
	if path == "$default" {
		path = "/api/no-such-route"
	}
	if method == "ANY" {
		method = http.MethodGet
	}
	path = regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "none")
	r := httptest.NewRequestWithContext(ctx, method, path, http.NoBody)
	r.RemoteAddr = prober
	return r
}

// answeredByFunction tells a function's answer from the gateway's own, which
// is not a problem document.
func answeredByFunction(w *httptest.ResponseRecorder) bool {
	if w.Code >= 500 {
		return false
	}
	return w.Code < 400 || strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json")
}
