package contract

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/backup"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// drilled signs in the owner of an account whose tables were backed up, and restored
// to try it.
func (s *stage) drilled(t *testing.T) string {
	t.Helper()
	client := dynamodb.NewFromConfig(s.aws)
	for _, table := range []string{"Data.Outputs.PlatformTable", "Data.Outputs.DirectoryTable"} {
		out, err := client.CreateBackup(t.Context(), &dynamodb.CreateBackupInput{TableName: aws.String(s.outputs[table]), BackupName: aws.String("sample")})
		if err != nil {
			t.Fatalf("back up: %v", err)
		}
		t.Cleanup(func() { s.dropBackup(t, client, out.BackupDetails.BackupArn) })
	}
	if err := dynamo.NewDrills(s.store()).RecordDrill(t.Context(), backup.Drill{At: time.Now(), Result: backup.Held}); err != nil {
		t.Fatalf("record a drill: %v", err)
	}
	return s.grant(t, "careful@example.com").Access
}

// dropBackup runs when the test's context has ended.
func (s *stage) dropBackup(t *testing.T, client *dynamodb.Client, arn *string) {
	if _, err := client.DeleteBackup(context.Background(), &dynamodb.DeleteBackupInput{BackupArn: arn}); err != nil {
		t.Errorf("drop backup: %v", err)
	}
}
