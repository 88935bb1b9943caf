package stack

import (
	"context"
	"fmt"
	"net/mail"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

// KeepSecret puts a secret where the functions read it and answers its ARN. One
// that is there stays, since it may be one that rotates, unless value was given by
// whoever runs the product.
func (s *Stack) KeepSecret(ctx context.Context, name, value string, given bool) (string, error) {
	client := secretsmanager.NewFromConfig(s.AWS)
	created, err := client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String(name), SecretString: aws.String(value)})
	if err == nil {
		return aws.ToString(created.ARN), nil
	}
	if !named(err, "ResourceExistsException") {
		return "", fmt.Errorf("create secret: %w", err)
	}
	now, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	if given && aws.ToString(now.SecretString) != value {
		_, err = client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: aws.String(name), SecretString: aws.String(value)})
		if err != nil {
			return "", fmt.Errorf("change secret: %w", err)
		}
	}
	return aws.ToString(now.ARN), nil
}

// VerifySender lets mail be sent from an address, as an operator does once on
// AWS.
func (s *Stack) VerifySender(ctx context.Context, from string) error {
	address, err := mail.ParseAddress(from)
	if err != nil {
		return fmt.Errorf("MAIL_FROM is not a mail address: %w", err)
	}
	client := sesv2.NewFromConfig(s.AWS)
	_, err = client.CreateEmailIdentity(ctx, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(address.Address)})
	if err != nil && !named(err, "AlreadyExistsException") {
		return fmt.Errorf("verify sender: %w", err)
	}
	return nil
}
