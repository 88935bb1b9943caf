package httpapi

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// MaxBody is the largest request body, in bytes: twenty scenes of a thousand
// characters, each written as a twelve-byte JSON escape, and some room.
const MaxBody = 512 << 10

// Gate decides who a request is from and whether it may pass now. Each method
// makes at most two conditional writes.
type Gate interface {
	// Bearer checks an access token and the item of the session it names, and
	// counts the request against the user's rate. Errors: Unauthenticated,
	// SessionEnded, Forbidden (tenant frozen), RateLimited.
	Bearer(ctx context.Context, token string) (auth.Caller, ratelimit.Decision, error)
	// Anonymous counts a request without a credential against its address.
	// Errors: RateLimited.
	Anonymous(ctx context.Context, address string) (ratelimit.Decision, error)
	// Policies are the limits that Bearer and Anonymous apply.
	Policies() (user, anonymous ratelimit.Limit)
}

// Edge is what every route needs beside its own services.
type Edge struct {
	AppURL       string // the product's origin, from settings and never from a request
	OriginSecret string // proves that a viewer address was set by our own edge
	Gate         Gate
	Log          *slog.Logger
	Now          func() time.Time
	RequestID    func(context.Context) string
	Report       func(context.Context, error)         // unexpected errors
	Panicked     func(context.Context, any)           // recovered panics
	Measure      func(status int, took time.Duration) // one call per request
}

// Serve wraps a handler into everything its route row asks for.
func Serve(edge Edge, route Route, handle Handler) http.Handler {
	s := server{Edge: edge, route: route, handle: handle}
	mux := http.NewServeMux()
	mux.HandleFunc(route.muxPattern(), s.serve)
	if route.Pattern != "/" {
		mux.HandleFunc("/", s.noRoute)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.secureHeaders(w.Header())
		if path.Clean(r.URL.Path) != r.URL.Path { // the mux would answer with an HTML redirect
			s.noRoute(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

type server struct {
	Edge
	route  Route
	handle Handler
}

func (s server) serve(w http.ResponseWriter, r *http.Request) {
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
	r.Body = http.MaxBytesReader(rec, r.Body, MaxBody)
	ctx, caller, err := s.admit(rec, r)
	if err == nil {
		err = s.noKeyForSecrets(r)
	}
	if err == nil {
		r = r.WithContext(ctx)
		err = s.handle(rec, r, caller)
	}
	if err != nil {
		s.fail(rec, r, s.guessed(rec, r, err))
	}
}

// admit finds out who calls and opens exactly that tenant's data.
func (s server) admit(w http.ResponseWriter, r *http.Request) (context.Context, auth.Caller, error) {
	ctx := tenant.Doing(r.Context(), s.route.Act)
	if s.route.Credentials.Take(Cookie) {
		if err := s.sameSite(r); err != nil {
			return ctx, auth.Caller{}, err
		}
	}
	if !s.route.Credentials.Take(Session) {
		if s.route.CountsSession {
			return ctx, auth.Caller{}, nil
		}
		return ctx, auth.Caller{}, s.countAddress(w, r)
	}
	token, ok := bearer(r)
	if !ok {
		return ctx, auth.Caller{}, problem.New(problem.Unauthenticated, "Send an access token: Authorization: Bearer <token>.")
	}
	caller, decision, err := s.Gate.Bearer(ctx, token)
	if err == nil || problem.Is(err, problem.RateLimited) {
		user, _ := s.Gate.Policies()
		rateHeaders(w.Header(), "user", user, decision)
	}
	if err != nil {
		return ctx, auth.Caller{}, err
	}
	return tenant.WithTenant(ctx, caller.Tenant), caller, nil
}

// countAddress counts a request that no session answers for.
func (s server) countAddress(w http.ResponseWriter, r *http.Request) error {
	decision, err := s.Gate.Anonymous(r.Context(), s.ViewerAddress(r))
	if err == nil || problem.Is(err, problem.RateLimited) {
		_, anonymous := s.Gate.Policies()
		rateHeaders(w.Header(), "address", anonymous, decision)
	}
	return err
}

// guessed counts a request whose credential was missing or refused against its
// address, or guessing would be free. It answers what the caller is told.
func (s server) guessed(w http.ResponseWriter, r *http.Request, refusal error) error {
	counted := !s.route.Credentials.Take(Session) && !s.route.CountsSession
	if counted || !problem.Is(refusal, problem.Unauthenticated) && !problem.Is(refusal, problem.SessionEnded) {
		return refusal
	}
	if err := s.countAddress(w, r); err != nil {
		return err
	}
	return refusal
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

// sameSite refuses what another site could make a browser send: a form or an
// image cannot set X-Requested-With, and a script elsewhere announces its Origin.
func (s server) sameSite(r *http.Request) error {
	if r.Header.Get("X-Requested-With") == "" {
		return problem.New(problem.CrossSite, "Send the header X-Requested-With with calls that rest on the cookie.")
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	own, err := url.Parse(s.AppURL)
	if err != nil || origin != own.Scheme+"://"+own.Host {
		return problem.New(problem.CrossSite, "The request came from another origin.")
	}
	return nil
}

// ViewerAddress is the address of the person at the far end: the edge's word
// when it proves itself with the origin's secret, else the peer's address.
func (e Edge) ViewerAddress(r *http.Request) string {
	sent := r.Header.Get("X-Origin-Secret")
	if e.OriginSecret != "" && subtle.ConstantTimeCompare([]byte(sent), []byte(e.OriginSecret)) == 1 {
		if ip := net.ParseIP(r.Header.Get("X-Viewer-Address")); ip != nil {
			return bucketAddress(ip)
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil {
		return bucketAddress(ip)
	}
	return "unknown"
}

// bucketAddress folds an IPv6 address to its /64: one subscriber owns all of it.
func bucketAddress(ip net.IP) string {
	if v4 := ip.To4(); v4 != nil {
		return v4.String()
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
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

func (s server) noRoute(w http.ResponseWriter, r *http.Request) {
	s.writeProblem(w, r, problem.New(problem.RouteNotFound, "There is no such endpoint; see /api/docs."))
}

// fail answers an error; what is not a problem is reported and reads as internal.
func (s server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problem.From(err)
	if problem.Status(p.Code) >= 500 {
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
