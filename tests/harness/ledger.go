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
	ctx := context.Background()
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: aws.String(bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Errorf("list versions: %v", err)
			return
		}
		remove := func(key, version *string) {
			_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{
				Bucket: aws.String(bucket), Key: key, VersionId: version, BypassGovernanceRetention: aws.Bool(true),
			})
			if err != nil {
				t.Errorf("empty the locked bucket: %v", err)
			}
		}
		for _, v := range page.Versions {
			remove(v.Key, v.VersionId)
		}
		for _, m := range page.DeleteMarkers {
			remove(m.Key, m.VersionId)
		}
	}
	if _, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Errorf("drop the locked bucket: %v", err)
	}
}
