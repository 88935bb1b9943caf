package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// execute does what a change set says and follows it to its end.
func (f *formation) execute(ctx context.Context, set *changeSet) error {
	since := time.Now()
	if _, err := f.cfn.ExecuteChangeSet(ctx, &cloudformation.ExecuteChangeSetInput{ChangeSetName: aws.String(set.id), RetainExceptOnCreate: aws.Bool(set.create)}); err != nil {
		return fmt.Errorf("begin the deployment: %w", plain(err))
	}
	for {
		// Looked at before the events: those of its end are there then.
		now, err := f.look(ctx)
		if err != nil {
			return interrupted(ctx, f.name, err)
		}
		if now == nil {
			return fmt.Errorf("the stack %s vanished while it was deployed", f.name)
		}
		done, failures := f.events(ctx, f.name, "", since)
		f.say(fmt.Sprintf("%s, %d resources done", now.StackStatus, done))
		switch status := now.StackStatus; {
		case status == types.StackStatusCreateComplete, status == types.StackStatusUpdateComplete:
			return nil
		case !strings.HasSuffix(string(status), "_IN_PROGRESS"):
			return told(now, failures)
		}
		if err := f.pause(ctx); err != nil {
			return interrupted(ctx, f.name, err)
		}
	}
}

func interrupted(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("no longer looking; the deployment of %s goes on in AWS, and the next make deploy waits for it (%w)", name, ctx.Err())
	}
	return err
}

// told says why a deployment failed, and what is now.
func told(now *deployed, failures []string) error {
	if len(failures) == 0 {
		failures = []string{aws.ToString(now.StackStatusReason)}
	}
	ends := "the stack is as it was before"
	switch now.StackStatus {
	case types.StackStatusUpdateRollbackComplete:
	case types.StackStatusUpdateRollbackFailed:
		ends = "mend the cause, then aws cloudformation continue-update-rollback --stack-name " + aws.ToString(now.StackName)
	default:
		ends = "nothing is left that blocks: mend the cause and run make deploy again, which removes the rest first"
	}
	return fmt.Errorf("the stack is %s; %s. Because of\n  %s", now.StackStatus, ends, strings.Join(failures, "\n  "))
}

// events counts what is done, and answers what failed with its reason, the earliest
// first. Where a nested stack failed, it is what failed in that.
func (f *formation) events(ctx context.Context, stack, path string, since time.Time) (done int, failures []string) {
	pages := cloudformation.NewDescribeStackEventsPaginator(f.cfn, &cloudformation.DescribeStackEventsInput{StackName: aws.String(stack)})
	var nested []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return done, failures // the stack's own status decides, not what can be told of it
		}
		for _, e := range page.StackEvents { // the newest first
			if aws.ToTime(e.Timestamp).Before(since.Add(-5 * time.Second)) {
				return done, failures
			}
			id, reason := aws.ToString(e.PhysicalResourceId), aws.ToString(e.ResourceStatusReason)
			inner := aws.ToString(e.ResourceType) == nestedStack && id != "" && id != aws.ToString(e.StackId)
			switch status := string(e.ResourceStatus); {
			case strings.HasPrefix(status, "DELETE"):
			case strings.HasSuffix(status, "_COMPLETE"):
				done++
			case strings.HasSuffix(status, "_FAILED") && !cancelled(reason):
				failures = slices.Insert(failures, 0, fmt.Sprintf("%s%s (%s): %s", path, aws.ToString(e.LogicalResourceId), aws.ToString(e.ResourceType), reason))
			}
			if inner && !slices.Contains(nested, id) {
				nested = append(nested, id)
				n, below := f.events(ctx, id, path+aws.ToString(e.LogicalResourceId)+"/", since)
				done += n
				failures = append(below, failures...)
			}
		}
	}
	return done, failures
}

// cancelled resources have failed of nothing of their own.
func cancelled(reason string) bool {
	return strings.Contains(reason, "cancelled") || strings.Contains(reason, "canceled")
}

// policies has CloudFormation itself refuse to put an empty table or bucket in the
// place of one with data, in the stack and in each that it nests; open permits it,
// until the end of the deployment that asked for it.
func (f *formation) policies(ctx context.Context, open bool) error {
	all, err := f.resources(ctx, f.name, "")
	if err != nil {
		return err
	}
	body := stackPolicy(open)
	stacks := []string{f.name}
	for _, r := range all {
		if r.kind == nestedStack {
			stacks = append(stacks, r.physical)
		}
	}
	var wrong error
	for _, stack := range stacks {
		_, err := f.cfn.SetStackPolicy(ctx, &cloudformation.SetStackPolicyInput{StackName: aws.String(stack), StackPolicyBody: aws.String(body)})
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("set the policy of %s: %w", stack, plain(err)))
		}
	}
	return wrong
}

// close sets the policies that refuse, also for somebody who no longer waits.
func (f *formation) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*callTimeout)
	defer cancel()
	if err := f.policies(ctx, false); err != nil {
		return fmt.Errorf("%w; until the next make deploy does, nothing refuses to replace a table or a bucket", err)
	}
	return nil
}

func stackPolicy(open bool) string {
	allowed := `{"Effect":"Allow","Principal":"*","Action":"Update:*","Resource":"*"}`
	if open {
		return `{"Statement":[` + allowed + `]}`
	}
	return `{"Statement":[` + allowed + `,{"Effect":"Deny","Principal":"*","Action":["Update:Replace","Update:Delete"],"Resource":"*",` +
		`"Condition":{"StringEquals":{"ResourceType":["` + strings.Join(holdsData, `","`) + `"]}}}]}`
}
