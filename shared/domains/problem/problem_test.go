package problem_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

func TestWhatAnErrorReadsAs(t *testing.T) {
	for _, c := range []struct {
		err  error
		want problem.Code
	}{
		{fmt.Errorf("list objects: %w", context.DeadlineExceeded), problem.Unavailable},
		{fmt.Errorf("list objects: %w", context.Canceled), problem.Internal},
		{errors.New("out of order"), problem.Internal},
		{fmt.Errorf("preview: %w", problem.Wrap(problem.ImageTimeout, "It took too long.", context.DeadlineExceeded)), problem.ImageTimeout},
	} {
		if p := problem.From(c.err); p.Code != c.want || (c.want == problem.Unavailable) != (p.RetryAfter > 0) {
			t.Errorf("%v reads as %s, come back in %v; want %s", c.err, p.Code, p.RetryAfter, c.want)
		}
	}
}
