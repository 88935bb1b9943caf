// Package secretstore reads secrets from AWS Secrets Manager.
package secretstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/devotionalai/platform/shared/domains/problem"
)

const timeout = 10 * time.Second

// Read returns the current value of the secret named by arn. Functions call it
// while they start and keep the value: a rotation reaches a process when it is
// replaced, and until then both public keys are live. The error never quotes the value.
func Read(ctx context.Context, cfg aws.Config, arn string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn)})
	if missing := problem.MissingRight("get secret", err); missing != nil {
		return nil, missing
	}
	if err != nil {
		return nil, fmt.Errorf("get secret: %w", err)
	}
	if value := aws.ToString(out.SecretString); value != "" {
		return []byte(value), nil
	}
	if len(out.SecretBinary) > 0 {
		return out.SecretBinary, nil
	}
	return nil, errors.New("get secret: it is empty")
}
