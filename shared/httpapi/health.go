package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Health is what runs here.
type Health struct {
	Status string `json:"status"` // ok
	Build  string `json:"build"`
	Region string `json:"region"`
	Mode   string `json:"mode"` // local or aws
}

// The routes that belong to no domain.
var (
	HealthGet = endpoint[None, Health](Route{
		Name: "health-get", Method: "GET", Pattern: "/api/health", Tag: "Service",
		Summary: "Is the service up, and which build is it",
	})
	// RouteMissing is $default: without it the gateway would answer a body that is
	// not problem+json.
	RouteMissing = endpoint[None, None](Route{
		Name: "route-missing", Pattern: "/", Tag: "Service", Summary: "Any other path",
		Status: http.StatusNotFound, Problems: []problem.Code{problem.RouteNotFound, problem.MethodNotAllowed},
	})
)

func serviceRoutes() []Route {
	return []Route{HealthGet.Route, OpenAPIGet.Route, DocsGet.Route, RouteMissing.Route}
}

// ReportHealth serves HealthGet. The gate's rate count has already proved that
// the data store answers.
func ReportHealth(h Health) Handler[None, Health] {
	return func(context.Context, *Request[None]) (Health, error) { return h, nil }
}

// MissRoute serves RouteMissing. Errors: MethodNotAllowed, with Allow, when
// another method has the path.
func MissRoute(_ context.Context, in *Request[None]) (None, error) {
	if methods := methodsOf(in.http.URL.Path); len(methods) > 0 {
		in.SetHeader("Allow", strings.Join(methods, ", "))
		return None{}, problem.New(problem.MethodNotAllowed, "This path answers "+strings.Join(methods, ", ")+" only.")
	}
	return None{}, noSuchRoute()
}

func noSuchRoute() error {
	return problem.New(problem.RouteNotFound, "There is no such endpoint; see /api/docs.")
}
