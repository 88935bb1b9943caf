package ledger

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

func TestTheLockedBucketIsWrittenOnce(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	if err := p.segments.PutBytes(w.Ctx(), w.ID, string(month)+"/x", []byte("x"), "text/plain"); !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("a write without a condition: %v", err)
	}
	if err := p.segments.PutSegment(w.Ctx(), w.ID, month, 1, []byte("x")); err != nil {
		t.Errorf("a segment: %v", err)
	}
}
