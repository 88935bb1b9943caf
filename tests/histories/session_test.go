package histories

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// sessionStore is what refreshing, leaving and the gate work on.
type sessionStore interface {
	auth.SessionStore
	auth.LeaverStore
	auth.GateStore
}

// sessionHistory is what the clients of one session asked and were told.
type sessionHistory struct {
	recorder
	keys   *auth.Keys
	tokens *auth.Tokens
	cookie map[int64]string // by generation, as far as somebody was given it
	newest int64
}

// recordSession lets all clients work at once on a session of its own, then tries
// the token before the newest, and looks with each token once more. open gives each call its store.
func recordSession(t *testing.T, w tenancy, open func(fault) sessionStore) *sessionHistory {
	t.Helper()
	keys := dynamo.NewSigningKeys(w.sane)
	harness.PublishKeys(t, keys, signingSecret, timeAt(0))
	s, address := productsLinks(w.sane), strings.ToLower(tenant.NewID())+"@example.com"
	mailed, err := s.ask(t.Context(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	grant, err := s.verifier(t, 0).Verify(tenant.Doing(t.Context(), tenant.SignIn), mailed.token, auth.Visit{})
	if err != nil {
		t.Fatal(err)
	}
	h := &sessionHistory{recorder: recorder{t: t}, keys: auth.NewKeys(keys, timeAt(0)), tokens: newTokens(t), cookie: map[int64]string{1: grant.Refresh}, newest: 1}
	ctx := tenant.Doing(t.Context(), tenant.Manage)
	h.together(func(client int) { h.act(ctx, client, open(faultSoon())) })
	h.since.Add(graceSeconds + 1) // a copy of the token before comes too late, if the session still is
	h.perform(ctx, 0, open(noFault), sessionCall{act: refresh, generation: max(h.newest-1, 1), second: h.since.Load()})
	for generation := range h.cookie {
		h.perform(ctx, 0, open(noFault), sessionCall{act: lookAt, generation: generation, second: h.since.Load()})
	}
	h.finish(func(out any) bool { return out.(sessionAnswer).verdict == unknown })
	return h
}

// act does something with the session: mostly it looks or refreshes, with one of
// the newest tokens. Now and then time passes.
func (h *sessionHistory) act(ctx context.Context, client int, s sessionStore) {
	in := sessionCall{act: lookAt}
	switch chance := rand.IntN(100); {
	case chance < 30:
		in.act = refresh
	case chance < 31:
		in.act = leave
	}
	if rand.IntN(16) == 0 {
		h.since.Add(1 + rand.Int64N(2*graceSeconds))
	}
	in.second = h.since.Load()
	h.mu.Lock()
	for in.generation = h.newest; in.generation > 1 && (rand.IntN(6) == 0 || h.cookie[in.generation] == ""); in.generation-- {
	}
	h.mu.Unlock()
	h.perform(ctx, client, s, in)
}

// perform makes one call and notes it. A look without an answer is none.
func (h *sessionHistory) perform(ctx context.Context, client int, s sessionStore, in sessionCall) {
	h.mu.Lock()
	token := h.cookie[in.generation]
	h.mu.Unlock()
	h.note(client, func() (any, any, bool) {
		out, err := sessionAnswer{}, error(nil)
		switch in.act {
		case lookAt:
			gate := auth.Gatekeeper{Store: s, Keys: h.keys, User: roomy, Now: timeAt(in.second)}
			_, _, err = gate.Cookie(ctx, token)
		case leave:
			leaver := auth.Leaver{Sessions: s, Keys: h.keys, Log: slog.New(slog.DiscardHandler), Now: timeAt(in.second)}
			err = leaver.Leave(ctx, token, false)
		case refresh:
			var grant auth.Grant
			refresher := auth.Refresher{Sessions: s, Tokens: h.tokens, Rate: roomy, Log: slog.New(slog.DiscardHandler), Now: timeAt(in.second)}
			grant, _, err = refresher.Refresh(ctx, token, auth.Visit{})
			out.generation = h.given(grant.Refresh)
		}
		out.verdict = h.answerOf(err)
		return in, out, in.act != lookAt || out.verdict != unknown
	})
}

// given keeps a token that a refresh gave, and answers its generation: two that
// are given the same one are given the same text.
func (h *sessionHistory) given(token string) int64 {
	if token == "" {
		return 0
	}
	generation, err := strconv.ParseInt(strings.Split(token, ".")[3], 10, 64)
	if err != nil {
		h.t.Error(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if before := h.cookie[generation]; before != "" && before != token {
		h.t.Errorf("generation %d has two tokens", generation)
	}
	h.cookie[generation], h.newest = token, max(h.newest, generation)
	return generation
}

func TestHistoriesOfASessionAreLinearizable(t *testing.T) {
	harness.Proof(t)
	onEither(t, 25, func(t *testing.T, w tenancy) bool {
		return recordSession(t, w, func(f fault) sessionStore { return dynamo.NewCredentials(w.client(f)) }).holds(sessionModel())
	})
}

// rotatesAnything rotates on from wherever the session is.
type rotatesAnything struct{ sessionStore }

func (b rotatesAnything) Rotate(ctx context.Context, ref auth.SessionRef, generation int64, limit ratelimit.Limit, oldest, now time.Time) (auth.User, auth.Count, error) {
	user, err := b.User(tenant.WithTenant(ctx, ref.Tenant), ref.Tenant, ref.User)
	if s, open := user.Session(ref.Session); err == nil && open {
		generation = s.Generation
	}
	return b.sessionStore.Rotate(ctx, ref, generation, limit, oldest, now)
}

// endlessGrace says of every session that it was rotated just now.
type endlessGrace struct{ sessionStore }

func (b endlessGrace) Rotate(ctx context.Context, ref auth.SessionRef, generation int64, limit ratelimit.Limit, oldest, now time.Time) (auth.User, auth.Count, error) {
	user, count, err := b.sessionStore.Rotate(ctx, ref, generation, limit, oldest, now)
	for i := range user.Sessions {
		user.Sessions[i].RotatedAt = now
	}
	return user, count, err
}

// endsNothing says that a session has ended, and leaves it open.
type endsNothing struct{ sessionStore }

func (endsNothing) End(context.Context, auth.SessionRef, audit.Entry) error { return nil }

// TestTheModelCatchesBrokenSessions proves that the check above can fail.
func TestTheModelCatchesBrokenSessions(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 1, func(t *testing.T, db harness.Database) {
		tables := db.Tables(t)
		for name, broken := range map[string]func(sessionStore) sessionStore{
			"rotates on from anywhere":  func(s sessionStore) sessionStore { return rotatesAnything{s} },
			"knows no end of the grace": func(s sessionStore) sessionStore { return endlessGrace{s} },
			"ends no session":           func(s sessionStore) sessionStore { return endsNothing{s} },
		} {
			caughtIn(t, name, sessionModel(), func() []porcupine.Operation {
				w := tenancyOn(tables)
				return recordSession(t, w, func(fault) sessionStore { return broken(dynamo.NewCredentials(w.sane)) }).done
			})
		}
	})
}
