package signin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

// Every call of a sign-in by code fails in turn: whatever the first answer is,
// the same code ends in one session of one account.
func TestASignInByCodeSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	for _, known := range []bool{false, true} {
		harness.Sweep{
			Flow: fmt.Sprintf("sign-in by code, known=%v", known), Skip: secretRead, Parallel: true,
			Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
		}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults { return enterUnder(t, known, plan) })
	}
}

func enterUnder(t *testing.T, known bool, plan []calls.Fault) *calls.Faults {
	s := newStage(t)
	person, sessions := address(), 1
	if known {
		s.signIn(person)
		sessions++
	}
	m := s.ask(person)
	broken := s.under(plan)
	first := broken.enter(m)
	switch {
	case first.status == 200:
		s.me(first.text("access_token")).expect(t, 200, "")
		s.enter(m).expect(t, 401, "link_invalid")
	case first.status != 503 || first.text("code") != "unavailable" || first.header.Get("Set-Cookie") != "" || first.header.Get("Retry-After") == "":
		t.Fatalf("under the fault: %d %s", first.status, first.raw)
	default:
		s.enter(m).expect(t, 200, "")
	}
	s.verify(m.token).expect(t, 401, "link_invalid")
	stored := s.items(s.Platform)
	for kind, want := range map[string]int{`"TENANT"`: 1, `"USER#`: 1, `"SESSION#`: sessions} {
		if got := strings.Count(stored, kind); got != want {
			t.Errorf("%d items %s, want %d", got, kind, want)
		}
	}
	s.onRecord(t)
	return broken.faults
}

// A try whose answer was lost and which the SDK sends again is one try: four
// wrong ones and a right one are five.
func TestALostAnswerIsOneTry(t *testing.T) {
	harness.OnBothStores(t, aLostAnswerIsOneTry)
}

func aLostAnswerIsOneTry(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_CODE_TRIES_PER_HOUR=5")
	m := s.ask(address())
	lossy := s.deploy(`FAULTS=[{"operation":"DynamoDB.UpdateItem","nth":1,"kind":"lost-after","forever":true,"first_try":true}]`)
	for range 4 {
		lossy.typed(m.person, wrong(m.code), m.attempt).expect(t, 401, "link_invalid")
	}
	lossy.enter(m).expect(t, 200, "")
	if struck := lossy.faults.Struck(); struck < 15 {
		t.Errorf("%d faults struck of 5 tries", struck)
	}
}

// A request for a link that fails anywhere can be repeated, and what it mails
// then signs in.
func TestARequestForALinkCanBeRepeated(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{
		Flow: "ask for a link", Skip: secretRead, Parallel: true,
		Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
	}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s := newStage(t)
		person := address()
		broken := s.under(plan)
		first := broken.request(person)
		if broken.faults.Struck() == 0 {
			first.expect(t, 202, "")
		} else if first.status != 503 || (first.attempt() != "") != (first.text("code") == "mail_failed") {
			t.Fatalf("under the fault: %d %s, cookies %v", first.status, first.raw, first.cookies)
		}
		if mails := s.mails(person); first.attempt() != "" && len(mails) == 1 { // its answer was lost, or came in time
			s.typed(person, codeIn(t, mails[0]), first.attempt()).expect(t, 200, "")
		}
		s.enter(s.ask(person)).expect(t, 200, "")
		return broken.faults
	})
}
