package signin_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
)

// counted answers a request's status and how many AWS calls it made.
func (a *app) counted(method, target string, headers ...string) (int, int) {
	a.t.Helper()
	ctx, spent := calls.Count(a.t.Context())
	req := httptest.NewRequestWithContext(ctx, method, target, http.NoBody)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	a.http.ServeHTTP(rec, req)
	made := 0
	for _, n := range spent.Calls() {
		made += n
	}
	return rec.Code, made
}

// flood makes n requests and returns how many were admitted, and what the
// refused ones cost in AWS calls.
func flood(t *testing.T, n int, call func() (int, int)) (admitted, cost int) {
	t.Helper()
	for range n {
		switch status, made := call(); status {
		case http.StatusOK:
			admitted++
		case http.StatusTooManyRequests:
			cost += made
		default:
			t.Fatalf("got %d", status)
		}
	}
	return admitted, cost
}

// Refusing for rate costs nothing where it is known already: nothing at the
// process that admitted the last one, one write at another.
func TestRefusingAgainCostsNoCall(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_ANONYMOUS_PER_MINUTE=20")
	in := s.signIn(address())
	other := s.deploy()
	other.me(in.text("access_token")).expect(t, 200, "") // its first call reads the public keys
	s.clock.Forward(time.Minute)
	me := func(a *app) func() (int, int) {
		return func() (int, int) {
			return a.counted("GET", "/api/auth/me", "Authorization", "Bearer "+in.text("access_token"))
		}
	}
	health := func(a *app) func() (int, int) {
		return func() (int, int) {
			return a.counted("GET", "/api/health", "X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", "203.0.113.77")
		}
	}
	for _, c := range []struct {
		name  string
		call  func(*app) func() (int, int)
		burst int
	}{{"a user", me, 10}, {"an address", health, 20}} {
		if admitted, cost := flood(t, c.burst+1000, c.call(s.app)); admitted != c.burst || cost != 0 {
			t.Errorf("%s: %d admitted, want %d; the refusals cost %d calls, want none", c.name, admitted, c.burst, cost)
		}
		if admitted, cost := flood(t, 1000, c.call(other)); admitted != 0 || cost != 1 {
			t.Errorf("%s at another process: %d admitted, want none; the refusals cost %d calls, want 1", c.name, admitted, cost)
		}
	}
	s.clock.Forward(100 * time.Millisecond)
	if admitted, cost := flood(t, 5, me(other)); admitted != 1 || cost != 0 {
		t.Errorf("100 ms later: %d admitted, want 1; the refusals cost %d calls, want none", admitted, cost)
	}
}

// A token that waits for its rate is refused without a call, and neither the
// successor of a rotation nor the word on a copied token is withheld by that.
func TestRefusingARefreshCostsNoCall(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=2")
	cookie := s.signIn(address()).cookie()
	s.clock.Forward(time.Minute)
	old := cookie
	for range 2 {
		old, cookie = cookie, s.refresh(cookie).expect(t, 200, "").cookie()
	}
	refresh := func() (int, int) {
		return s.counted("POST", "/api/auth/refresh", "Cookie", "refresh_token="+cookie, "X-Requested-With", "test")
	}
	if status, made := refresh(); status != 429 || made == 0 {
		t.Fatalf("the first: %d by %d calls, want 429 from the store", status, made)
	}
	if admitted, cost := flood(t, 100, refresh); admitted != 0 || cost != 0 {
		t.Errorf("%d admitted; the refusals cost %d calls, want none", admitted, cost)
	}
	if got := s.refresh(old).expect(t, 200, "").cookie(); got != cookie {
		t.Error("the late caller with the token before got no successor")
	}
	s.clock.Forward(500 * time.Millisecond)
	s.refresh(cookie).expect(t, 200, "")
}

// An address that had its share of mails is answered as before.
func TestAnAddressThatHadItsMailsIsAnsweredAsBefore(t *testing.T) {
	s := newStage(t, "MAGIC_LINK_PER_ADDRESS_PER_HOUR=2")
	person := address()
	for range 5 {
		s.request(person).expect(t, 202, "")
	}
	if got := len(s.mails(person)); got != 2 {
		t.Errorf("%d mails, want 2", got)
	}
	s.clock.Forward(30 * time.Minute)
	s.request(person).expect(t, 202, "")
	if got := len(s.mails(person)); got != 3 {
		t.Errorf("%d mails half an hour later, want 3", got)
	}
}
