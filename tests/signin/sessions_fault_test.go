package signin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// Whatever fails while a session is ended, it is ended with its entry in the audit
// trail or not at all, and asking again leads to exactly one entry.
func TestASessionEndsWithItsEntryOrNotAtAll(t *testing.T) {
	harness.Proof(t)
	flows := map[string]struct {
		action audit.Action
		end    func(a *app, in, current answer) answer // the sign-in, whose token was exchanged, and what it was exchanged for
	}{
		"reuse":      {audit.SessionReused, func(a *app, in, _ answer) answer { return a.refresh(in.cookie()) }},
		"logout":     {audit.SessionEnded, func(a *app, _, current answer) answer { return a.logout(current.cookie(), "") }},
		"everywhere": {audit.SessionsEnded, func(a *app, _, current answer) answer { return a.logout(current.cookie(), "?everywhere=true") }},
		"end":        {audit.SessionEnded, func(a *app, in, _ answer) answer { return a.end(in.text("access_token"), sessionIn(in)) }},
	}
	for name, flow := range flows {
		harness.Sweep{
			Flow: name, Skip: secretRead, Parallel: true,
			Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
		}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			s := newStage(t)
			in := s.signIn(address())
			current := s.refresh(in.cookie()).expect(t, 200, "")
			s.clock.Forward(auth.RotationGrace + time.Second)
			broken := s.under(plan)
			if got := flow.end(broken, in, current); got.header.Get("Set-Cookie") != "" && got.status >= 400 {
				t.Errorf("a failing call touched the cookie: %v", got.header)
			}
			ended := s.me(current.text("access_token")).status == 401
			if entries := len(s.acts(flow.action)); (entries == 1) != ended || entries > 1 {
				t.Fatalf("ended %v with %d entries", ended, entries)
			}
			flow.end(s.app, in, current)
			s.recorded(flow.action, 1)
			s.me(current.text("access_token")).expect(t, 401, "session_ended")
			return broken.faults
		})
	}
}

// A refresh from elsewhere is worth more than the note of where it came from.
func TestARefreshFromElsewhereIsNotedAndNeverFailsForIt(t *testing.T) {
	s := newStage(t)
	in := s.call("POST", "/api/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, s.token(address())), browsing(onLinux, "203.0.113.9")...).expect(t, 200, "")
	shown := func(access string) string {
		first := s.sessions(access, "").expect(t, 200, "").body["items"].([]any)[0].(map[string]any)
		return fmt.Sprint(first["device"], " at ", first["place"])
	}
	refresh := func(a *app, cookie, agent, place string) answer {
		headers := append(browsing(agent, place), "Cookie", "refresh_token="+cookie, "X-Requested-With", "test")
		return a.call("POST", "/api/auth/refresh", "", headers...).expect(t, 200, "")
	}
	// The second write of the process is the note: the first one rotates.
	broken := s.under([]calls.Fault{{Operation: "DynamoDB.UpdateItem", Nth: 2, Kind: calls.TimedOut, Forever: true}})
	next := refresh(broken, in.cookie(), onIPhone, "198.51.100.7")
	if got := shown(next.text("access_token")); got != "Firefox on Linux at 203.0.113.9" || broken.faults.Struck() == 0 {
		t.Errorf("not noted, and yet %s; %d faults struck", got, broken.faults.Struck())
	}
	next = refresh(s.app, next.cookie(), onIPhone, "198.51.100.7")
	if got := shown(next.text("access_token")); got != "Safari on iOS at 198.51.100.7" {
		t.Errorf("noted %s", got)
	}
	// From the same place within a day nothing is written but the rotation.
	s.clock.Forward(time.Hour)
	quiet := s.under([]calls.Fault{{Operation: "DynamoDB.UpdateItem", Nth: 2, Kind: calls.TimedOut, Forever: true}})
	next = refresh(quiet, next.cookie(), onIPhone, "198.51.100.7")
	if quiet.faults.Struck() != 0 {
		t.Error("a refresh from the same place wrote twice")
	}
	s.clock.Forward(25 * time.Hour)
	daily := s.under([]calls.Fault{{Operation: "DynamoDB.UpdateItem", Nth: 2, Kind: calls.TimedOut}})
	refresh(daily, next.cookie(), onIPhone, "198.51.100.7")
	if daily.faults.Struck() == 0 {
		t.Error("after a day the note is not renewed")
	}
}

// What an erasure took away does not come back with a note that was under way.
func TestANoteOfAnErasedSessionIsNotWritten(t *testing.T) {
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db)
		ref := auth.SessionRef{Tenant: tenant.ID(tenant.NewID()), User: auth.UserID(tenant.NewID()), Session: tenant.NewID()}
		ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Manage), ref.Tenant)
		from := auth.Visit{Device: "Firefox on Linux", Address: "203.0.113.9"}
		if err := dynamo.NewCredentials(s.client(nil)).Renew(ctx, ref, from, s.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if stored := s.items(s.Platform); strings.Contains(stored, ref.Session) {
			t.Errorf("written: %s", stored)
		}
	})
}
