package runs

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// What died of itself is counted, whatever becomes of it; what somebody stopped is not.
func TestExecutionsThatDiedAreCounted(t *testing.T) {
	for status, want := range map[string]int{"FAILED": 1, "TIMED_OUT": 1, "ABORTED": 0} {
		var out bytes.Buffer
		rt := &boot.Runtime{Metrics: boot.NewMetrics(&out, "test", "f", time.Now), Log: slog.New(slog.DiscardHandler), Now: time.Now}
		var e workflow.StatusEvent
		e.Detail.Machine, e.Detail.Status = "arn:nobody's", status
		if err := (Settings{}).Heard(rt, dynamo.NewClient(rt.AWS, "p", "d"))(t.Context(), e); err == nil {
			t.Errorf("%s: an event of no machine of ours was taken", status)
		}
		if got := strings.Count(out.String(), `"WorkflowsDied":1`); got != want {
			t.Errorf("%s: counted %d times, want %d: %s", status, got, want, out.String())
		}
	}
}
