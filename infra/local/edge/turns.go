package edge

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
)

// turns lets as many calls at a time to the API as a machine's cores can answer
// without all of them becoming slow. More wait here, in turns between callers: whoever
// sends a hundred at once waits for himself. AWS has processors for each call.
type turns struct {
	mu      sync.Mutex
	free    int
	most    int            // that one caller may have
	held    map[string]int // calls under way, by caller
	waiting []*waiter      // who came first is first
}

type waiter struct {
	who     string
	granted chan struct{}
}

func newTurns(places int) *turns {
	return &turns{free: places, most: max(places/placesPerCore, 1), held: map[string]int{}}
}

// placesPerCore: a call is waiting for the emulator's tables for most of its time. One
// caller may have as many as there are cores: more of his at once are no sooner done, and
// what is quick of others would wait among them.
const placesPerCore = 6

func (t *turns) enter(ctx context.Context, who string) error {
	w := &waiter{who, make(chan struct{})}
	t.mu.Lock()
	t.waiting = append(t.waiting, w)
	t.grant()
	t.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(t.waiting, w); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	} else {
		t.free++ // it was granted meanwhile
		t.release(who)
		t.grant()
	}
	return ctx.Err()
}

func (t *turns) leave(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.free++
	t.release(who)
	t.grant()
}

func (t *turns) release(who string) {
	if t.held[who]--; t.held[who] == 0 {
		delete(t.held, who)
	}
}

// grant gives free places to who has the fewest, and of those to who came first.
func (t *turns) grant() {
	for t.free > 0 {
		next := -1
		for i, w := range t.waiting {
			if t.held[w.who] < t.most && (next < 0 || t.held[w.who] < t.held[t.waiting[next].who]) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		w := t.waiting[next]
		t.waiting = slices.Delete(t.waiting, next, next+1)
		t.free--
		t.held[w.who]++
		close(w.granted)
	}
}

// inTurn makes a handler of the API wait for its caller's turn.
func (t *turns) inTurn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := caller(r)
		if t.enter(r.Context(), who) != nil {
			return // the caller has gone
		}
		defer t.leave(who)
		next.ServeHTTP(w, r)
	})
}

// caller is what tells callers apart before any of them is known. Who waits for pictures
// goes on meanwhile: these have turns of their own.
func caller(r *http.Request) string {
	who := viewer(r.RemoteAddr)
	for _, name := range []string{"Authorization", "X-Api-Key"} {
		if shown := r.Header.Get(name); shown != "" {
			who = shown
			break
		}
	}
	if r.Method == http.MethodPost && r.URL.Path == paints {
		who += " paints"
	}
	return who
}

// paints is the one call that takes seconds of a core.
const paints = "/api/v1/images"

// places counts the cores that the process may use, which a container may have fewer of
// than the machine.
func places() int { return placesPerCore * runtime.GOMAXPROCS(0) }
