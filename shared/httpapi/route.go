// Package httpapi owns the HTTP contract: one row per route beside its handler,
// the middleware that every route passes, and problem+json. It calls domain
// services and knows neither storage nor Lambda.
package httpapi

import (
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Credentials are the kinds of credential that a route takes, any one of them.
// The zero value takes none: anyone may call.
type Credentials uint8

// The kinds. What rests on the refresh cookie is guarded against other sites.
const (
	Session Credentials = 1 << iota // Authorization: Bearer, an access token
	Key                             // X-API-Key
	Cookie                          // the refresh cookie
)

// Take reports whether c takes a credential of the given kind.
func (c Credentials) Take(kind Credentials) bool { return c&kind != 0 }

// Route is one row: from it come the mux pattern, the middleware, the OpenAPI
// document and the test that holds template.yaml to it.
type Route struct {
	Name    string // the folder under functions/
	Method  string // "" matches every method
	Pattern string // net/http pattern without the method; "/" is $default

	Credentials Credentials
	Role        auth.Role  // the caller's; "" is any
	Act         tenant.Act // what it does beyond the caller's own data
	// Memory, in MB, and Timeout, in seconds, of its function; 0 is 256 and 10.
	Memory, Timeout int

	// CountsSession: the handler counts the call against its session's own rate,
	// in the write that it makes anyway. A refusal counts against the address.
	CountsSession bool
	// Idempotent: creates or spends, and takes an Idempotency-Key.
	Idempotent bool
	// Secret: the answer holds one, so that it is kept nowhere.
	Secret bool

	Summary     string         // one line, for the API's documentation
	Description string         // what the types do not say
	Tag         string         // group in the documentation
	Query       []Param        // query parameters
	Headers     []Param        // request headers beyond the credential's
	Body        any            // zero value of the request body's type; nil for none
	Status      int            // status of success
	Answer      any            // zero value of the answer's type; nil for none
	ContentType string         // of the answer; "" is application/json
	Problems    []problem.Code // codes beyond those every route may answer
}

// Param is a query parameter or header.
type Param struct {
	Name        string
	Description string
	Required    bool
}

// Handler answers one request. A returned error becomes problem+json; after
// one, nothing may have been written.
type Handler func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error

// muxPattern is the pattern for net/http.
func (r Route) muxPattern() string {
	if r.Pattern == "/" {
		return "/"
	}
	return strings.TrimSpace(r.Method + " " + r.Pattern)
}
