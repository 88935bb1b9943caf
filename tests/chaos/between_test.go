package chaos_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/devotionalai/platform/infra/local/product"
)

// way is how a service fails.
type way string

// The ways. All but the last three go for every service.
const (
	slow      way = "slow"      // each call takes two seconds more
	throttles way = "throttles" // half of the calls are refused for load, in the service's own words
	down      way = "down"      // connections break, or a 503 comes
	rubbish   way = "rubbish"   // a page of HTML, or the true answer cut off in its middle
	hangs     way = "hangs"     // no answer at all
	oneVoice  way = "one voice" // of the speech: one narrator fails, the others speak
	noVoice   way = "every voice down for the whole render"
)

// delay is what a slow service takes longer.
const delay = 2 * time.Second

// between stands between the functions and all that they call. Of a request to AWS
// its signature says which service it is for.
type between struct {
	servers []*httptest.Server

	mu      sync.Mutex
	planted map[string]way
	met     map[string]int // calls that a planted fault met, by service
	marked  map[string]int // calls of functions that the world has marked, by the mark
}

func newBetween() *between {
	return &between{planted: map[string]way{}, met: map[string]int{}, marked: map[string]int{}}
}

// stand answers the address at which it takes calls that are meant for another.
func (b *between) stand(called product.Called, address string) string {
	target, err := url.Parse(address)
	if err != nil {
		panic(err) // the product's own address
	}
	onward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
			if called == product.AWS {
				r.Out.Host = r.In.Host // it is signed
			} else {
				r.Out.Host = target.Host
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		Transport:    &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service := serviceOf(called, r)
		b.mark(r)
		b.answer(service, w, r, standIn(service, onward))
	}))
	b.servers = append(b.servers, server)
	return server.URL + target.Path
}

func (b *between) close() {
	for _, s := range b.servers {
		s.CloseClientConnections()
		s.Close()
	}
}

// scope is the end of a signature's scope.
var scope = regexp.MustCompile(`/([a-z0-9-]+)/aws4_request`)

func serviceOf(called product.Called, r *http.Request) string {
	switch called {
	case product.Payments:
		return "stripe"
	case product.Google:
		return "youtube"
	}
	for _, text := range []string{r.Header.Get("Authorization"), r.URL.Query().Get("X-Amz-Credential")} {
		if m := scope.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	return "s3" // a form that a browser posts is signed inside
}

// plant lets services fail, and answers what ends it.
func (b *between) plant(faults map[string]way) (lift func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.planted, b.met = faults, map[string]int{}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.planted = map[string]way{}
	}
}

// struck is how many calls of a service met the fault that was planted last.
func (b *between) struck(service string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.met[service]
}

// appID is what an SDK says of AWS_SDK_UA_APP_ID.
var appID = regexp.MustCompile(`\bapp/(\S+)`)

// mark counts a call whose function was given a mark.
func (b *between) mark(r *http.Request) {
	if m := appID.FindStringSubmatch(r.UserAgent()); m != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.marked[m[1]]++
	}
}

// by is how many calls came from processes with the mark.
func (b *between) by(mark string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.marked[mark]
}

// strike counts a call and says how it fails, "" when it does not.
func (b *between) strike(service string) (how way, nth int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	how = b.planted[service]
	if how != "" {
		b.met[service]++
	}
	return how, b.met[service]
}

func (b *between) answer(service string, w http.ResponseWriter, r *http.Request, onward http.Handler) {
	how, nth := b.strike(service)
	switch how {
	case slow:
		if !waited(r, delay) {
			return
		}
	case throttles:
		if nth%2 == 1 {
			refuseForLoad(service, w)
			return
		}
	case down:
		if nth%2 == 1 {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case hangs:
		waited(r, time.Minute)
		panic(http.ErrAbortHandler)
	case rubbish:
		talkRubbish(w, r, onward, nth)
		return
	case noVoice:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case oneVoice:
		if failsThisVoice(w, r) {
			return
		}
	}
	onward.ServeHTTP(w, r)
}

// waited is false when the caller has gone meanwhile.
func waited(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

// talkRubbish answers a page, or half of the true answer: then the call took effect.
func talkRubbish(w http.ResponseWriter, r *http.Request, onward http.Handler, nth int) {
	if nth%2 == 1 {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><html><title>Welcome</title>It works!</html>"))
		return
	}
	whole := httptest.NewRecorder()
	onward.ServeHTTP(whole, r)
	for name, values := range whole.Header() {
		if name != "Content-Length" && !strings.HasPrefix(name, "X-Amz-Crc32") {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(whole.Code)
	_, _ = w.Write(bytes.Clone(whole.Body.Bytes()[:whole.Body.Len()/2]))
}
