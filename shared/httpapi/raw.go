package httpapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// AnyMethod is the method of a raw row that takes all of them.
const AnyMethod = "ANY"

// Raw is the row of a function beside the API: it stands behind a Function URL
// of its own, and what calls it proves itself by a signature over the body, or by
// what only this function knows. So it has no credential, no rate and no place in
// the API's document. The template's FunctionUrlConfig, and its Metadata
// LocalRoute for the local edge, say the same.
type Raw struct {
	Name    string // the folder under functions/
	Method  string
	Path    string // at the local edge, with all below it when it ends in a slash; the Function URL itself takes any
	MaxBody int64  // bytes; 0 is MaxBody
}

// Below reports whether the row takes every path that begins with its own.
func (raw Raw) Below() bool { return strings.HasSuffix(raw.Path, "/") }

// Inside is a request's path below the row's; the Function URL's own may leave
// out what the local edge needs to tell rows apart.
func (raw Raw) Inside(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, strings.TrimSuffix(raw.Path, "/")), "/")
}

// PaymentsMock plays the payment service where none is configured.
func PaymentsMock() Raw {
	return Raw{Name: "payments-mock", Path: "/mock/stripe/", Method: AnyMethod, MaxBody: 64 << 10}
}

// RawEndpoints lists every raw row.
func RawEndpoints() []Raw { return []Raw{StripeWebhook(), PaymentsMock()} }

// RawHandler answers one request, whose body it is given byte for byte. A
// returned error becomes problem+json; after one, nothing may have been written.
type RawHandler func(w http.ResponseWriter, r *http.Request, body []byte) error

// ServeRaw wraps a raw handler into what the API's handlers have too: problems,
// a log line, a metric, and panics that are answered. It uses neither the edge's
// gate nor its secret.
func ServeRaw(edge Edge, raw Raw, handle RawHandler) http.Handler {
	s := server{Edge: edge, route: Route{Name: raw.Name}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.secureHeaders(w.Header())
		started := s.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if v := recover(); v != nil {
				s.Panicked(r.Context(), v)
				if !rec.wrote {
					s.writeProblem(rec, r, problem.New(problem.Internal, "Something failed on our side."))
				}
			}
			s.finish(r, rec.status, s.Now().Sub(started))
		}()
		body, err := raw.read(rec, r)
		if err == nil {
			err = handle(rec, r, body)
		}
		if err != nil {
			s.fail(rec, r, err)
		}
	})
}

// read answers the body. Errors: MethodNotAllowed, BodyTooLarge, MalformedBody.
func (raw Raw) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if raw.Method != AnyMethod && r.Method != raw.Method {
		w.Header().Set("Allow", raw.Method)
		return nil, problem.New(problem.MethodNotAllowed, "This address takes "+raw.Method+" only.")
	}
	limit := raw.MaxBody
	if limit == 0 {
		limit = MaxBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	var known *problem.Error
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, &tooLarge):
		return nil, problem.New(problem.BodyTooLarge, fmt.Sprintf("A body is at most %d KiB here.", limit>>10))
	case errors.As(err, &known):
		return nil, known
	}
	return nil, problem.Wrap(problem.MalformedBody, "The body could not be read.", err)
}
