// Package httpapi owns the HTTP contract: each endpoint's row with its handler
// beside it, the middleware that every call passes, and problem+json. It calls
// domain services and knows neither storage nor Lambda.
package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Credentials are the kinds of credential that a route takes, any one of them.
// The zero value takes none: anyone may call.
type Credentials uint8

// The kinds. With a Session, the refresh cookie identifies the caller of a GET
// or HEAD only; every such row takes it. Alone, the cookie is what the handler
// works on: it is guarded against other sites, and the middleware opens no tenant. With
// Optional the body may hold another proof; where it does not, the handler asks
// Call.Proved, which holds the row's role too.
const (
	Session  Credentials = 1 << iota // Authorization: Bearer, an access token
	Key                              // X-API-Key
	Cookie                           // the refresh cookie
	Optional                         // with another kind: a call without any is admitted as nobody's
)

// Take reports whether c takes a credential of the given kind, or of one of them.
func (c Credentials) Take(kind Credentials) bool { return c&kind != 0 }

// Identify reports whether a call with c has a Caller.
func (c Credentials) Identify() bool { return c.Take(Session | Key) }

// Route is one row: from it come the mux pattern, the middleware, the OpenAPI
// document and the test that holds template.yaml to it.
type Route struct {
	Name    string // the folder under functions/
	Method  string // "" matches every method
	Pattern string // net/http pattern without the method; "/" is $default

	Credentials Credentials
	Role        auth.Role      // the caller's; "" is any
	Feature     tenant.Feature // must be in the tenant's plan; "" is none
	Act         tenant.Act     // what it does beyond the caller's own data
	// Memory, in MB, and Timeout, in seconds, of its function; 0 is 256 and 10.
	Memory, Timeout int

	// CountsSession: the handler counts the call against its session's own rate,
	// in the write that it makes anyway. A refusal counts against the address.
	CountsSession bool
	// Idempotent: creates or spends, and takes an Idempotency-Key.
	Idempotent bool
	// Paged: a list that is answered page by page.
	Paged bool
	// Shown: the answer is also a page, for who asks for text/html.
	Shown bool
	// Secret: the answer holds one, so that it is kept nowhere.
	Secret bool

	Summary     string         // one line, for the API's documentation
	Description string         // what the types do not say
	Tag         string         // group in the documentation
	ID          Rule           // of the pattern's wildcard; nil of {id} is that of an id
	Query       []Param        // query parameters
	Headers     []Param        // request headers beyond the credential's
	Body        any            // zero value of the request body's type; nil for none
	Rules       Rules          // of the body's members
	BodyRule    Rule           // of the whole body, beside what its type's Rules say, in this row alone
	MayBeEmpty  bool           // a body that is not there means an empty object
	Status      int            // of success; 0 is 200, or 204 without an answer
	Later       int            // of a success whose work still goes on; 0 where none does
	Answer      any            // zero value of the answer's type; nil for none
	ContentType string         // of the answer; "" is application/json
	Problems    []problem.Code // codes beyond those that the rest of the row implies
}

// Param is a query parameter or header.
type Param struct {
	Name        string
	Description string
	Required    bool
	Values      []string // the only ones of a query parameter; nil when it may hold others
	Rule        Rule     // what else its value is held to, where it has no Values
}

// allows reports whether a query parameter may have a value; "" is an absent one.
func (p Param) allows(value string) bool {
	return value == "" || p.Values == nil || slices.Contains(p.Values, value)
}

// muxPattern is the pattern for net/http.
func (r Route) muxPattern() string {
	if r.Pattern == "/" {
		return "/"
	}
	return strings.TrimSpace(r.Method + " " + r.Pattern)
}

// RefusesBody reports whether a body that came all the same is refused. Where
// nobody has to sign in it is ignored, as it always was.
func (r Route) RefusesBody() bool {
	changes := r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch
	return r.Body == nil && changes && r.Credentials.Identify()
}

// completed fills in what the rest of a row implies.
func (r Route) completed() Route {
	if r.Status == 0 {
		r.Status = http.StatusOK
		if r.Answer == nil && r.ContentType == "" {
			r.Status = http.StatusNoContent
		}
	}
	if r.Method == http.MethodGet && r.Credentials.Take(Session) {
		r.Credentials |= Cookie
	}
	if strings.Contains(r.Pattern, "{id}") && r.ID == nil {
		r.ID = anID()
	}
	if r.Paged {
		r.Query = slices.Concat(pageParams(), r.Query)
		r.Problems = slices.Concat(r.Problems, []problem.Code{problem.InvalidInput, problem.InvalidCursor})
	}
	return r
}
