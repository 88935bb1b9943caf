package exporting_test

import (
	"bytes"
	"io"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/domains/export"
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

// What was stored before the bucket kept versions is read as it was listed, also
// when something newer has its name.
func TestAnObjectFromBeforeVersionsIsReadAsListed(t *testing.T) {
	land := newLand(t)
	w := newWorld(t, land)
	bucket := s3files.New(w.AWS, w.ledger)
	put := func(content string) {
		harness.Must(t, bucket.PutBytes(w.ctx(), w.who.Tenant, "a", []byte(content), "text/plain"))
	}
	put("from before")
	var found []export.Object
	harness.Must(t, bucket.Objects(w.ctx(), w.who.Tenant, "", func(page []export.Object) error {
		found = append(found, page...)
		return nil
	}))
	_, err := w.s3().PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(w.ledger), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	harness.Must(t, err)
	put("of later on")
	if len(found) != 1 {
		t.Fatalf("found %+v", found)
	}
	r, err := bucket.OpenVersion(w.ctx(), w.who.Tenant, found[0], 0, found[0].Size)
	harness.Must(t, err)
	content, err := io.ReadAll(r)
	if err != nil || r.Close() != nil || string(content) != "from before" {
		t.Errorf("it reads %q, %v", content, err)
	}
}
