package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// stayedOf answers what stayed of a stack that is gone. Where that is to be removed, it
// is shown first and asked about.
func (t *removal) stayedOf(ctx context.Context, in *os.File, out io.Writer) ([]resource, error) {
	stays, known, err := t.stayedBefore(ctx)
	if err != nil || !t.options.purge {
		return stays, err
	}
	if !known {
		return nil, fmt.Errorf("in the last 90 days there was no stack %s of the stage %s: STACK= and REGION= name another one", t.stack.name, t.stage)
	}
	return stays, t.ask(in, out, stays, fmt.Sprintf("Remove these, of the stack %s that was in account %s, with all data that people left in them?", t.stack.name, t.ID))
}

// stayedBefore asks CloudFormation what stayed of the stack's former lives: it
// remembers a deleted stack for 90 days, with its parameters. A name alone proves
// nothing: all of which something stayed must have been of the stage. known is whether
// one was.
func (t *removal) stayedBefore(ctx context.Context) (stays []resource, known bool, err error) {
	pages := cloudformation.NewListStacksPaginator(t.stack.cfn, &cloudformation.ListStacksInput{StackStatusFilter: []types.StackStatus{types.StackStatusDeleteComplete}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, fmt.Errorf("list deleted stacks: %w", plain(err))
		}
		for _, s := range page.StackSummaries {
			if aws.ToString(s.StackName) != t.stack.name {
				continue
			}
			some, ours, err := t.stayedOfOne(ctx, aws.ToString(s.StackId))
			if err != nil {
				return nil, false, err
			}
			known = known || ours
			for _, r := range some {
				if !slices.ContainsFunc(stays, func(other resource) bool { return other.kind == r.kind && other.physical == r.physical }) {
					stays = append(stays, r)
				}
			}
		}
	}
	return stays, known, nil
}

// stayedOfOne is what stayed of one of them, and whether it was of the stage. Of a
// stack that never came to anything nothing stayed, whoever made it.
func (t *removal) stayedOfOne(ctx context.Context, id string) (stays []resource, ours bool, err error) {
	out, err := t.stack.cfn.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(id)})
	if err == nil && len(out.Stacks) != 1 {
		err = fmt.Errorf("%d answers", len(out.Stacks))
	}
	if err != nil {
		return nil, false, fmt.Errorf("look at the deleted stack %s: %w", id, plain(err))
	}
	was := &deployed{Stack: out.Stacks[0]}
	all, err := t.stack.resources(ctx, id, "")
	if err != nil {
		return nil, false, err
	}
	for _, r := range all {
		if slices.Contains(holdsData, r.kind) && r.physical != "" && r.status == types.ResourceStatusDeleteSkipped {
			stays = append(stays, r)
		}
	}
	stays = append(stays, adoptedTables(was)...)
	err = t.ofTheStage(was)
	if err != nil && len(stays) == 0 {
		return nil, false, nil
	}
	return stays, err == nil, err
}
