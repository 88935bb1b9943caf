package signin_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// unlimited rates: these proofs are about something else.
const unlimited = "RATE_LIMIT_USER_PER_SECOND=100000"

// usersOfAKey is how many use a key at once while it ends.
const usersOfAKey = 32

// TestNoUseOfAKeyIsAdmittedAfterTheAnswer that it was rotated or revoked, however
// many use it meanwhile.
func TestNoUseOfAKeyIsAdmittedAfterTheAnswer(t *testing.T) {
	harness.Proof(t)
	for name, end := range map[string]func(*app, person, string) answer{
		"rotate": func(a *app, p person, id string) answer { return a.as(p, "POST", rotatePath(id), "") },
		"revoke": func(a *app, p person, id string) answer { return a.as(p, "DELETE", keysPath+"/"+id, "") },
	} {
		t.Run(name, func(t *testing.T) {
			harness.RepeatOnBothStores(t, 10, func(t *testing.T, db harness.Database) {
				s := newStageOn(t, db, unlimited)
				p := s.person()
				key, id := s.key(p)
				var ready, all sync.WaitGroup
				var answered atomic.Bool
				var admitted, late atomic.Int64
				ready.Add(usersOfAKey)
				for range usersOfAKey {
					all.Go(func() {
						for n := 0; ; n++ {
							after := answered.Load()
							switch got := s.program(key); {
							case got.status == 200 && after:
								late.Add(1)
							case got.status == 200:
								admitted.Add(1)
							case got.status != 401 && got.status != 503:
								t.Errorf("use: %d %s", got.status, got.raw)
							}
							if n == 0 {
								ready.Done()
							}
							if after {
								return
							}
						}
					})
				}
				ready.Wait()
				got := s.insist(func() answer { return end(s.app, p, id) })
				answered.Store(true)
				all.Wait()
				if late.Load() > 0 || admitted.Load() == 0 {
					t.Errorf("%d uses before the answer, %d after it", admitted.Load(), late.Load())
				}
				if got.text("api_key") != "" {
					s.program(got.text("api_key")).expect(t, 200, "")
				}
				if acts := s.kept(p).acts; acts["key.rotated"]+acts["key.revoked"] != 1 {
					t.Errorf("recorded as %v", acts)
				}
			})
		})
	}
}

// insist calls again while the store has too many writers.
func (s *stage) insist(call func() answer) answer {
	s.Helper()
	for range 50 {
		if got := call(); got.status != http.StatusServiceUnavailable {
			return got
		}
	}
	s.Error("the store never had room")
	return answer{}
}

func TestManyWhoMakeKeysAtOnceEndAtTheMost(t *testing.T) {
	harness.Proof(t)
	makers := 24
	if harness.InFull() {
		makers = 64
	}
	harness.RepeatOnBothStores(t, 5, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db, unlimited)
		p := s.person()
		var all sync.WaitGroup
		var made, refused atomic.Int64
		for n := range makers {
			all.Go(func() {
				switch got := s.insist(func() answer { return s.as(p, "POST", keysPath, fmt.Sprintf(`{"name":"key %d"}`, n)) }); {
				case got.status == 201:
					made.Add(1)
				case got.status == 409 && got.text("code") == "too_many_keys":
					refused.Add(1)
				default:
					t.Errorf("make: %d %s", got.status, got.raw)
				}
			})
		}
		all.Wait()
		if made.Load() != auth.MaxKeys || int(refused.Load()) != makers-auth.MaxKeys {
			t.Errorf("%d made, %d refused", made.Load(), refused.Load())
		}
		kept := s.kept(p)
		if len(kept.keys) != auth.MaxKeys {
			t.Errorf("%d keys", len(kept.keys))
		}
		// One that is revoked makes room for one, and the account's own key counts.
		s.as(p, "POST", theKeyPath+"/rotate", "").expect(t, 409, "too_many_keys")
		s.as(p, "DELETE", keysPath+"/"+kept.keys[0], "").expect(t, 204, "")
		s.as(p, "POST", theKeyPath+"/rotate", "").expect(t, 200, "")
		s.as(p, "POST", keysPath, `{"name":"one more"}`).expect(t, 409, "too_many_keys")
		s.kept(p)
	})
}

// readFirst lets nobody write before everybody has read.
type readFirst struct {
	*dynamo.APIKeys
	reading *sync.WaitGroup
}

func (r readFirst) APIKey(ctx context.Context, t tenant.ID, id auth.KeyID) (auth.APIKey, error) {
	key, err := r.APIKeys.APIKey(ctx, t, id)
	r.reading.Done()
	r.reading.Wait()
	return key, err
}

// TestOfManyWhoRotateAKeyAtOnceOneWins: the others are told, and the secret that
// the winner was shown works, beside the one before it if he asked for a grace.
func TestOfManyWhoRotateAKeyAtOnceOneWins(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 10, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db, unlimited)
		p := s.person()
		before, id := s.key(p)
		store := readFirst{dynamo.NewAPIKeys(s.client(nil)), &sync.WaitGroup{}}
		keys := auth.APIKeys{Store: store, Now: s.clock.Now}
		by := auth.Caller{Tenant: tenant.ID(p.tenant), Principal: auth.Principal{User: auth.UserID(p.user)}, Role: auth.Owner}
		ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Manage), by.Tenant)
		const rotating = 8
		store.reading.Add(rotating)
		var all sync.WaitGroup
		var won atomic.Pointer[auth.NewKey]
		for range rotating {
			all.Go(func() {
				key, err := keys.Rotate(ctx, by, auth.KeyID(id), 5)
				if err == nil && !won.CompareAndSwap(nil, &key) {
					t.Error("two have won")
				}
				if err != nil && !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.Unavailable) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() == nil {
			t.Fatal("nobody has won")
		}
		for _, key := range []string{before, won.Load().Text} {
			s.program(key).expect(t, 200, "")
		}
		if acts := s.kept(p).acts; acts["key.rotated"] != 1 {
			t.Errorf("recorded as %v", acts)
		}
	})
}

// TestTheAccountsKeyIsMadeOnce by many who ask for the first one at once.
func TestTheAccountsKeyIsMadeOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 10, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db, unlimited)
		p := s.person()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				got := s.insist(func() answer { return s.as(p, "POST", theKeyPath+"/rotate", "") })
				if got.status != 200 {
					got.expect(t, 409, "conflict")
				}
			})
		}
		all.Wait()
		if kept := s.kept(p); kept.live != "1" || kept.acts["key.created"] != 1 {
			t.Errorf("kept: %+v", kept)
		}
	})
}
