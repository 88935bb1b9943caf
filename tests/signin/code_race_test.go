package signin_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// atOnce makes n calls together and returns how many signed in; each other one
// must read as a link that is used.
func atOnce(t *testing.T, n int, call func(i int) answer) int {
	t.Helper()
	var all sync.WaitGroup
	var won atomic.Int64
	for i := range n {
		all.Go(func() {
			switch got := call(i); {
			case got.status == 200:
				won.Add(1)
			case got.status != 401 || got.text("code") != "link_invalid" || len(got.cookies) > 0:
				t.Errorf("a loser got %d %s", got.status, got.raw)
			}
		})
	}
	all.Wait()
	return int(won.Load())
}

// some is the number of callers of a race: a quarter in an ordinary run.
func some(full int) int {
	if harness.InFull() {
		return full
	}
	return full / 4
}

// Half of the callers hold the token, half type the right code: one signs in.
func TestTokenAndCodeSignInOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, tokenAndCodeSignInOnce)
}

func tokenAndCodeSignInOnce(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	m := s.ask(address())
	won := atOnce(t, some(256), func(i int) answer {
		if i%2 == 0 {
			return s.verify(m.token)
		}
		return s.enter(m)
	})
	stored := s.items(s.Platform)
	sessions, tenants := strings.Count(stored, `"SESSION#`), strings.Count(stored, `"TENANT"`)
	if won != 1 || sessions != 1 || tenants != 1 {
		t.Fatalf("%d signed in, %d sessions, %d tenants", won, sessions, tenants)
	}
}

// A hundred callers with the first link of an address, and the same person's
// next sign-ins, end in one tenant.
func TestManyFirstSignInsMakeOneTenant(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, manyFirstSignInsMakeOneTenant)
}

func manyFirstSignInsMakeOneTenant(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_CODE_TRIES_PER_HOUR=1000")
	m := s.ask(address())
	if won := atOnce(t, some(100), func(int) answer { return s.verify(m.token) }); won != 1 {
		t.Fatalf("%d signed in", won)
	}
	for range 3 {
		next := s.ask(m.person)
		if won := atOnce(t, 4, func(int) answer { return s.enter(next) }); won != 1 {
			t.Fatalf("%d signed in later", won)
		}
	}
	stored := s.items(s.Platform)
	if tenants, users := strings.Count(stored, `"TENANT"`), strings.Count(stored, `"USER#`); tenants != 1 || users != 1 {
		t.Fatalf("%d tenants, %d users", tenants, users)
	}
}

// comparing counts the tries that a code was compared for.
type comparing struct {
	auth.SignInStore
	compared atomic.Int64
}

func (c *comparing) Guess(ctx context.Context, h auth.LinkHash, a auth.AttemptHash, now time.Time) (auth.MagicLink, error) {
	l, err := c.SignInStore.Guess(ctx, h, a, now)
	if err == nil {
		c.compared.Add(1)
	}
	return l, err
}

// Of wrong codes that come together no more than five are compared, and the last
// of them kills the token.
func TestWrongCodesAtOnceAreComparedFiveTimes(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, wrongCodesAtOnceAreComparedFiveTimes)
}

func wrongCodesAtOnceAreComparedFiveTimes(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	tokens, err := auth.NewTokens([]byte(secret), appURL, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	m, store := s.ask(address()), &comparing{SignInStore: dynamo.NewSignIns(s.client(nil))}
	v := &auth.Verifier{Store: store, Tokens: tokens, Codes: ratelimit.PerHour(1000), Now: s.clock.Now}
	var all sync.WaitGroup
	for i := range some(64) {
		all.Go(func() {
			code := m.code[:5] + string(auth.CodeLetters[i%len(auth.CodeLetters)])
			if code == m.code {
				code = wrong(code)
			}
			_, err := v.VerifyCode(tenant.Doing(t.Context(), tenant.SignIn), auth.Code{Email: m.person, Code: code, Attempt: m.attempt}, auth.Visit{})
			if err == nil {
				t.Error("a wrong code signed in")
			}
		})
	}
	all.Wait()
	if got := store.compared.Load(); got != auth.MaxCodeTries {
		t.Errorf("%d codes were compared, want %d", got, auth.MaxCodeTries)
	}
	if tries := fmt.Sprintf(`"tries":{"Value":"%d"}`, auth.MaxCodeTries); !strings.Contains(s.items(s.Directory), tries) {
		t.Errorf("the link has other tries: %s", s.items(s.Directory))
	}
	s.enter(m).expect(t, 401, "link_invalid")
	s.verify(m.token).expect(t, 401, "link_invalid")
}
