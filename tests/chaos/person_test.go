package chaos_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// patience is how long a person tries at most.
const patience = 6 * time.Minute

// unreachable is what the web app makes of a call without an answer.
const unreachable = "unreachable"

// person does one act in the web app, and tries again as it does. It keeps what it
// was answered instead.
type person struct {
	t       *testing.T
	base    string
	http    *http.Client
	network *network
	address string
	token   string
	project string
	job     string
	next    *person // makes a video beside them; nil in most acts
	made    made

	mu    sync.Mutex
	met   map[string]int // answers other than success, "503 unavailable": how often
	warns string         // what the finished video says of itself
}

type reply struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any // nil when the body is not a JSON object
}

func (r reply) text(name string) string {
	s, _ := r.json[name].(string)
	return s
}

func newPerson(t *testing.T, base string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	n := &network{}
	return &person{
		t: t, base: base, network: n, http: &http.Client{Jar: jar, Timeout: time.Minute, Transport: n},
		address: "person-" + strings.ToLower(rand.Text()) + "@example.com", met: map[string]int{},
	}
}

// network is the person's own: it can be gone.
type network struct {
	calls sync.RWMutex // read while a call is under way

	mu   sync.Mutex
	gone way // "" is there; cut and deafened
	lost int // requests and answers that the fault has taken
}

// The network's ways.
const (
	cut      way = "gone"         // no request gets out
	deafened way = "answers lost" // requests arrive, their answers do not
)

func (n *network) set(how way) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gone = how
}

// struck is how many requests and answers were lost.
func (n *network) struck() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lost
}

// lose counts one.
func (n *network) lose() (*http.Response, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lost++
	return nil, errGone
}

// still does something while no call is under way: one that ends a function's process
// would meet a call in it, which no service of AWS's does.
func (n *network) still(do func()) {
	n.calls.Lock()
	defer n.calls.Unlock()
	do()
}

var errGone = errors.New("planted: the network is gone")

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.calls.RLock()
	defer n.calls.RUnlock()
	n.mu.Lock()
	how := n.gone
	n.mu.Unlock()
	if how == cut {
		return n.lose()
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && how == deafened {
		_ = res.Body.Close()
		return n.lose()
	}
	return res, err
}

// fatalf ends what the person does, which runs beside the test.
func (p *person) fatalf(format string, args ...any) {
	p.t.Errorf(format, args...)
	runtime.Goexit()
}

// ask sends one request. No answer is one of status 0.
func (p *person) ask(method, path string, body any, headers ...string) reply {
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			p.fatalf("%v", err)
		}
		content = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, content)
	if err != nil {
		p.fatalf("%v", err)
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return p.heard(p.send(req))
}

func (p *person) send(req *http.Request) reply {
	res, err := p.http.Do(req)
	if err != nil {
		return reply{}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}
	}
	r := reply{status: res.StatusCode, header: res.Header, body: raw}
	_ = json.Unmarshal(raw, &r.json) // not every answer is an object
	return r
}

// heard keeps an answer that is no success.
func (p *person) heard(r reply) reply {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.status == 0:
		p.met[unreachable]++
	case r.status >= 400:
		p.met[fmt.Sprintf("%d %s", r.status, r.code())]++
	}
	return r
}

// code is the problem's; an answer that is none is told by its first words.
func (r reply) code() string {
	if code := r.text("code"); code != "" {
		return code
	}
	return fmt.Sprintf("no problem but %.60q", r.body)
}

// persist sends a request until it succeeds, as a person presses a button again,
// and waits as it is told to, though not for longer than some seconds. What a
// retry cannot mend ends it, and is a loss.
func (p *person) persist(method, path string, body any, headers ...string) reply {
	for end := time.Now().Add(patience); ; {
		r := p.ask(method, path, body, headers...)
		switch {
		case r.status >= 200 && r.status < 300:
			return r
		case r.status == http.StatusUnauthorized && p.token != "":
			p.refresh()
		case !passing(r):
			p.fatalf("%s %s ends with %d %s", method, path, r.status, r.body)
		}
		if time.Now().After(end) {
			p.fatalf("%s %s does not become well: %d %s", method, path, r.status, r.body)
		}
		p.pause(r)
	}
}

// passing is the web app's isPassing, and what an Idempotency-Key waits for.
func passing(r reply) bool {
	switch problem.Code(r.text("code")) {
	case problem.IdempotencyInProgress, problem.ImageTimeout, problem.Conflict:
		return true
	}
	return r.status == 0 || r.status == 429 || r.status >= 500
}

func (p *person) pause(r reply) {
	wait := 500 * time.Millisecond
	if seconds, err := strconv.Atoi(r.header.Get("Retry-After")); err == nil {
		wait = min(time.Duration(seconds)*time.Second, 3*time.Second)
	}
	select {
	case <-time.After(wait):
	case <-p.t.Context().Done():
	}
}

func (p *person) refresh() {
	r := p.ask("POST", "/api/auth/refresh", nil, "X-Requested-With", "chaos")
	if token := r.text("access_token"); token != "" {
		p.token = token
	}
}

// await asks until something holds.
func (p *person) await(what, path string, done func(reply) bool) reply {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		r := p.persist("GET", path, nil)
		if done(r) {
			return r
		}
		p.pause(reply{})
	}
	p.fatalf("%s: not within %s", what, patience)
	return reply{}
}
