package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Kind is how a planted fault shows.
type Kind string

// The kinds. Before and after say whether the call took effect.
const (
	LostBefore Kind = "lost-before" // the connection breaks before the request is sent
	LostAfter  Kind = "lost-after"  // the request took effect, its answer is lost
	Throttled  Kind = "throttled"   // the service refuses for load
	TimedOut   Kind = "timed-out"   // no answer within the deadline; it took no effect
	KillBefore Kind = "kill-before" // the process dies before the request is sent
	KillAfter  Kind = "kill-after"  // the process dies after the effect
	Clock      Kind = "clock"       // no call fails: the function's clock is wrong
)

// Fault is one planted failure.
type Fault struct {
	Function  string `json:"function"`  // "" is every function
	Operation string `json:"operation"` // e.g. "DynamoDB.UpdateItem"; "" counts every operation
	Nth       int    `json:"nth"`       // 1 is the first matching operation that the process sends
	Kind      Kind   `json:"kind"`
	Forever   bool   `json:"forever"`   // the nth and all later ones
	FirstTry  bool   `json:"first_try"` // only the first attempt of an operation, so that the SDK's retry passes
	Ahead     int    `json:"ahead"`     // with Clock: seconds that it is ahead; behind when negative
}

// Faults is the plan of one process. Its zero value plants nothing; it is safe
// for concurrent use.
type Faults struct {
	mu     sync.Mutex
	plan   []Fault
	seen   []int // matching operations so far, per fault
	calls  int
	struck int
	kill   func()
}

// Plant makes a plan. Kill kinds end the process.
func Plant(faults ...Fault) *Faults {
	return &Faults{plan: faults, seen: make([]int, len(faults)), kill: killSelf}
}

// OnKill replaces the death of the process by f, for tests that run the flow
// in their own process; the call then ends with an error.
func (f *Faults) OnKill(kill func()) *Faults { f.kill = kill; return f }

// ParseFaults reads a JSON list of faults and keeps those for function.
func ParseFaults(text, function string) (*Faults, error) {
	var all, own []Fault
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("settings: FAULTS is not a list of faults: %w", err)
	}
	for _, f := range all {
		if f.Function == "" || f.Function == function {
			own = append(own, f)
		}
	}
	return Plant(own...), nil
}

// Struck returns how many faults have taken place.
func (f *Faults) Struck() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.struck
}

// Calls returns how many operations were sent, whether or not a fault met them.
func (f *Faults) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Now is the function's clock: the given one, wrong by what is planned.
func (f *Faults) Now(right func() time.Time) func() time.Time {
	var ahead time.Duration
	if f != nil {
		for _, fault := range f.plan {
			if fault.Kind == Clock {
				ahead += time.Duration(fault.Ahead) * time.Second
			}
		}
	}
	if ahead == 0 {
		return right
	}
	return func() time.Time { return right().Add(ahead) }
}

type plannedKey struct{}

// planned is the fault, if any, that one operation meets.
type planned struct {
	operation string
	fault     *Fault
	attempts  int
}

// assign remembers the starting operation; every attempt of it meets the same
// fault.
func (f *Faults) assign(ctx context.Context, operation string) context.Context {
	if f == nil {
		return ctx
	}
	return context.WithValue(ctx, plannedKey{}, &planned{operation: operation})
}

// number counts an operation at its first attempt and gives it its fault. What
// makes none, such as a link that is signed, is no call.
func (f *Faults) number(p *planned) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	for i := range f.plan {
		fault := &f.plan[i]
		if fault.Kind == Clock || fault.Operation != "" && fault.Operation != p.operation {
			continue
		}
		f.seen[i]++
		if p.fault == nil && (f.seen[i] == fault.Nth || fault.Forever && f.seen[i] > fault.Nth) {
			p.fault = fault
		}
	}
}

// sdkAttempts is how often the SDK tries a call by default.
const sdkAttempts = 3

// Call runs a call of a service that is not reached through the SDK, as often as
// the SDK would try it, under the fault that is planned for it.
func (f *Faults) Call(ctx context.Context, operation string, send func() error) (err error) {
	ctx = f.assign(ctx, operation)
	for range sdkAttempts {
		if err = f.strike(ctx, send); err == nil {
			return nil
		}
	}
	return err
}

// strike runs one attempt under the operation's fault.
func (f *Faults) strike(ctx context.Context, send func() error) error {
	p, _ := ctx.Value(plannedKey{}).(*planned)
	if f == nil || p == nil {
		return send()
	}
	if p.attempts++; p.attempts == 1 {
		f.number(p)
	}
	if p.fault == nil {
		return send()
	}
	if p.fault.FirstTry && p.attempts > 1 {
		return send()
	}
	f.mu.Lock()
	f.struck++
	f.mu.Unlock()
	switch p.fault.Kind {
	case LostAfter, KillAfter:
		if err := send(); err != nil {
			return err
		}
	}
	switch p.fault.Kind {
	case Throttled:
		return &smithy.GenericAPIError{Code: "ThrottlingException", Message: "planted", Fault: smithy.FaultServer}
	case TimedOut:
		return &smithyhttp.RequestSendError{Err: fmt.Errorf("planted: %w", os.ErrDeadlineExceeded)}
	case KillBefore, KillAfter:
		f.kill()
		return &smithy.CanceledError{Err: errKilled}
	}
	return &smithyhttp.RequestSendError{Err: errors.New("planted: connection reset by peer")}
}

var errKilled = errors.New("planted: process killed")

// killSelf dies as kill -9 would: no deferred call runs, nothing is flushed.
func killSelf() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		_ = p.Kill()
	}
	select {}
}
