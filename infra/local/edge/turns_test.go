package edge

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
)

// TestOneWhoFloodsWaitsForHimself: one caller may have as many places as there are cores;
// another's call comes through at once, one's own while a picture is painted too, and
// whose it is that comes next is who has the fewest.
func TestOneWhoFloodsWaitsForHimself(t *testing.T) {
	t.Parallel()
	const cores, flood = 2, 10
	const places = cores * placesPerCore
	turns := newTurns(places)
	began, let := make(chan string, flood+places), make(chan struct{})
	api := turns.inTurn(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		began <- r.Header.Get("Authorization")
		<-let
	}))
	var all sync.WaitGroup
	ask := func(method, path, who string) {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Authorization", who)
		all.Go(func() { api.ServeHTTP(httptest.NewRecorder(), r) })
	}
	call := func(who string) { ask("GET", "/api/usage", who) }
	waiting := func(n int) {
		for waits := -1; waits != n; runtime.Gosched() {
			turns.mu.Lock()
			waits = len(turns.waiting)
			turns.mu.Unlock()
		}
	}
	expect := func(n int, who string) {
		t.Helper()
		for range n {
			if got := <-began; got != who {
				t.Fatalf("%s comes through, not %s", got, who)
			}
		}
	}
	for range flood {
		call("flood")
	}
	expect(cores, "flood")
	waiting(flood - cores)
	for range cores {
		ask("POST", paints, "painter")
	}
	call("painter")
	expect(cores+1, "painter")
	for taken := 2*cores + 1; taken < places; taken++ {
		call(fmt.Sprint(taken))
		expect(1, fmt.Sprint(taken))
	}
	call("somebody else")
	waiting(flood - cores + 1)
	let <- struct{}{}
	expect(1, "somebody else")
	close(let)
	all.Wait()
}

// TestWhatPaintsIsACallOfTheAPI: the edge knows no routes, and this one by heart.
func TestWhatPaintsIsACallOfTheAPI(t *testing.T) {
	t.Parallel()
	for _, r := range httpapi.Routes() {
		if r.Name == "image-create" && (r.Method != http.MethodPost || r.Pattern != paints) {
			t.Errorf("it is %s %s, not POST %s", r.Method, r.Pattern, paints)
		} else if r.Name == "image-create" {
			return
		}
	}
	t.Error("the API paints no more")
}

// TestWhoHasGoneTakesNoPlace: a caller who left while waiting, or at the moment of his
// turn, holds nothing.
func TestWhoHasGoneTakesNoPlace(t *testing.T) {
	t.Parallel()
	turns := newTurns(2 * placesPerCore)
	if err := turns.enter(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 { // either comes first
		if turns.enter(gone, "a") == nil {
			turns.leave("a")
		}
		if turns.enter(gone, "b") == nil {
			turns.leave("b")
		}
	}
	turns.leave("a")
	if turns.free != 2*placesPerCore || len(turns.held) != 0 || len(turns.waiting) != 0 {
		t.Errorf("%d free, held %v, %d waiting", turns.free, turns.held, len(turns.waiting))
	}
}
