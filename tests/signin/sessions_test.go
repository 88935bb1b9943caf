package signin_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	onLinux  = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
	onIPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)

// browsing are the headers of a browser at a network address.
func browsing(agent, place string) []string {
	return []string{"User-Agent", agent, "X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", place}
}

// acts counts the entries of an action in the audit trails, as only a test may.
func (s *stage) acts(action audit.Action) []map[string]types.AttributeValue {
	s.Helper()
	out, err := dynamodb.NewFromConfig(s.AWS).Scan(s.Context(), &dynamodb.ScanInput{
		TableName: aws.String(s.Platform), ConsistentRead: aws.Bool(true), FilterExpression: aws.String("begins_with(sk, :audit) AND #a = :action"),
		ExpressionAttributeNames: map[string]string{"#a": "action"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":audit": &types.AttributeValueMemberS{Value: "AUDIT#"}, ":action": &types.AttributeValueMemberS{Value: string(action)},
		},
	})
	if err != nil {
		s.Fatal(err)
	}
	return out.Items
}

// recorded holds the trails to have n entries of an action, and returns the last.
func (s *stage) recorded(action audit.Action, n int) map[string]string {
	s.Helper()
	found := s.acts(action)
	if len(found) != n {
		s.Fatalf("%d entries of %s, want %d", len(found), action, n)
	}
	last := map[string]string{}
	for _, it := range found {
		for name, v := range it {
			if text, ok := v.(*types.AttributeValueMemberS); ok {
				last[name] = text.Value
			}
		}
	}
	return last
}

// sessionIn is the id of the session of a sign-in.
func sessionIn(in answer) string { return strings.Split(in.cookie(), ".")[2] }

// sessions lists the sessions of whoever has the access token.
func (a *app) sessions(access, query string) answer {
	a.t.Helper()
	return a.call("GET", "/api/auth/sessions"+query, "", "Authorization", "Bearer "+access)
}

func (a *app) end(access, id string) answer {
	a.t.Helper()
	return a.call("DELETE", "/api/auth/sessions/"+id, "", "Authorization", "Bearer "+access)
}

func idsIn(list answer) []string {
	var ids []string
	for _, it := range list.body["items"].([]any) {
		ids = append(ids, it.(map[string]any)["id"].(string))
	}
	return ids
}

func TestAReuseIsRecordedByTheProductAboutTheSession(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	next := s.refresh(in.cookie()).expect(t, 200, "")
	s.clock.Forward(auth.RotationGrace + time.Second)
	s.refresh(in.cookie()).expect(t, 401, "session_ended")
	s.refresh(in.cookie()).expect(t, 401, "session_ended")
	s.refresh(next.cookie()).expect(t, 401, "session_ended")
	entry := s.recorded(audit.SessionReused, 1)
	user := in.body["user"].(map[string]any)
	if entry["actor"] != audit.Product || entry["result"] != string(audit.Refused) || entry["target"] != sessionIn(in) || entry["pk"] != "T#"+user["tenant_id"].(string) {
		t.Errorf("recorded %v", entry)
	}
	if strings.Contains(fmt.Sprint(entry), "@") {
		t.Errorf("an address in %v", entry)
	}
	s.recorded(audit.SessionEnded, 0)
}

func TestManyReusesAtOnceEndTheSessionOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 2, manyReusesAtOnceEndTheSessionOnce)
}

func manyReusesAtOnceEndTheSessionOnce(t *testing.T, db harness.Database) {
	callers := 16
	if harness.InFull() {
		callers = 64
	}
	s := newStageOn(t, db)
	person := address()
	stolen, bystander := s.signIn(person), s.signIn(person)
	latest := s.refresh(stolen.cookie()).expect(t, 200, "")
	s.clock.Forward(auth.RotationGrace + time.Second)
	answers := make([]answer, callers)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = s.refresh(stolen.cookie()) })
	}
	all.Wait()
	for i, a := range answers {
		if a.status != 401 || a.text("code") != "session_ended" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("caller %d: %d %s %v", i, a.status, a.raw, a.header)
		}
	}
	s.recorded(audit.SessionReused, 1)
	s.recorded(audit.SessionEnded, 0)
	s.refresh(latest.cookie()).expect(t, 401, "session_ended")
	s.me(latest.text("access_token")).expect(t, 401, "session_ended")
	s.refresh(bystander.cookie()).expect(t, 200, "")
}

// All of a crowd that refreshes with one cookie get its one successor, and nobody
// is signed out.
func TestACrowdThatRefreshesAtOnceGetsOneSuccessor(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		callers := 32
		if harness.InFull() {
			callers = 256
		}
		s := newStageOn(t, db)
		in := s.signIn(address())
		answers := make([]answer, callers)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = s.refresh(in.cookie()) })
		}
		all.Wait()
		successors := map[string]int{}
		for _, a := range answers {
			a.expect(t, 200, "")
			successors[a.cookie()]++
		}
		if len(successors) != 1 || successors[in.cookie()] != 0 {
			t.Fatalf("%d successors", len(successors))
		}
		s.clock.Forward(time.Minute)
		s.refresh(answers[0].cookie()).expect(t, 200, "")
		s.recorded(audit.SessionReused, 0)
		t.Logf("%d refreshes, one successor", callers)
	})
}

