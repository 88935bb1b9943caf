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

	"github.com/devotionalai/platform/infra/stages"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// execute does what a change set says and follows it to its end.
func (f *formation) execute(ctx context.Context, set *changeSet) error {
	seen := newWatch(time.Now())
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
		f.events(ctx, seen, f.name, "")
		f.say(fmt.Sprintf("%s, %d resources done", now.StackStatus, seen.done))
		switch status := now.StackStatus; {
		case status == types.StackStatusCreateComplete, status == types.StackStatusUpdateComplete:
			return nil
		case !strings.HasSuffix(string(status), "_IN_PROGRESS"):
			return told(now, seen.failures())
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
	return fmt.Errorf("the stack is %s; %s. Because of\n  %s%s", now.StackStatus, ends, strings.Join(failures, "\n  "), remedy(failures))
}

// unverified is what CloudFront says of an account that is too new.
const unverified = "account must be verified before you can add new CloudFront resources"

// remedy is what to do about a failure whose own words do not say it.
func remedy(failures []string) string {
	if !slices.ContainsFunc(failures, func(f string) bool { return strings.Contains(f, unverified) }) {
		return ""
	}
	return "\nThe account is new to CloudFront, and nothing here gets it verified: open a case at " + stages.SupportCase +
		"\n(Account and billing, which every support plan has) with CloudFront's sentence in it, wait for the answer, often a day, and run make deploy again."
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
