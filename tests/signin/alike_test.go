package signin_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/tests/harness"
)

// weighed asks for a link and tells what is seen of the answer, cookie value
// aside, and what AWS calls it made.
func (a *app) weighed(person string, headers ...string) (string, map[string]int) {
	a.t.Helper()
	return a.weigh("request", fmt.Sprintf(`{"email":%q}`, person), headers...)
}

// weighedGuess tells the same of a code that is typed.
func (a *app) weighedGuess(person, code, attempt string) (string, map[string]int) {
	a.t.Helper()
	return a.weigh("verify", fmt.Sprintf(`{"email":%q,"code":%q}`, person, code), "Cookie", "sign_in_attempt="+attempt)
}

func (a *app) weigh(path, body string, headers ...string) (string, map[string]int) {
	a.t.Helper()
	ctx, spent := calls.Count(a.t.Context())
	req := httptest.NewRequestWithContext(ctx, "POST", "/api/auth/magic-link/"+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	a.http.ServeHTTP(rec, req)
	seen := fmt.Sprint(rec.Code, " ", rec.Body.String())
	for _, name := range slices.Sorted(maps.Keys(rec.Header())) {
		value := rec.Header().Get(name)
		if name == "Set-Cookie" {
			_, attributes, _ := strings.Cut(value, ";")
			value = fmt.Sprint(len(value), attributes, len(rec.Result().Cookies()))
		}
		seen += "\n" + name + ": " + value
	}
	return seen, spent.Calls()
}

// suppress keeps an address from mail, until a time if one is given.
func (s *stage) suppress(person string, until time.Time) {
	s.Helper()
	item := map[string]types.AttributeValue{
		"pk":     &types.AttributeValueMemberS{Value: "SUPPRESS#" + person},
		"reason": &types.AttributeValueMemberS{Value: "bounce"},
		"at":     &types.AttributeValueMemberN{Value: fmt.Sprint(s.clock.Now().UnixMilli())},
	}
	if !until.IsZero() {
		item["valid_until"] = &types.AttributeValueMemberN{Value: fmt.Sprint(until.UnixMicro())}
	}
	_, err := dynamodb.NewFromConfig(s.AWS).PutItem(s.Context(), &dynamodb.PutItemInput{TableName: aws.String(s.Directory), Item: item})
	if err != nil {
		s.Fatal(err)
	}
}

// The answer and the work are the same, call by call, whether the address has an
// account, gets a mail, or must not get one.
func TestAskingForALinkIsTheSameForEveryAddress(t *testing.T) {
	s := newStage(t)
	// A caller whose pace is slow: what he has asked for tells nothing.
	quiet := func() { s.clock.Forward(time.Minute) }
	known, throttled, gone, back := address(), address(), address(), address()
	s.signIn(known)
	s.clock.Forward(2 * time.Hour)
	s.suppress(gone, time.Time{})
	s.suppress(back, s.clock.Now())
	for range 10 {
		s.request(throttled)
	}
	full := s.deploy("MAGIC_LINK_OVERALL_PER_HOUR=1")
	quiet()
	want, cost := s.weighed(address())
	if !strings.HasPrefix(want, "202 ") || cost["DynamoDB.UpdateItem"] != 7 || cost["SESv2.SendEmail"] != 1 {
		t.Fatalf("%s by %v", want, cost)
	}
	for _, c := range []struct {
		name, person string
		mails        int // that it has had in the end
		asked        *app
	}{
		{"known", known, 2, s.app}, {"known, asked a minute ago", known, 3, s.app}, {"throttled", throttled, 10, s.app},
		{"suppressed", gone, 0, s.app}, {"suppressed till now", back, 1, s.app}, {"odd", "jürgen-" + address(), 1, s.app},
		{"all together had theirs", address(), 0, full}, {"known, all together had theirs", known, 3, full},
	} {
		quiet()
		if c.asked == full {
			full.weighed(address(), "X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", "203.0.113.11")
		}
		got, spent := c.asked.weighed(c.person)
		if got != want {
			t.Errorf("%s: answers\n%s\nwant\n%s", c.name, got, want)
		}
		if !maps.Equal(spent, cost) {
			t.Errorf("%s: %v, want %v", c.name, spent, cost)
		}
		if got := len(s.mails(c.person)); got != c.mails {
			t.Errorf("%s: %d mails, want %d", c.name, got, c.mails)
		}
	}
}

// What is mailed to nobody signs nobody in, and leaves the newest real mail alone.
func TestADecoySignsNobodyIn(t *testing.T) {
	s := newStage(t, "MAGIC_LINK_PER_ADDRESS_PER_HOUR=1")
	m := s.ask(address())
	before := len(s.mails(string(auth.Nowhere)))
	got := s.request(m.person).expect(t, 202, "")
	decoys := s.mails(string(auth.Nowhere))
	if len(decoys) != before+1 || len(s.mails(m.person)) != 1 {
		t.Fatalf("%d decoys, %d mails", len(decoys)-before, len(s.mails(m.person)))
	}
	decoy := decoys[before]
	for _, person := range []string{m.person, string(auth.Nowhere)} {
		s.typed(person, codeIn(t, decoy), got.attempt()).expect(t, 401, "link_invalid")
		s.typed(person, m.code, got.attempt()).expect(t, 401, "link_invalid")
	}
	s.verify(tokenIn(t, decoy)).expect(t, 401, "link_invalid")
	s.enter(m).expect(t, 200, "")
}

// The caller's own limit is told, costs others nothing, and refuses again
// without a call.
func TestACallerWhoAsksTooOftenIsTold(t *testing.T) {
	s := newStage(t, "MAGIC_LINK_PER_CALLER_PER_HOUR=3")
	from := func(ip string) []string {
		return []string{"X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", ip}
	}
	for range 3 {
		s.request(address(), from("203.0.113.9")...).expect(t, 202, "")
	}
	person := address()
	for range 2 {
		got := s.request(person, from("203.0.113.9")...).expect(t, 429, "rate_limited")
		if got.header.Get("Retry-After") == "" || len(got.cookies) > 0 {
			t.Errorf("refused with %v", got.header)
		}
	}
	s.deploy().request(person, from("203.0.113.9")...).expect(t, 429, "rate_limited") // another process asks the store
	s.clock.Forward(time.Minute)
	if _, spent := s.weighed(person, from("203.0.113.9")...); !maps.Equal(spent, map[string]int{"DynamoDB.UpdateItem": 1}) {
		t.Errorf("refusing again cost %v, want the count of calls alone", spent)
	}
	if got := len(s.mails(person)); got != 0 {
		t.Errorf("%d mails", got)
	}
	s.request(person, from("203.0.113.10")...).expect(t, 202, "")
	s.clock.Forward(20 * time.Minute)
	s.request(person, from("203.0.113.9")...).expect(t, http.StatusAccepted, "")
	if got := len(s.mails(person)); got != 2 {
		t.Errorf("%d mails, want 2", got)
	}
}

// All mail together is bounded without a sign.
func TestAllMailTogetherIsBounded(t *testing.T) {
	s := newStage(t, "MAGIC_LINK_OVERALL_PER_HOUR=2")
	m := s.ask(address())
	s.ask(address())
	late := address()
	s.request(late).expect(t, 202, "")
	s.request(m.person).expect(t, 202, "")
	if a, b := len(s.mails(late)), len(s.mails(m.person)); a != 0 || b != 1 {
		t.Errorf("%d and %d mails beyond what all may ask for", a, b-1)
	}
	s.verify(m.token).expect(t, 200, "")
	s.clock.Forward(time.Hour)
	s.ask(late)
}

// Only mail that is sent is counted among everybody's: whoever asks on and on for
// addresses that get none closes sign-in for nobody. Each refusal is a number by
// its reason, and names nobody.
func TestMailThatIsNotSentUsesNothingUp(t *testing.T) {
	harness.OnBothStores(t, mailThatIsNotSentUsesNothingUp)
}

func mailThatIsNotSentUsesNothingUp(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_OVERALL_PER_HOUR=3", "MAGIC_LINK_PER_ADDRESS_PER_HOUR=1")
	busy, gone := address(), address()
	s.suppress(gone, time.Time{})
	s.ask(busy)
	for range 5 {
		s.request(busy).expect(t, 202, "")
		s.request(gone).expect(t, 202, "")
	}
	s.ask(address())
	s.ask(address())
	s.request(address()).expect(t, 202, "")
	logs := s.logs.String()
	for counted, want := range map[string]int{
		`"why":"Address"`: 5, `"why":"Suppressed"`: 5, `"why":"Overall"`: 1, `"why":"Caller"`: 0,
		`"MailRefused":1`: 10, `"LinksNotMailed":1`: 1, `"LinksMailed":1`: 3,
	} {
		if got := strings.Count(logs, counted); got != want {
			t.Errorf("%s: %d, want %d", counted, got, want)
		}
	}
	if strings.Contains(logs, busy) || strings.Contains(logs, gone) {
		t.Error("the logs hold an address")
	}
}

// A wrong code costs the same calls, whatever the attempt that it comes with
// belongs to: nobody learns of an address by guessing what he did not learn by
// asking.
func TestAWrongCodeIsTheSameForEveryAttempt(t *testing.T) {
	harness.OnBothStores(t, aWrongCodeIsTheSameForEveryAttempt)
}

func aWrongCodeIsTheSameForEveryAttempt(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_PER_ADDRESS_PER_HOUR=1", "MAGIC_LINK_CODE_TRIES_PER_HOUR=7")
	quiet := func() { s.clock.Forward(2 * time.Second) }
	real, again, worn, spent, gone := s.ask(address()), s.ask(address()), s.ask(address()), s.ask(address()), address()
	s.enter(spent).expect(t, 200, "")
	s.suppress(gone, time.Time{})
	decoy := s.request(real.person).expect(t, 202, "").attempt()
	unknown := s.request(gone).expect(t, 202, "").attempt()
	s.typed(again.person, wrong(again.code), again.attempt)
	for range 5 {
		s.typed(worn.person, wrong(worn.code), worn.attempt)
	}
	poor := s.deploy("MAGIC_LINK_CODE_TRIES_PER_HOUR=1")
	quiet()
	want, cost := s.weighedGuess(real.person, wrong(real.code), real.attempt)
	if !strings.HasPrefix(want, "401 ") || cost["DynamoDB.UpdateItem"] != 4 || cost["DynamoDB.GetItem"] != 2 {
		t.Fatalf("%s by %v", want, cost)
	}
	for _, c := range []struct {
		name, person, attempt string
		by                    *app
	}{
		{"a second try", real.person, real.attempt, s.app}, {"a decoy's", real.person, decoy, s.app}, {"a try a moment ago", again.person, again.attempt, s.app},
		{"a suppressed address", gone, unknown, s.app}, {"an address that asked nothing", address(), decoy, s.app},
		{"no tries left on the link", worn.person, worn.attempt, s.app}, {"no tries left of the hour", again.person, again.attempt, poor},
		{"a used link", spent.person, spent.attempt, s.app}, {"another browser's", again.person, real.attempt, s.app},
	} {
		quiet()
		got, made := c.by.weighedGuess(c.person, wrong(real.code), c.attempt)
		if got != want {
			t.Errorf("%s: answers\n%s\nwant\n%s", c.name, got, want)
		}
		if !maps.Equal(made, cost) {
			t.Errorf("%s: %v, want %v", c.name, made, cost)
		}
	}
	s.verify(real.token).expect(t, 200, "")
}
