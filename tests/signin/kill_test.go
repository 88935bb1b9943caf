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
	if f != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, f)
	return dynamo.NewClient(cfg, s.Platform, s.Directory)
}

// A function that dies during a sign-in, before or after any call, leaves
// either a live link or a spent one: never half an account.
func TestASignInSurvivesTheDeathOfTheFunction(t *testing.T) {
	harness.Proof(t)
	for _, known := range []bool{false, true} {
		harness.Sweep{
			Flow: fmt.Sprintf("sign-in, known=%v", known), Parallel: true, Ways: harness.Ways(calls.KillBefore, calls.KillAfter),
		}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			s := newStage(t)
			person := address()
			if known {
				s.signIn(person)
			}
			token := s.token(person)
			planted := calls.Plant(plan...).OnKill(runtime.Goexit)
			answered, entered := s.die(planted, token)
			if killed := planted.Struck() > 0; answered == killed {
				t.Fatalf("answered %v, %d faults struck", answered, planted.Struck())
			}
			want := 200
			if answered || entered && plan[0].Kind == calls.KillAfter {
				want = 401 // the link was spent, and the answer may have died with the function
			}
			if got := s.verify(token); got.status != want {
				t.Fatalf("the same link again: %d %s, want %d", got.status, got.raw, want)
			}
			s.signIn(person)
			if got := strings.Count(s.items(s.Platform), "TENANT"); got != 1 {
				t.Fatalf("%d tenants", got)
			}
			s.onRecord(t)
			return planted
		})
	}
}

// die verifies token on a thread that ends where the process would, and tells
// whether there was an answer and whether the transaction was begun.
func (s *stage) die(planted *calls.Faults, token string) (answered, entered bool) {
	s.Helper()
	tokens, err := auth.NewTokens([]byte(secret), appURL, time.Minute)
	if err != nil {
		s.Fatal(err)
	}
	v := &auth.Verifier{Store: dynamo.NewSignIns(s.client(planted)), Tokens: tokens, Now: s.clock.Now}
	ended := make(chan struct{})
	ctx, counted := calls.Count(context.Background())
	go func() {
		defer close(ended)
		_, err := v.Verify(tenant.Doing(ctx, tenant.SignIn), token, auth.Visit{})
		answered = err == nil
	}()
	<-ended
	return answered, counted.Calls()["DynamoDB.TransactWriteItems"] > 0
}

// An event whose answer was lost and which the SDK sends again counts once.
func TestALostAnswerIsCountedOnce(t *testing.T) {
	harness.Proof(t)
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
	if struck := lossy.faults.Struck(); struck < 12 {
		t.Errorf("%d faults struck of 12 requests", struck)
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
