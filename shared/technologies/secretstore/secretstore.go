// Package secretstore keeps secrets in AWS Secrets Manager.
package secretstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
)

const timeout = 10 * time.Second

// Secret is one secret. It implements auth.SecretReader and auth.SecretVersions.
type Secret struct {
	client *secretsmanager.Client
	arn    string
}

// New names a secret by its ARN.
func New(cfg aws.Config, arn string) *Secret {
	return &Secret{secretsmanager.NewFromConfig(cfg), arn}
}

// CurrentSecret implements auth.SecretReader. The error never quotes the value.
func (s *Secret) CurrentSecret(ctx context.Context) ([]byte, error) {
	return s.get(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.arn)})
}

// PreviousSecret implements auth.SecretReader.
func (s *Secret) PreviousSecret(ctx context.Context) ([]byte, error) {
	return present(s.get(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.arn), VersionStage: aws.String(string(auth.Previous))}))
}

func (s *Secret) get(ctx context.Context, in *secretsmanager.GetSecretValueInput) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := s.client.GetSecretValue(ctx, in)
	if err != nil {
		return nil, failed("get secret", err)
	}
	if value := aws.ToString(out.SecretString); value != "" {
		return []byte(value), nil
	}
	if len(out.SecretBinary) > 0 {
		return out.SecretBinary, nil
	}
	return nil, errors.New("get secret: it is empty")
}

// failed names what went wrong: a missing right, a request that the service does
// not understand, and else an outage.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	if missing := problem.MissingRight(doing, err); missing != nil {
		return missing
	}
	var api smithy.APIError
	if _, busy := retry.DefaultThrottleErrorCodes[code(err)]; !busy && errors.As(err, &api) && api.ErrorFault() == smithy.FaultClient {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return &problem.Error{
		Code: problem.Unavailable, Detail: "The secret store does not answer right now. Try again in a moment.",
		RetryAfter: time.Second, Cause: fmt.Errorf("%s: %w", doing, err),
	}
}

// code is the service's for an error, "" when it gave none.
func code(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}
