// Package tablebackups asks DynamoDB and AWS Backup what backups there are of a
// table. It makes none and reads none. It implements backup.Source.
package tablebackups

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	vaulttypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/problem"
)

const (
	// attempts is how often a call is tried: whoever asks waits, and asks again.
	attempts = 1
	// pages bounds a listing. A table has a backup a day, and keeps it some weeks.
	pages = 10
)

// errMore says that a listing was not read to its end: what it tells is not known.
var errMore = errors.New("there are more backups than are looked through")

// Source asks both services.
type Source struct {
	tables *dynamodb.Client
	vaults *awsbackup.Client
	plan   string
}

// New asks with cfg. Without a plan AWS Backup is not asked at all: there is none,
// as where AWS is emulated.
func New(cfg aws.Config, plan string) *Source {
	return &Source{
		tables: dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.RetryMaxAttempts = attempts }),
		vaults: awsbackup.NewFromConfig(cfg, func(o *awsbackup.Options) { o.RetryMaxAttempts = attempts }),
		plan:   plan,
	}
}

// LastBackup implements backup.Source. A table is named by its ARN. DynamoDB's own
// backups count, and those that AWS Backup keeps in vaults, which DynamoDB does not
// list.
func (s *Source) LastBackup(ctx context.Context, table string) (time.Time, error) {
	last, err := s.ofTable(ctx, table)
	if err != nil || s.plan == "" {
		return last, failed("list backups", err)
	}
	kept, err := s.inVaults(ctx, table)
	if err != nil {
		return time.Time{}, failed("list recovery points", err)
	}
	if kept.After(last) {
		last = kept
	}
	return last, nil
}

func (s *Source) ofTable(ctx context.Context, table string) (last time.Time, err error) {
	in := &dynamodb.ListBackupsInput{TableName: name(table), BackupType: types.BackupTypeFilterAll}
	for range pages {
		out, err := s.tables.ListBackups(ctx, in)
		if err != nil {
			return time.Time{}, err
		}
		for _, b := range out.BackupSummaries {
			if made := aws.ToTime(b.BackupCreationDateTime); b.BackupStatus == types.BackupStatusAvailable && made.After(last) {
				last = made
			}
		}
		if in.ExclusiveStartBackupArn = out.LastEvaluatedBackupArn; in.ExclusiveStartBackupArn == nil {
			return last, nil
		}
	}
	return time.Time{}, errMore
}

func (s *Source) inVaults(ctx context.Context, table string) (last time.Time, err error) {
	in := &awsbackup.ListRecoveryPointsByResourceInput{ResourceArn: aws.String(table)}
	for range pages {
		out, err := s.vaults.ListRecoveryPointsByResource(ctx, in)
		if err != nil {
			return time.Time{}, err
		}
		for _, p := range out.RecoveryPoints {
			if made := aws.ToTime(p.CreationDate); p.Status == vaulttypes.RecoveryPointStatusCompleted && made.After(last) {
				last = made
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return last, nil
		}
	}
	return time.Time{}, errMore
}

// EarliestRestore implements backup.Source.
func (s *Source) EarliestRestore(ctx context.Context, table string) (time.Time, error) {
	out, err := s.tables.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: name(table)})
	if err != nil {
		return time.Time{}, failed("ask for continuous backups", err)
	}
	if out.ContinuousBackupsDescription == nil || out.ContinuousBackupsDescription.PointInTimeRecoveryDescription == nil {
		return time.Time{}, nil
	}
	described := out.ContinuousBackupsDescription.PointInTimeRecoveryDescription
	if described.PointInTimeRecoveryStatus != types.PointInTimeRecoveryStatusEnabled {
		return time.Time{}, nil
	}
	return aws.ToTime(described.EarliestRestorableDateTime), nil
}

// Schedule implements backup.Source. The first rule is the plan's only one.
func (s *Source) Schedule(ctx context.Context) (string, error) {
	if s.plan == "" {
		return "", nil
	}
	out, err := s.vaults.GetBackupPlan(ctx, &awsbackup.GetBackupPlanInput{BackupPlanId: aws.String(s.plan)})
	if err != nil {
		return "", failed("read the plan", err)
	}
	if out.BackupPlan == nil || len(out.BackupPlan.Rules) == 0 {
		return "", nil
	}
	return aws.ToString(out.BackupPlan.Rules[0].ScheduleExpression), nil
}

// name is a table's name within its ARN.
func name(arn string) *string { return aws.String(arn[strings.LastIndex(arn, "/")+1:]) }

// failed keeps what a service wrote out of the log where a right is missing.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	if missing := problem.MissingRight(doing, err); missing != nil {
		return missing
	}
	return fmt.Errorf("%s: %w", doing, err)
}
