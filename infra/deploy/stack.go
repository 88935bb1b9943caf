package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// aliasesTag is on a stack once a release was let in step by step.
const aliasesTag = "aliases"

// deployed is a stack that is there; nil is one that is not.
type deployed struct {
	types.Stack
	former map[string]string // the defaults of the template that it was made from
}

func (d *deployed) parameter(name string) string { return d.parameters()[name] }

// parameters are nil for a stack that is not there.
func (d *deployed) parameters() map[string]string {
	if d == nil {
		return nil
	}
	all := map[string]string{}
	for _, p := range d.Parameters {
		all[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	return all
}

func (d *deployed) output(name string) string {
	if d == nil {
		return ""
	}
	for _, o := range d.Outputs {
		if aws.ToString(o.OutputKey) == name {
			return aws.ToString(o.OutputValue)
		}
	}
	return ""
}

func (d *deployed) tag(name string) string {
	if d == nil {
		return ""
	}
	for _, t := range d.Tags {
		if aws.ToString(t.Key) == name {
			return aws.ToString(t.Value)
		}
	}
	return ""
}

// formation is CloudFormation, for one stack.
type formation struct {
	account
	cfn  *cloudformation.Client
	name string
	say  func(string)
}

func newFormation(a account, name string) *formation {
	return &formation{a, cloudformation.NewFromConfig(a.AWS, patiently), name, func(string) {}}
}

// look answers nil for a stack that does not exist. Who asks too often is told to come
// again, which says nothing of the stack: a deployment that goes on is not given up for it.
func (f *formation) look(ctx context.Context) (*deployed, error) {
	out, err := f.cfn.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(f.name)})
	for busy(err) {
		f.say("CloudFormation is asked too much; looking again")
		if err := f.pause(ctx); err != nil {
			return nil, fmt.Errorf("look for the stack %s: %w", f.name, err)
		}
		out, err = f.cfn.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(f.name)})
	}
	if err != nil && strings.Contains(err.Error(), "does not exist") || err == nil && len(out.Stacks) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the stack %s: %w", f.name, plain(err))
	}
	if out.Stacks[0].StackStatus == types.StackStatusDeleteComplete {
		return nil, nil
	}
	return &deployed{Stack: out.Stacks[0]}, nil
}

// ready answers the stack as it is, once nothing is under way in it. What a failed
// creation left is removed: CloudFormation can do nothing else with it.
func (f *formation) ready(ctx context.Context, note func(string, ...any)) (*deployed, error) {
	now, err := f.settled(ctx)
	if err != nil || now == nil {
		return nil, err
	}
	switch status := now.StackStatus; status {
	case types.StackStatusReviewInProgress, types.StackStatusRollbackComplete, types.StackStatusCreateFailed, types.StackStatusRollbackFailed,
		types.StackStatusDeleteFailed:
		note("the stack %s is %s, left by what failed before: it is removed first", f.name, status)
		return nil, f.remove(ctx)
	case types.StackStatusUpdateRollbackFailed:
		return nil, fmt.Errorf("the stack %s could not go back to what was (%s): mend that, then aws cloudformation continue-update-rollback --region %s --stack-name %s",
			f.name, aws.ToString(now.StackStatusReason), f.AWS.Region, f.name)
	}
	summary, err := f.cfn.GetTemplateSummary(ctx, &cloudformation.GetTemplateSummaryInput{StackName: aws.String(f.name)})
	if err != nil {
		return nil, fmt.Errorf("read the defaults of the stack: %w", plain(err))
	}
	now.former = map[string]string{}
	for _, p := range summary.Parameters {
		if p.DefaultValue != nil {
			now.former[aws.ToString(p.ParameterKey)] = *p.DefaultValue
		}
	}
	return now, nil
}

// settled waits for what another deployment may have begun.
func (f *formation) settled(ctx context.Context) (*deployed, error) {
	for {
		now, err := f.look(ctx)
		if err != nil || now == nil {
			return nil, err
		}
		status := string(now.StackStatus)
		if !strings.HasSuffix(status, "_IN_PROGRESS") || now.StackStatus == types.StackStatusReviewInProgress {
			return now, nil
		}
		f.say("it is " + status + " already; waiting")
		if err := f.pause(ctx); err != nil {
			return nil, err
		}
	}
}

func (f *formation) remove(ctx context.Context) error {
	if _, err := f.cfn.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: aws.String(f.name)}); err != nil {
		return fmt.Errorf("delete the stack %s: %w", f.name, plain(err))
	}
	f.say("deleting the stack")
	now, err := f.settled(ctx)
	if err != nil || now == nil {
		return err
	}
	return fmt.Errorf("the stack %s is %s: %s", f.name, now.StackStatus, aws.ToString(now.StackStatusReason))
}

// resource is one of the stack or of a stack that it nests.
type resource struct {
	path     string // Data/Platform
	kind     string
	physical string
	status   types.ResourceStatus
}

// resources lists them all, nested stacks before what is in them.
func (f *formation) resources(ctx context.Context, stack, path string) ([]resource, error) {
	var all []resource
	pages := cloudformation.NewListStackResourcesPaginator(f.cfn, &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the resources of %s: %w", stack, plain(err))
		}
		for _, r := range page.StackResourceSummaries {
			one := resource{path + aws.ToString(r.LogicalResourceId), aws.ToString(r.ResourceType), aws.ToString(r.PhysicalResourceId), r.ResourceStatus}
			all = append(all, one)
			if one.kind != nestedStack || one.physical == "" {
				continue
			}
			inner, err := f.resources(ctx, one.physical, one.path+"/")
			if err != nil {
				return nil, err
			}
			all = append(all, inner...)
		}
	}
	return all, nil
}

const nestedStack = "AWS::CloudFormation::Stack"
