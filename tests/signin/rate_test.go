package signin_test

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/tests/harness"
)

// burst makes n calls at once and returns how many were admitted; every other
// one must be a 429 with Retry-After.
func burst(t *testing.T, n int, call func() answer) int {
	t.Helper()
	var all sync.WaitGroup
	var admitted atomic.Int64
	for range n {
		all.Go(func() {
			got := call()
			after, _ := strconv.Atoi(got.header.Get("Retry-After"))
			switch {
			case got.status == 200:
				admitted.Add(1)
			case got.status != 429 || got.text("code") != "rate_limited" || after < 1:
				t.Errorf("got %d %s, Retry-After %d", got.status, got.raw, after)
			}
		})
	}
	all.Wait()
	return int(admitted.Load())
}

func TestUserRateIsExact(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, userRateIsExact)
}

func userRateIsExact(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	in := s.signIn(address())
	neighbour := s.signIn(address())
	call := func() answer { return s.me(in.text("access_token")) }
	if got := burst(t, 40, call); got != 10 {
		t.Fatalf("%d of 40 at once admitted, want 10", got)
	}
	s.me(neighbour.text("access_token")).expect(t, 200, "")
	s.clock.Forward(300 * time.Millisecond)
	if got := burst(t, 20, call); got != 3 {
		t.Fatalf("%d admitted 300 ms later, want 3", got)
	}
	s.clock.Forward(5 * time.Minute)
	if got := burst(t, 20, call); got != 10 {
		t.Fatalf("%d admitted later, want 10: unused rate must not add up", got)
	}
}

func TestAnonymousRateIsExactAndPerAddress(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, anonymousRateIsExactAndPerAddress)
}

func anonymousRateIsExactAndPerAddress(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "RATE_LIMIT_ANONYMOUS_PER_MINUTE=7")
	from := func(ip string) func() answer {
		return func() answer {
			return s.call("GET", "/api/health", "", "X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", ip)
		}
	}
	if got := burst(t, 30, from("203.0.113.1")); got != 7 {
		t.Fatalf("%d of 30 admitted, want 7", got)
	}
	for i := range 3 {
		if got := burst(t, 8, from(fmt.Sprintf("203.0.113.%d", i+2))); got != 7 {
			t.Fatalf("another address: %d of 8 admitted, want 7", got)
		}
	}
	s.clock.Forward(time.Minute)
	if got := burst(t, 30, from("203.0.113.1")); got != 7 {
		t.Fatalf("%d admitted a minute later, want 7", got)
	}
}

func TestGuessingATokenIsCounted(t *testing.T) {
	harness.OnBothStores(t, guessingATokenIsCounted)
}

func guessingATokenIsCounted(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "RATE_LIMIT_ANONYMOUS_PER_MINUTE=5")
	refused := 0
	for range 10 {
		switch got := s.verify("wrong"); got.status {
		case 401:
		case 429:
			refused++
		default:
			t.Fatalf("got %d %s", got.status, got.raw)
		}
	}
	if refused != 5 {
		t.Fatalf("%d of 10 guesses refused for their rate, want 5", refused)
	}
}

// Many people sit behind one address: what they do with sessions of their own
// counts against each of them alone.
func TestRefreshingCountsTheSessionAndGuessingTheAddress(t *testing.T) {
	harness.OnBothStores(t, refreshingCountsTheSessionAndGuessingTheAddress)
}

func refreshingCountsTheSessionAndGuessingTheAddress(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "RATE_LIMIT_ANONYMOUS_PER_MINUTE=5", "RATE_LIMIT_USER_PER_SECOND=3")
	in := s.signIn(address())
	cookie := in.cookie()
	for range 20 {
		got := s.refresh(cookie).expect(t, 200, "")
		if got.header.Get("RateLimit") == "" {
			t.Error("a refresh does not say its rate")
		}
		cookie = got.cookie()
		s.clock.Forward(time.Second)
	}
	refused := 0
	for range 9 {
		got := s.refresh("rubbish")
		if got.status == 429 {
			refused++
		}
	}
	if refused < 4 {
		t.Errorf("%d of 9 guesses refused for their rate", refused)
	}
	s.clock.Forward(time.Minute)
	limited := 0
	for range 6 {
		got := s.refresh(cookie)
		switch got.status {
		case 200:
			cookie = got.cookie()
		case 429:
			limited++
		default:
			t.Fatalf("got %d %s", got.status, got.raw)
		}
	}
	if limited != 3 {
		t.Errorf("%d of 6 refreshes of one session at one moment refused, want 3", limited)
	}
	s.clock.Forward(time.Second)
	s.refresh(cookie).expect(t, 200, "")
}

// A refused bearer is a guess as well.
func TestARefusedBearerIsCounted(t *testing.T) {
	harness.OnBothStores(t, aRefusedBearerIsCounted)
}

func aRefusedBearerIsCounted(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "RATE_LIMIT_ANONYMOUS_PER_MINUTE=5")
	in := s.signIn(address())
	s.clock.Forward(time.Minute)
	s.logout(in.cookie(), "").expect(t, 204, "")
	s.clock.Forward(time.Minute)
	refused := 0
	for i := range 10 {
		token := "rubbish"
		if i%2 == 0 {
			token = in.body["access_token"].(string)
		}
		switch got := s.me(token); got.status {
		case 401:
		case 429:
			refused++
		default:
			t.Fatalf("got %d %s", got.status, got.raw)
		}
	}
	if refused != 5 {
		t.Errorf("%d of 10 refused for their rate, want 5", refused)
	}
}

// TestAClockThatWasAheadLocksNobodyOut: a process an hour ahead of the others counts
// a person's calls and an address's; the others admit both at once.
func TestAClockThatWasAheadLocksNobodyOut(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	call := func() answer { return s.me(in.text("access_token")) }
	s.clock.Forward(5 * time.Minute)
	if got := burst(t, 10, call); got != 10 {
		t.Fatalf("%d admitted, want 10", got)
	}
	s.clock.Forward(-5 * time.Minute)
	call().expect(t, 200, "")
	if got := burst(t, 20, call); got != 9 {
		t.Errorf("%d more admitted when the clock is right again, want 9", got)
	}
}
