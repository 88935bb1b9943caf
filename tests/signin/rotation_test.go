package signin_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
	"github.com/devotionalai/platform/tests/harness"
)

// secretName is the signing secret of the stage.
func (s *stage) secretName() string {
	for _, line := range s.environ {
		if name, ok := strings.CutPrefix(line, "JWT_SECRET_ARN="); ok {
			return name
		}
	}
	s.Fatal("no JWT_SECRET_ARN")
	return ""
}

// step takes one step of a rotation to a version; time passes where it waits.
func (s *stage) step(step auth.Step, version string, f *calls.Faults, wait func(time.Duration)) error {
	s.Helper()
	cfg := s.AWS.Copy()
	if f != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, f)
	rotator := auth.Rotator{
		SecretID: s.secretName(), Versions: secretstore.New(cfg, s.secretName()),
		Keys: dynamo.NewSigningKeys(dynamo.NewClient(cfg, "", s.Directory)), Now: s.clock.Now,
		Wait: func(_ context.Context, d time.Duration) error { wait(d); return nil },
	}
	ctx := tenant.Doing(s.Context(), tenant.Rotate)
	return rotator.Run(ctx, auth.RotationStep{Step: step, SecretID: s.secretName(), ClientRequestToken: version})
}

// rotate takes all four steps.
func (s *stage) rotate() {
	s.Helper()
	version := newVersion()
	for _, step := range auth.Steps() {
		if err := s.step(step, version, nil, s.clock.Forward); err != nil {
			s.Fatalf("%s: %v", step, err)
		}
	}
}

func newVersion() string { return "version-" + tenant.NewID() }

// crowd is people at work, each in two tabs that share a cookie, served by
// whatever processes there are.
type crowd struct {
	*stage
	time sync.RWMutex // held to let time pass: not between the two tabs of a refresh

	mu        sync.Mutex
	processes []*app
	next      int
	rounds    map[int]int // of each person
	moved     *sync.Cond
	refreshes atomic.Int64
}

func newCrowd(s *stage) *crowd {
	c := &crowd{stage: s, processes: []*app{s.app, s.deploy()}, rounds: map[int]int{}}
	c.moved = sync.NewCond(&c.mu)
	return c
}

// process is the next one that serves.
func (c *crowd) process() *app {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	return c.processes[c.next%len(c.processes)]
}

// starts adds a process.
func (c *crowd) starts() {
	p := c.deploy()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.processes = append(c.processes, p)
}

// work goes through rounds until told to stop: both tabs refresh with one cookie,
// and use both new tokens, the one before, and the cookie alone.
func (c *crowd) work(person int, in answer, stop *atomic.Bool) {
	cookie, token, since := in.cookie(), in.text("access_token"), c.clock.Now()
	for !stop.Load() && !c.Failed() {
		c.time.RLock()
		if c.clock.Now().Sub(since) < shortLife {
			c.accepted("the token before", c.process().me(token))
		}
		var tabs [2]answer
		var both sync.WaitGroup
		for i := range tabs {
			both.Go(func() { tabs[i] = c.process().refresh(cookie) })
		}
		both.Wait()
		for i, tab := range tabs {
			c.accepted(fmt.Sprintf("the refresh of tab %d", i+1), tab)
			c.accepted("its token", c.process().me(tab.text("access_token")))
		}
		c.accepted("the cookie alone", c.process().cookieAlone("GET", "/api/auth/me", tabs[0].cookie()))
		cookie, token, since = tabs[1].cookie(), tabs[1].text("access_token"), c.clock.Now()
		c.time.RUnlock()
		c.refreshes.Add(2)
		c.mu.Lock()
		c.rounds[person]++
		c.moved.Broadcast()
		c.mu.Unlock()
	}
	c.mu.Lock()
	c.moved.Broadcast()
	c.mu.Unlock()
}

func (c *crowd) accepted(what string, got answer) {
	if got.status != 200 {
		c.Errorf("%s: %d %s", what, got.status, got.raw)
	}
}

// everybody waits until each person has gone through a round that began since.
func (c *crowd) everybody(people int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := map[int]int{}
	for person := range people {
		before[person] = c.rounds[person]
	}
	for person := range people {
		for c.rounds[person] < before[person]+2 && !c.Failed() {
			c.moved.Wait()
		}
	}
}

// shortLife is how long access tokens live in the proof: longer than the minute
// that a rotation waits, and not for long.
const shortLife = 90 * time.Second

