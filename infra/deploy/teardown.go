package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/stages"
)

// teardown deletes a stage's stack and says what stays; with PURGE it removes that
// too. docs/SAAS_DEPLOYMENT.md has what stays and why.
func teardown(ctx context.Context, in *os.File, out io.Writer) error {
	o, err := readOptions(os.Getenv)
	if err != nil {
		return err
	}
	if stages.Production(o.stage) {
		return fmt.Errorf("%s is taken down by hand, step by step: docs/SAAS_DEPLOYMENT.md, taking a stack down", o.stage)
	}
	s, err := stages.ReadSection("samconfig.toml", o.stage)
	if err != nil {
		return err
	}
	a, err := reach(ctx, o, s)
	if err != nil {
		return err
	}
	total := 1
	if o.purge {
		total++
	}
	t := &removal{options: o, account: a, steps: progress.To(out, total), stack: newFormation(a, cmp.Or(o.stack, s.Stack))}
	stays, err := t.deleteStack(ctx, in, out)
	if err != nil {
		return err
	}
	if o.purge {
		return t.steps.Do("purge", func(say func(string)) (string, error) { return t.purge(ctx, stays, say) })
	}
	for _, r := range stays {
		t.steps.Note("stays: %-24s %s", r.kind, r.physical)
	}
	t.steps.Note("stays: the stage's secrets %s*, its certificate, its sender in SES, and the bucket of what was built\nPURGE=1 removes the first ones, data and all", newSecrets(a.AWS, o.stage).name(""))
	return nil
}

// removal is one run of make teardown.
type removal struct {
	options
	account
	steps *progress.Steps
	stack *formation
}

// deleteStack answers what stays of it. Of a stack that is gone already it is what
// stayed then.
func (t *removal) deleteStack(ctx context.Context, in *os.File, out io.Writer) ([]resource, error) {
	now, err := t.stack.settled(ctx)
	if err != nil {
		return nil, err
	}
	if now == nil {
		t.steps.Note("there is no stack %s in account %s, %s", t.stack.name, t.ID, t.AWS.Region)
		return t.stayedOf(ctx, in, out)
	}
	if err := t.ofTheStage(now); err != nil {
		return nil, err
	}
	question := fmt.Sprintf("Delete the stack %s of account %s?", t.stack.name, t.ID)
	if t.options.purge {
		question = fmt.Sprintf("Delete the stack %s of account %s, and all data that people left in it?", t.stack.name, t.ID)
	}
	all, err := t.stack.resources(ctx, t.stack.name, "")
	if err != nil {
		return nil, err
	}
	stays := slices.DeleteFunc(all, func(r resource) bool { return !slices.Contains(holdsData, r.kind) || r.physical == "" })
	stays = append(stays, adoptedTables(now)...)
	if err := t.ask(in, out, stays, question); err != nil {
		return nil, err
	}
	return stays, t.steps.Do("stack", func(say func(string)) (string, error) {
		t.stack.say = say
		return t.stack.name + " deleted", t.stack.remove(ctx)
	})
}

// ofTheStage refuses a stack of another stage, and one that says nothing of a stage,
// which is none of ours: what people left in it is not for this command to remove.
func (t *removal) ofTheStage(now *deployed) error {
	if stage := now.parameter("Stage"); stage != t.stage {
		return fmt.Errorf("the stack %s is of the stage %q, not of %q: STACK= names another one", aws.ToString(now.StackName), stage, t.stage)
	}
	return nil
}

// ask asks whether it is wanted, and says before a purge what goes. People's data is
// never removed because nobody was there to say no.
func (t *removal) ask(in *os.File, out io.Writer, goes []resource, question string) error {
	if t.options.purge {
		for _, r := range goes {
			t.steps.Note("goes: %-24s %s", r.kind, r.physical)
		}
		t.steps.Note("goes: the stage's secrets %s*", newSecrets(t.AWS, t.stage).name(""))
	}
	if t.options.purge && !t.yes && !atTerminal(in) {
		return errors.New("PURGE=1 removes people's data, and nobody is at a terminal to be asked: whoever wants that says YES=1 too")
	}
	if yes, err := agreed(in, out, t.options, question); err != nil || !yes {
		return cmp.Or(err, errDeclined)
	}
	return nil
}

// adoptedTables are not the stack's, but the stage's.
func adoptedTables(now *deployed) []resource {
	var all []resource
	for _, parameter := range []string{"PlatformTableAdopted", "DirectoryTableAdopted"} {
		if _, table, ok := strings.Cut(now.parameter(parameter), ":table/"); ok {
			all = append(all, resource{path: parameter, kind: "AWS::DynamoDB::Table", physical: table})
		}
	}
	return all
}

// purge removes what stays. What is gone already is no fault: it may be called again.
func (t *removal) purge(ctx context.Context, stays []resource, say func(string)) (string, error) {
	remove := map[string]func(context.Context, string) error{
		"AWS::DynamoDB::Table": t.deleteTable, "AWS::S3::Bucket": t.deleteBucket, "AWS::KMS::Key": t.deleteKey, "AWS::Backup::BackupVault": t.deleteVault,
	}
	var wrong error
	removed := 0
	for _, r := range stays {
		say(r.kind + " " + r.physical)
		if err := remove[r.kind](ctx, r.physical); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("remove %s: %w", r.physical, plain(err)))
			continue
		}
		removed++
	}
	if wrong != nil {
		return "", wrong // secrets go last: as long as something is left the stage may be wanted again
	}
	if err := newSecrets(t.AWS, t.stage).forget(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d tables, buckets, vaults and keys removed; the key can be taken back for 30 days, the secrets for 7, and DynamoDB has a backup of 35 days", removed), nil
}
