package signin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/tests/harness"
)

// asked is what a sign-in mail and the answer to its request give.
type asked struct{ person, token, code, attempt string }

// ask asks for a mail and reads the newest one.
func (s *stage) ask(person string, headers ...string) asked {
	s.Helper()
	got := s.request(person, headers...).expect(s, 202, "")
	mails := s.mails(person)
	if len(mails) == 0 {
		s.Fatal("no mail came")
	}
	newest := mails[len(mails)-1]
	return asked{person: person, token: tokenIn(s, newest), code: codeIn(s, newest), attempt: got.attempt()}
}

// attempt returns the value of the attempt cookie that was set.
func (a answer) attempt() string {
	for _, c := range a.cookies {
		if c.Name == "sign_in_attempt" {
			return c.Value
		}
	}
	return ""
}

func codeIn(t testing.TB, m sent) string {
	t.Helper()
	for line := range strings.SplitSeq(m.BodyText, "\n") {
		if code, ok := strings.CutPrefix(strings.TrimSpace(line), "Code: "); ok {
			return code
		}
	}
	t.Fatal("the mail has no line with a code")
	return ""
}

// typed sends a code; an empty attempt sends no cookie.
func (a *app) typed(person, code, attempt string) answer {
	a.t.Helper()
	var cookie []string
	if attempt != "" {
		cookie = []string{"Cookie", "sign_in_attempt=" + attempt}
	}
	return a.call("POST", "/api/auth/magic-link/verify", fmt.Sprintf(`{"email":%q,"code":%q}`, person, code), cookie...)
}

func (a *app) enter(m asked) answer { a.t.Helper(); return a.typed(m.person, m.code, m.attempt) }

// wrong is a code that could have been mailed, but was not.
func wrong(code string) string {
	if code[0] == 'C' {
		return "D" + code[1:]
	}
	return "C" + code[1:]
}

func TestACodeSignsInTheBrowserThatAsked(t *testing.T) {
	s := newStage(t)
	person := address()
	got := s.call("POST", "/api/auth/magic-link/request", fmt.Sprintf(`{"email":%q,"next":"/videos"}`, person)).expect(t, 202, "")
	c := got.cookies[0]
	if len(got.cookies) != 1 || c.Name != "sign_in_attempt" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode ||
		c.Path != "/api/auth" || c.Domain != "" || c.MaxAge != 15*60 || len(c.Value) != 52 {
		t.Fatalf("cookie %s", got.header.Get("Set-Cookie"))
	}
	mail := s.mails(person)[0]
	code := codeIn(t, mail)
	if len(code) != 6 || strings.ToUpper(code) != code || !strings.Contains(mail.BodyHTML, "Code: "+code) {
		t.Fatalf("code %q in %s", code, mail.BodyHTML)
	}
	in := s.typed(person, code, got.attempt()).expect(t, 200, "")
	if in.text("next") != "/videos" || in.cookie() == "" || len(in.cookies) != 1 {
		t.Fatalf("answer %s, cookies %v", in.raw, in.cookies)
	}
	s.me(in.text("access_token")).expect(t, 200, "")
	s.verify(tokenIn(t, mail)).expect(t, 401, "link_invalid")
	for _, form := range []func(string) string{
		strings.ToLower, func(c string) string { return c[:3] + "-" + c[3:] }, func(c string) string { return " " + strings.ToLower(c[:2]) + " " + c[2:] },
	} {
		m := s.ask(person)
		s.typed(" "+strings.ToUpper(person), form(m.code), m.attempt).expect(t, 200, "")
		s.enter(m).expect(t, 401, "link_invalid")
	}
	if stored := s.items(s.Directory); strings.Contains(stored, c.Value) || strings.Contains(stored, code) {
		t.Error("the attempt or the code is stored")
	}
}

func TestEveryWrongCodeGetsTheSameAnswer(t *testing.T) {
	s := newStage(t)
	want := s.verify(strings.Repeat("a", 52)).expect(t, 401, "link_invalid")
	used, expired := s.ask(address()), s.ask(address())
	s.enter(used).expect(t, 200, "")
	s.clock.Forward(15 * time.Minute)
	person := address()
	older := s.ask(person)
	newer, other, worn := s.ask(person), s.ask(address()), s.ask(address())
	for range 5 {
		s.typed(worn.person, wrong(worn.code), worn.attempt)
	}
	for name, got := range map[string]answer{
		"wrong":                         s.typed(person, wrong(newer.code), newer.attempt),
		"no code at all":                s.typed(person, "123456", newer.attempt),
		"too long":                      s.typed(person, newer.code+"C", newer.attempt),
		"used":                          s.enter(used),
		"expired":                       s.enter(expired),
		"no cookie":                     s.typed(person, newer.code, ""),
		"a cookie that is none":         s.typed(person, newer.code, "rubbish"),
		"another browser's cookie":      s.typed(person, newer.code, other.attempt),
		"the cookie of an earlier mail": s.typed(person, newer.code, older.attempt),
		"an earlier mail":               s.enter(older),
		"another person's code":         s.typed(person, other.code, newer.attempt),
		"another person's address":      s.typed(other.person, newer.code, newer.attempt),
		"an address that asked nothing": s.typed(address(), newer.code, newer.attempt),
		"tried too often":               s.enter(worn),
		"its token":                     s.verify(worn.token),
	} {
		if got.expect(t, 401, "link_invalid"); got.raw != want.raw || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s differs: %s", name, got.raw)
		}
	}
	s.enter(newer).expect(t, 200, "")
}