func (a *app) cookieAlone(method, target, cookie string, headers ...string) answer {
	a.t.Helper()
	return a.call(method, target, "", append([]string{"Cookie", "refresh_token=" + cookie}, headers...)...)
}

// TestARotationSignsNobodyOut: two rotations in a row, while people refresh and
// call, served by processes that were started before, between and after the
// steps. Nobody is refused.
func TestARotationSignsNobodyOut(t *testing.T) {
	harness.Proof(t)
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=100000", "ACCESS_TOKEN_TTL="+shortLife.String())
	c, people, wanted := newCrowd(s), 2, int64(60)
	if harness.InFull() {
		people, wanted = 12, 330
	}
	var stop atomic.Bool
	var all sync.WaitGroup
	for person := range people {
		in := s.signIn(address())
		all.Go(func() { c.work(person, in, &stop) })
	}
	passes := func(d time.Duration) {
		c.time.Lock()
		defer c.time.Unlock()
		c.clock.Forward(d)
	}
	for range 2 {
		version := newVersion()
		for _, step := range auth.Steps() {
			c.everybody(people)
			c.starts()
			if err := s.step(step, version, nil, passes); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		}
		c.everybody(people)
	}
	for c.refreshes.Load() < wanted && !t.Failed() {
		c.everybody(people)
	}
	stop.Store(true)
	all.Wait()
	t.Logf("%d refreshes of %d people in two tabs each, %d processes, 2 rotations", c.refreshes.Load(), people, len(c.processes))
}

// TestTwoRotationsEndWhatALeakedSecretSigned: whoever went on in between stays
// signed in; what the first secret signed is refused everywhere, at the latest
// when a process reads the document again.
func TestTwoRotationsEndWhatALeakedSecretSigned(t *testing.T) {
	s := newStage(t)
	old := s.deploy()
	forged := s.signIn(address()) // whoever has the secret could have made it
	person := s.signIn(address())
	for _, a := range []*app{s.app, old} {
		a.me(forged.text("access_token")).expect(t, 200, "")
	}
	s.rotate()
	for _, a := range []*app{s.app, old, s.deploy()} {
		a.me(forged.text("access_token")).expect(t, 200, "")
	}
	next := old.refresh(person.cookie()).expect(t, 200, "")
	if kid(next) == kid(person) {
		t.Fatal("a process from before the rotation signs with the key before")
	}
	s.rotate()
	s.clock.Forward(5 * time.Minute)
	for _, a := range []*app{s.app, old, s.deploy()} {
		a.me(forged.text("access_token")).expect(t, 401, "unauthenticated")
		s.clock.Forward(time.Second) // the keys may be asked for again
		a.refresh(forged.cookie()).expect(t, 401, "session_ended")
		a.logout(forged.cookie(), "").expect(t, 204, "")
		a.logout(forged.cookie(), "").expect(t, 503, "unavailable") // not asked for: it may be open
		s.clock.Forward(time.Second)
		a.cookieAlone("GET", "/api/auth/me", forged.cookie()).expect(t, 401, "session_ended")
		next = a.refresh(next.cookie()).expect(t, 200, "")
		a.me(next.text("access_token")).expect(t, 200, "")
	}
	if got := s.documents(); len(got) != 1 || strings.Count(got[0], "published") != 2 {
		t.Errorf("stored are %v", got)
	}
}

// TestAFreshInstallationPublishesItsKeysByItself: many first sign-ins at once, at
// processes that know nothing, leave one document, and all accept all.
func TestAFreshInstallationPublishesItsKeysByItself(t *testing.T) {
	harness.OnBothStores(t, aFreshInstallationPublishesItsKeysByItself)
}

func aFreshInstallationPublishesItsKeysByItself(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	if got := s.call("GET", "/.well-known/jwks.json", "").expect(t, 200, ""); got.raw != `{"keys":[]}`+"\n" && got.raw != `{"keys":[]}` {
		t.Errorf("before the first sign-in: %s", got.raw)
	}
	processes, tokens, answers := make([]*app, 6), make([]string, 6), make([]answer, 6)
	for i := range processes {
		processes[i], tokens[i] = s.deploy(), s.token(address())
	}
	var all sync.WaitGroup
	for i := range processes {
		all.Go(func() { answers[i] = processes[i].verify(tokens[i]) })
	}
	all.Wait()
	for i, in := range answers {
		in.expect(t, 200, "")
		processes[len(processes)-1-i].me(in.text("access_token")).expect(t, 200, "")
	}
	if got := s.documents(); len(got) != 1 || !strings.Contains(got[0], `"revision":{"Value":"1"}`) {
		t.Errorf("stored are %v", got)
	}
	s.clock.Forward(time.Minute)
	keys, _ := s.call("GET", "/.well-known/jwks.json", "").expect(t, 200, "").body["keys"].([]any)
	if len(keys) != 1 || strings.Contains(fmt.Sprint(keys), kid(answers[0])) {
		t.Errorf("shown are %v", keys)
	}
}

