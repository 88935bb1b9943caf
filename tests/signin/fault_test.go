package signin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

// secretRead is the one call that a process makes before it serves.
const secretRead = 1

// under starts the functions as a process whose calls meet a plan.
func (s *stage) under(plan []calls.Fault) *app {
	s.Helper()
	text, err := json.Marshal(plan)
	if err != nil {
		s.Fatal(err)
	}
	return s.deploy("FAULTS=" + string(text))
}

// Every call of a sign-in fails in turn. Whatever the first answer is, the
// person ends up signed in to exactly one account: by the same link if it is
// still alive, else by a new one.
func TestASignInSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	for _, known := range []bool{false, true} {
		harness.Sweep{
			Flow: fmt.Sprintf("sign-in, known=%v", known), Skip: secretRead, Parallel: true,
			Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
		}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults { return signInUnder(t, known, plan) })
	}
}

func signInUnder(t *testing.T, known bool, plan []calls.Fault) *calls.Faults {
	s := newStage(t)
	person := address()
	if known {
		s.signIn(person)
	}
	token := s.token(person)
	broken := s.under(plan)
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
	s.onRecord(t)
	return broken.faults
}

// onRecord fails unless the one account was recorded once, and each session that
// was opened once.
func (s *stage) onRecord(t *testing.T) {
	t.Helper()
	opened := strings.Count(s.items(s.Platform), `"SESSION#`)
	for action, want := range map[string]int{"account.created": 1, "session.opened": opened} {
		if got := s.audited(action); got != want || got == 0 {
			t.Errorf("%d entries %s, want %d", got, action, want)
		}
	}
}

// The SDK's own retry of a transaction whose answer was lost must not read as a
// used link.
func TestALostAnswerIsRetriedInPlace(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, aLostAnswerIsRetriedInPlace)
}

func aLostAnswerIsRetriedInPlace(t *testing.T, db harness.Database) {
	harness.Sweep{Flow: "sign-in", Skip: secretRead, Parallel: true, Ways: []harness.Way{
		{Kind: calls.LostBefore, FirstTry: true}, {Kind: calls.LostAfter, FirstTry: true}, {Kind: calls.Throttled, FirstTry: true},
	}}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s := newStageOn(t, db)
		token := s.token(address())
		broken := s.under(plan)
		broken.verify(token).expect(t, 200, "")
		return broken.faults
	})
}

func TestARefreshWhoseAnswerIsLostCanBeRepeated(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, aRefreshWhoseAnswerIsLostCanBeRepeated)
}

func aRefreshWhoseAnswerIsLostCanBeRepeated(t *testing.T, db harness.Database) {
	harness.Sweep{
		Flow: "refresh", Skip: secretRead, Parallel: true,
		Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
	}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s := newStageOn(t, db)
		in := s.signIn(address())
		broken := s.under(plan)
		got := broken.refresh(in.cookie())
		if got.status != 200 {
			got.expect(t, 503, "unavailable")
			if got.header.Get("Set-Cookie") != "" {
				t.Error("a failing refresh touched the cookie")
			}
		}
		again := s.refresh(in.cookie()).expect(t, 200, "")
		s.refresh(again.cookie()).expect(t, 200, "")
		return broken.faults
	})
}

// A refresh that failed before its effect can be repeated later than the grace
// of a lost answer: an outage signs nobody out.
func TestARefreshThatFailsInAnOutageCanBeRepeatedLater(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, aRefreshThatFailsInAnOutageCanBeRepeatedLater)
}

func aRefreshThatFailsInAnOutageCanBeRepeatedLater(t *testing.T, db harness.Database) {
	harness.Sweep{
		Flow: "refresh", Skip: secretRead, Parallel: true, Ways: harness.Ways(calls.LostBefore, calls.Throttled),
	}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s := newStageOn(t, db)
		in := s.signIn(address())
		broken := s.under(plan)
		got := broken.refresh(in.cookie())
		if broken.faults.Struck() == 0 {
			got.expect(t, 200, "")
			return broken.faults
		}
		got.expect(t, 503, "unavailable")
		s.clock.Forward(time.Minute)
		s.refresh(in.cookie()).expect(t, 200, "")
		return broken.faults
	})
}

func TestAStoreThatIsDownReadsAsUnavailable(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	down := s.under([]calls.Fault{
		{Operation: "DynamoDB.UpdateItem", Nth: 1, Kind: calls.Throttled, Forever: true},
		{Operation: "DynamoDB.TransactWriteItems", Nth: 1, Kind: calls.Throttled, Forever: true},
	})
	for name, got := range map[string]answer{
		"health": down.call("GET", "/api/health", ""), "me": down.me(in.text("access_token")), "logout": down.logout(in.cookie(), ""),
		"request": down.request(address()),
	} {
		got.expect(t, 503, "unavailable")
		if got.header.Get("Retry-After") == "" || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", name, got.header)
		}
	}
	mail := s.under([]calls.Fault{{Operation: "SESv2.SendEmail", Nth: 1, Kind: calls.TimedOut}})
	person := address()
	failed := mail.request(person).expect(t, 503, "mail_failed")
	if sent := s.mails(person); failed.attempt() == "" || len(sent) > 0 {
		t.Errorf("cookies %v, %d mails", failed.cookies, len(sent))
	}
	// The mail went, and its answer was lost: the code in it works here.
	unsure := s.under([]calls.Fault{{Operation: "SESv2.SendEmail", Nth: 1, Kind: calls.LostAfter, Forever: true}})
	failed = unsure.request(person).expect(t, 503, "mail_failed")
	arrived := s.mails(person)
	s.typed(person, codeIn(t, arrived[len(arrived)-1]), failed.attempt()).expect(t, 200, "")
	s.signIn(person)
}
