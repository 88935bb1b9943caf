package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
)

// MaxBody is the largest request body, in bytes: twenty scenes of a thousand
// characters, each written as a twelve-byte JSON escape, and some room.
const MaxBody = 512 << 10

// Edge is what every route needs beside its own services.
type Edge struct {
	AppURL        string   // the product's origin, from settings and never from a request
	OriginSecrets []string // each proves that a viewer address was set by our own edge; two during a rotation
	EdgeOnly      bool     // whether a call without one of them is refused
	Gate          Gate
	Plans         Plans
	Log           *slog.Logger
	Now           func() time.Time
	RequestID     func(context.Context) string
	Report        func(context.Context, error)         // unexpected errors
	Panicked      func(context.Context, any)           // recovered panics
	Measure       func(status int, took time.Duration) // one call per request
}

// Serve wraps a handler into everything its row asks for. A path that is not
// the row's is answered here too: as any other call, it is counted and logged.
func Serve[Body, Answer any](edge Edge, e Endpoint[Body, Answer], handle Handler[Body, Answer]) http.Handler {
	return serve(edge, e.Route, e.exchange(handle))
}

func serve(edge Edge, route Route, handle exchange) http.Handler {
	s := server{Edge: edge, route: route, handle: handle}
	missing := server{Edge: edge, route: Route{Name: route.Name}, handle: missed}
	mux := http.NewServeMux()
	mux.HandleFunc(route.muxPattern(), s.serve)
	if route.Pattern != "/" {
		mux.HandleFunc("/", missing.serve)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean(r.URL.Path) != r.URL.Path { // the mux would answer with an HTML redirect
			missing.serve(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func missed(http.ResponseWriter, *http.Request, auth.Caller) error { return noSuchRoute() }

type server struct {
	Edge
	route  Route
	handle exchange
}

func (s server) serve(w http.ResponseWriter, r *http.Request) {
	started := s.Now()
	s.secureHeaders(w.Header())
	whole := &packing{ResponseWriter: w}
	rec := &recorder{ResponseWriter: w}
	if s.route.packs() {
		rec.ResponseWriter = whole
	}
	defer func() {
		if v := recover(); v != nil {
			s.Panicked(r.Context(), v)
			if !rec.wrote {
				s.writeProblem(rec, r, problem.New(problem.Internal, "Something failed on our side."))
			}
		}
		whole.send(r)
		s.finish(r, rec.status, s.Now().Sub(started))
	}()
	r.Body = http.MaxBytesReader(rec, r.Body, MaxBody)
	r = s.viewed(r)
	if err := s.pastEdge(r); err != nil { // before anything is read or counted
		s.fail(rec, r, err)
		return
	}
	before := r // an address is counted outside any tenant's scope
	ctx, caller, err := s.admit(rec, r)
	r = r.WithContext(ctx)
	if err == nil {
		err = s.noKeyForSecrets(r)
	}
	if err == nil {
		err = s.handle(rec, r, caller)
	}
	if err != nil {
		s.fail(rec, r, s.countRefused(rec, before, auth.Gone(err)))
	}
}

func (s server) secureHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// rateHeaders follow draft-ietf-httpapi-ratelimit-headers: r is what is left,
// t the seconds until it is whole again, q the burst, w its window in seconds.
func rateHeaders(h http.Header, name string, limit ratelimit.Limit, d ratelimit.Decision) {
	window := ceilSeconds(limit.Every * time.Duration(limit.Burst))
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", name, limit.Burst, window))
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", name, d.Remaining, ceilSeconds(d.Reset)))
}

func ceilSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// fail answers an error; what is not a problem is reported and reads as internal.
func (s server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problem.From(err)
	if problem.OperatorsToMend(p.Code) {
		s.Report(r.Context(), err)
	}
	s.writeProblem(w, r, p)
}

func (s server) writeProblem(w http.ResponseWriter, r *http.Request, p *problem.Error) {
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(ceilSeconds(p.RetryAfter)))
	}
	if p.Code == problem.Unauthenticated || p.Code == problem.SessionEnded {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	WriteJSON(w, problem.Status(p.Code), "application/problem+json", Document(s.AppURL, s.RequestID(r.Context()), p))
}

func (s server) finish(r *http.Request, status int, took time.Duration) {
	s.Measure(status, took)
	s.Log.InfoContext(r.Context(), "request", "route", s.route.Name, "status", status, "ms", took.Milliseconds())
}

// recorder remembers the status for the log line.
type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if !r.wrote {
		r.status, r.wrote = http.StatusOK, true
	}
	return r.ResponseWriter.Write(b)
}