// kid is the key that a refresh cookie names.
func kid(in answer) string { return strings.Split(in.cookie(), ".")[4] }

// documents are the items with public keys.
func (s *stage) documents() []string {
	s.Helper()
	var all []string
	for line := range strings.SplitSeq(s.items(s.Directory), "\n") {
		if strings.Contains(line, `"SIGNING#`) {
			all = append(all, line)
		}
	}
	return all
}

// Each step may be repeated, and does nothing out of its order.
func TestStepsOfARotationAreRepeatableAndInOrder(t *testing.T) {
	s := newStage(t)
	s.signIn(address())
	before, version := s.documents(), newVersion()
	refused := func(step auth.Step, version string) {
		t.Helper()
		if err := s.step(step, version, nil, s.clock.Forward); !problem.Is(err, problem.InvalidInput) {
			t.Errorf("%s of %s: %v", step, version, err)
		}
	}
	taken := func(step auth.Step) {
		t.Helper()
		if err := s.step(step, version, nil, s.clock.Forward); err != nil {
			t.Errorf("%s: %v", step, err)
		}
	}
	for _, step := range []auth.Step{auth.SetSecret, auth.TestSecret, auth.FinishSecret, "stealSecret", ""} {
		refused(step, version)
	}
	refused(auth.CreateSecret, "")
	taken(auth.CreateSecret)
	secrets := s.versions()
	taken(auth.CreateSecret)
	taken(auth.TestSecret) // in memory: it is not published yet
	refused(auth.FinishSecret, version)
	if after := s.versions(); len(after) != 2 || after[version] != secrets[version] || len(after[version]) < auth.MinSecret || after[version] == secret {
		t.Errorf("%d versions, or another one than at first", len(after))
	}
	if after := s.documents(); len(after) != 1 || after[0] != before[0] {
		t.Error("a step that was refused has published something")
	}
	for _, step := range auth.Steps()[1:] {
		taken(step)
		taken(step)
	}
	for _, step := range auth.Steps() {
		taken(step)
	}
	s.rotate()
	for _, step := range auth.Steps() {
		refused(step, version) // it is the one before now
	}
}

// versions are the secrets by version.
func (s *stage) versions() map[string]string {
	s.Helper()
	kept, all := secretstore.New(s.AWS, s.secretName()), map[string]string{}
	stages, err := kept.Stages(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	for id := range stages {
		value, err := kept.Version(s.Context(), id)
		if err != nil {
			s.Fatal(err)
		}
		all[id] = string(value)
	}
	return all
}

// TestARotationThatFailsGoesOn: each call of each step fails in turn; the step,
// repeated, ends the rotation right, and nobody is signed out meanwhile.
func TestARotationThatFailsGoesOn(t *testing.T) {
	harness.Proof(t)
	for i, broken := range auth.Steps() {
		harness.Sweep{
			Flow: string(broken), Parallel: true, Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.KillAfter),
		}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			s := newStage(t)
			first, version := s.signIn(address()), newVersion()
			in := first
			faults := calls.Plant(plan...).OnKill(func() {})
			for n, step := range auth.Steps() {
				if n == i {
					_ = s.step(step, version, faults, s.clock.Forward)
					in = s.refresh(in.cookie()).expect(t, 200, "")
				}
				if err := s.step(step, version, nil, s.clock.Forward); err != nil {
					t.Fatalf("%s, again: %v", step, err)
				}
			}
			next := s.deploy().refresh(in.cookie()).expect(t, 200, "")
			if got := s.refresh(next.cookie()).expect(t, 200, ""); kid(got) == kid(first) || kid(got) != kid(next) {
				t.Error("the new secret does not sign")
			}
			if got := s.documents(); len(got) != 1 || strings.Count(got[0], "published") != 2 || len(s.versions()) != 2 {
				t.Errorf("stored are %v", got)
			}
			return faults
		})
	}
}
