// Package certificates looks for the certificate that CloudFront shows for a domain, as
// make deploy takes it and make rehearse tells of it.
package certificates

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
)

// region is where CloudFront takes certificates from, whatever the stack's.
const region = "us-east-1"

// Client asks ACM in CloudFront's region.
func Client(cfg aws.Config) *acm.Client {
	return acm.NewFromConfig(cfg, func(o *acm.Options) { o.Region = region })
}

// Look answers the ARN of the certificate that holds for the host and does so longest;
// "" where none is issued, and that of one that waits for its record then.
func Look(ctx context.Context, client *acm.Client, host string) (issued, waiting string, err error) {
	pages := acm.NewListCertificatesPaginator(client, &acm.ListCertificatesInput{
		CertificateStatuses: []types.CertificateStatus{types.CertificateStatusIssued, types.CertificateStatusPendingValidation},
		// Without these two ACM lists RSA with 2048 bits alone.
		Includes: &types.Filters{KeyTypes: []types.KeyAlgorithm{types.KeyAlgorithmRsa2048, types.KeyAlgorithmEcPrime256v1}},
	})
	var until time.Time
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", "", err
		}
		for _, c := range page.CertificateSummaryList {
			switch end := aws.ToTime(c.NotAfter); {
			case !HoldsFor(c, host):
			case c.Status == types.CertificateStatusPendingValidation:
				waiting = aws.ToString(c.CertificateArn)
			case issued == "" || end.After(until):
				issued, until = aws.ToString(c.CertificateArn), end
			}
		}
	}
	return issued, waiting, nil
}

// HoldsFor says whether a certificate is the host's; a star is one label.
func HoldsFor(c types.CertificateSummary, host string) bool {
	_, parent, _ := strings.Cut(host, ".")
	for _, name := range append([]string{aws.ToString(c.DomainName)}, c.SubjectAlternativeNameSummaries...) {
		if strings.EqualFold(name, host) || strings.EqualFold(name, "*."+parent) {
			return true
		}
	}
	return false
}

// Records are those that a certificate waits for in the domain's zone: none for some
// seconds after it was asked for.
func Records(ctx context.Context, client *acm.Client, arn string) (all []types.ResourceRecord, err error) {
	out, err := client.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: aws.String(arn)})
	if err != nil || out.Certificate == nil {
		return nil, err
	}
	for _, option := range out.Certificate.DomainValidationOptions {
		if option.ResourceRecord != nil {
			all = append(all, *option.ResourceRecord)
		}
	}
	return all, nil
}
