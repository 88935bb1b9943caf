// Package crowd sends people to a running product (tests/load/locustfile.py), and
// says how they were served, what it took, and whether all that they began has ended.
package crowd

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/devotionalai/platform/infra/local/running"
)

// Plan is one run.
type Plan struct {
	Root   string // of the checkout
	Locust string
	URL    string // of the product
	Data   string // its folder
	Edge   int    // its process

	Users  int
	Rate   int           // of them that come in a second
	Length time.Duration // in all
	Every  time.Duration // between a person's projects
	Abuser time.Duration // when somebody begins to take all he can; 0 is never
	Out    io.Writer
}

// Outcome is what was seen.
type Outcome struct {
	Calls       int     // of people, from the first to the last
	Quiet, Loud summary // people's calls before and beside the abuser; all are quiet without one
	Admitted    int     // of the abuser's calls, once he has signed in
	Broken      []string
	Failed      []string // people's calls that were answered otherwise than they should
	Jobs        int      // of people
	Unended     int
	Unmade      []string // jobs that ended without a video
	Lost        int      // people who could not sign in
	Open        open     // what has not ended when patience is at an end
	Ledger      running.Ledger
	Grown       []string
}

// patience is how long all that was begun may take to end.
const patience = 15 * time.Minute

// Run sends the people and waits for all that they have begun.
func Run(ctx context.Context, p Plan, product *running.Product) (Outcome, error) {
	folder, err := os.MkdirTemp("", "devotional-load-")
	if err != nil {
		return Outcome{}, err
	}
	defer os.RemoveAll(folder)
	record := filepath.Join(folder, "record")
	shots, err := p.send(ctx, record)
	if err != nil {
		return Outcome{}, err
	}
	calls, err := read(record)
	if err != nil {
		return Outcome{}, err
	}
	o := p.judge(calls)
	if len(shots) > 2 {
		o.Grown = grown(shots[len(shots)/2], shots[len(shots)-1])
	}
	p.print(calls, o, shots)
	if o.Open, err = allEnded(ctx, product); err != nil {
		return o, err
	}
	o.Ledger, err = product.Reconcile(ctx)
	return o, err
}

// send runs Locust, and looks at the processes from when all have come to when they go.
func (p Plan) send(ctx context.Context, record string) (shots []snapshot, err error) {
	arrived := time.Duration(p.Users/p.Rate)*time.Second + warmUp
	cmd := exec.CommandContext(ctx, p.Locust, "-f", filepath.Join(p.Root, "tests", "load", "locustfile.py"), "--headless", "--only-summary",
		"--host", p.URL, "-u", strconv.Itoa(p.Users+p.hands()), "-r", strconv.Itoa(p.Rate), "--run-time", strconv.Itoa(int(p.Length.Seconds())),
		"--stop-timeout", strconv.Itoa(int(patience.Seconds())), "--exit-code-on-error", "0", "--loglevel", "ERROR")
	cmd.Env = append(os.Environ(), "LOAD_RECORD="+record, "LOAD_EVERY="+strconv.Itoa(int(p.Every.Seconds())), "PYTHONDONTWRITEBYTECODE=1")
	if p.Abuser > 0 {
		cmd.Env = append(cmd.Env, "LOAD_ABUSER_AT="+strconv.Itoa(int(p.Abuser.Seconds())))
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start locust: %w", err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	every := time.NewTicker(max(p.Length/60, time.Second))
	defer every.Stop()
	for began := time.Now(); ; {
		select {
		case err := <-over:
			if err != nil {
				return nil, fmt.Errorf("locust: %w: %s", err, said)
			}
			return shots, nil
		case <-every.C:
			if at := time.Since(began); at > arrived && at < p.Length {
				shot := look(p.Data, p.Edge)
				shot.at = at
				shots = append(shots, shot)
			}
		}
	}
}

const (
	hands  = 8                // of the abuser, as the locustfile has it
	warmUp = 15 * time.Second // functions are started for the first time
)

func (p Plan) hands() int {
	if p.Abuser > 0 {
		return hands
	}
	return 0
}

// tail keeps the end of what a program says.
type tail []byte

func (t *tail) Write(b []byte) (int, error) {
	*t = append(*t, b...)
	*t = (*t)[max(0, len(*t)-2000):]
	return len(b), nil
}

func (t *tail) String() string { return string(*t) }
