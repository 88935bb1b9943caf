package main

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/devotionalai/platform/infra/certificates"
	"github.com/devotionalai/platform/infra/stages"
)

// unnamed is said of what only a host of one's own needs.
func unnamed() finding {
	return finding{State: ok, Said: "not needed: without DOMAIN the product has CloudFront's own name"}
}

// certificate: CloudFront takes those of us-east-1 alone. Until there is one make deploy
// gives the stack the distribution's own name, and the domain to the first run after.
func certificate(ctx context.Context, p place) finding {
	if p.Wish.Domain == "" {
		return unnamed()
	}
	switch {
	case p.Given["AppUrl"] != "" || p.Given["CertificateArn"] != "":
		return finding{State: ok, Said: "as given (AppUrl, CertificateArn): make deploy looks for none"}
	case p.Values["CertificateArn"] != "" && p.Values["AppUrl"] == "https://"+p.Wish.Domain:
		return finding{State: ok, Said: "as the stack has it"}
	}
	client := certificates.Client(p.AWS)
	issued, waiting, err := certificates.Look(ctx, client, p.Wish.Domain)
	switch {
	case err != nil:
		return blind("acm:ListCertificates", err)
	case issued != "":
		return finding{State: ok, Said: "issued for " + p.Wish.Domain + " in us-east-1"}
	case waiting != "":
		return validation(ctx, client, p.Wish.Domain, waiting)
	}
	return finding{State: less, Said: "ACM has none for " + p.Wish.Domain + " in us-east-1" + meanwhile, Commands: []string{
		"aws acm request-certificate --region us-east-1 --domain-name " + p.Wish.Domain + " --validation-method DNS   # then make rehearse prints its record",
	}}
}

// meanwhile is how people reach a stage whose domain has no certificate.
const meanwhile = "; until it is issued the product has CloudFront's own name, or the domain that it has"

// validation says which record a certificate waits for.
func validation(ctx context.Context, client *acm.Client, domain, arn string) finding {
	f := finding{State: less, Said: "the one for " + domain + " waits for its record in the DNS" + meanwhile}
	records, err := certificates.Records(ctx, client, arn)
	if err != nil || len(records) == 0 {
		f.Commands = []string{"aws acm describe-certificate --region us-east-1 --certificate-arn " + arn}
		return f
	}
	for _, r := range records {
		f.Commands = append(f.Commands, record(aws.ToString(r.Name), aws.ToString(r.Value)))
	}
	return f
}

// address: people's way to the distribution, once there is one. CloudFront answers
// each place with other numbers, so that a difference is no proof, and a deployment
// goes well without.
func address(ctx context.Context, p place) finding {
	if p.Wish.Domain == "" {
		return unnamed()
	}
	now, f := deployed(ctx, p)
	if f != nil {
		return *f
	}
	distribution := now.Outputs["DistributionName"]
	if distribution == "" {
		return finding{State: ok, Said: "after the first deployment " + p.Wish.Domain + " is to lead to the output DistributionName"}
	}
	there, err := p.Resolver.LookupHost(ctx, distribution)
	if err != nil {
		return finding{State: unseen, Said: "this machine's DNS does not know " + distribution}
	}
	here, err := p.Resolver.LookupHost(ctx, p.Wish.Domain)
	if err == nil && slices.ContainsFunc(here, func(ip string) bool { return slices.Contains(there, ip) }) {
		return finding{State: ok, Said: p.Wish.Domain + " leads to the distribution"}
	}
	said := p.Wish.Domain + " leads elsewhere, not to the distribution"
	if err != nil {
		said = p.Wish.Domain + " leads nowhere"
	}
	return finding{State: less, Said: said, Commands: []string{record(p.Wish.Domain, distribution)}}
}

// distributing: CloudFront refuses the first distribution of a new account until people at
// AWS have looked at it, which nothing but a refusal tells, and by then most of the
// stack is made. An account that has a distribution was let in.
func distributing(ctx context.Context, p place) finding {
	out, err := cloudfront.NewFromConfig(p.AWS).ListDistributions(ctx, &cloudfront.ListDistributionsInput{MaxItems: aws.Int32(1)})
	if err != nil {
		return blind("cloudfront:ListDistributions", err)
	}
	if out.DistributionList != nil && len(out.DistributionList.Items) > 0 {
		return finding{State: ok, Said: "the account has distributions"}
	}
	return finding{State: less, Said: "the account has no distribution yet, and AWS may want to verify it first", Commands: []string{
		"# at " + stages.SupportCase + " (Account and billing, in every support plan):",
		"# please verify this account so that it can add CloudFront resources; until then a first deployment may be refused and taken back",
	}}
}

// alias: CloudFront lets one distribution alone have a host, and refuses a second.
func alias(ctx context.Context, p place) finding {
	if p.Wish.Domain == "" {
		return unnamed()
	}
	now, f := deployed(ctx, p)
	if f != nil {
		return *f
	}
	pages := cloudfront.NewListDistributionsPaginator(cloudfront.NewFromConfig(p.AWS), &cloudfront.ListDistributionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return blind("cloudfront:ListDistributions", err)
		}
		if page.DistributionList == nil {
			break
		}
		for _, d := range page.DistributionList.Items {
			if d.Aliases == nil || !slices.Contains(d.Aliases.Items, p.Wish.Domain) || aws.ToString(d.Id) == now.Outputs["DistributionId"] {
				continue
			}
			return finding{State: lacks, Said: p.Wish.Domain + " is the alias of another distribution, and a deployment would fail", Commands: []string{
				"aws cloudfront get-distribution-config --id " + aws.ToString(d.Id) + "   # take the alias out, or delete its stack",
			}}
		}
	}
	return finding{State: ok, Said: "no other distribution has " + p.Wish.Domain}
}
