package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// None is the body of a row that takes none, and the answer of one that gives none.
type None struct{}

// Content is an answer that is sent as it is, under the row's ContentType.
type Content []byte

// Endpoint is a row that knows the types of its body and answer. It is served
// by a Handler of the same types and by no other.
type Endpoint[Body, Answer any] struct{ Route }

// Handler does what an endpoint is for. It gets a request that is read and
// checked as the row says, and returns what the row's status is sent with. An
// error becomes problem+json.
type Handler[Body, Answer any] func(context.Context, *Request[Body]) (Answer, error)

// endpoint makes the row of an endpoint; its Body and Answer come from the types.
func endpoint[Body, Answer any](r Route) Endpoint[Body, Answer] {
	r.Body, r.Answer = described[Body](), described[Answer]()
	return Endpoint[Body, Answer]{r.completed()}
}

// described is the value that stands for T in the documentation.
func described[T any]() any {
	var zero T
	switch any(zero).(type) {
	case None, Content:
		return nil
	}
	return zero
}

// Request is one call: its Body, and what a Call has.
type Request[Body any] struct {
	Call
	Body Body
}

// Call is what a handler may know of a call apart from its body.
type Call struct {
	Caller auth.Caller // zero when the row takes no credential that identifies one
	Limit  int         // of a Paged row: the items on the page
	After  string      // of a Paged row: what the page begins after; "" is the first page

	route  Route
	claim  idempotency.Claim
	http   *http.Request
	header http.Header // of the answer
	later  bool        // the row's Later is the answer's status
}

// Path is the value of a wildcard of the row's pattern.
func (c *Call) Path(name string) string { return c.http.PathValue(name) }

// Query is the value of a query parameter; "" when it is absent.
func (c *Call) Query(name string) string { return c.http.URL.Query().Get(name) }

// Cookie is the value of the refresh cookie; "" when it is absent.
func (c *Call) Cookie() string { return refreshCookie(c.http) }

// versionPattern is an ETag of SetVersion, quoted or bare.
const versionPattern = `^([1-9][0-9]{0,17}|"[1-9][0-9]{0,17}")$`

// IfMatch is the version that a change is made to, quoted or bare; 0 when none
// was sent, -1, which matches none, when what was sent is no version.
func (c *Call) IfMatch() int64 {
	sent := strings.TrimSpace(c.http.Header.Get("If-Match"))
	if sent == "" {
		return 0
	}
	if bare, opened := strings.CutPrefix(sent, `"`); opened {
		sent = strings.TrimSuffix(bare, `"`)
		if sent == bare {
			return -1
		}
	}
	version, ok := spelt(sent)
	if !ok || version < 1 || len(sent) > longestVersion {
		return -1
	}
	return version
}

// longestVersion is how many digits a version may have.
const longestVersion = 18

// spelt reads a whole number in the one spelling that it is written in: strconv
// takes a sign and zeros before it too.
func spelt(sent string) (n int64, ok bool) {
	n, err := strconv.ParseInt(sent, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == sent
}

// SetHeader sets a header of the answer.
func (c *Call) SetHeader(name, value string) { c.header.Set(name, value) }

// GoesOn answers with the row's Later: the work is not at its end.
func (c *Call) GoesOn() { c.later = true }

// SetVersion sets the ETag that IfMatch reads.
func (c *Call) SetVersion(version int64) {
	c.SetHeader("ETag", strconv.Quote(strconv.FormatInt(version, 10)))
}

// read checks what the row says of a call's parameters and key, and of a body
// that must not be there.
func (c *Call) read() error {
	if err := c.readQuery(); err != nil {
		return err
	}
	if c.route.RefusesBody() {
		if err := noBody(c.http); err != nil {
			return err
		}
	}
	if !c.route.Idempotent {
		return nil
	}
	var err error
	c.claim, err = claimOf(c.http, c.Caller)
	return err
}

// readQuery names every bad parameter at once. A cursor is looked at last.
func (c *Call) readQuery() error {
	query := c.http.URL.Query()
	var bad []problem.Field
	if c.route.Paged {
		var ok bool
		if c.Limit, ok = parseLimit(query.Get(limitParam)); !ok {
			bad = append(bad, problem.Field{Field: limitParam, Message: fmt.Sprintf("must be a number from 1 to %d", maxLimit)})
		}
	}
	for _, p := range c.route.Query {
		switch sent := query.Get(p.Name); {
		case sent == "" && p.Required:
			bad = append(bad, problem.Field{Field: p.Name, Message: "is required"})
		case !p.allows(sent):
			bad = append(bad, problem.Field{Field: p.Name, Message: "must be " + strings.Join(p.Values, " or ")})
		}
	}
	if len(bad) > 0 {
		return problem.Invalid(bad...)
	}
	if !c.route.Paged {
		return nil
	}
	var err error
	c.After, err = afterCursor(query.Get(cursorParam), c.Caller, c.list())
	return err
}

// list names what a Paged call lists: its path, and what it is narrowed by.
func (c *Call) list() string {
	name := c.route.Method + " " + c.http.URL.Path
	for _, p := range c.route.Query {
		if p.Name != limitParam && p.Name != cursorParam {
			name += "\x00" + p.Name + "=" + c.Query(p.Name)
		}
	}
	return name
}

// exchange is one call as the middleware sees it.
type exchange func(http.ResponseWriter, *http.Request, auth.Caller) error

// exchange reads a call, has it handled and writes the answer. After an error
// nothing is written but headers.
func (e Endpoint[Body, Answer]) exchange(handle Handler[Body, Answer]) exchange {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		in := Request[Body]{Call: Call{Caller: caller, route: e.Route, http: r, header: w.Header()}}
		if err := in.read(); err != nil {
			return err
		}
		if e.Body != nil {
			var err error
			if in.Body, err = bodyAs[Body](e.Route, r); err != nil {
				return err
			}
		}
		out, err := handle(r.Context(), &in)
		if err != nil {
			return err
		}
		if page, ok := any(out).(shown); ok && e.Shown {
			w.Header().Set("Vary", "Accept")
			if wantsPage(r) {
				writePage(w, e.Status, page)
				return nil
			}
		}
		row := e.Route
		if in.later {
			row.Status = row.Later
		}
		row.write(w, out)
		return nil
	}
}

// write sends what a handler returned with the row's status.
func (r Route) write(w http.ResponseWriter, out any) {
	switch out := out.(type) {
	case None:
		w.WriteHeader(r.Status)
	case Content:
		w.Header().Set("Content-Type", r.ContentType)
		w.WriteHeader(r.Status)
		_, _ = w.Write(out)
	default:
		WriteJSON(w, r.Status, "application/json", out)
	}
}
