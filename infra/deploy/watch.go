package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// CloudFormation counts the calls of a whole account, those of consoles and of other
// deployments among them, and refuses what is too much for some seconds.
const patientAttempts = 8

// patiently has a client wait out refusals, and call less while there are some.
func patiently(o *cloudformation.Options) {
	o.Retryer = retry.NewAdaptiveMode(func(a *retry.AdaptiveModeOptions) {
		a.StandardOptions = append(a.StandardOptions, func(s *retry.StandardOptions) { s.MaxAttempts = patientAttempts })
	})
}

// busy reports whether a service answered nothing but that it is asked too often.
func busy(err error) bool { return named(err, throttled...) }

// throttled are the names that services have for it.
var throttled = sorted(retry.DefaultThrottleErrorCodes)

// watch is what is known of a deployment by its events, which are read once each.
type watch struct {
	since  time.Time
	done   int
	failed []failure
	nested []nestedOf
	last   map[string]string // stack: the newest event that was read to its end
}

// nestedOf is a stack in the stack, by its name on the way there.
type nestedOf struct{ id, path string }

// failure is what failed, and how many stacks deep.
type failure struct {
	at   time.Time
	deep int
	said string
}

// newWatch leaves out what was before. AWS's clock may be some seconds behind ours.
func newWatch(began time.Time) *watch {
	return &watch{since: began.Add(-5 * time.Second), last: map[string]string{}}
}

// failures are told the earliest first, and what failed in a nested stack before that
// stack: the others follow from it.
func (w *watch) failures() []string {
	slices.SortStableFunc(w.failed, func(a, b failure) int { return cmp.Or(a.at.Compare(b.at), b.deep-a.deep) })
	var all []string
	for _, f := range w.failed {
		all = append(all, f.said)
	}
	return all
}

// events reads what is new of the stack and of each that it nests. What cannot be read
// now is read the next time: the stack's own status decides, not what can be told of it.
func (f *formation) events(ctx context.Context, w *watch, stack, path string) {
	for _, e := range f.unread(ctx, w, stack) {
		id, reason := aws.ToString(e.PhysicalResourceId), aws.ToString(e.ResourceStatusReason)
		switch status := string(e.ResourceStatus); {
		case strings.HasPrefix(status, "DELETE"):
		case strings.HasSuffix(status, "_COMPLETE"):
			w.done++
		case strings.HasSuffix(status, "_FAILED") && !cancelled(reason):
			said := fmt.Sprintf("%s%s (%s): %s", path, aws.ToString(e.LogicalResourceId), aws.ToString(e.ResourceType), reason)
			w.failed = append(w.failed, failure{aws.ToTime(e.Timestamp), strings.Count(path, "/"), said})
		}
		inner := nestedOf{id, path + aws.ToString(e.LogicalResourceId) + "/"}
		if aws.ToString(e.ResourceType) == nestedStack && id != "" && id != aws.ToString(e.StackId) && !slices.Contains(w.nested, inner) {
			w.nested = append(w.nested, inner)
		}
	}
	if path != "" {
		return
	}
	for i := 0; i < len(w.nested); i++ { // which may grow: what is nested may nest
		f.events(ctx, w, w.nested[i].id, w.nested[i].path)
	}
}

// unread are a stack's events since the newest that was read, the earliest first.
func (f *formation) unread(ctx context.Context, w *watch, stack string) []types.StackEvent {
	pages := cloudformation.NewDescribeStackEventsPaginator(f.cfn, &cloudformation.DescribeStackEventsInput{StackName: aws.String(stack)})
	var all []types.StackEvent
	for read := false; pages.HasMorePages() && !read; {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil
		}
		for _, e := range page.StackEvents { // the newest first
			if read = aws.ToString(e.EventId) == w.last[stack] || aws.ToTime(e.Timestamp).Before(w.since); read {
				break
			}
			all = append(all, e)
		}
	}
	if len(all) > 0 {
		w.last[stack] = aws.ToString(all[0].EventId)
	}
	slices.Reverse(all)
	return all
}