func TestASignInTakesOneFormOfTheTwo(t *testing.T) {
	s := newStage(t)
	m := s.ask(address())
	for field, body := range map[string]string{
		"token":   `{}`,
		"token ":  fmt.Sprintf(`{"token":%q,"email":%q,"code":%q}`, m.token, m.person, m.code),
		"token  ": fmt.Sprintf(`{"token":%q,"code":%q}`, m.token, m.code),
		"code":    fmt.Sprintf(`{"email":%q}`, m.person),
		"email":   fmt.Sprintf(`{"code":%q}`, m.code),
		"email ":  fmt.Sprintf(`{"email":"nobody","code":%q}`, m.code),
	} {
		got := s.call("POST", "/api/auth/magic-link/verify", body, "Cookie", "sign_in_attempt="+m.attempt).expect(t, 400, "invalid_input")
		if !strings.Contains(got.raw, fmt.Sprintf(`"field":%q`, strings.TrimSpace(field))) {
			t.Errorf("%s: field %s is not named: %s", body, field, got.raw)
		}
	}
	s.enter(m).expect(t, 200, "")
}

// Who does not hold the cookie of the link that is under way writes nothing,
// however often he tries, and closes no way for its owner.
func TestAStrangersTriesUseNothingUp(t *testing.T) {
	harness.OnBothStores(t, aStrangersTriesUseNothingUp)
}

func aStrangersTriesUseNothingUp(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	m, stranger := s.ask(address()), s.ask(address())
	signIns := func() string {
		var kept []string
		for line := range strings.SplitSeq(s.items(s.Directory), "\n") {
			if !strings.Contains(line, "RATE#127.0.0.1") && !strings.Contains(line, "RATE#192.0.2.1") {
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "\n")
	}
	before := signIns()
	for range 10 {
		s.typed(m.person, m.code, stranger.attempt).expect(t, 401, "link_invalid")
		s.typed(m.person, wrong(m.code), stranger.attempt).expect(t, 401, "link_invalid")
		s.typed(m.person, m.code, "").expect(t, 401, "link_invalid")
	}
	if after := signIns(); after != before {
		t.Fatalf("a stranger's tries wrote:\n%s\n%s", before, after)
	}
	s.enter(m).expect(t, 200, "")
}

func TestFiveTriesAndBothAreDead(t *testing.T) {
	harness.OnBothStores(t, fiveTriesAndBothAreDead)
}

func fiveTriesAndBothAreDead(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_CODE_TRIES_PER_HOUR=100")
	miss := func(n int) asked {
		m := s.ask(address())
		for range n {
			s.typed(m.person, wrong(m.code), m.attempt).expect(t, 401, "link_invalid")
		}
		return m
	}
	s.enter(miss(4)).expect(t, 200, "") // the fifth is right
	s.verify(miss(4).token).expect(t, 200, "")
	dead := miss(5)
	s.enter(dead).expect(t, 401, "link_invalid")
	s.verify(dead.token).expect(t, 401, "link_invalid")
	s.enter(s.ask(dead.person)).expect(t, 200, "")
}

// Asking for another mail buys no more guesses. When they are used up the code
// way is closed, and the token works, however often the code is typed on.
func TestTriesOfAnAddressAreBoundedOverItsMails(t *testing.T) {
	harness.OnBothStores(t, triesOfAnAddressAreBoundedOverItsMails)
}

func triesOfAnAddressAreBoundedOverItsMails(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_CODE_TRIES_PER_HOUR=6")
	first := s.ask(address())
	for range 4 {
		s.typed(first.person, wrong(first.code), first.attempt).expect(t, 401, "link_invalid")
	}
	second := s.ask(first.person)
	for range 2 {
		s.typed(second.person, wrong(second.code), second.attempt).expect(t, 401, "link_invalid")
	}
	for range 8 {
		s.enter(second).expect(t, 401, "link_invalid")
	}
	s.verify(second.token).expect(t, 200, "")
	s.enter(s.ask(address())).expect(t, 200, "") // another address is not concerned
	s.enter(s.ask(first.person)).expect(t, 401, "link_invalid")
	s.clock.Forward(10 * time.Minute)
	s.enter(s.ask(first.person)).expect(t, 200, "")
}

// A cookie that somebody planted in the browser is never taken over.
func TestAnAttemptIsNeverTakenOver(t *testing.T) {
	s := newStage(t)
	planted := s.ask(address()).attempt
	person := address()
	m := s.ask(person, "Cookie", "sign_in_attempt="+planted)
	again := s.ask(person, "Cookie", "sign_in_attempt="+m.attempt)
	if m.attempt == planted || again.attempt == m.attempt || again.attempt == "" {
		t.Fatal("the browser's own cookie was taken over")
	}
	s.typed(person, again.code, planted).expect(t, 401, "link_invalid")
	s.typed(person, again.code, m.attempt).expect(t, 401, "link_invalid")
	s.enter(again).expect(t, 200, "")
}
