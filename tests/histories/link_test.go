package histories

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// linkHistory is what those who sign in with one address asked and were told.
type linkHistory struct {
	recorder
	address string
	links   []mailedLink // "" where no mail came
	grants  []auth.Grant
}

// recordLinks lets all clients work at once on an address of its own, and then
// follows the last link. open gives each call its stores.
func recordLinks(t *testing.T, open func(fault) linkStores) *linkHistory {
	t.Helper()
	h := &linkHistory{recorder: recorder{t: t}, address: strings.ToLower(tenant.NewID()) + "@example.com"}
	ctx := t.Context()
	h.perform(ctx, 0, open(noFault), linkCall{act: askFor})
	h.together(func(client int) { h.act(ctx, client, open(faultSoon())) })
	for _, act := range []linkAct{byToken, byCode} {
		h.perform(ctx, 0, open(noFault), linkCall{act: act, link: len(h.links) - 1, second: h.since.Load()})
	}
	h.finish(func(out any) bool { return out.(verdict) == unknown })
	h.overlap()
	return h
}

// act does something: mostly it types a code, for one of the newest links. Now and
// then time passes.
func (h *linkHistory) act(ctx context.Context, client int, s linkStores) {
	in := linkCall{act: guessed}
	switch chance := rand.IntN(100); {
	case chance < 8:
		in.act = askFor
	case chance < 15:
		in.act = byToken
	case chance < 22:
		in.act = byCode
	}
	if rand.IntN(20) == 0 {
		h.since.Add(1 + rand.Int64N(linkLife))
	}
	in.second = h.since.Load()
	h.mu.Lock()
	in.link = len(h.links) - 1
	if rand.IntN(5) == 0 {
		in.link = max(in.link-1, 0)
	}
	h.mu.Unlock()
	h.perform(ctx, client, s, in)
}

// perform makes one call and notes it.
func (h *linkHistory) perform(ctx context.Context, client int, s linkStores, in linkCall) {
	h.note(client, func() (any, any, bool) {
		if in.act == askFor {
			mailed, err := s.ask(ctx, h.address, in.second)
			h.mu.Lock()
			defer h.mu.Unlock()
			in.link = len(h.links)
			h.links = append(h.links, mailed)
			return in, h.answerOf(err), true
		}
		h.mu.Lock()
		link := h.links[in.link]
		h.mu.Unlock()
		if link.token == "" {
			return nil, nil, false // nobody has its mail
		}
		grant, err := h.verify(ctx, s, in, link)
		if err == nil {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.grants = append(h.grants, grant)
		}
		return in, h.answerOf(err), true
	})
}

func (h *linkHistory) verify(ctx context.Context, s linkStores, in linkCall, link mailedLink) (auth.Grant, error) {
	verifier := s.verifier(h.t, in.second)
	ctx = tenant.Doing(ctx, tenant.SignIn)
	if in.act == byToken {
		return verifier.Verify(ctx, link.token, auth.Visit{})
	}
	typed := auth.Code{Email: h.address, Code: link.code, Attempt: link.attempt}
	if in.act == guessed {
		typed.Code = link.code[1:] + map[bool]string{true: "3", false: "2"}[link.code[0] == '2'] // another one, whatever was drawn
	}
	return verifier.VerifyCode(ctx, typed, auth.Visit{})
}

// overlap notes of each code whether a link was asked for meanwhile.
func (h *linkHistory) overlap() {
	for i, code := range h.done {
		in := code.Input.(linkCall)
		for _, ask := range h.done {
			other := ask.Input.(linkCall).act == askFor && ask.Call < code.Return && ask.Return > code.Call
			in.replaced = in.replaced || other
		}
		h.done[i].Input = in
	}
}

func TestHistoriesOfLinksAreLinearizable(t *testing.T) {
	harness.Proof(t)
	onEither(t, 15, func(t *testing.T, w tenancy) bool {
		h := recordLinks(t, func(f fault) linkStores { return productsLinks(w.client(f)) })
		return h.holds(linkModel()) && h.opened(w)
	})
}

