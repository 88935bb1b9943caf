package erasing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/sealing"
	client "github.com/devotionalai/platform/shared/technologies/youtube"
	"github.com/devotionalai/platform/tests/harness"
)

// gate holds each AWS call of a flow until it is let through.
type gate struct {
	arrived chan struct{} // a call stands at the gate, once it is received from
	through chan struct{}
	done    chan struct{} // the flow has ended
	waiting bool          // a call stands at the gate
	over    bool
	calls   int
	err     error // that the flow ended with
}

func (g *gate) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	g.pass()
	return next.HandleInitialize(ctx, in)
}

func (g *gate) pass() {
	g.arrived <- struct{}{}
	<-g.through
}

// ID implements middleware.InitializeMiddleware.
func (*gate) ID() string { return "gate" }

// opens begins a flow, up to its first call.
func (s *stage) opens(f flow) *gate {
	g := &gate{arrived: make(chan struct{}), through: make(chan struct{}), done: make(chan struct{})}
	s.cfg.APIOptions = append(slices.Clone(s.cfg.APIOptions), func(stack *middleware.Stack) error { return stack.Initialize.Add(g, middleware.Before) })
	s.pass = g.pass
	ctx := context.WithoutCancel(s.Context())
	go func() {
		defer close(g.done)
		g.err = f.run(s, ctx)
	}()
	g.wait()
	return g
}

// wait waits until the next call stands at the gate, or there is none.
func (g *gate) wait() {
	select {
	case <-g.arrived:
		g.waiting = true
	case <-g.done:
		g.over = true
	}
}

// let lets so many calls through, each to its end; -1 is all that there are.
func (g *gate) let(n int) {
	for ; n != 0 && !g.over; n-- {
		g.waiting = false
		g.calls++
		g.through <- struct{}{}
		g.wait()
	}
}

// google is the site of a channel, and what signs in there.
type google struct {
	site   *youtube.Site
	client *client.Client
	sealer sealing.WithKey
}

func newGoogle(t *testing.T) *google {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Start()
	t.Cleanup(server.Close)
	g := &google{site: youtube.New("client", "secret", server.URL)}
	server.Config.Handler = g.site.Handler()
	g.client = client.New(client.Config{
		ClientID: "client", Base: g.site.Base, RedirectURI: "http://localhost:8000/youtube", Secret: func(context.Context) (string, error) { return "secret", nil },
	})
	g.sealer = sealing.WithKey{Secret: func(context.Context) (string, error) { return "a sealing key of at least thirty-two bytes", nil }}
	return g
}

// lively is an account with what the flows work on: an owner, a finished video and a
// channel.
func (w *world) lively(g *google) *stage {
	w.Helper()
	a := w.account("USER#", "TENANT", "BILLING", "ROSTER", "LEDGER#", "AUDIT#", "uploads/")
	s := &stage{world: w, account: a, google: g, cfg: w.store.AWS.Copy(), dir: w.TempDir()}
	calls.Watch(&s.cfg, nil)
	harness.WithoutWaiting(&s.cfg)
	a.ids["video"], a.ids["project"] = tenant.NewID(), tenant.NewID()
	pk := str(tenant.DataPartition(a.id))
	w.put(w.store.Platform, item{"pk": pk, "sk": str("PROJECT#" + a.ids["project"]), "title": str("Psalm 23")})
	w.put(w.store.Platform, item{
		"pk": pk, "sk": str("JOB#" + a.ids["video"]), "project": str(a.ids["project"]), "status": str("succeeded"), "attempt": num(1),
		"title": str("Psalm 23"), "resolution": str("720p"), "aspect": str("16:9"), "video": numbered("size", 5),
	})
	ctx := a.ctx(w.T)
	harness.Must(w.T, s3files.New(w.store.AWS, w.store.Bucket).PutBytes(ctx, a.id, render.VideoObject(a.ids["video"]), []byte("video"), "video/mp4"))
	connector := channel.Connector{Store: dynamo.NewChannels(w.tables()), Google: g.client, Sealer: g.sealer, Now: w.clock.Now, Warn: w.warnings.Add}
	at, err := connector.Begin(ctx, s.caller())
	harness.Must(w.T, err)
	_, raw, _ := strings.Cut(at, "?")
	query, err := url.ParseQuery(raw)
	harness.Must(w.T, err)
	_, err = connector.Finish(ctx, s.caller(), g.site.Allow(query), query.Get("state"))
	harness.Must(w.T, err)
	return s
}

// TestTheFlowsAreReal: without an erasure each ends well.
func TestTheFlowsAreReal(t *testing.T) {
	w, g := newWorld(t), newGoogle(t)
	for _, f := range flows() {
		s := w.in(t).lively(g)
		gate := s.opens(f)
		gate.let(-1)
		if gate.err != nil || gate.calls < 4 {
			t.Errorf("%s ends after %d calls with %v", f.name, gate.calls, gate.err)
		}
		t.Logf("%s: %d calls", f.name, gate.calls)
	}
}

// boundaries are those at which a function may still be under way: before the freeze,
// and until it is quiet.
func boundaries() []erasure.Step {
	return []erasure.Step{
		erasure.StepFreeze, erasure.StepPayments, erasure.StepChannels, erasure.StepEvidence, erasure.StepObjects, erasure.StepItems, erasure.StepQuiet,
	}
}