func TestALogoutIsRecordedOnce(t *testing.T) {
	s := newStage(t)
	person := address()
	one, two, three := s.signIn(person), s.signIn(person), s.signIn(person)
	who := "user:" + one.body["user"].(map[string]any)["user_id"].(string)
	for range 2 {
		s.logout(one.cookie(), "").expect(t, 204, "")
	}
	if e := s.recorded(audit.SessionEnded, 1); e["actor"] != who || e["session"] != sessionIn(one) || e["target"] != sessionIn(one) || e["result"] != string(audit.Done) {
		t.Errorf("recorded %v", e)
	}
	s.logout(one.cookie(), "?everywhere=true").expect(t, 401, "session_ended")
	s.recorded(audit.SessionsEnded, 0)
	s.logout(two.cookie(), "?everywhere=true").expect(t, 204, "")
	s.logout(two.cookie(), "?everywhere=true").expect(t, 401, "session_ended")
	if e := s.recorded(audit.SessionsEnded, 1); e["actor"] != who || e["session"] != sessionIn(two) {
		t.Errorf("recorded %v", e)
	}
	s.me(three.text("access_token")).expect(t, 401, "session_ended")
	s.recorded(audit.SessionEnded, 1)
}

func TestAPersonSeesWhereTheyAreSignedIn(t *testing.T) {
	s := newStage(t)
	person := address()
	phone := s.call("POST", "/api/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, s.token(person)), browsing(onIPhone, "198.51.100.7")...).expect(t, 200, "")
	s.clock.Forward(time.Hour)
	laptop := s.call("POST", "/api/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, s.token(person)), browsing(onLinux, "203.0.113.9")...).expect(t, 200, "")
	s.signIn(address()) // somebody else's is not in the list
	list := s.sessions(laptop.text("access_token"), "").expect(t, 200, "")
	if got := idsIn(list); !slices.Equal(got, []string{sessionIn(laptop), sessionIn(phone)}) {
		t.Fatalf("listed %v", got)
	}
	first, second := list.body["items"].([]any)[0].(map[string]any), list.body["items"].([]any)[1].(map[string]any)
	if first["current"] != true || first["device"] != "Firefox on Linux" || first["place"] != "203.0.113.9" {
		t.Errorf("first %v", first)
	}
	if second["current"] != false || second["device"] != "Safari on iOS" || second["place"] != "198.51.100.7" {
		t.Errorf("second %v", second)
	}
	page := s.sessions(laptop.text("access_token"), "?limit=1").expect(t, 200, "")
	rest := s.sessions(laptop.text("access_token"), "?limit=1&cursor="+page.text("next_cursor")).expect(t, 200, "")
	if got := append(idsIn(page), idsIn(rest)...); !slices.Equal(got, []string{sessionIn(laptop), sessionIn(phone)}) || rest.body["next_cursor"] != nil {
		t.Errorf("page by page: %v, then %v", got, rest.body["next_cursor"])
	}
	if strings.Contains(s.logs.String(), "203.0.113.9") {
		t.Error("a network address in the log")
	}
	s.clock.Forward(auth.SessionLife - 30*time.Minute)
	current := s.refresh(laptop.cookie()).expect(t, 200, "")
	if got := idsIn(s.sessions(current.text("access_token"), "").expect(t, 200, "")); !slices.Equal(got, []string{sessionIn(laptop)}) {
		t.Errorf("an expired session is listed: %v", got)
	}
}

// Somebody's own session that has expired is not there, as in the list: it is
// neither ended nor recorded as ended.
func TestAnExpiredSessionIsNotThereToEnd(t *testing.T) {
	s := newStage(t)
	person := address()
	last, expired := s.signIn(person), s.signIn(person)
	s.clock.Forward(auth.SessionLife - time.Second)
	in := s.signIn(person)
	s.end(in.text("access_token"), sessionIn(last)).expect(t, 204, "")
	absent := s.end(in.text("access_token"), sessionIn(last)).expect(t, 404, "not_found")
	s.clock.Forward(time.Second)
	got := s.end(in.text("access_token"), sessionIn(expired)).expect(t, 404, "not_found")
	if got.text("detail") != absent.text("detail") || got.text("title") != absent.text("title") {
		t.Errorf("%s, of one that has ended: %s", got.raw, absent.raw)
	}
	s.recorded(audit.SessionEnded, 1)
}

func TestAPersonEndsOwnSessionsAlone(t *testing.T) {
	s := newStage(t)
	person := address()
	mine, lost, theirs := s.signIn(person), s.signIn(person), s.signIn(address())
	s.end(mine.text("access_token"), sessionIn(lost)).expect(t, 204, "")
	s.me(lost.text("access_token")).expect(t, 401, "session_ended")
	s.refresh(lost.cookie()).expect(t, 401, "session_ended")
	if e := s.recorded(audit.SessionEnded, 1); e["session"] != sessionIn(mine) || e["target"] != sessionIn(lost) {
		t.Errorf("recorded %v", e)
	}
	ended := s.end(mine.text("access_token"), sessionIn(lost)).expect(t, 404, "not_found")
	for name, id := range map[string]string{"foreign": sessionIn(theirs), "absent": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "no id": "x"} {
		got := s.end(mine.text("access_token"), id).expect(t, 404, "not_found")
		if got.text("detail") != ended.text("detail") || got.text("title") != ended.text("title") {
			t.Errorf("%s: %s, of one that has ended: %s", name, got.raw, ended.raw)
		}
	}
	s.me(theirs.text("access_token")).expect(t, 200, "")
	s.recorded(audit.SessionEnded, 1)
	s.end(mine.text("access_token"), sessionIn(mine)).expect(t, 204, "")
	s.me(mine.text("access_token")).expect(t, 401, "session_ended")
	s.recorded(audit.SessionEnded, 2)
}
