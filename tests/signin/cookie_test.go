package signin_test

import (
	"context"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

// sessionRows are the product's rows that a session opens.
func sessionRows() []httpapi.Route {
	var rows []httpapi.Route
	for _, r := range httpapi.Routes() {
		if r.Credentials.Take(httpapi.Session) {
			rows = append(rows, r)
		}
	}
	return rows
}

// rows serves those rows, with their own credentials and acts, by handlers that
// do nothing: who is let in answers 204.
func (s *stage) rows() *app {
	s.Helper()
	handler, rt, err := boot.NewHTTP(s.Context(), s.environ, s.logs, func(_ context.Context, rt *boot.Runtime, c settings) (http.Handler, error) {
		rt.Now, rt.AWS.BaseEndpoint, rt.AWS.Credentials, rt.AWS.ConfigSources = s.clock.Now, s.AWS.BaseEndpoint, s.AWS.Credentials, s.AWS.ConfigSources
		mux := http.NewServeMux()
		for _, r := range sessionRows() {
			bare := httpapi.Endpoint[httpapi.None, httpapi.None]{Route: httpapi.Route{
				Name: r.Name, Method: r.Method, Pattern: r.Pattern, Credentials: r.Credentials, Role: r.Role, Act: r.Act, Status: http.StatusNoContent,
			}}
			served, err := edge.Serve(rt, c.Settings, bare, func(context.Context, *httpapi.Request[httpapi.None]) (httpapi.None, error) {
				return httpapi.None{}, nil
			})
			if err != nil {
				return nil, err
			}
			mux.Handle(r.Method+" "+r.Pattern, served)
		}
		return mux, nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return &app{t: s.TB, http: handler, faults: rt.Faults}
}

var wildcard = regexp.MustCompile(`\{[^}]+\}`)

// target is a path that the row serves.
func target(r httpapi.Route) string { return wildcard.ReplaceAllString(r.Pattern, tenant.NewID()) }

// TestTheCookieAloneReadsAndChangesNothing takes every row that a session opens:
// with the refresh cookie alone a GET and a HEAD are let in, and nothing else.
func TestTheCookieAloneReadsAndChangesNothing(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=100000")
	in, all := s.signIn(address()), s.rows()
	reads, changes := 0, 0
	for _, r := range sessionRows() {
		if !r.Credentials.Take(httpapi.Cookie) == (r.Method == http.MethodGet) {
			t.Errorf("%s: a row of %s takes the cookie, or does not", r.Name, r.Method)
		}
		if r.Method == http.MethodGet {
			reads++
			for _, method := range []string{"GET", "HEAD"} {
				all.cookieAlone(method, target(r), in.cookie()).expect(t, 204, "")
				all.cookieAlone(method, target(r), in.cookie(), "Origin", appURL).expect(t, 204, "")
			}
			all.cookieAlone("GET", target(r), in.cookie(), "Origin", "https://evil.example").expect(t, 403, "cross_site_request")
			all.cookieAlone("GET", target(r), in.cookie()+"x").expect(t, 401, "session_ended")
			continue
		}
		changes++
		alone := all.cookieAlone(r.Method, target(r), in.cookie(), "X-Requested-With", "test", "Origin", appURL)
		if r.Credentials.Take(httpapi.Optional) {
			alone.expect(t, 204, "") // as nobody's, whose proof the body would hold
		} else {
			alone.expect(t, 401, "unauthenticated")
		}
		all.call(r.Method, target(r), "", "Authorization", "Bearer "+in.text("access_token")).expect(t, 204, "")
	}
	if reads < 10 || changes < 10 {
		t.Errorf("%d rows that read and %d that change: what does this test look at?", reads, changes)
	}
	t.Logf("%d rows that read, %d that change", reads, changes)
}

// TestTheCookieAloneIsCheckedAsARefreshWouldCheckIt: that of an ended session, an
// exchanged one after its grace, and one that has expired read nothing.
func TestTheCookieAloneIsCheckedAsARefreshWouldCheckIt(t *testing.T) {
	s := newStage(t)
	me := func(cookie string) answer { return s.cookieAlone("GET", "/api/auth/me", cookie) }
	person := address()
	in, leaving := s.signIn(person), s.signIn(person)
	if got := me(in.cookie()).expect(t, 200, ""); got.text("email") != person || len(got.cookies) != 0 {
		t.Errorf("got %s, %v", got.raw, got.cookies)
	}
	s.logout(leaving.cookie(), "").expect(t, 204, "")
	me(leaving.cookie()).expect(t, 401, "session_ended")
	next := s.refresh(in.cookie()).expect(t, 200, "")
	me(in.cookie()).expect(t, 200, "") // a page that loads while another tab refreshes
	s.clock.Forward(auth.RotationGrace + time.Second)
	me(in.cookie()).expect(t, 401, "session_ended")
	last := s.refresh(next.cookie()).expect(t, 200, "") // reading with an old one ended nothing
	me(in.cookie()).expect(t, 401, "session_ended")
	me(last.cookie()).expect(t, 200, "")
	// The first credential that a row takes counts: a bad token is not mended by a cookie.
	s.cookieAlone("GET", "/api/auth/me", last.cookie(), "Authorization", "Bearer x").expect(t, 401, "unauthenticated")
	s.clock.Forward(auth.SessionLife)
	me(last.cookie()).expect(t, 401, "session_ended")
}
