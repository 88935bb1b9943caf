// Package workflow keeps runs of a state machine going until they end: it starts
// them, replaces an execution that died or shows no sign of life, and ends a run
// that will not go on. It must not know what a run makes: a domain says that by
// implementing Work, and its steps by what they do inside Step.
package workflow

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// State is what has become of an execution.
type State int

// The states.
const (
	Absent State = iota
	Running
	Succeeded
	Died // failed, timed out or aborted
)

// Machine is one state machine.
type Machine interface {
	// Start begins an execution; one of that name that exists already is success.
	Start(ctx context.Context, execution string, in Input) error
	// Stop aborts an execution; one that has ended or never was is success.
	Stop(ctx context.Context, execution string) error
	// State tells what has become of an execution.
	State(ctx context.Context, execution string) (State, error)
}

// Input is all that an execution is told: ids only, because execution histories
// outlive an erasure. The names are those that the state machines pass on.
type Input struct {
	TenantID tenant.ID `json:"tenant_id"`
	JobID    string    `json:"job_id"`  // of whatever the run works on
	Attempt  int       `json:"attempt"` // 1, and one more with each retry
}

// Ids is the input itself: whatever embeds it can be a step's input.
func (in Input) Ids() Input { return in }

// Ending is what the task is told that ends an attempt.
type Ending struct {
	Input
	// Error is there on the way that every Catch of a state machine leads to.
	Error *Caught `json:"error,omitempty"`
}

// Caught is what a Catch passes on.
type Caught struct {
	Error string `json:"Error"` // a problem code, or one of the workflow engine's own names
}

// valid reports whether the ids have the form of ids. Anything else must not
// reach a key.
func (in Input) valid() bool { return tenant.ValidID(string(in.TenantID)) && tenant.ValidID(in.JobID) }

// Run is one attempt at a piece of work, as its domain keeps it.
type Run struct {
	Input
	Restarts int       // how often its execution was replaced
	Waiting  bool      // no step has begun, so none can have shown a sign of life
	Ended    bool      // concluded, canceled or replaced by another attempt: nothing is left to do
	DueAt    time.Time // overdue from then on
}

// Execution is the name of the execution that works on the run now. It is unique
// per start: Step Functions never uses a name again.
func (r Run) Execution() string {
	if r.Restarts == 0 {
		return fmt.Sprintf("%s-%d", r.JobID, r.Attempt)
	}
	return fmt.Sprintf("%s-%d-%d", r.JobID, r.Attempt, r.Restarts)
}

// Work is what a domain does with its runs.
type Work interface {
	// Load reads a run, strongly consistent. Errors: NotFound.
	Load(ctx context.Context, id tenant.ID, jobID string) (Run, error)
	// Postpone moves the time from which on a run is overdue; one that is not as
	// read stays as it is.
	Postpone(ctx context.Context, r Run, due time.Time) error
	// Replace counts a restart of r.Execution() and moves the due time. Only one
	// caller can replace a given execution: mine is false for all others.
	Replace(ctx context.Context, r Run, due time.Time) (mine bool, err error)
	// Conclude ends a run that will not go on, with its result if it has one.
	// Concluding it again changes nothing.
	Conclude(ctx context.Context, r Run) error
}
