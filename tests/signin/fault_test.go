package signin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

func faults(nth int, kind calls.Kind, firstTry bool) string {
	return fmt.Sprintf(`FAULTS=[{"nth":%d,"kind":%q,"first_try":%v}]`, nth, kind, firstTry)
}

// Every call of a sign-in fails in turn. Whatever the first answer is, the
// person ends up signed in to exactly one account: by the same link if it is
// still alive, else by a new one.
func TestASignInSurvivesTheFailureOfAnyCall(t *testing.T) {
	kinds := []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut}
	for _, known := range []bool{false, true} {
		for nth := 1; nth <= 6; nth++ {
			for _, kind := range kinds {
				t.Run(fmt.Sprintf("known=%v/%d/%s", known, nth, kind), func(t *testing.T) {
					t.Parallel()
					signInUnder(t, known, nth, kind)
				})
			}
		}
	}
}

func signInUnder(t *testing.T, known bool, nth int, kind calls.Kind) {
	s := newStage(t)
	person := address()
	if known {
		s.signIn(person)
	}
	token := s.token(person)
	// The first call of a process is the read of its secret.
	broken := s.deploy(faults(nth+1, kind, false))
	first := broken.verify(token)
	if first.status != 200 && (first.status != 503 || first.text("code") != "unavailable") {
		t.Fatalf("under the fault: %d %s", first.status, first.raw)
	}
	if first.status != 200 {
		if first.header.Get("Set-Cookie") != "" || first.header.Get("Retry-After") == "" {
			t.Errorf("a failed sign-in answered %v", first.header)
		}
		// A fault before the effect, or one whose effect could not be looked up,
		// leaves the link alive or the session open; the retry tells which.
		s.verify(token).expect(t, 200, "")
	} else {
		s.me(first.text("access_token")).expect(t, 200, "")
		s.verify(token).expect(t, 401, "link_invalid")
	}
	stored := s.items(s.Platform)
	if got := strings.Count(stored, "TENANT"); got != 1 {
		t.Fatalf("%d tenants", got)
	}
	if got := strings.Count(stored, "USER#"); got != 1 {
		t.Fatalf("%d users", got)
	}
}

// The SDK's own retry of a transaction whose answer was lost must not read as a
// used link.
func TestALostAnswerIsRetriedInPlace(t *testing.T) {
	harness.OnBothStores(t, aLostAnswerIsRetriedInPlace)
}

func aLostAnswerIsRetriedInPlace(t *testing.T, db harness.Database) {
	for nth := 1; nth <= 5; nth++ {
		for _, kind := range []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled} {
			t.Run(fmt.Sprintf("%d/%s", nth, kind), func(t *testing.T) {
				t.Parallel()
				s := newStageOn(t, db)
				token := s.token(address())
				s.deploy(faults(nth+1, kind, true)).verify(token).expect(t, 200, "")
			})
		}
	}
}

func TestARefreshWhoseAnswerIsLostCanBeRepeated(t *testing.T) {
	harness.OnBothStores(t, aRefreshWhoseAnswerIsLostCanBeRepeated)
}

func aRefreshWhoseAnswerIsLostCanBeRepeated(t *testing.T, db harness.Database) {
	for _, kind := range []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut} {
		for nth := 1; nth <= 2; nth++ { // after the secret: the plan, the session
			t.Run(fmt.Sprintf("%d/%s", nth, kind), func(t *testing.T) {
				t.Parallel()
				s := newStageOn(t, db)
				in := s.signIn(address())
				got := s.deploy(faults(nth+1, kind, false)).refresh(in.cookie())
				if got.status != 200 {
					got.expect(t, 503, "unavailable")
					if got.header.Get("Set-Cookie") != "" {
						t.Error("a failing refresh touched the cookie")
					}
				}
				again := s.refresh(in.cookie()).expect(t, 200, "")
				s.refresh(again.cookie()).expect(t, 200, "")
			})
		}
	}
}

// A refresh that failed before its effect can be repeated later than the grace
// of a lost answer: an outage signs nobody out.
func TestARefreshThatFailsInAnOutageCanBeRepeatedLater(t *testing.T) {
	harness.OnBothStores(t, aRefreshThatFailsInAnOutageCanBeRepeatedLater)
}

func aRefreshThatFailsInAnOutageCanBeRepeatedLater(t *testing.T, db harness.Database) {
	for _, kind := range []calls.Kind{calls.LostBefore, calls.Throttled} {
		for nth := 1; nth <= 2; nth++ {
			t.Run(fmt.Sprintf("%d/%s", nth, kind), func(t *testing.T) {
				t.Parallel()
				s := newStageOn(t, db)
				in := s.signIn(address())
				s.deploy(faults(nth+1, kind, false)).refresh(in.cookie()).expect(t, 503, "unavailable")
				s.clock.Forward(time.Minute)
				s.refresh(in.cookie()).expect(t, 200, "")
			})
		}
	}
}

func TestAStoreThatIsDownReadsAsUnavailable(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	down := s.deploy(`FAULTS=[{"operation":"DynamoDB.UpdateItem","nth":1,"kind":"throttled","forever":true}]`)
	for name, got := range map[string]answer{
		"health": down.call("GET", "/api/health", ""), "me": down.me(in.text("access_token")), "logout": down.logout(in.cookie(), ""),
		"request": down.request(address()),
	} {
		got.expect(t, 503, "unavailable")
		if got.header.Get("Retry-After") == "" || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", name, got.header)
		}
	}
	mail := s.deploy(`FAULTS=[{"operation":"SESv2.SendEmail","nth":1,"kind":"timed-out"}]`)
	person := address()
	mail.request(person).expect(t, 503, "mail_failed")
	s.signIn(person)
}
