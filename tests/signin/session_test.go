package signin_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

func TestTabsThatRefreshAtOnceGetOneSuccessor(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, tabsThatRefreshAtOnceGetOneSuccessor)
}

func tabsThatRefreshAtOnceGetOneSuccessor(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	in := s.signIn(address())
	current := in.cookie()
	for round := range 3 {
		answers := make([]answer, 20)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = s.refresh(current) })
		}
		all.Wait()
		for i, a := range answers {
			if a.status != 200 || a.cookie() == "" || a.cookie() == current || a.cookie() != answers[0].cookie() {
				t.Fatalf("round %d, tab %d: %d %s", round, i, a.status, a.raw)
			}
		}
		s.clock.Forward(19 * time.Second)
		if late := s.refresh(current).expect(t, 200, ""); late.cookie() != answers[0].cookie() {
			t.Fatal("a late tab got another successor")
		}
		s.me(answers[7].text("access_token")).expect(t, 200, "")
		current = answers[0].cookie()
		s.clock.Forward(time.Minute)
	}
}

func TestAReusedRefreshTokenEndsTheSession(t *testing.T) {
	harness.OnBothStores(t, aReusedRefreshTokenEndsTheSession)
}

func aReusedRefreshTokenEndsTheSession(t *testing.T, db harness.Database) {
	cases := []struct {
		name string
		wait time.Duration // between the rotation and the reuse
		more int           // further rotations in between
	}{
		{"after the grace", 20*time.Second + time.Millisecond, 0},
		{"two generations back, within the grace", time.Second, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newStageOn(t, db)
			person := address()
			stolen := s.signIn(person)
			bystander := s.signIn(person)
			latest := s.refresh(stolen.cookie()).expect(t, 200, "")
			for range c.more {
				latest = s.refresh(latest.cookie()).expect(t, 200, "")
			}
			s.clock.Forward(c.wait)
			reuse := s.refresh(stolen.cookie()).expect(t, 401, "session_ended")
			if reuse.header.Get("Set-Cookie") != "" {
				t.Error("a failing refresh touched the cookie")
			}
			s.refresh(latest.cookie()).expect(t, 401, "session_ended")
			s.me(latest.text("access_token")).expect(t, 401, "session_ended")
			s.me(bystander.text("access_token")).expect(t, 200, "")
			if !strings.Contains(s.logs.String(), "refresh token reused") {
				t.Error("the reuse left no trace")
			}
		})
	}
}

func TestASessionEndsAfterThirtyDaysOfSilence(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	s.clock.Forward(auth.SessionLife - time.Second)
	in = s.refresh(in.cookie()).expect(t, 200, "")
	s.clock.Forward(auth.SessionLife - time.Second)
	in = s.refresh(in.cookie()).expect(t, 200, "")
	s.clock.Forward(auth.SessionLife)
	got := s.refresh(in.cookie()).expect(t, 401, "session_ended")
	if got.header.Get("Set-Cookie") != "" {
		t.Error("a failing refresh touched the cookie")
	}
}

func TestRefreshNeedsACookieOfOurs(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	s.call("POST", "/api/auth/refresh", "", "X-Requested-With", "test").expect(t, 401, "unauthenticated")
	s.call("POST", "/api/auth/refresh", "", "Cookie", "refresh_token="+in.cookie()).expect(t, 403, "cross_site_request")
	s.call("POST", "/api/auth/refresh", "", "Cookie", "refresh_token="+in.cookie(), "X-Requested-With", "x", "Origin", "https://evil.example").expect(t, 403, "cross_site_request")
	s.call("POST", "/api/auth/refresh", "", "Authorization", "Bearer "+in.text("access_token"), "X-Requested-With", "x").expect(t, 401, "unauthenticated")
	s.me(in.cookie()).expect(t, 401, "unauthenticated")
	s.refresh(in.text("access_token")).expect(t, 401, "session_ended")
}

