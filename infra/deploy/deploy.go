package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/infra/deploy/gradual"
	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/stages"
)

// deployment is one run of make deploy.
type deployment struct {
	options
	section stages.Section
	account
	in    *os.File
	out   io.Writer
	steps *progress.Steps
	stack *formation

	declared []stages.Parameter
	set      map[string]string
	before   *deployed
	made     map[string]string // parameters
	from     string            // sender
	at       address
	secrets  secrets
	packed   packed
}

func deploy(ctx context.Context, in *os.File, out io.Writer) error {
	d, err := prepare(in, out)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		do   func(context.Context, func(string)) (string, error)
	}{
		{"account", d.open}, {"secrets", d.keepSecrets}, {"address", d.findAddress}, {"sender", d.askForSender}, {"room", d.findRoom}, {"product", d.pack},
	} {
		if err := d.do(ctx, step.name, step.do); err != nil {
			return err
		}
	}
	if err := d.change(ctx); err != nil {
		return err
	}
	return d.finish(ctx)
}

// prepare reads what needs no account.
func prepare(in *os.File, out io.Writer) (*deployment, error) {
	d := &deployment{in: in, out: out, steps: progress.To(out, 11), made: map[string]string{}}
	var err error
	if d.options, err = readOptions(os.Getenv); err != nil {
		return nil, err
	}
	if d.section, err = stages.ReadSection("samconfig.toml", d.stage); err != nil {
		return nil, err
	}
	if err := stages.CheckStack(cmp.Or(d.options.stack, d.section.Stack)); err != nil {
		return nil, err
	}
	if d.declared, err = stages.Parameters("template.yaml"); err != nil {
		return nil, err
	}
	d.set, err = stages.ReadSet(d.options.set, stages.Names(d.declared))
	return d, err
}

func (d *deployment) do(ctx context.Context, name string, do func(context.Context, func(string)) (string, error)) error {
	return d.steps.Do(name, func(say func(string)) (string, error) {
		if d.stack != nil {
			d.stack.say = say
		}
		return do(ctx, say)
	})
}

// given are the parameters that somebody has written down.
func (d *deployment) given() map[string]string {
	all := maps.Clone(d.section.Parameters)
	maps.Copy(all, d.set)
	return all
}

func (d *deployment) open(ctx context.Context, say func(string)) (string, error) {
	var err error
	if d.account, err = reach(ctx, d.options, d.section); err != nil {
		return "", err
	}
	d.stack = newFormation(d.account, cmp.Or(d.options.stack, d.section.Stack))
	d.stack.say = say
	if d.before, err = d.stack.ready(ctx, d.steps.Note); err != nil {
		return "", err
	}
	state := "not there yet"
	if d.before != nil {
		state = string(d.before.StackStatus)
	}
	if stage := d.before.parameter("Stage"); stage != "" && stage != d.stage {
		return "", fmt.Errorf("the stack %s is of the stage %s: STACK= names another one", d.stack.name, stage)
	}
	return fmt.Sprintf("%s, %s, stack %s: %s", d.ID, d.AWS.Region, d.stack.name, state), nil
}

func (d *deployment) keepSecrets(ctx context.Context, _ func(string)) (string, error) {
	d.secrets = newSecrets(d.AWS, d.stage)
	all, told, err := d.secrets.parameters(ctx, d.before.parameters())
	if err != nil {
		return "", err
	}
	maps.Copy(d.made, all)
	return told, nil
}

// findAddress decides on everything else that the command gives.
func (d *deployment) findAddress(ctx context.Context, _ func(string)) (string, error) {
	var err error
	if d.at, err = findAddress(ctx, d.account, d.domain, d.stack.name, d.given(), d.before); err != nil {
		return "", err
	}
	maps.Copy(d.made, d.at.parameters)
	adopted, err := adoption(ctx, d.account, d.adopt)
	if err != nil {
		return "", err
	}
	maps.Copy(d.made, adopted)
	d.made["Stage"] = d.stage
	// A creation that fails takes back what it made, and could not take back a
	// protected table; change protects them once it has not.
	d.made["TablesProtected"] = fmt.Sprint(d.before != nil)
	if _, given := d.given()["Mode"]; !given {
		d.made["Mode"] = "aws"
	}
	if d.release != "" {
		d.made["Build"] = d.release
	}
	return d.at.told, nil
}

func (d *deployment) askForSender(ctx context.Context, _ func(string)) (string, error) {
	all, stays, err := mailParameters(d.options, d.given(), d.before)
	if err != nil {
		return "", err
	}
	maps.Copy(d.made, all)
	for _, name := range stays {
		d.steps.Note("      %s stays as the stack has it, not as MAIL says: SET=\"%s=…\" changes it", name, name)
	}
	d.from = cmp.Or(d.made["MailFrom"], d.given()["MailFrom"], d.before.parameter("MailFrom"))
	return askForSender(ctx, d.account, d.from)
}

func (d *deployment) pack(ctx context.Context, say func(string)) (string, error) {
	if err := d.keepAliases(); err != nil {
		return "", err
	}
	values, err := d.sources().values(d.declared)
	if err != nil {
		return "", err
	}
	if d.Endpoint != "" {
		d.packed, err = packForEmulator(ctx, d.account, d.stack.name, say)
	} else {
		d.packed, err = pack(ctx, d.account, d.options, values, say)
	}
	return d.packed.told, err
}

// keepAliases has functions keep their aliases once a release has made them: without
// these the API would call the functions again, which do not let it before their
// permissions have moved too, and refuse calls for seconds.
func (d *deployment) keepAliases() error {
	switch {
	case d.shift != "" && d.before == nil:
		return errors.New("the first deployment lets everybody in at once: give SHIFT from the second one on")
	case d.shift == "" && d.before.tag(aliasesTag) != "":
		d.shift = gradual.AllAtOnce
	}
	return nil
}

