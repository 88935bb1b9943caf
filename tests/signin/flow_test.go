package signin_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"

	"github.com/devotionalai/platform/tests/harness"
)

func TestSignInRefreshLeave(t *testing.T) {
	s := newStage(t)
	person := address()
	s.call("POST", "/api/auth/magic-link/request", fmt.Sprintf(`{"email":" %s ","next":"/videos?tab=new"}`, strings.ToUpper(person))).expect(t, 202, "")
	mail := s.mails(person)
	if len(mail) != 1 || mail[0].Source != from || !strings.Contains(mail[0].BodyHTML, "#token=") {
		t.Fatalf("mail %+v", mail)
	}
	in := s.verify(tokenIn(t, mail[0])).expect(t, 200, "")
	if in.text("token_type") != "Bearer" || in.body["expires_in"] != float64(600) || in.text("next") != "/videos?tab=new" {
		t.Fatalf("answer %s", in.raw)
	}
	user := in.body["user"].(map[string]any)
	if user["email"] != person || user["role"] != "owner" || user["plan"] != "free" || user["user_id"] == "" || user["tenant_id"] == "" {
		t.Fatalf("user %v", user)
	}
	c := in.cookies[0]
	if len(in.cookies) != 1 || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/api" || c.Domain != "" || c.MaxAge != 30*24*3600 {
		t.Fatalf("cookie %s", in.header.Get("Set-Cookie"))
	}
	me := s.me(in.text("access_token")).expect(t, 200, "")
	for _, field := range []string{"user_id", "email", "tenant_id", "role", "plan"} {
		if me.body[field] != user[field] {
			t.Errorf("me %s is %v, was %v", field, me.body[field], user[field])
		}
	}
	second := s.refresh(in.cookie()).expect(t, 200, "")
	if second.cookie() == in.cookie() || second.cookie() == "" {
		t.Fatal("the cookie was not rotated")
	}
	again := s.signIn(person)
	if again.body["user"].(map[string]any)["tenant_id"] != user["tenant_id"] {
		t.Fatal("a second sign-in made another tenant")
	}
	out := s.logout(second.cookie(), "").expect(t, 204, "")
	if len(out.cookies) != 1 || out.cookies[0].MaxAge >= 0 || out.cookies[0].Path != "/api" || out.raw != "" {
		t.Fatalf("cookie not cleared: %s %q", out.header.Get("Set-Cookie"), out.raw)
	}
	for _, access := range []string{in.text("access_token"), second.text("access_token")} {
		s.me(access).expect(t, 401, "session_ended")
	}
	s.refresh(second.cookie()).expect(t, 401, "session_ended")
	s.logout(second.cookie(), "").expect(t, 204, "")
	s.logout("", "").expect(t, 204, "")
	s.logout("rubbish", "").expect(t, 204, "")
	s.logout("rubbish", "?everywhere=true").expect(t, 401, "session_ended")
	s.logout(again.cookie(), "?everywhere=maybe").expect(t, 400, "invalid_input")
	s.me(again.text("access_token")).expect(t, 200, "")
}

func TestLogoutEverywhere(t *testing.T) {
	s := newStage(t)
	person := address()
	a, b := s.signIn(person), s.signIn(person)
	other := s.signIn(address())
	s.logout(a.cookie(), "").expect(t, 204, "")
	// A session that has ended may not end the others, and is told so.
	s.logout(a.cookie(), "?everywhere=true").expect(t, 401, "session_ended")
	s.me(b.text("access_token")).expect(t, 200, "")
	c := s.signIn(person)
	s.logout(b.cookie(), "?everywhere=true").expect(t, 204, "")
	for _, dead := range []answer{b, c} {
		s.me(dead.text("access_token")).expect(t, 401, "session_ended")
	}
	s.me(other.text("access_token")).expect(t, 200, "")
	s.signIn(person)
}

func TestOneLinkSignsInOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, oneLinkSignsInOnce)
}

func oneLinkSignsInOnce(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	person := address()
	for _, name := range []string{"first sign-in", "known user"} {
		token := s.token(person)
		answers := make([]answer, 50)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = s.verify(token) })
		}
		all.Wait()
		won := 0
		for _, a := range answers {
			switch {
			case a.status == 200:
				won++
			case a.status != 401 || a.text("code") != "link_invalid" || len(a.cookies) > 0:
				t.Errorf("%s: a loser got %d %s", name, a.status, a.raw)
			}
		}
		if won != 1 {
			t.Fatalf("%s: %d of 50 signed in", name, won)
		}
	}
	if got := strings.Count(s.items(s.Platform), "TENANT"); got != 1 {
		t.Fatalf("%d tenants", got)
	}
}

