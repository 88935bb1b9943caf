package secretstore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// Stages implements auth.SecretVersions.
func (s *Secret) Stages(ctx context.Context) (map[string][]auth.Stage, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := s.client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(s.arn)})
	if err != nil {
		return nil, failed("describe secret", err)
	}
	all := map[string][]auth.Stage{}
	for id, stages := range out.VersionIdsToStages {
		for _, stage := range stages {
			all[id] = append(all[id], auth.Stage(stage))
		}
	}
	return all, nil
}

// Version implements auth.SecretVersions.
func (s *Secret) Version(ctx context.Context, id string) ([]byte, error) {
	return present(s.get(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.arn), VersionId: aws.String(id)}))
}

// present turns the answer that there is no such version, or none with a value yet,
// into auth.ErrAbsent.
func present(value []byte, err error) ([]byte, error) {
	var absent *types.ResourceNotFoundException
	if errors.As(err, &absent) {
		return nil, auth.ErrAbsent
	}
	return value, err
}

// AddPending implements auth.SecretVersions. AWS takes the stage from the version
// that had it; the emulator leaves it there too, which no reader minds: whoever
// asks for a pending version names it.
func (s *Secret) AddPending(ctx context.Context, id string, secret []byte) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := s.client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: aws.String(s.arn), ClientRequestToken: aws.String(id), SecretString: aws.String(string(secret)),
		VersionStages: []string{string(auth.Pending)},
	})
	return failed("add secret", err)
}

// MakeCurrent implements auth.SecretVersions.
func (s *Secret) MakeCurrent(ctx context.Context, id, before string) error {
	return s.move(ctx, &secretsmanager.UpdateSecretVersionStageInput{
		VersionStage: aws.String(string(auth.Current)), MoveToVersionId: aws.String(id), RemoveFromVersionId: aws.String(before),
	})
}

// EndPending implements auth.SecretVersions.
func (s *Secret) EndPending(ctx context.Context, id string) error {
	return s.move(ctx, &secretsmanager.UpdateSecretVersionStageInput{
		VersionStage: aws.String(string(auth.Pending)), RemoveFromVersionId: aws.String(id),
	})
}

func (s *Secret) move(ctx context.Context, in *secretsmanager.UpdateSecretVersionStageInput) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	in.SecretId = aws.String(s.arn)
	_, err := s.client.UpdateSecretVersionStage(ctx, in)
	return failed("move stage", err)
}
