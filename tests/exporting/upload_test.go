package exporting_test

import (
	"bytes"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/objectstore"
)

// S3 completes an upload only with the checksums that its parts were sent with. The
// emulator does not mind; this store does.
func TestAnUploadNamesTheChecksumsOfItsParts(t *testing.T) {
	store := objectstore.New(t.TempDir())
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	bucket := s3files.New(aws.Config{
		BaseEndpoint: aws.String(server.URL), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported, // as every configuration that is loaded
	}, "media")
	id := tenant.ID(tenant.NewID())
	ctx := tenant.WithTenant(t.Context(), id)
	upload, err := bucket.BeginUpload(ctx, id, "archive.zip", "application/zip")
	harness.Must(t, err)
	harness.Must(t, bucket.PutPart(ctx, id, "archive.zip", upload, 1, bytes.Repeat([]byte{1}, part)))
	harness.Must(t, bucket.PutPart(ctx, id, "archive.zip", upload, 2, []byte("end")))
	parts, err := bucket.Parts(ctx, id, "archive.zip", upload)
	harness.Must(t, err)
	harness.Must(t, bucket.FinishUpload(ctx, id, "archive.zip", upload, parts))
	if size, there, err := bucket.Size(ctx, id, "archive.zip"); err != nil || !there || size != part+3 {
		t.Errorf("it has %d bytes, %v %v", size, there, err)
	}
}