// opened holds the sessions that there are against those that were granted: what
// had no answer may have opened one more each.
func (h *linkHistory) opened(w tenancy) bool {
	h.t.Helper()
	granted, unknowns := map[string]bool{}, 0
	for _, g := range h.grants {
		granted[g.Refresh] = true
	}
	for _, op := range h.done {
		if op.Output.(verdict) == unknown && op.Input.(linkCall).act != askFor {
			unknowns++
		}
	}
	if len(h.grants) == 0 {
		return true
	}
	p := h.grants[0].Profile
	user, err := dynamo.NewCredentials(w.sane).User(tenant.WithTenant(tenant.Doing(h.t.Context(), tenant.Manage), p.Tenant), p.Tenant, p.User)
	open := len(user.Sessions)
	if err != nil || len(granted) != len(h.grants) || open < len(granted) || open > len(granted)+unknowns {
		h.t.Errorf("%d sign-ins got %d different sessions, %d had no answer, and %d sessions are open: %v", len(h.grants), len(granted), unknowns, open, err)
		return false
	}
	return true
}

// keepsLinks leaves a link that has opened a session where it was.
type keepsLinks struct {
	auth.SignInStore
	links auth.LinkStore
}

func (b keepsLinks) Enter(ctx context.Context, e auth.Entry) error {
	if err := b.SignInStore.Enter(ctx, e); err != nil {
		return err
	}
	return b.again(ctx, e)
}

// again makes a link the one of its address that works.
func (b keepsLinks) again(ctx context.Context, e auth.Entry) error {
	ctx = tenant.Doing(ctx, tenant.AskLink)
	_, older, err := b.links.Supersede(ctx, e.Link.Address, e.Link.Hash, roomy, e.At, e.Link.ExpiresAt)
	if err != nil {
		return err
	}
	if older == e.Link.Hash || older == "" {
		older = auth.NewLinkToken().Hash()
	}
	return b.links.SaveLink(ctx, e.Link.Address, e.Link, older)
}

// takesOlder opens a session with a link that another has replaced.
type takesOlder struct{ keepsLinks }

func (b takesOlder) Enter(ctx context.Context, e auth.Entry) error {
	if _, err := b.Link(ctx, e.Link.Hash); err != nil {
		return auth.ErrLinkSpent
	}
	if err := b.again(ctx, e); err != nil {
		return err
	}
	return b.SignInStore.Enter(ctx, e)
}

// countsNoTries compares codes without end.
type countsNoTries struct{ auth.SignInStore }

func (b countsNoTries) Guess(ctx context.Context, h auth.LinkHash, attempt auth.AttemptHash, _ time.Time) (auth.MagicLink, error) {
	link, err := b.Link(ctx, h)
	if err != nil || link.Attempt != attempt {
		return auth.MagicLink{}, auth.ErrLinkSpent
	}
	return link, nil
}

// TestTheModelCatchesBrokenLinks proves that the check above can fail.
func TestTheModelCatchesBrokenLinks(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 1, func(t *testing.T, db harness.Database) {
		tables := db.Tables(t)
		for name, broken := range map[string]func(linkStores) auth.SignInStore{
			"keeps a link that was used": func(s linkStores) auth.SignInStore { return keepsLinks{s.enter, s.links} },
			"takes older links":          func(s linkStores) auth.SignInStore { return takesOlder{keepsLinks{s.enter, s.links}} },
			"counts no tries":            func(s linkStores) auth.SignInStore { return countsNoTries{s.enter} },
		} {
			caughtIn(t, name, linkModel(), func() []porcupine.Operation {
				s := productsLinks(tenancyOn(tables).sane)
				return recordLinks(t, func(fault) linkStores { return linkStores{links: s.links, enter: broken(s)} }).done
			})
		}
	})
}
