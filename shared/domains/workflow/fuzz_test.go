package workflow_test

import (
	"encoding/json"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// FuzzEvent: an event of a machine that is not kept, or without an input, is
// refused as such; none is an outage.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{"", "null", "{}", "[]", `{"detail":{"stateMachineArn":"arn","input":"{}"}}`, `{"detail":{"stateMachineArn":"x"}}`, `{"detail":{"input":"not json"}}`, `{"detail":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var e workflow.StatusEvent
		if json.Unmarshal(body, &e) != nil {
			return
		}
		if err := (workflow.Keepers{}).Handle(t.Context(), e); !problem.Is(err, problem.InvalidInput) {
			t.Errorf("%q: %v", body, err)
		}
	})
}
