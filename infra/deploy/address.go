package main

import (
	"context"
	"strings"

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
		arn, missing, err := certificate(ctx, a, at.domain, given, before)
		if err != nil {
			return at, err
		}
		if arn != "" {
			at.parameters["AppUrl"], at.parameters["CertificateArn"] = "https://"+at.domain, arn
			at.told = "https://" + at.domain + ", with its certificate"
			return at, nil
		}
		at.told = at.domain + " has no certificate in us-east-1 yet: " + missing + ", then make deploy again; until then "
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
