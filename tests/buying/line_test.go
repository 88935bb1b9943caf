package buying_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// cut is how the line to the payment service fails.
type cut string

const (
	beforeEffect cut = "lost before its effect"
	afterEffect  cut = "lost after its effect"
	hungUp       cut = "lost after its effect at the first try" // the library's own second try passes
)

func cuts() []cut { return []cut{beforeEffect, afterEffect, hungUp} }

// line leads to the payment service. Its nth call fails; 0 for none. A call that
// the library is told not to repeat stands for one whose tries were all lost.
type line struct {
	next http.Handler
	nth  int
	how  cut

	mu           sync.Mutex
	made, struck int
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.made++
	fails := l.made == l.nth
	if fails {
		l.struck++
	}
	l.mu.Unlock()
	if !fails {
		l.next.ServeHTTP(w, r)
		return
	}
	if l.how != beforeEffect {
		l.next.ServeHTTP(httptest.NewRecorder(), r)
	}
	if l.how == hungUp {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Stripe-Should-Retry", "false")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = w.Write([]byte(`{"error":{"type":"api_error"}}`)) // without an error in it the library would try again all the same
}

// eachStripeCall is harness.Sweep's EachCall for the calls of the payment service.
func eachStripeCall(t *testing.T, flow string, run func(t *testing.T, l *line)) {
	t.Helper()
	made, cases, struck, over := 0, 0, 0, harness.Overtime(t)
	t.Run(flow+", each call of the payment service", func(t *testing.T) {
		if !t.Run("without a fault", func(t *testing.T) {
			l := &line{nth: math.MaxInt}
			if run(t, l); l.made == 0 {
				t.Fatal("it makes no call")
			}
			made = l.made
		}) {
			return
		}
		for i, how := range cuts() {
			for nth := 1; nth <= made; nth++ {
				if made > 1 && (!harness.Takes(i, nth) || over() && (i+nth)%len(cuts()) != 0) {
					continue
				}
				cases++
				if !t.Run(fmt.Sprintf("call %d is %s", nth, how), func(t *testing.T) {
					l := &line{nth: nth, how: how}
					if run(t, l); l.struck == 0 {
						t.Fatal("the fault struck nothing")
					}
					struck++
				}) {
					return
				}
			}
		}
	})
	t.Logf("%s: %d calls of the payment service, %d faults struck of %d", flow, made, struck, cases)
}
