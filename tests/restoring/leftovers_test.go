package restoring

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/devotionalai/platform/tests/harness"
)

// TestADrillRemovesOnlyItsOwn: an operator's backups stay, whatever they are called.
func TestADrillRemovesOnlyItsOwn(t *testing.T) {
	w := newWorld(t)
	ctx, db := t.Context(), w.service.DB
	out, err := db.CreateBackup(ctx, &dynamodb.CreateBackupInput{TableName: aws.String(w.tables.Platform), BackupName: aws.String("before-drill-2026")})
	harness.Must(t, err)
	_, err = w.service.Backup(ctx, w.tables, moment)
	harness.Must(t, err)
	if n, err := w.service.Leftovers(ctx, w.tables); n != 2 || err != nil {
		t.Errorf("%d of a drill's two backups were removed (%v)", n, err)
	}
	if _, err := db.DescribeBackup(ctx, &dynamodb.DescribeBackupInput{BackupArn: out.BackupDetails.BackupArn}); err != nil {
		t.Errorf("the operator's backup: %v", err)
	}
}

// TestATableThatVanishesIsGone: somebody deletes a drill's table after it was listed.
func TestATableThatVanishesIsGone(t *testing.T) {
	w := newWorld(t)
	backups, err := w.service.Backup(t.Context(), w.tables, moment)
	harness.Must(t, err)
	_, err = w.service.FromBackups(t.Context(), w.tables, backups, moment)
	harness.Must(t, err)
	service, other := w.service, w.service.DB
	service.DB = dynamodb.NewFromConfig(w.cfg, func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, before(other)) })
	if n, err := service.Leftovers(t.Context(), w.tables); n != 4 || err != nil {
		t.Errorf("%d of two tables and two backups were removed (%v)", n, err)
	}
	if n := w.leftovers(); n != 0 {
		t.Errorf("%d tables and backups are left", n)
	}
}

// before deletes each drill's table just before it is first looked at.
func before(other *dynamodb.Client) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("vanish", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			middleware.InitializeOutput, middleware.Metadata, error,
		) {
			if look, ok := in.Parameters.(*dynamodb.DescribeTableInput); ok && strings.Contains(aws.ToString(look.TableName), "-drill-") {
				_, _ = other.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: look.TableName}) // gone already at the second look
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}
}
