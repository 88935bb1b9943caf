package harness

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// LedgerBucket makes a locked bucket for this test alone, in the mode of an
// installation that is not production. It is gone when the test ends: its owner
// may go round the retention, which the tenant role may not.
func LedgerBucket(t testing.TB, e *Emulator) string {
	t.Helper()
	name := "ledger-" + strings.ToLower(tenant.NewID())
	client := s3.NewFromConfig(e.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(name), ObjectLockEnabledForBucket: aws.Bool(true)})
	if err == nil {
		_, err = client.PutObjectLockConfiguration(t.Context(), &s3.PutObjectLockConfigurationInput{
			Bucket: aws.String(name),
			ObjectLockConfiguration: &types.ObjectLockConfiguration{
				ObjectLockEnabled: types.ObjectLockEnabledEnabled,
				Rule:              &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Mode: types.ObjectLockRetentionModeGovernance, Days: aws.Int32(1)}},
			},
		})
	}
	if err != nil {
		t.Fatalf("create the locked bucket: %v", err)
	}
	t.Cleanup(func() { dropLocked(t, client, name) })
	return name
}

func dropLocked(t testing.TB, client *s3.Client, bucket string) {
	emptied := eachVersion(client, bucket, func(key, version *string) error {
		_, err := client.DeleteObject(context.Background(), &s3.DeleteObjectInput{
			Bucket: aws.String(bucket), Key: key, VersionId: version, BypassGovernanceRetention: aws.Bool(true),
		})
		return err
	})
	if emptied != nil {
		t.Errorf("empty the locked bucket: %v", emptied)
	}
	if _, err := client.DeleteBucket(context.Background(), &s3.DeleteBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Errorf("drop the locked bucket: %v", err)
	}
}