// schedule is how many calls of a flow go through at each boundary; the last lets
// the rest through.
type schedule map[erasure.Step]int

// held stops a flow after so many calls and lets the rest through at a boundary.
func held(calls int, until erasure.Step) schedule {
	return schedule{erasure.StepFreeze: calls, until: -1}
}

// shuffled lets some through at each.
func shuffled() schedule {
	s := schedule{}
	for _, at := range boundaries() {
		s[at] = rand.IntN(9)
	}
	s[erasure.StepQuiet] = -1
	return s
}

// An account is erased while functions work for it: each of their calls may come
// before any step, until it is quiet. Nothing of the account is left, and nothing of
// the others is touched.
func TestAnErasureRacesWhatIsUnderWay(t *testing.T) {
	harness.Proof(t)
	w, g := newWorld(t), newGoogle(t)
	for i, f := range flows() {
		var all []schedule
		moments := []int{2, 8}
		if harness.InAll() {
			moments = []int{1, 2, 3, 5, 8, 13, 21}
		}
		for _, until := range boundaries()[1:] {
			for _, n := range moments {
				all = append(all, held(n, until))
			}
		}
		if !harness.InFull() {
			all = []schedule{held(2+i, erasure.StepItems), held(4+i, erasure.StepQuiet)}
		}
		for range 1 + 9*len(all)/40 {
			all = append(all, shuffled())
		}
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		raced := 0
		for _, plan := range harness.InShare(t, 3, all) {
			raced++
			t.Run(fmt.Sprint(f.name, " ", plan), func(t *testing.T) { w.in(t).raced(g, f, plan) })
		}
		t.Logf("%s: %d of %d rounds held", f.name, raced, len(all))
	}
}

func (w *world) raced(g *google, f flow, plan schedule) {
	s := w.lively(g)
	others := w.everything().without(s.account)
	e := w.ask(s.account)
	w.clock.Forward(24 * time.Hour)
	p, gate := w.process(), s.opens(f)
	p.before = func(step erasure.Step) {
		n := plan[step]
		delete(plan, step) // once: steps come again
		gate.let(n)
	}
	err := p.run(s.id, e)
	gate.let(-1) // lets go of it, should the erasure have failed
	harness.Must(w.T, err)
	w.T.Logf("%d calls, the flow ends with %v", gate.calls, gate.err)
	p.goneBut(s.account, others, e)
}

// All of them are under way at once, and their calls come in any order, before any step.
func TestAnErasureRacesAllThatIsUnderWay(t *testing.T) {
	harness.Proof(t)
	w, g := newWorld(t), newGoogle(t)
	harness.Repeat(t, 10, func(t *testing.T) { w.in(t).racedByAll(g) })
}

func (w *world) racedByAll(g *google) {
	s := w.lively(g)
	others := w.everything().without(s.account)
	e := w.ask(s.account)
	w.clock.Forward(24 * time.Hour)
	p, gates := w.process(), map[string]*gate{}
	for _, f := range flows() {
		own := *s // a process of its own
		gates[f.name] = own.opens(f)
	}
	p.before = func(step erasure.Step) {
		for range rand.IntN(40) {
			gates[flows()[rand.IntN(len(gates))].name].let(1)
		}
		for _, gate := range gates {
			if step == erasure.StepQuiet {
				gate.let(-1)
			}
		}
	}
	err := p.run(s.id, e)
	for name, gate := range gates {
		gate.let(-1) // lets go of it, should the erasure have failed
		w.Logf("%s: %d calls, ends with %v", name, gate.calls, gate.err)
	}
	harness.Must(w.T, err)
	p.goneBut(s.account, others, e)
}

// goneBut is gone, but for what is of a new account of the same address, and for
// counters that are nobody's.
func (p *process) goneBut(a account, others state, e erasure.Erasure) {
	p.Helper()
	now := p.everything()
	anew := ""
	if owner := now["ADDR#"+a.address]; owner != "" && !strings.Contains(owner, string(a.id)) {
		_, rest, _ := strings.Cut(owner, "tenant=")
		anew, _, _ = strings.Cut(rest, ";")
	}
	for key, value := range now {
		switch nobodys := strings.HasPrefix(key, "MAILCALL#") || key == "SLOTS#render"; {
		case key == "SLOTS#render" && !strings.Contains(value, "active_jobs=0;"):
			p.Errorf("slots are taken still: %s", value)
		case nobodys:
			delete(now, key)
			delete(others, key)
		case anew == "" || strings.Contains(key+value, string(a.id)) || strings.Contains(key+value, string(a.user)):
		case strings.Contains(key+value, anew) || strings.Contains(key+value, a.address):
			delete(now, key)
		}
	}
	for key, value := range now.of(a) {
		if key != "RECEIPT#"+string(e.Receipt) {
			p.Errorf("left: %s %s", key, value)
		}
	}
	delete(now, "RECEIPT#"+string(e.Receipt))
	p.same(others, now.without(a))
}

// numbered is a map of one number.
func numbered(name string, n int) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: item{name: num(n)}}
}
