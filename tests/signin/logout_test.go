package signin_test

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/tests/harness"
)

// Logging out with a refresh token that was exchanged long ago is a reuse like any
// other: it ends the session that it is a copy of, and no other.
func TestAnOldCookieSignsOutItsSessionAlone(t *testing.T) {
	harness.OnBothStores(t, anOldCookieSignsOutItsSessionAlone)
}

func anOldCookieSignsOutItsSessionAlone(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	for i, everywhere := range []bool{true, false} {
		person := address()
		stolen, bystander := s.signIn(person), s.signIn(person)
		latest := s.refresh(stolen.cookie()).expect(t, 200, "")
		s.clock.Forward(auth.RotationGrace + time.Second)
		if everywhere {
			got := s.logout(stolen.cookie(), "?everywhere=true").expect(t, 401, "session_ended")
			if len(got.cookies) != 0 {
				t.Errorf("a refusal touched the cookie: %v", got.header)
			}
		} else {
			s.logout(stolen.cookie(), "").expect(t, 204, "")
			s.logout(stolen.cookie(), "").expect(t, 204, "")
		}
		s.logout(stolen.cookie(), "?everywhere=true").expect(t, 401, "session_ended")
		s.me(latest.text("access_token")).expect(t, 401, "session_ended")
		s.refresh(latest.cookie()).expect(t, 401, "session_ended")
		s.me(bystander.text("access_token")).expect(t, 200, "")
		s.recorded(audit.SessionReused, i+1)
	}
	s.recorded(audit.SessionsEnded, 0)
	s.recorded(audit.SessionEnded, 0)
}

// Within the grace the token before still logs out: a tab that has not seen the new
// one yet.
func TestTheCookieBeforeSignsOutWithinTheGrace(t *testing.T) {
	s := newStage(t)
	person := address()
	before, other := s.signIn(person), s.signIn(person)
	s.refresh(before.cookie()).expect(t, 200, "")
	s.clock.Forward(auth.RotationGrace - 5*time.Second)
	s.logout(before.cookie(), "?everywhere=true").expect(t, 204, "")
	s.me(other.text("access_token")).expect(t, 401, "session_ended")
	again := s.signIn(person)
	s.refresh(again.cookie()).expect(t, 200, "")
	s.logout(again.cookie(), "").expect(t, 204, "")
	s.me(again.text("access_token")).expect(t, 401, "session_ended")
	s.recorded(audit.SessionReused, 0)
	s.recorded(audit.SessionEnded, 1)
}
