package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
)

// certificate answers the ARN of a certificate that holds for the host; where there is
// none, what a person has to do for the one that is asked for then. One that was given
// is not looked for.
func certificate(ctx context.Context, a account, host string, given map[string]string, before *deployed) (arn, missing string, err error) {
	if arn := given["CertificateArn"]; arn != "" {
		return arn, "", nil
	}
	if arn := before.parameter("CertificateArn"); arn != "" && before.parameter("AppUrl") == "https://"+host {
		return arn, "", nil
	}
	client := acm.NewFromConfig(a.in(fallback))
	pages := acm.NewListCertificatesPaginator(client, &acm.ListCertificatesInput{
		CertificateStatuses: []types.CertificateStatus{types.CertificateStatusIssued, types.CertificateStatusPendingValidation},
		// Without these two ACM lists RSA with 2048 bits alone.
		Includes: &types.Filters{KeyTypes: []types.KeyAlgorithm{types.KeyAlgorithmRsa2048, types.KeyAlgorithmEcPrime256v1}},
	})
	best, until, waiting := "", time.Time{}, ""
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", "", fmt.Errorf("list the certificates of us-east-1: %w", plain(err))
		}
		for _, c := range page.CertificateSummaryList {
			switch end := aws.ToTime(c.NotAfter); {
			case !holdsFor(c, host):
			case c.Status == types.CertificateStatusPendingValidation:
				waiting = aws.ToString(c.CertificateArn)
			case best == "" || end.After(until):
				best, until = aws.ToString(c.CertificateArn), end
			}
		}
	}
	if best != "" {
		return best, "", nil
	}
	return "", asked(ctx, client, host, waiting), nil
}

// asked asks for a certificate, unless one waits already, and answers which record it
// waits for. A deployment goes on without: who may not ask is told the command.
func asked(ctx context.Context, client *acm.Client, host, waiting string) string {
	if waiting == "" {
		sum := sha256.Sum256([]byte(host))
		out, err := client.RequestCertificate(ctx, &acm.RequestCertificateInput{
			DomainName: aws.String(host), ValidationMethod: types.ValidationMethodDns,
			IdempotencyToken: aws.String(hex.EncodeToString(sum[:16])), // a repetition within the hour is the same one
		})
		if err != nil {
			return fmt.Sprintf("aws acm request-certificate --region us-east-1 --validation-method DNS --domain-name %s (%v), then the record that AWS names", host, plain(err))
		}
		waiting = aws.ToString(out.CertificateArn)
	}
	const looks = 10 // the record is there some seconds after the certificate was asked for
	for range looks {
		out, err := client.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: aws.String(waiting)})
		if err != nil {
			break
		}
		for _, option := range out.Certificate.DomainValidationOptions {
			if r := option.ResourceRecord; r != nil {
				return fmt.Sprintf("one is asked for, and issued some minutes after this record is in the domain's zone: %s %s %s", aws.ToString(r.Name), r.Type, aws.ToString(r.Value))
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
	return "one is asked for; aws acm describe-certificate --region us-east-1 --certificate-arn " + waiting + " names the record that it waits for in the domain's zone"
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
