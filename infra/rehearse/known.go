package main

import (
	"cmp"
	"context"
	"maps"
	"net/mail"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/devotionalai/platform/infra/stages"
)

// What is looked at is what make deploy would do, by the same rules: a region as of
// infra/deploy/account.go, a value's source as of parameters.go, the sender as of
// sender.go.

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
	p.Wish.Domain = cmp.Or(p.Wish.Domain, now.Tags[stages.DomainTag])
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
