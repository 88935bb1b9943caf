package httpapi

import (
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
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
	HealthGet = Route{
		Name: "health-get", Method: "GET", Pattern: "/api/health", Tag: "Service",
		Summary: "Is the service up, and which build is it", Status: http.StatusOK, Answer: Health{},
	}
	// RouteMissing is $default: without it the gateway would answer a body that is
	// not problem+json.
	RouteMissing = Route{
		Name: "route-missing", Pattern: "/", Tag: "Service", Summary: "Any other path",
		Status: http.StatusNotFound, Problems: []problem.Code{problem.RouteNotFound, problem.MethodNotAllowed},
	}
)

// ReportHealth serves HealthGet. The gate's rate count has already proved that
// the data store answers.
func ReportHealth(h Health) Handler {
	return func(w http.ResponseWriter, _ *http.Request, _ auth.Caller) error { return answer(w, http.StatusOK, h) }
}

// MissRoute serves RouteMissing. Errors: MethodNotAllowed, with Allow, when
// another method has the path.
func MissRoute(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
	if methods := methodsOf(r.URL.Path); len(methods) > 0 {
		w.Header().Set("Allow", strings.Join(methods, ", "))
		return problem.New(problem.MethodNotAllowed, "This path answers "+strings.Join(methods, ", ")+" only.")
	}
	return problem.New(problem.RouteNotFound, "There is no such endpoint; see /api/docs.")
}
