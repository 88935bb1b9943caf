package stack

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// RotateSigning takes the four steps of a rotation of the signing secret, as
// Secrets Manager does on AWS; secret is its name. The last step takes a minute,
// until every function may know the new keys. say hears of each step that is done.
// It answers the new secret.
func (s *Stack) RotateSigning(ctx context.Context, secret string, say func(auth.Step)) (string, error) {
	client := secretsmanager.NewFromConfig(s.AWS)
	known, err := client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(secret)})
	if err != nil {
		return "", fmt.Errorf("describe secret: %w", err)
	}
	version := "local-" + tenant.NewID() // 32 characters, the least that Secrets Manager takes
	for _, step := range auth.Steps() {
		asked, err := json.Marshal(auth.RotationStep{Step: step, SecretID: aws.ToString(known.ARN), ClientRequestToken: version})
		if err != nil {
			return "", err
		}
		if _, err := s.Call(ctx, "signing-rotate", asked); err != nil {
			return "", fmt.Errorf("%s: %w", step, err)
		}
		say(step)
	}
	now, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(secret)})
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return aws.ToString(now.SecretString), nil
}
