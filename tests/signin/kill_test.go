package signin_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// client is a connection of its own, whose calls meet faults.
func (s *stage) client(f *calls.Faults) *dynamo.Client {
	cfg := s.AWS.Copy()
	calls.Watch(&cfg, f)
	return dynamo.NewClient(cfg, s.Platform, s.Directory)
}

// A function that dies during a sign-in, before or after any call, leaves
// either a live link or a spent one: never half an account.
func TestASignInSurvivesTheDeathOfTheFunction(t *testing.T) {
	const callsOfASignIn = 3 // link, address, transaction; a known user adds user and plan
	for _, known := range []bool{false, true} {
		for _, kind := range []calls.Kind{calls.KillBefore, calls.KillAfter} {
			n := callsOfASignIn
			if known {
				n += 2
			}
			for nth := 1; nth <= n; nth++ {
				t.Run(fmt.Sprintf("known=%v/%d/%s", known, nth, kind), func(t *testing.T) {
					t.Parallel()
					s := newStage(t)
					person := address()
					if known {
						s.signIn(person)
					}
					token := s.token(person)
					planted := calls.Plant(calls.Fault{Nth: nth, Kind: kind}).OnKill(runtime.Goexit)
					s.die(planted, token)
					want := 200
					if kind == calls.KillAfter && nth == n {
						want = 401 // the link was spent, and the answer died with the function
					}
					if got := s.verify(token); got.status != want {
						t.Fatalf("the same link again: %d %s, want %d", got.status, got.raw, want)
					}
					s.signIn(person)
					if got := strings.Count(s.items(s.Platform), "TENANT"); got != 1 {
						t.Fatalf("%d tenants", got)
					}
				})
			}
		}
	}
}

// die verifies token on a thread that ends where the process would.
func (s *stage) die(planted *calls.Faults, token string) {
	s.Helper()
	tokens, err := auth.NewTokens([]byte(secret), appURL, time.Minute)
	if err != nil {
		s.Fatal(err)
	}
	v := &auth.Verifier{Store: dynamo.NewSignIns(s.client(planted)), Tokens: tokens, Now: s.clock.Now}
	ended, answered := make(chan struct{}), false
	go func() {
		defer close(ended)
		_, _ = v.Verify(tenant.Doing(context.Background(), tenant.SignIn), token)
		answered = true
	}()
	<-ended
	if answered || planted.Struck() != 1 {
		s.Fatalf("the fault did not strike (answered %v, struck %d)", answered, planted.Struck())
	}
}

// An event whose answer was lost and which the SDK sends again counts once.
func TestALostAnswerIsCountedOnce(t *testing.T) {
	harness.OnBothStores(t, aLostAnswerIsCountedOnce)
}

func aLostAnswerIsCountedOnce(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	in := s.signIn(address())
	lossy := s.deploy(`FAULTS=[{"operation":"DynamoDB.UpdateItem","nth":1,"kind":"lost-after","forever":true,"first_try":true}]`)
	admitted := 0
	for range 12 {
		if lossy.me(in.text("access_token")).status == 200 {
			admitted++
		}
	}
	if admitted != 10 {
		t.Fatalf("%d of 12 admitted, want 10", admitted)
	}
}

// A credential costs one conditional write, and a second one only while its
// user is faster than the rate.
func TestACredentialCostsOneWrite(t *testing.T) {
	s := newStage(t)
	user := s.signIn(address()).body["user"].(map[string]any)
	stored := s.items(s.Platform)
	start := strings.Index(stored, `"sessions":{"Value":{"`) + len(`"sessions":{"Value":{"`)
	ref := auth.SessionRef{
		Tenant: tenant.ID(user["tenant_id"].(string)), User: auth.UserID(user["user_id"].(string)), Session: stored[start : start+26],
	}
	gate := dynamo.NewCredentials(s.client(nil))
	for i, want := range []int{1, 2, 2, 1} { // the fourth is refused by its first answer
		ctx, counted := calls.Count(tenant.WithCredential(t.Context(), ref.Tenant))
		if _, _, err := gate.Touch(ctx, ref, ratelimit.PerSecond(3), s.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if got := counted.Calls(); len(got) != 1 || got["DynamoDB.UpdateItem"] != want {
			t.Errorf("request %d cost %v, want %d writes", i, got, want)
		}
	}
	ctx, counted := calls.Count(tenant.WithCredential(t.Context(), ref.Tenant))
	s.clock.Forward(time.Minute)
	if _, count, err := gate.Touch(ctx, ref, ratelimit.PerSecond(3), s.clock.Now()); err != nil || !count.Allowed || counted.Calls()["DynamoDB.UpdateItem"] != 1 {
		t.Errorf("after a pause: %v %v %v", counted.Calls(), count, err)
	}
}
