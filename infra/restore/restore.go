// Package restore brings backups of the product's two tables back into new tables,
// makes those what the old ones were, and holds what is in them against what was
// backed up. It changes nothing of the tables in use.
package restore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Pair is one of each table: of the tables, or of what is made of them.
type Pair struct{ Platform, Directory string }

func (p Pair) list() []string { return []string{p.Platform, p.Directory} }

// each makes a pair of what do answers for each of p.
func (p Pair) each(do func(string) (string, error)) (made Pair, err error) {
	if made.Platform, err = do(p.Platform); err != nil {
		return made, err
	}
	made.Directory, err = do(p.Directory)
	return made, err
}

// Service is DynamoDB, as an operator reaches it.
type Service struct {
	DB  *dynamodb.Client
	Say func(string) // how far something is
}

// What names end in, before a time: of all that a drill makes, so that the next one
// finds what a killed one has left, and of what is restored to stay.
const (
	mark  = "-drill-"
	stays = "-restored-"
)

// Backup makes a backup of both tables, and answers their ARNs.
func (s Service) Backup(ctx context.Context, tables Pair, at time.Time) (Pair, error) {
	return tables.each(func(table string) (string, error) {
		out, err := s.DB.CreateBackup(ctx, &dynamodb.CreateBackupInput{TableName: aws.String(table), BackupName: aws.String(named(table, mark, at))})
		if err != nil {
			return "", fmt.Errorf("back up %s: %w", table, err)
		}
		arn := out.BackupDetails.BackupArn
		return aws.ToString(arn), s.until(ctx, "the backup of "+table, func() (bool, error) {
			now, err := s.DB.DescribeBackup(ctx, &dynamodb.DescribeBackupInput{BackupArn: arn})
			if err != nil {
				return false, fmt.Errorf("look at the backup of %s: %w", table, err)
			}
			return now.BackupDescription.BackupDetails.BackupStatus == types.BackupStatusAvailable, nil
		})
	})
}

// named makes the name of what is made of a table. It has 255 characters at most,
// as AWS has it.
func named(table, mark string, at time.Time) string {
	return base(table) + mark + at.UTC().Format(stamp)
}

// base leaves room for the rest of a name.
func base(table string) string { return table[:min(len(table), 255-len(stays)-len(stamp))] }

const stamp = "20060102-150405"

// FromBackups restores both backups into new tables, named after the old ones, and
// answers when both can be read. It has begun both before it waits for one.
func (s Service) FromBackups(ctx context.Context, tables, backups Pair, at time.Time) (Pair, error) {
	arns := map[string]string{tables.Platform: backups.Platform, tables.Directory: backups.Directory}
	return s.restored(ctx, tables, mark, at, func(table string, target *string) error {
		_, err := s.DB.RestoreTableFromBackup(ctx, &dynamodb.RestoreTableFromBackupInput{
			BackupArn: aws.String(arns[table]), TargetTableName: target, BillingModeOverride: types.BillingModePayPerRequest,
		})
		return err
	})
}

// AsOf restores both tables as they were at a moment, to be used.
func (s Service) AsOf(ctx context.Context, tables Pair, moment, at time.Time) (Pair, error) {
	return s.restored(ctx, tables, stays, at, func(table string, target *string) error {
		_, err := s.DB.RestoreTableToPointInTime(ctx, &dynamodb.RestoreTableToPointInTimeInput{
			SourceTableName: aws.String(table), TargetTableName: target, RestoreDateTime: aws.Time(moment),
			BillingModeOverride: types.BillingModePayPerRequest,
		})
		return err
	})
}

func (s Service) restored(ctx context.Context, tables Pair, mark string, at time.Time, begin func(table string, target *string) error) (Pair, error) {
	made, err := tables.each(func(table string) (string, error) {
		target := named(table, mark, at)
		if err := begin(table, &target); err != nil {
			return "", fmt.Errorf("restore %s: %w", table, err)
		}
		return target, nil
	})
	if err != nil {
		return made, err
	}
	for _, table := range made.list() {
		if err := s.ready(ctx, table); err != nil {
			return made, err
		}
	}
	return made, nil
}

