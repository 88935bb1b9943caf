package histories

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	keyClients = 6
	keyActs    = 8 // of each client
)

// keyStores are what a history works on: the gate's store and that of the keys.
type keyStores struct {
	gate auth.GateStore
	keys auth.APIKeyStore
}

func productsKeys(c *dynamo.Client) keyStores {
	return keyStores{gate: dynamo.NewCredentials(c), keys: dynamo.NewAPIKeys(c)}
}

// keyHistory is what the clients of one API key asked and were told, in the order
// of one clock.
type keyHistory struct {
	t     *testing.T
	by    auth.Caller
	id    auth.KeyID
	clock atomic.Int64

	mu      sync.Mutex
	secrets []string
	done    []porcupine.Operation
}

// recordKey lets all clients work at once on a key of its own, and then uses each
// secret once more. open gives each call its stores.
func recordKey(t *testing.T, w tenancy, open func(fault) keyStores) *keyHistory {
	t.Helper()
	h := &keyHistory{t: t, by: auth.Caller{Tenant: w.id, Principal: auth.Principal{User: auth.UserID(tenant.NewID())}, Role: auth.Owner}}
	w.owner(t, h.by.Principal.User)
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Manage), w.id)
	made, err := keysOn(productsKeys(w.sane)).Create(ctx, h.by, "one")
	if err != nil {
		t.Fatal(err)
	}
	h.id, h.secrets = made.ID, []string{made.Text}
	var all sync.WaitGroup
	for client := range keyClients {
		all.Go(func() {
			for range keyActs {
				h.act(ctx, client, open(someFault()))
			}
		})
	}
	all.Wait()
	for secret := range h.secrets {
		h.note(ctx, 0, open(noFault), keyCall{secret: secret})
	}
	end := h.clock.Add(1)
	for i := range h.done {
		if h.done[i].Output.(verdict) == unknown {
			h.done[i].Return, h.done[i].ClientId = end, keyClients+i
		}
	}
	return h
}

func keysOn(s keyStores) *auth.APIKeys {
	return &auth.APIKeys{Store: s.keys, Now: func() time.Time { return now }}
}

// act does something with the key: mostly it uses a secret of any age.
func (h *keyHistory) act(ctx context.Context, client int, s keyStores) {
	in := keyCall{}
	switch chance := rand.IntN(100); {
	case chance < 25:
		in = keyCall{act: rotateKey, grace: rand.IntN(2) == 0}
	case chance == 25 && rand.IntN(2) == 0:
		in.act = revokeKey
	default:
		h.mu.Lock()
		in.secret = max(len(h.secrets)-1-rand.IntN(3), 0)
		h.mu.Unlock()
	}
	h.note(ctx, client, s, in)
}

// note makes one call and notes it.
func (h *keyHistory) note(ctx context.Context, client int, s keyStores, in keyCall) {
	called := h.clock.Add(1)
	text, err := h.perform(ctx, s, in)
	returned := h.clock.Add(1)
	answer, ok := keyVerdict(err)
	if !ok {
		h.t.Errorf("%+v ends with %v", in, err)
	}
	if in.act == useKey && answer == unknown {
		return // it changed nothing and showed nothing
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if in.act == rotateKey { // also one whose answer was lost: its secret is known to nobody
		in.secret = len(h.secrets)
		h.secrets = append(h.secrets, text)
	}
	h.done = append(h.done, porcupine.Operation{ClientId: client, Input: in, Output: answer, Call: called, Return: returned})
}

func (h *keyHistory) perform(ctx context.Context, s keyStores, in keyCall) (string, error) {
	switch in.act {
	case rotateKey:
		key, err := keysOn(s).Rotate(ctx, h.by, h.id, map[bool]int{true: 60}[in.grace])
		return key.Text, err
	case revokeKey:
		return "", keysOn(s).Revoke(ctx, h.by, h.id)
	}
	h.mu.Lock()
	text := h.secrets[in.secret]
	h.mu.Unlock()
	gate := auth.Gatekeeper{Store: s.gate, User: ratelimit.PerSecond(1_000_000), Now: func() time.Time { return now }}
	_, _, err := gate.Key(ctx, text)
	return "", err
}

// keyVerdict turns an answer into what the model knows. ok is false for one that
// must not be given.
func keyVerdict(err error) (v verdict, ok bool) {
	switch {
	case err == nil:
		return done, true
	case problem.Is(err, problem.Unauthenticated), problem.Is(err, problem.NotFound):
		return refused, true
	case problem.Is(err, problem.Conflict):
		return crowded, true
	case problem.Is(err, problem.Unavailable):
		return unknown, true
	}
	return unknown, false
}

// holds checks a history; one that does not hold is drawn, to be looked at.
func (h *keyHistory) holds() bool {
	h.t.Helper()
	result, info := porcupine.CheckOperationsVerbose(keyModel(), h.done, decision)
	if result == porcupine.Ok {
		return true
	}
	drawn := filepath.Join(os.TempDir(), "history-"+string(h.id)+".html")
	if err := porcupine.VisualizePath(keyModel(), info, drawn); err != nil {
		h.t.Errorf("draw the history: %v", err)
	}
	h.t.Errorf("a history is %s: see %s", result, drawn)
	return false
}

func TestHistoriesOfAKeyAreLinearizable(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables, wanted, held := db.Tables(t), 2, 0
		if harness.InFull() {
			wanted = 25
		}
		over := harness.Overtime(t)
		for held < wanted && (held < 2 || !over()) {
			w := newTenancy(t, tables)
			if !recordKey(t, w, func(f fault) keyStores { return productsKeys(w.client(f)) }).holds() {
				return
			}
			held++
		}
		t.Logf("%s: %d histories of a key held, of %d", db, held, wanted)
	})
}

