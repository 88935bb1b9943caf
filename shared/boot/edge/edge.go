// Package edge composes what every API function has in common: the gate, its
// store, and the middleware of httpapi. A main embeds Settings in its own.
package edge

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// Settings are the settings of every API function.
type Settings struct {
	AppURL             string `env:"APP_URL,required,notEmpty"`                        // the product's origin, without a path
	OriginSecret       string `env:"ORIGIN_SECRET,required,notEmpty"`                  // proves that a call came through the edge
	OriginSecretOther  string `env:"ORIGIN_SECRET_OTHER"`                              // proves it too, during a rotation; "" is none
	PlatformTable      string `env:"PLATFORM_TABLE,required,notEmpty"`                 // users, for the gate
	DirectoryTable     string `env:"DIRECTORY_TABLE,required,notEmpty"`                // rate buckets and public keys, for the gate
	AnonymousPerMinute int    `env:"RATE_LIMIT_ANONYMOUS_PER_MINUTE" envDefault:"120"` // requests of one address without a credential
	UserPerSecond      int    `env:"RATE_LIMIT_USER_PER_SECOND" envDefault:"10"`       // requests of one user, or one key
}

// Cookies is the setting of every function that sets the refresh cookie or clears
// it.
type Cookies struct {
	SecureCookies bool `env:"SECURE_COOKIES" envDefault:"true"` // false only where the product has no TLS
}

// Check refuses cookies that a network could read.
func (c Cookies) Check(rt *boot.Runtime) error {
	if rt.Mode == boot.AWS && !c.SecureCookies {
		return errors.New("settings: SECURE_COOKIES can be false in local mode only")
	}
	return nil
}

// Store is the connection to both tables.
func (s Settings) Store(rt *boot.Runtime) *dynamo.Client {
	return dynamo.NewClient(rt.AWS, s.PlatformTable, s.DirectoryTable)
}

// Keys is what a process knows of the public keys: none before the first call
// that needs one.
func (s Settings) Keys(rt *boot.Runtime) *auth.Keys {
	return auth.NewKeys(dynamo.NewSigningKeys(s.Store(rt)), rt.Now)
}

func (s Settings) check() error {
	if err := isOrigin(s.AppURL); err != nil {
		return err
	}
	if s.AnonymousPerMinute < 1 || s.UserPerSecond < 1 {
		return errors.New("settings: RATE_LIMIT_ANONYMOUS_PER_MINUTE and RATE_LIMIT_USER_PER_SECOND must be at least 1")
	}
	return nil
}

func isOrigin(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || address != u.Scheme+"://"+u.Host {
		return errors.New("settings: APP_URL is not an origin like https://app.example.com")
	}
	return nil
}

// UserRate is the rate of one user over all endpoints.
func (s Settings) UserRate() ratelimit.Limit { return ratelimit.PerSecond(s.UserPerSecond) }

// remembered bounds the callers whom one process remembers as refused for rate:
// some hundred bytes each.
const remembered = 4096

// Refusals is a process's memory of whom it refused for rate.
func Refusals() *ratelimit.Refusals { return ratelimit.NewRefusals(remembered) }

// Serve puts an endpoint's handler behind the gate and the middleware.
func Serve[Body, Answer any](
	rt *boot.Runtime, s Settings, e httpapi.Endpoint[Body, Answer], handle httpapi.Handler[Body, Answer],
) (http.Handler, error) {
	edge, err := s.edge(rt)
	if err != nil {
		return nil, err
	}
	if e.Timeout > 0 { // it makes something, and may take as long as that takes
		edge.Measure = func(int, time.Duration) {}
	}
	return httpapi.Serve(edge, e, handle), nil
}

// edge is what the middleware needs.
func (s Settings) edge(rt *boot.Runtime) (httpapi.Edge, error) {
	var none httpapi.Edge
	if err := s.check(); err != nil {
		return none, err
	}
	if rt.Mode == boot.AWS && !strings.HasPrefix(s.AppURL, "https://") {
		return none, errors.New("settings: APP_URL must begin with https:// outside local mode")
	}
	store := s.Store(rt)
	gate := &auth.Gatekeeper{
		Store: dynamo.NewCredentials(store), Keys: s.Keys(rt), Issuer: s.AppURL, Now: rt.Now,
		User: s.UserRate(), Anybody: ratelimit.PerMinute(s.AnonymousPerMinute), Refused: Refusals(),
	}
	return httpapi.Edge{
		AppURL: s.AppURL, OriginSecrets: []string{s.OriginSecret, s.OriginSecretOther}, EdgeOnly: rt.Mode == boot.AWS, Gate: gate, Plans: dynamo.NewTenants(store), Log: rt.Log, Now: rt.Now,
		RequestID: boot.RequestID, Report: rt.Report, Panicked: func(ctx context.Context, v any) { rt.Panicked(ctx, v) },
		Measure: func(_ int, took time.Duration) { measure(rt.Metrics, took) },
	}, nil
}

// measure writes one metric line per request. Errors are counted by the HTTP API
// itself, and by the line that the middleware logs.
func measure(m *boot.Metrics, took time.Duration) {
	m.Add(metric.RequestDuration, float64(took.Microseconds())/1000, boot.Milliseconds, nil)
}