func TestAForgedRefreshTokenTouchesNobody(t *testing.T) {
	s := newStage(t)
	mine, theirs := s.signIn(address()), s.signIn(address())
	before := s.items(s.Platform)
	a, b := strings.Split(mine.cookie(), "."), strings.Split(theirs.cookie(), ".")
	forged := []string{
		strings.Join([]string{b[0], a[1], a[2], a[3], a[4]}, "."),
		strings.Join([]string{b[0], b[1], b[2], b[3], a[4]}, "."),
		strings.Join([]string{b[0], b[1], b[2], "2", b[4]}, "."),
		strings.Join([]string{a[0], b[1], b[2], a[3], a[4]}, "."),
	}
	for _, token := range forged {
		s.refresh(token).expect(t, 401, "session_ended")
		s.logout(token, "?everywhere=true").expect(t, 401, "session_ended")
	}
	if after := s.items(s.Platform); after != before {
		t.Fatalf("a forged token wrote:\n%s\n%s", before, after)
	}
}

func TestTheTwentyFirstSessionEndsTheLeastRecentlySeen(t *testing.T) {
	harness.OnBothStores(t, theTwentyFirstSessionEndsTheLeastRecentlySeen)
}

func theTwentyFirstSessionEndsTheLeastRecentlySeen(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_PER_ADDRESS_PER_HOUR=100", "RATE_LIMIT_USER_PER_SECOND=100")
	person := address()
	var open []answer
	for range auth.MaxSessions {
		open = append(open, s.signIn(person))
		s.clock.Forward(20 * time.Second)
	}
	s.clock.Forward(time.Minute)
	s.me(open[0].text("access_token")).expect(t, 200, "") // the oldest, but in use
	s.signIn(person)
	for i, in := range open {
		status := 200
		if i == 1 {
			status = 401
		}
		if got := s.refresh(in.cookie()); got.status != status {
			t.Errorf("session %d: %d, want %d", i, got.status, status)
		}
	}
}

// meddler does something between the read and the write of a sign-in, once.
type meddler struct {
	auth.SignInStore
	meddle func()
	tries  int
}

func (m *meddler) Enter(ctx context.Context, e auth.Entry) error {
	if m.tries++; m.tries == 1 {
		m.meddle()
	}
	return m.SignInStore.Enter(ctx, e)
}

func TestASignInStartsOverWhenTheUserChanges(t *testing.T) {
	harness.OnBothStores(t, aSignInStartsOverWhenTheUserChanges)
}

func aSignInStartsOverWhenTheUserChanges(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	person := address()
	leaving, staying := s.signIn(person), s.signIn(person)
	tokens, err := auth.NewTokens([]byte(secret), appURL, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	store := &meddler{SignInStore: dynamo.NewSignIns(s.client(nil)), meddle: func() { s.logout(leaving.cookie(), "").expect(t, 204, "") }}
	grant, err := (&auth.Verifier{Store: store, Tokens: tokens, Now: s.clock.Now}).Verify(tenant.Doing(t.Context(), tenant.SignIn), s.token(person), auth.Visit{})
	if err != nil || store.tries != 2 {
		t.Fatalf("%d tries, %v", store.tries, err)
	}
	s.me(grant.Access).expect(t, 200, "")
	s.me(staying.text("access_token")).expect(t, 200, "")
	s.me(leaving.text("access_token")).expect(t, 401, "session_ended")
}

func TestAFrozenTenantIsRefusedEverywhere(t *testing.T) {
	s := newStage(t)
	person := address()
	in := s.signIn(person)
	user := in.body["user"].(map[string]any)
	token := s.token(person)
	_, err := dynamodb.NewFromConfig(s.AWS).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "A#" + user["tenant_id"].(string)},
			"sk": &types.AttributeValueMemberS{Value: "USER#" + user["user_id"].(string)},
		},
		UpdateExpression: aws.String("SET #s = :frozen"), ExpressionAttributeNames: map[string]string{"#s": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":frozen": &types.AttributeValueMemberS{Value: string(tenant.Frozen)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.me(in.text("access_token")).expect(t, 403, "forbidden")
	s.refresh(in.cookie()).expect(t, 403, "forbidden")
	s.verify(token).expect(t, 403, "forbidden")
	s.logout(in.cookie(), "").expect(t, 204, "")
}