// ready waits until a table and all its indexes can be used.
func (s Service) ready(ctx context.Context, table string) error {
	return s.until(ctx, table, func() (bool, error) {
		out, err := s.DB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		if err != nil {
			return false, fmt.Errorf("look at %s: %w", table, err)
		}
		for _, index := range out.Table.GlobalSecondaryIndexes {
			if index.IndexStatus != types.IndexStatusActive {
				return false, nil
			}
		}
		return out.Table.TableStatus == types.TableStatusActive, nil
	})
}

// until asks again and again, less and less often. AWS takes from minutes to hours
// to restore a table.
func (s Service) until(ctx context.Context, what string, done func() (bool, error)) error {
	for wait := 100 * time.Millisecond; ; wait = min(wait*2, 15*time.Second) {
		if ok, err := done(); ok || err != nil {
			return err
		}
		s.Say("waiting for " + what)
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		case <-time.After(wait):
		}
	}
}

// Leftovers removes what drills of these tables have made and not removed: tables
// and backups. It answers how many there were. Whoever drills is alone: another
// one's drill would lose its tables.
func (s Service) Leftovers(ctx context.Context, tables Pair) (removed int, err error) {
	pages := dynamodb.NewListTablesPaginator(s.DB, &dynamodb.ListTablesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return removed, fmt.Errorf("list tables: %w", err)
		}
		for _, name := range page.TableNames {
			if !ofDrill(tables, name) {
				continue
			}
			if err := s.drop(ctx, name); err != nil {
				return removed, err
			}
			removed++
		}
	}
	for _, table := range tables.list() {
		n, err := s.dropBackups(ctx, table)
		if removed += n; err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// ofDrill reports whether a drill of one of the tables made what has this name.
func ofDrill(tables Pair, name string) bool {
	return slices.ContainsFunc(tables.list(), func(table string) bool { return strings.HasPrefix(name, base(table)+mark) })
}

// drop deletes a table that a drill made; one that is being restored still can be
// deleted when that has ended.
func (s Service) drop(ctx context.Context, table string) error {
	var gone *types.ResourceNotFoundException
	if err := s.ready(ctx, table); errors.As(err, &gone) {
		return nil // since it was listed
	} else if err != nil {
		return err
	}
	_, err := s.DB.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(table)})
	if err != nil && !errors.As(err, &gone) {
		return fmt.Errorf("delete %s: %w", table, err)
	}
	return s.until(ctx, "the end of "+table, func() (bool, error) {
		_, err := s.DB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		if errors.As(err, &gone) {
			return true, nil
		}
		return false, err
	})
}

// dropBackups deletes the backups that drills made of a table, and no other: an
// operator's own may be called anything.
func (s Service) dropBackups(ctx context.Context, table string) (removed int, err error) {
	in := &dynamodb.ListBackupsInput{TableName: aws.String(table), BackupType: types.BackupTypeFilterUser}
	for {
		page, err := s.DB.ListBackups(ctx, in)
		if err != nil {
			return removed, fmt.Errorf("list the backups of %s: %w", table, err)
		}
		for _, b := range page.BackupSummaries {
			if !strings.HasPrefix(aws.ToString(b.BackupName), base(table)+mark) {
				continue
			}
			_, err := s.DB.DeleteBackup(ctx, &dynamodb.DeleteBackupInput{BackupArn: b.BackupArn})
			var gone *types.BackupNotFoundException
			if err != nil && !errors.As(err, &gone) {
				return removed, fmt.Errorf("delete a backup of %s: %w", table, err)
			}
			removed++
		}
		if in.ExclusiveStartBackupArn = page.LastEvaluatedBackupArn; in.ExclusiveStartBackupArn == nil {
			return removed, nil
		}
	}
}
