package histories

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	signInClients = 6
	signInActs    = 6 // of each client
	signingSecret = "a secret of at least thirty-two bytes"
	appURL        = "http://localhost:8000"
)

// roomy is a rate that no history reaches, however far its clock goes back and forth.
var roomy = ratelimit.Limit{Burst: 1_000_000, Every: 100 * time.Millisecond}

// recorder notes what clients asked and were told, in the order of one clock. What
// they are told depends on the time of day, which is the recorder's to say.
type recorder struct {
	t     *testing.T
	clock atomic.Int64
	since atomic.Int64 // seconds of the day that have passed

	mu   sync.Mutex
	done []porcupine.Operation
}

// timeAt is a time of the day, which is one that no store takes for over: it would
// take away what has an end.
func timeAt(second int64) func() time.Time {
	return func() time.Time { return now.AddDate(100, 0, 0).Add(time.Duration(second) * time.Second) }
}

// together lets all clients act at once.
func (r *recorder) together(act func(client int)) {
	var all sync.WaitGroup
	for client := range signInClients {
		all.Go(func() {
			for range signInActs {
				act(client)
			}
		})
	}
	all.Wait()
}

// note makes a call and notes it, unless keep says otherwise.
func (r *recorder) note(client int, call func() (in, out any, keep bool)) {
	called := r.clock.Add(1)
	in, out, keep := call()
	returned := r.clock.Add(1)
	if !keep {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done = append(r.done, porcupine.Operation{ClientId: client, Input: in, Output: out, Call: called, Return: returned})
}

// finish lets what has no answer return after everything else.
func (r *recorder) finish(lost func(out any) bool) {
	end := r.clock.Add(1)
	for i := range r.done {
		if lost(r.done[i].Output) {
			r.done[i].Return, r.done[i].ClientId = end, signInClients+i
		}
	}
}

// holds checks the history; one that does not hold is drawn, to be looked at.
func (r *recorder) holds(m porcupine.Model) bool {
	r.t.Helper()
	result, info := porcupine.CheckOperationsVerbose(m, r.done, decision)
	if result == porcupine.Ok {
		return true
	}
	drawn := filepath.Join(os.TempDir(), "history-"+tenant.NewID()+".html")
	if err := porcupine.VisualizePath(m, info, drawn); err != nil {
		r.t.Errorf("draw the history: %v", err)
	}
	r.t.Errorf("a history is %s: see %s", result, drawn)
	return false
}

// answerOf turns an answer into what the models know; an answer that must not be
// given fails the test.
func (r *recorder) answerOf(err error) verdict {
	switch {
	case err == nil:
		return done
	case problem.Is(err, problem.SessionEnded), problem.Is(err, problem.LinkInvalid):
		return refused
	case !problem.Is(err, problem.Unavailable):
		r.t.Errorf("an answer that must not be given: %v", err)
	}
	return unknown
}

// faultSoon strikes any of an operation's first calls, one operation in ten.
func faultSoon() fault {
	f := someFault()
	if len(f) == 0 {
		return f
	}
	one := f[0]
	one.Nth = 1 + rand.IntN(5)
	return fault{one}
}

// letter keeps the last mail instead of sending it.
type letter struct{ text string }

func (l *letter) Send(_ context.Context, m auth.Mail) error {
	l.text = m.Text
	return nil
}

// after is the rest of the line that begins with mark.
func (l *letter) after(mark string) string {
	_, rest, _ := strings.Cut(l.text, mark)
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

// linkStores are what a sign-in works on.
type linkStores struct {
	links auth.LinkStore
	enter auth.SignInStore
}

func productsLinks(c *dynamo.Client) linkStores {
	return linkStores{links: dynamo.NewLinks(c), enter: dynamo.NewSignIns(c)}
}

// mailedLink is what a mail and its request give.
type mailedLink struct{ token, code, attempt string }

// linkLife is how long a link works, in seconds of the recorder's day.
const linkLife = 300

// ask asks for a link.
func (s linkStores) ask(ctx context.Context, address string, second int64) (mailedLink, error) {
	var mail letter
	requester := &auth.LinkRequester{
		Links: s.links, Mail: &mail, AppURL: appURL, Life: linkLife * time.Second, Now: timeAt(second),
		Limits: auth.MailLimits{Address: roomy, Caller: roomy, Overall: roomy},
	}
	attempt, err := requester.Request(tenant.Doing(ctx, tenant.AskLink), address, "", "203.0.113.8")
	return mailedLink{token: mail.after("#token="), code: mail.after("Code: "), attempt: string(attempt)}, err
}

// verifier opens sessions.
func (s linkStores) verifier(t *testing.T, second int64) *auth.Verifier {
	return &auth.Verifier{Store: s.enter, Tokens: newTokens(t), Codes: roomy, Now: timeAt(second)}
}

func newTokens(t *testing.T) *auth.Tokens {
	t.Helper()
	tokens, err := auth.NewTokens([]byte(signingSecret), appURL, 10*time.Minute)
	if err != nil {
		t.Error(err)
	}
	return tokens
}

// onEither runs a proof of sign-in on both stores.
func onEither(t *testing.T, full int, one func(*testing.T, tenancy) bool) {
	t.Helper()
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables, wanted, held := db.Tables(t), 1, 0
		if harness.InFull() {
			wanted = full
		}
		over := harness.Overtime(t)
		for ; held < wanted && (held == 0 || !over()); held++ {
			if !one(t, tenancyOn(tables)) {
				return
			}
		}
		t.Logf("%s: %d histories held, of %d", db, held, wanted)
	})
}

// tenancyOn is a tenant that the first sign-in makes.
func tenancyOn(tables *harness.Store) tenancy {
	w := tenancy{tables: tables}
	w.sane = w.client(noFault)
	return w
}

// mostHistories is how many a planted fault may take to be met: one that needs two calls
// to cross is in one of a few on a busy machine, and in one of many on a quick one.
const mostHistories = 300

// caughtIn answers which history showed a fault to the model.
func caughtIn(t *testing.T, name string, m porcupine.Model, record func() []porcupine.Operation) {
	t.Helper()
	for n := 1; n <= mostHistories; n++ {
		if porcupine.CheckOperationsTimeout(m, record(), doubt) == porcupine.Illegal {
			t.Logf("a store that %s is caught by history %d", name, n)
			return
		}
	}
	t.Errorf("a store that %s is not caught by %d histories", name, mostHistories)
}
