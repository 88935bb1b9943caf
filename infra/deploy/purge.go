package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func (t *removal) deleteTable(ctx context.Context, table string) error {
	db, name := dynamodb.NewFromConfig(t.AWS), aws.String(table)
	var absent *dbtypes.ResourceNotFoundException
	_, err := db.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: name, DeletionProtectionEnabled: aws.Bool(false)})
	if errors.As(err, &absent) {
		return nil
	}
	if err != nil && !named(err, "ValidationException") { // it was off
		return err
	}
	for {
		_, err := db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: name})
		var busy *dbtypes.ResourceInUseException
		if !errors.As(err, &busy) { // still becoming unprotected
			if errors.As(err, &absent) {
				return nil
			}
			return err
		}
		if err := t.pause(ctx); err != nil {
			return err
		}
	}
}

// deleteBucket removes all versions first, also those that governance holds: whoever
// purges has to have the right to.
func (t *removal) deleteBucket(ctx context.Context, bucket string) error {
	client, name := objects(t.account), aws.String(bucket)
	locked := t.locked(ctx, client, bucket)
	for {
		page, err := client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: name})
		if named(err, "NoSuchBucket") {
			return nil
		}
		if err != nil {
			return err
		}
		var all []s3types.ObjectIdentifier
		for _, v := range page.Versions {
			all = append(all, s3types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			all = append(all, s3types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(all) == 0 {
			_, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: name})
			return err
		}
		in := &s3.DeleteObjectsInput{Bucket: name, Delete: &s3types.Delete{Objects: all, Quiet: aws.Bool(true)}}
		if locked {
			in.BypassGovernanceRetention = aws.Bool(true)
		}
		out, err := client.DeleteObjects(ctx, in)
		if err != nil {
			return err
		}
		for _, e := range out.Errors {
			return fmt.Errorf("%s: %s", aws.ToString(e.Code), aws.ToString(e.Message))
		}
	}
}

func (t *removal) locked(ctx context.Context, client *s3.Client, bucket string) bool {
	out, err := client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: aws.String(bucket)})
	return err == nil && out.ObjectLockConfiguration != nil
}

func (t *removal) deleteVault(ctx context.Context, vault string) error {
	client, name := backup.NewFromConfig(t.AWS), aws.String(vault)
	pages := backup.NewListRecoveryPointsByBackupVaultPaginator(client, &backup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if named(err, "ResourceNotFoundException") {
			return nil
		}
		if err != nil {
			return err
		}
		for _, p := range page.RecoveryPoints {
			_, err := client.DeleteRecoveryPoint(ctx, &backup.DeleteRecoveryPointInput{BackupVaultName: name, RecoveryPointArn: p.RecoveryPointArn})
			if err != nil {
				return err
			}
		}
	}
	for {
		_, err := client.DeleteBackupVault(ctx, &backup.DeleteBackupVaultInput{BackupVaultName: name})
		if named(err, "ResourceNotFoundException") {
			return nil
		}
		if !named(err, "InvalidRequestException") { // points are still going
			return err
		}
		if err := t.pause(ctx); err != nil {
			return err
		}
	}
}

func (t *removal) deleteKey(ctx context.Context, key string) error {
	client := kms.NewFromConfig(t.AWS)
	_, err := client.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: aws.String(key), PendingWindowInDays: aws.Int32(30)})
	if named(err, "NotFoundException", "KMSInvalidStateException") { // gone, or on its way
		return nil
	}
	return err
}

// forget has Secrets Manager delete the stage's secrets, and keep them for a week: a
// stage that comes back within it finds them.
func (s secrets) forget(ctx context.Context) error {
	for _, purpose := range []string{"jwt", "origin", "origin-other"} {
		_, err := s.client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: aws.String(s.name(purpose)), RecoveryWindowInDays: aws.Int64(7)})
		if err != nil && !named(err, "ResourceNotFoundException", "InvalidRequestException") {
			return fmt.Errorf("delete the secret %s: %w", s.name(purpose), plain(err))
		}
	}
	return nil
}