// tags are the section's, and what the stack is to remember.
func (d *deployment) tags() map[string]string {
	all := map[string]string{}
	maps.Copy(all, d.section.Tags)
	all["product"], all["stage"] = "devotionalai", d.stage
	if d.at.domain != "" {
		all[stages.DomainTag] = d.at.domain
	}
	if d.shift != "" {
		all[aliasesTag] = "live"
	}
	return all
}

func (d *deployment) sources() sources {
	s := sources{made: d.made, set: d.set, section: d.section.Parameters, existing: d.before.parameters()}
	if d.before != nil {
		s.former = d.before.former
	}
	return s
}

// change proposes, asks and does. After a creation it does so once more: only then
// are the tables protected, and known is the name that CloudFront gave.
func (d *deployment) change(ctx context.Context) error {
	creation := d.before == nil
	did, err := d.once(ctx, true)
	if err != nil || !did || !creation && !d.at.unknown {
		return err
	}
	why := "so that nobody deletes a table in passing"
	if d.at.unknown {
		why = "with the name that CloudFront gave"
	}
	d.steps.Note("once more, %s", why)
	if d.before, err = d.stack.ready(ctx, d.steps.Note); err != nil {
		return err
	}
	if d.at, err = findAddress(ctx, d.account, d.domain, d.stack.name, d.given(), d.before); err != nil {
		return err
	}
	maps.Copy(d.made, d.at.parameters)
	d.made["TablesProtected"] = "true"
	first := d.steps
	d.steps = progress.To(d.out, 2)
	_, err = d.once(ctx, false)
	d.steps = first
	return err
}

// errDeclined ends the command without a change.
var errDeclined = errors.New("nothing was changed")

// once reports whether anything was changed.
func (d *deployment) once(ctx context.Context, ask bool) (bool, error) {
	parameters, err := d.sources().choose(d.declared)
	if err != nil {
		return false, err
	}
	var set *changeSet
	err = d.do(ctx, "changes", func(ctx context.Context, _ func(string)) (string, error) {
		if set, err = d.stack.propose(ctx, d.before, d.packed.template, parameters, d.tags()); err != nil {
			return "", err
		}
		if set == nil { // what ended early before may have left the policies open
			return "none: the stack is as it should be", d.stack.close(ctx)
		}
		return fmt.Sprintf("%d of resources", len(set.changes)), nil
	})
	if err != nil || set == nil {
		return false, err
	}
	set.show(d.out)
	if stays := kept(parameters, d.declared); len(stays) > 0 {
		d.steps.Note("      kept as the stack has them: %s", strings.Join(stays, " "))
	}
	if lost := set.losses(); len(lost) > 0 && !d.allowReplace {
		var paths []string
		for _, c := range lost {
			paths = append(paths, c.path)
		}
		return false, errors.Join(fmt.Errorf("an empty one would take the place of %s; whoever wants that says ALLOW_REPLACE=1", strings.Join(paths, ", ")), d.stack.drop(ctx, set))
	}
	if ask {
		yes, err := agreed(d.in, d.out, d.options, fmt.Sprintf("Change the stack %s of account %s so?", d.stack.name, d.ID))
		if err != nil || !yes {
			return false, errors.Join(cmp.Or(err, errDeclined), d.stack.drop(ctx, set))
		}
	}
	return true, d.do(ctx, "stack", func(ctx context.Context, _ func(string)) (string, error) { return d.execute(ctx, set) })
}

func (d *deployment) execute(ctx context.Context, set *changeSet) (string, error) {
	var failed error
	if d.allowReplace && !set.create {
		failed = d.stack.policies(ctx, true)
	}
	if failed == nil {
		failed = d.stack.execute(ctx, set)
	}
	if failed != nil && set.create {
		return "", failed
	}
	return "deployed", errors.Join(failed, d.stack.close(ctx))
}

// finish brings what is not CloudFormation's to the stack, and tries the product.
func (d *deployment) finish(ctx context.Context) error {
	now, err := d.stack.look(ctx)
	if err != nil {
		return err
	}
	if err := d.packed.finish(ctx); err != nil {
		return err
	}
	if now.output("WebBucket") == "" {
		d.steps.Note("the stack has no edge (Mode=local): no web app and no check of the address")
		return nil
	}
	for _, step := range []struct {
		name string
		do   func(context.Context, func(string)) (string, error)
	}{
		{"web app", func(ctx context.Context, say func(string)) (string, error) {
			return publish(ctx, d.account, d.options, d.stack.name, say)
		}},
		{"samples", func(ctx context.Context, _ func(string)) (string, error) {
			return samples(ctx, d.account, now.output("VoiceSampleFunction")), nil
		}},
		{"answers", func(ctx context.Context, say func(string)) (string, error) {
			return check(ctx, d.account, now, d.made["OriginSecret"], say)
		}},
	} {
		if err := d.do(ctx, step.name, step.do); err != nil {
			return err
		}
	}
	d.last(ctx, now)
	return nil
}

// last says what is left for people to do.
func (d *deployment) last(ctx context.Context, now *deployed) {
	for _, left := range d.packed.left {
		d.steps.Note("the emulator does not make %s", left)
	}
	if d.Endpoint != "" {
		for _, left := range silently {
			d.steps.Note("the emulator takes, and does not do: %s", left)
		}
	} else if todo := leads(ctx, now.parameter("AppUrl"), now.output("DistributionName")); todo != "" {
		d.steps.Note("%s", todo)
	}
	d.steps.Note("\n%s  is the stage %s (%s)", now.parameter("AppUrl"), d.stage, aws.ToString(now.StackName))
}
