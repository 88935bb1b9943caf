package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// holdsData are the kinds of resources that lose people's data when another takes
// their place: the new one is empty.
var holdsData = []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Backup::BackupVault"}

// change is what happens to one resource.
type change struct {
	path, kind string
	action     types.ChangeAction
	replaced   types.Replacement
}

// changeSet is what a deployment is about to do.
type changeSet struct {
	id      string
	create  bool
	changes []change
	unseen  string // why nested stacks could not be looked into
}

// propose asks CloudFormation what a template with these parameters would change;
// nil is nothing.
func (f *formation) propose(ctx context.Context, before *deployed, template string, parameters []types.Parameter, tags map[string]string) (*changeSet, error) {
	in := &cloudformation.CreateChangeSetInput{
		StackName: aws.String(f.name), TemplateURL: aws.String(template), Parameters: parameters,
		Capabilities:  []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityNamedIam, types.CapabilityCapabilityAutoExpand},
		ChangeSetType: types.ChangeSetTypeUpdate, IncludeNestedStacks: aws.Bool(true),
	}
	if before == nil {
		in.ChangeSetType, in.IncludeNestedStacks = types.ChangeSetTypeCreate, nil // nothing is replaced
	}
	for _, name := range sorted(tags) {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(name), Value: aws.String(tags[name])})
	}
	set, reason, err := f.proposed(ctx, in)
	if err != nil || reason == "" || before == nil {
		return set, failed(reason, err)
	}
	// Outputs of stacks that change at the same time may be more than CloudFormation
	// can foresee. The stack policies hold then.
	in.IncludeNestedStacks = nil
	set, again, err := f.proposed(ctx, in)
	if set != nil {
		set.unseen = reason
	}
	return set, failed(again, err)
}

func failed(reason string, err error) error {
	if err == nil && reason != "" {
		return fmt.Errorf("CloudFormation refuses the changes: %s", reason)
	}
	return err
}

// proposed makes one change set and waits for it. reason says why CloudFormation
// could not.
func (f *formation) proposed(ctx context.Context, in *cloudformation.CreateChangeSetInput) (set *changeSet, reason string, err error) {
	name, err := random()
	if err != nil {
		return nil, "", err
	}
	in.ChangeSetName = aws.String("deploy-" + strings.Map(alphanumeric, name)[:16])
	made, err := f.cfn.CreateChangeSet(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("propose the changes: %w", plain(err))
	}
	set = &changeSet{id: aws.ToString(made.Id), create: in.ChangeSetType == types.ChangeSetTypeCreate}
	for {
		now, err := f.cfn.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id})
		if err != nil {
			return nil, "", fmt.Errorf("look at the changes: %w", plain(err))
		}
		switch now.Status {
		case types.ChangeSetStatusCreateComplete:
			set.changes, err = f.changesOf(ctx, set.id, "")
			return set, "", err
		case types.ChangeSetStatusFailed:
			reason := aws.ToString(now.StatusReason)
			err := f.drop(ctx, set)
			if strings.Contains(reason, "didn't contain changes") || strings.Contains(reason, "No updates are to be performed") {
				reason = ""
			}
			return nil, reason, err
		}
		if err := f.pause(ctx); err != nil {
			return nil, "", err
		}
	}
}

func alphanumeric(r rune) rune {
	if r == '-' || r == '_' {
		return -1
	}
	return r
}

// changesOf lists what a change set does, and those of nested stacks with it.
func (f *formation) changesOf(ctx context.Context, id, path string) ([]change, error) {
	var all []change
	pages := cloudformation.NewDescribeChangeSetPaginator(f.cfn, &cloudformation.DescribeChangeSetInput{ChangeSetName: aws.String(id)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the changes: %w", plain(err))
		}
		for _, c := range page.Changes {
			r := c.ResourceChange
			if r == nil {
				continue
			}
			one := change{path + aws.ToString(r.LogicalResourceId), aws.ToString(r.ResourceType), r.Action, r.Replacement}
			if r.ChangeSetId == nil {
				all = append(all, one)
				continue
			}
			inner, err := f.changesOf(ctx, *r.ChangeSetId, one.path+"/")
			if err != nil {
				return nil, err
			}
			if len(inner) > 0 || one.action != types.ChangeActionModify {
				all = append(append(all, one), inner...)
			}
		}
	}
	return all, nil
}

// drop forgets a change set that is not executed, and the empty stack that it made.
func (f *formation) drop(ctx context.Context, set *changeSet) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	if _, err := f.cfn.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: aws.String(set.id)}); err != nil {
		return fmt.Errorf("drop the changes: %w", plain(err))
	}
	if !set.create {
		return nil
	}
	now, err := f.look(ctx)
	if err != nil || now == nil || now.StackStatus != types.StackStatusReviewInProgress {
		return err
	}
	return f.remove(ctx)
}

// losses are the changes that would put something empty where people's data is.
func (s *changeSet) losses() []change {
	var all []change
	for _, c := range s.changes {
		if slices.Contains(holdsData, c.kind) && (c.action == types.ChangeActionRemove || c.action == types.ChangeActionModify && c.replaced == types.ReplacementTrue) {
			all = append(all, c)
		}
	}
	return all
}

const shown = 12 // of each action

// show lists the changes: all that are replaced or removed, of the others some.
func (s *changeSet) show(out io.Writer) {
	groups := map[string][]string{}
	for _, c := range s.changes {
		groups[c.verb()] = append(groups[c.verb()], c.path)
	}
	for _, verb := range []string{"add", "modify", "replace", "may replace", "remove", "import"} {
		paths := groups[verb]
		if len(paths) == 0 {
			continue
		}
		slices.Sort(paths)
		some, more := paths, ""
		if (verb == "add" || verb == "modify" || verb == "may replace") && len(paths) > shown {
			some, more = paths[:shown], fmt.Sprintf(" … and %d more", len(paths)-shown)
		}
		fmt.Fprintf(out, "      %-11s %3d  %s%s\n", verb, len(paths), strings.Join(some, " "), more)
	}
	if s.unseen != "" {
		fmt.Fprintf(out, "      what changes in nested stacks could not be foreseen (%s); their policies refuse to replace a table or a bucket\n", s.unseen)
	}
}

func (c change) verb() string {
	switch {
	case c.action == types.ChangeActionModify && c.replaced == types.ReplacementTrue:
		return "replace"
	case c.action == types.ChangeActionModify && c.replaced == types.ReplacementConditional:
		return "may replace"
	}
	return strings.ToLower(string(c.action))
}

// agreed asks at a terminal whether the changes are wanted. In a pipeline nobody is
// there to ask, and whoever started it wants them.
func agreed(in *os.File, out io.Writer, o options, question string) (bool, error) {
	if o.yes || !atTerminal(in) {
		return true, nil
	}
	fmt.Fprintf(out, "%s [y/N] ", question)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read the answer: %w", err)
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes", nil
}
