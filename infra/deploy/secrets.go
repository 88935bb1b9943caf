package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// secrets are the stage's own, in Secrets Manager. Nobody sees them: they are made
// here, and their values are in no file, no argument and no line of output.
type secrets struct {
	client *secretsmanager.Client
	stage  string
}

func newSecrets(cfg aws.Config, stage string) secrets {
	return secrets{secretsmanager.NewFromConfig(cfg), stage}
}

// name is that of the stage's secret for a purpose: jwt, origin, origin-other.
func (s secrets) name(purpose string) string { return "devotional/" + s.stage + "/" + purpose }

// keep answers the ARN of a secret, which is made when there is none. One that waits
// for its deletion since the stage was taken down is taken back.
func (s secrets) keep(ctx context.Context, purpose string) (arn string, made bool, err error) {
	arn, found, err := s.find(ctx, purpose)
	if err != nil || found {
		return arn, false, err
	}
	value, err := random()
	if err != nil {
		return "", false, err
	}
	return s.make(ctx, purpose, value)
}

func (s secrets) find(ctx context.Context, purpose string) (arn string, found bool, err error) {
	name := aws.String(s.name(purpose))
	known, err := s.client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: name})
	if named(err, "ResourceNotFoundException") {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("look for the secret %s: %w", *name, plain(err))
	}
	if known.DeletedDate != nil {
		if _, err := s.client.RestoreSecret(ctx, &secretsmanager.RestoreSecretInput{SecretId: name}); err != nil {
			return "", false, fmt.Errorf("take the secret %s back from its deletion: %w", *name, plain(err))
		}
	}
	return aws.ToString(known.ARN), true, nil
}

func (s secrets) make(ctx context.Context, purpose, value string) (string, bool, error) {
	name := s.name(purpose)
	out, err := s.client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: aws.String(name), SecretString: aws.String(value),
		Description: aws.String("Made by make deploy; the stage " + s.stage + " works with it."),
		Tags:        []types.Tag{{Key: aws.String("product"), Value: aws.String("devotionalai")}, {Key: aws.String("stage"), Value: aws.String(s.stage)}},
	})
	if err != nil {
		return "", false, fmt.Errorf("make the secret %s: %w", name, plain(err))
	}
	return aws.ToString(out.ARN), true, nil
}

// read answers a secret's value, "" when there is none.
func (s secrets) read(ctx context.Context, purpose string) (string, error) {
	out, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.name(purpose))})
	if named(err, "ResourceNotFoundException", "InvalidRequestException") { // absent, or about to be deleted
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the secret %s: %w", s.name(purpose), plain(err))
	}
	return aws.ToString(out.SecretString), nil
}

// random is 48 bytes in 64 characters, none of which means anything in a header.
func random() (string, error) {
	raw := make([]byte, 48)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// parameters gives the template its secrets. What the stack had before this command
// stays, wherever it came from.
func (s secrets) parameters(ctx context.Context, existing map[string]string) (all map[string]string, told string, err error) {
	all = map[string]string{}
	_, signed := existing["JwtSecretArn"]
	_, known := existing["OriginSecret"]
	var made []string
	note := func(purpose string, fresh bool) {
		if fresh {
			made = append(made, s.name(purpose))
		}
	}
	if !signed {
		arn, fresh, err := s.keep(ctx, "jwt")
		if err != nil {
			return nil, "", err
		}
		note("jwt", fresh)
		all["JwtSecretArn"] = arn
	}
	if !known {
		_, fresh, err := s.keep(ctx, "origin")
		if err != nil {
			return nil, "", err
		}
		note("origin", fresh)
	}
	// Read each time: whoever rotates it does so in Secrets Manager. A stack from
	// before there was this command keeps the one that it has.
	if all["OriginSecret"], err = s.read(ctx, "origin"); err != nil {
		return nil, "", err
	}
	if all["OriginSecretOther"], err = s.read(ctx, "origin-other"); err != nil {
		return nil, "", err
	}
	if all["OriginSecret"] == "" {
		delete(all, "OriginSecret")
		delete(all, "OriginSecretOther")
	}
	if len(made) > 0 {
		return all, fmt.Sprintf("%q made in Secrets Manager", made), nil
	}
	return all, "found in Secrets Manager", nil
}
