package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// What is looked at is what make deploy would do, by the same rules: a region and a
// stack's section as of infra/deploy/samconfig.go and account.go, a value's source as
// of parameters.go, the sender as of sender.go.

// domainTag on a stack is the domain that it was given; infra/deploy/stack.go has it.
const domainTag = "domain"

// section is what samconfig.toml says of a stage. A stage may go without.
type section struct {
	Region, Stack string
	Parameters    map[string]string
}

func readSection(file, stage string) (section, error) {
	var all map[string]toml.Primitive
	meta, err := toml.DecodeFile(file, &all)
	if err != nil {
		return section{}, fmt.Errorf("read %s (run it in the checkout): %w", file, err)
	}
	type command struct {
		Parameters struct {
			Region    string
			Stack     string   `toml:"stack_name"`
			Overrides []string `toml:"parameter_overrides"`
		}
	}
	var of struct{ Global, Deploy command }
	if own, there := all[stage]; there {
		if err := meta.PrimitiveDecode(own, &of); err != nil {
			return section{}, fmt.Errorf("%s, the section %s: %w", file, stage, err)
		}
	}
	s := section{
		Region: cmp.Or(of.Deploy.Parameters.Region, of.Global.Parameters.Region),
		Stack:  cmp.Or(of.Deploy.Parameters.Stack, "devotional-"+stage), Parameters: map[string]string{},
	}
	for _, pair := range of.Deploy.Parameters.Overrides {
		name, value, _ := strings.Cut(pair, "=")
		s.Parameters[name] = value
	}
	return s, nil
}

// splitSet reads SET: a value ends where the next name of a parameter begins.
func splitSet(set string, defaults map[string]string) (map[string]string, error) {
	all := map[string]string{}
	if set = strings.TrimSpace(set); set == "" {
		return all, nil
	}
	names := strings.Join(slices.Sorted(maps.Keys(defaults)), "|")
	begins := regexp.MustCompile(`(?:^|\s)(`+names+`)=`).FindAllStringSubmatchIndex(set, -1)
	if len(begins) == 0 || begins[0][0] != 0 {
		return nil, errors.New("SET does not begin with a parameter of template.yaml; make deploy would refuse it")
	}
	for i, at := range begins {
		end := len(set)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		all[set[at[2]:at[3]]] = strings.TrimSpace(set[at[1]:end])
	}
	return all, nil
}

// known fills in what follows from the stack that is there: each parameter's value as
// a deployment would have it, domain and sender. Of an account that does not answer
// nothing follows; the checks say that.
func known(ctx context.Context, p place) place {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	in := at(p, cmp.Or(p.AWS.Region, fallback))
	now, _ := deployed(ctx, in)
	if now.Status == "" || onlyToDelete(now.Status) {
		now = standing{}
	} else {
		p.There = true
		for name, value := range former(ctx, in) {
			if now.Parameters[name] == value { // nobody chose it: it follows the template
				delete(now.Parameters, name)
			}
		}
	}
	p.Values = maps.Clone(p.Defaults)
	for name, value := range now.Parameters {
		if _, declared := p.Defaults[name]; declared {
			p.Values[name] = value
		}
	}
	maps.Copy(p.Values, p.Given)
	p.Wish.Domain = cmp.Or(p.Wish.Domain, now.Tags[domainTag])
	p.Wish.Mail = cmp.Or(p.Given["MailFrom"], p.Wish.Mail, now.Parameters["MailFrom"])
	if sender, err := mail.ParseAddress(p.Wish.Mail); err == nil {
		p.Wish.Mail = sender.Address
	}
	return p
}

// former are the defaults of the template that the stack was made from.
func former(ctx context.Context, p place) map[string]string {
	all := map[string]string{}
	out, err := cloudformation.NewFromConfig(p.AWS).GetTemplateSummary(ctx, &cloudformation.GetTemplateSummaryInput{StackName: aws.String(p.Wish.Stack)})
	if err != nil {
		return all
	}
	for _, d := range out.Parameters {
		if d.DefaultValue != nil {
			all[aws.ToString(d.ParameterKey)] = *d.DefaultValue
		}
	}
	return all
}
