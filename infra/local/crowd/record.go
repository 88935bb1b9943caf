package crowd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// call is one request, or a note of a job, as tests/load/locustfile.py writes it.
type call struct {
	At     float64 `json:"at"` // seconds since the begin
	Who    string  `json:"who"`
	Number int     `json:"number"` // of the person, each of whom is a tenant
	Route  string  `json:"route"`
	MS     float64 `json:"ms"`
	Status int     `json:"status"`
	Failed string  `json:"failed"`

	Job     string  `json:"job"`
	Ended   string  `json:"ended"`
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error"`
	Waited  bool    `json:"waited_for"`
	Lost    string  `json:"lost"` // somebody who could not sign in
}

func (c call) broken() bool { return c.Status == 0 || c.Status >= 500 }

// admitted says of a call that the abuser got what he asked for, once he was in.
func (c call) admitted() bool {
	return c.Who == abuser && strings.Contains(c.Route, " /api/v1/") && c.Status >= 200 && c.Status < 300
}

func people(c call) bool { return c.Who != abuser }

func (c call) took() time.Duration { return time.Duration(c.MS * float64(time.Millisecond)) }

// The classes of people. What is read of the mailbox is none of the product's work.
const (
	abuser  = "abuser"
	mailbox = "mailbox"
)

func read(path string) (calls []call, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c call
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("read record: %w", err)
		}
		calls = append(calls, c)
	}
	return calls, lines.Err()
}

// summary is what many calls come to.
type summary struct {
	Count, Broken, Failed int
	P50, P99, Most        time.Duration
}

func sum(calls []call) summary {
	took := make([]time.Duration, 0, len(calls))
	s := summary{Count: len(calls)}
	for _, c := range calls {
		took = append(took, c.took())
		if c.broken() {
			s.Broken++
		}
		if c.Failed != "" {
			s.Failed++
		}
	}
	if len(took) == 0 {
		return s
	}
	slices.Sort(took)
	// The nearest rank, so that of fewer than a hundred the 99th is the longest.
	at := func(share int) time.Duration { return took[(len(took)*share+99)/100-1] }
	s.P50, s.P99, s.Most = at(50), at(99), took[len(took)-1]
	return s
}

// requests are the calls among what was noted, of whom keep says.
func requests(all []call, keep func(call) bool) (some []call) {
	for _, c := range all {
		if c.Route != "" && c.Who != mailbox && keep(c) {
			some = append(some, c)
		}
	}
	return some
}
