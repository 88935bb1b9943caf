package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/devotionalai/platform/infra/stages"
)

// nowhere ends the host that a stack is made with which gets its own from
// CloudFront: AppUrl is told to what the distribution itself is made of.
const nowhere = ".invalid"

// address is where people open the product.
type address struct {
	parameters map[string]string // AppUrl, CertificateArn
	domain     string            // remembered, also while it has no certificate
	told       string
	unknown    bool // until the distribution has its name
}

// findAddress decides on AppUrl: the domain, once it has a certificate, and else the
// distribution's own name. given are the parameters of SET and of the section.
func findAddress(ctx context.Context, a account, domain, stack string, given map[string]string, before *deployed) (address, error) {
	at := address{parameters: map[string]string{}, domain: domain}
	if url, fixed := given["AppUrl"]; fixed {
		at.told = url + ", as given"
		return at, nil
	}
	if at.domain == "" {
		at.domain = before.tag(stages.DomainTag)
	}
	if at.domain != "" {
		arn, err := certificate(ctx, a, at.domain, given, before)
		if err != nil {
			return at, err
		}
		if arn != "" {
			at.parameters["AppUrl"], at.parameters["CertificateArn"] = "https://"+at.domain, arn
			at.told = "https://" + at.domain + ", with its certificate"
			return at, nil
		}
		at.told = fmt.Sprintf("%s has no certificate in us-east-1 yet: aws acm request-certificate --region us-east-1 --validation-method DNS --domain-name %s, "+
			"then the record that AWS names, then make deploy again; until then ", at.domain, at.domain)
	}
	now, name := before.parameter("AppUrl"), before.output("DistributionName")
	switch {
	case at.domain != "" && before.parameter("CertificateArn") != "" && now != "https://"+at.domain:
		at.told += now + ", with its certificate, stays" // people use it; the other one is remembered
	case at.domain == "" && now != "" && !strings.HasSuffix(now, nowhere):
		at.told += now // as the stack has it
	case name != "":
		at.parameters["AppUrl"] = "https://" + name
		at.told += "https://" + name
	default:
		at.unknown = true
		at.parameters["AppUrl"] = "https://" + stack + nowhere
		at.told += "the name that CloudFront gives"
	}
	return at, nil
}

// certificate answers the ARN of a certificate that holds for the host; "" when
// there is none. One that was given is not looked for.
func certificate(ctx context.Context, a account, host string, given map[string]string, before *deployed) (string, error) {
	if arn := given["CertificateArn"]; arn != "" {
		return arn, nil
	}
	if arn := before.parameter("CertificateArn"); arn != "" && before.parameter("AppUrl") == "https://"+host {
		return arn, nil
	}
	client := acm.NewFromConfig(a.in(fallback))
	pages := acm.NewListCertificatesPaginator(client, &acm.ListCertificatesInput{
		CertificateStatuses: []types.CertificateStatus{types.CertificateStatusIssued},
		// Without these two ACM lists RSA with 2048 bits alone.
		Includes: &types.Filters{KeyTypes: []types.KeyAlgorithm{types.KeyAlgorithmRsa2048, types.KeyAlgorithmEcPrime256v1}},
	})
	best, until := "", time.Time{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", fmt.Errorf("list the certificates of us-east-1: %w", plain(err))
		}
		for _, c := range page.CertificateSummaryList {
			if !holdsFor(c, host) {
				continue
			}
			if end := aws.ToTime(c.NotAfter); best == "" || end.After(until) {
				best, until = aws.ToString(c.CertificateArn), end
			}
		}
	}
	return best, nil
}

func holdsFor(c types.CertificateSummary, host string) bool {
	_, parent, _ := strings.Cut(host, ".")
	for _, name := range append([]string{aws.ToString(c.DomainName)}, c.SubjectAlternativeNameSummaries...) {
		if strings.EqualFold(name, host) || strings.EqualFold(name, "*."+parent) {
			return true
		}
	}
	return false
}
