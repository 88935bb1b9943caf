package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/devotionalai/platform/infra/certificates"
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
	client := certificates.Client(a.AWS)
	issued, waiting, err := certificates.Look(ctx, client, host)
	if err != nil {
		return "", "", fmt.Errorf("list the certificates of us-east-1: %w", plain(err))
	}
	if issued != "" {
		return issued, "", nil
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
		records, err := certificates.Records(ctx, client, waiting)
		if err != nil {
			break
		}
		if len(records) > 0 {
			r := records[0] // one host, one record
			return fmt.Sprintf("one is asked for, and issued some minutes after this record is in the domain's zone: %s %s %s", aws.ToString(r.Name), r.Type, aws.ToString(r.Value))
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
	return "one is asked for; aws acm describe-certificate --region us-east-1 --certificate-arn " + waiting + " names the record that it waits for in the domain's zone"
}
