package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// linkInBox finds the token of a sign-in link in what the mailbox answers.
var linkInBox = regexp.MustCompile(`/auth/verify#token=([A-Za-z0-9_.-]+)`)

// mostLost is what a kill may take back, and mostReady how many times as long as an
// ordinary start the next may take.
const (
	mostLost  = 5 * time.Second
	mostReady = 1.5
)

// TestABusyEveningOutlivesKills kills every process of the product at varied moments
// while people use it. What they were told before the last save is there after the
// next start, with its files; locked objects are locked; every job that ran ends; and
// ledger, counters and files agree.
func TestABusyEveningOutlivesKills(t *testing.T) {
	harness.Proof(t)
	moments := 1
	if harness.InFull() {
		moments = 4
	}
	if harness.InAll() {
		moments = 20
	}
	e := &evening{t: t, data: t.TempDir(), jobs: map[string]*client{}, more: make(chan struct{})}
	options := launch.Options{Settings: raised(map[string]string{"QUOTA_UPLOADS_COUNT": "1000"}), Data: e.data}
	e.start(options)
	options.Settings["PORT"], options.Settings["EMULATOR_PORT"] = portOf(e.URL), portOf(e.Endpoint)
	harness.Must(t, e.Stop())
	e.start(options)
	ordinary, ready, oldest, held, objects := e.Ready, time.Duration(0), time.Duration(0), 0, 0
	random := rand.New(rand.NewPCG(17, 4))
	kills := 0
	for moment := range harness.InShare(t, 2, make([]struct{}, moments)) {
		kills++
		killed := e.disturb(moment == 0, random.IntN(12), time.Duration(random.IntN(2500))*time.Millisecond)
		until := keptUntil(e.data)
		if until.IsZero() {
			t.Fatal("nothing was saved")
		}
		oldest = max(oldest, killed.Sub(until))
		e.start(options)
		ready += e.Ready
		held += e.hold(until)
		objects = max(objects, e.locked())
		if harness.InAll() {
			e.agrees()
		}
	}
	ends := e.jobsEnd()
	e.agrees()
	harness.Must(t, e.Stop())
	if held == 0 || objects == 0 {
		t.Errorf("%d acts and %d locked objects were looked at", held, objects)
	}
	// By itself on a machine (make kills), and not beside all other tests, times say something.
	if harness.InAll() && (len(e.jobs) == 0 || oldest > mostLost || ready.Seconds() > mostReady*float64(kills)*ordinary.Seconds()) {
		t.Errorf("%d jobs ran, %s were taken back, a start took %s where an ordinary one takes %s", len(e.jobs), oldest, ready/time.Duration(kills), ordinary)
	}
	t.Logf("%d of %d kills held, of a busy evening: %d acts looked at, at most %.1f s taken back, %d objects locked again, jobs %v, ready in %.2f of an ordinary start (%.1f s)",
		kills, moments, held, oldest.Seconds(), objects, ends, ready.Seconds()/float64(kills)/ordinary.Seconds(), ordinary.Seconds())
}

func (e *evening) start(o launch.Options) {
	e.t.Helper()
	begun, err := launch.StartApart(o)
	harness.Must(e.t, err)
	e.Apart = begun
	e.t.Cleanup(func() { begun.Kill() }) // one that has ended is not there any more
}

// disturb lets two people begin, and kills the product after so many acts, the first
// save if that is asked for, and a little.
func (e *evening) disturb(saved bool, acts int, later time.Duration) (killed time.Time) {
	ctx, gone := context.WithCancel(e.t.Context())
	var people sync.WaitGroup
	for range 2 {
		people.Go(func() { e.person(ctx) })
	}
	patience := time.After(5 * time.Minute)
	for n := 0; n <= acts; n++ {
		select {
		case <-e.more:
		case <-patience:
			e.t.Errorf("%d acts in five minutes", n)
			n = acts
		}
	}
	if saved {
		e.awaitSave()
	}
	<-time.After(later)
	gone()
	killed = e.Kill()
	people.Wait()
	return killed
}

// hold looks at every act that was before the last save, and forgets it then: the
// next kill is about what comes after.
func (e *evening) hold(until time.Time) (held int) {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.acts {
		if a.at.After(until) {
			continue
		}
		held++
		if err := a.shown(a.person); err != nil {
			e.t.Errorf("%s, %.1f s before the save: %v", a.what, until.Sub(a.at).Seconds(), err)
		}
	}
	// A job that was taken back with the last seconds did not run.
	for id, c := range e.jobs {
		r := c.do("GET", "/api/v1/jobs/"+id, nil)
		if r.status == 401 && c.renew() {
			r = c.do("GET", "/api/v1/jobs/"+id, nil)
		}
		if r.status == 404 || r.status == 401 {
			delete(e.jobs, id)
		}
	}
	e.acts = nil
	return held
}

// jobsEnd waits for every job that ran, and answers how they ended.
func (e *evening) jobsEnd() string {
	ends := map[string]int{}
	for id, c := range e.jobs {
		ended := c.ended(id, 4*time.Minute)
		status, _ := ended["status"].(string)
		ends[status]++
		if status != "succeeded" && (status != "failed" || ended["error"] == nil) {
			e.t.Errorf("a job ended as %v", ended)
		}
		if video, is := ended["video"].(map[string]any); is {
			if err := c.reaches(video["url"]); err != nil {
				e.t.Errorf("a video: %v", err)
			}
		}
	}
	return fmt.Sprint(ends)
}