func TestWrongUsedOldAndSupersededLinksLookTheSame(t *testing.T) {
	s := newStage(t)
	used := s.token(address())
	s.verify(used).expect(t, 200, "")
	person := address()
	superseded := s.token(person)
	newest := s.token(person)
	expired := s.token(address())
	want := s.verify(used).expect(t, 401, "link_invalid")
	s.clock.Forward(14*time.Minute + 59*time.Second)
	s.verify(newest).expect(t, 200, "")
	s.clock.Forward(time.Second)
	cases := map[string]string{
		"superseded": superseded, "expired": expired, "wrong": strings.Repeat("a", 52), "short": "x", "other alphabet": strings.Repeat("0", 52),
		"a session's": s.signIn(address()).cookie(),
	}
	for name, token := range cases {
		got := s.verify(token).expect(t, 401, "link_invalid")
		if got.raw != want.raw || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s differs: %s", name, got.raw)
		}
	}
	s.verify("").expect(t, 400, "invalid_input")
}

func TestMailsToOneAddressAreBoundedWithoutASign(t *testing.T) {
	harness.OnBothStores(t, mailsToOneAddressAreBoundedWithoutASign)
}

func mailsToOneAddressAreBoundedWithoutASign(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	person := address()
	first := s.request(person).expect(t, 202, "")
	for range 15 {
		if got := s.request(person).expect(t, 202, ""); got.raw != first.raw {
			t.Fatalf("the answer tells: %s", got.raw)
		}
	}
	mails := s.mails(person)
	if len(mails) != 10 {
		t.Fatalf("%d mails, want 10", len(mails))
	}
	s.verify(tokenIn(t, mails[9])).expect(t, 200, "") // a refused request leaves the last link alone
	if got := s.request(address()).expect(t, 202, ""); got.raw != first.raw {
		t.Fatalf("known and unknown addresses differ: %s", got.raw)
	}
	s.clock.Forward(6 * time.Minute)
	s.request(person).expect(t, 202, "")
	s.request(person).expect(t, 202, "")
	if mails := s.mails(person); len(mails) != 11 {
		t.Fatalf("%d mails six minutes later, want 11", len(mails))
	}
}

func TestOnlyAHashOfTheTokenIsStored(t *testing.T) {
	s := newStage(t)
	token := s.token(address())
	in := s.verify(token).expect(t, 200, "")
	pending := s.token(address())
	stored := s.items(s.Directory) + s.items(s.Platform)
	for name, value := range map[string]string{
		"a pending token": pending, "a used token": token, "a refresh token": in.cookie(), "its seal": in.cookie()[strings.LastIndex(in.cookie(), ".")+1:],
		"an access token": in.text("access_token"),
	} {
		if strings.Contains(stored, value) {
			t.Errorf("%s is stored", name)
		}
	}
}

// A sender that SES has not verified is told like an outage, whoever asks: it tells of
// no address, and an alarm tells the operator.
func TestFailingMail(t *testing.T) {
	s := newStage(t, "MAIL_FROM=nobody@unverified.example")
	s.request(address()).expect(t, 503, "mail_failed")
	down := s.under([]calls.Fault{{Operation: "SESv2.SendEmail", Nth: 1, Kind: calls.TimedOut, Forever: true}})
	down.request(address()).expect(t, 503, "mail_failed")
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	s := newStage(t)
	got := s.call("POST", "/api/auth/magic-link/request", `{"email":"a@b\r\nBcc: c@example.com"}`).expect(t, 400, "invalid_input")
	if !strings.Contains(got.raw, `"field":"email"`) {
		t.Fatalf("field not named: %s", got.raw)
	}
	got = s.call("POST", "/api/auth/magic-link/request", `{"email":"a@example.com","next":"//evil.example"}`).expect(t, 400, "invalid_input")
	if !strings.Contains(got.raw, `"field":"next"`) {
		t.Fatalf("field not named: %s", got.raw)
	}
	if strings.Contains(s.items(s.Directory), "MAILRATE#") {
		t.Fatal("something was stored")
	}
}