// cachesTheKey admits by what it read when the key was first used.
type cachesTheKey struct {
	auth.GateStore
	keys  auth.APIKeyStore
	known *sync.Map
}

func (b cachesTheKey) TouchKey(ctx context.Context, ref auth.KeyRef, _ ratelimit.Limit, _ time.Time) (auth.APIKey, auth.Count, error) {
	if key, ok := b.known.Load(ref.Hash); ok {
		return key.(auth.APIKey), auth.Count{Allowed: true}, nil
	}
	key, err := b.keys.APIKey(ctx, ref.Tenant, ref.ID)
	if err == nil && key.Hash == ref.Hash {
		b.known.Store(ref.Hash, key)
	}
	return key, auth.Count{Allowed: true}, nil
}

// rotatesBlindly writes whatever another rotation wrote meanwhile.
type rotatesBlindly struct{ auth.APIKeyStore }

func (b rotatesBlindly) ReplaceSecret(ctx context.Context, k auth.APIKey, _ auth.KeyHash, e audit.Entry) error {
	there, err := b.APIKey(ctx, k.Tenant, k.ID)
	if err != nil {
		return err
	}
	return b.APIKeyStore.ReplaceSecret(ctx, k, there.Hash, e)
}

// keepsTheGrace lets a rotation without a grace leave the one before as it is.
type keepsTheGrace struct{ auth.APIKeyStore }

func (b keepsTheGrace) ReplaceSecret(ctx context.Context, k auth.APIKey, before auth.KeyHash, e audit.Entry) error {
	there, err := b.APIKey(ctx, k.Tenant, k.ID)
	if err == nil && k.Old == "" {
		k.Old, k.OldUntil = there.Old, there.OldUntil
	}
	return b.APIKeyStore.ReplaceSecret(ctx, k, before, e)
}

// TestTheModelCatchesBrokenKeys proves that the check above can fail.
func TestTheModelCatchesBrokenKeys(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables := db.Tables(t)
		for name, broken := range map[string]func(keyStores, *sync.Map) keyStores{
			"caches the key": func(s keyStores, known *sync.Map) keyStores {
				return keyStores{gate: cachesTheKey{s.gate, s.keys, known}, keys: s.keys}
			},
			"rotates blindly": func(s keyStores, _ *sync.Map) keyStores { return keyStores{gate: s.gate, keys: rotatesBlindly{s.keys}} },
			"keeps the grace": func(s keyStores, _ *sync.Map) keyStores { return keyStores{gate: s.gate, keys: keepsTheGrace{s.keys}} },
		} {
			caughtIn(t, name, keyModel(), func() []porcupine.Operation {
				w, known := newTenancy(t, tables), &sync.Map{}
				return recordKey(t, w, func(fault) keyStores { return broken(productsKeys(w.sane), known) }).done
			})
		}
	})
}
