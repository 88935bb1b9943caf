package workflow

import (
	"context"
	"encoding/json"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// StatusEvent is EventBridge's "Step Functions Execution Status Change", as far
// as it matters here.
type StatusEvent struct {
	Detail struct {
		Machine   string `json:"stateMachineArn"`
		Execution string `json:"name"`
		Status    string `json:"status"` // FAILED, TIMED_OUT or ABORTED: the rule lets nothing else through
		Input     string `json:"input"`  // Input, JSON
	} `json:"detail"`
}

// Keepers are the keepers of all machines, by ARN. The machine tells whose an
// execution is, so that its input need not.
type Keepers map[string]Keeper

// Handle leads the event of an execution that died to the keeper of its machine.
func (k Keepers) Handle(ctx context.Context, e StatusEvent) error {
	keeper, known := k[e.Detail.Machine]
	if !known {
		return problem.New(problem.InvalidInput, "The event is of no state machine that is kept here.")
	}
	var in Input
	if err := json.Unmarshal([]byte(e.Detail.Input), &in); err != nil {
		return problem.Wrap(problem.InvalidInput, "The event holds no input.", err)
	}
	return keeper.Died(ctx, e.Detail.Execution, in)
}
