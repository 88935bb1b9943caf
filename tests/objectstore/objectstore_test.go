package objectstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/tests/objectstore"
)

func open(t *testing.T) (*objectstore.Store, *s3.Client) {
	t.Helper()
	store := objectstore.New(t.TempDir())
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	return store, s3.New(s3.Options{
		BaseEndpoint: aws.String(server.URL), Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), RetryMaxAttempts: 1,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported, // as every configuration that is loaded
	})
}

func read(t *testing.T, client *s3.Client, in *s3.GetObjectInput) []byte {
	t.Helper()
	in.Bucket = aws.String("media")
	out, err := client.GetObject(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(out.Body)
	if err != nil || out.Body.Close() != nil {
		t.Fatal(err)
	}
	return data
}

func TestSyntheticObjectsAreReadInAnyRange(t *testing.T) {
	store, client := open(t)
	version := store.Add("tenants/t/a", 3<<20+77, map[string]string{"Crc32": "1"})
	whole := read(t, client, &s3.GetObjectInput{Key: aws.String("tenants/t/a")})
	if len(whole) != 3<<20+77 || bytes.Equal(whole[:1<<20], whole[1<<20:2<<20]) {
		t.Fatalf("it is %d bytes", len(whole))
	}
	for _, from := range []int{0, 1, 15, 16, 1<<20 - 3, 1 << 20, 1<<20 + 9, 3 << 20} {
		to := min(from+1<<20, len(whole))
		part := read(t, client, &s3.GetObjectInput{Key: aws.String("tenants/t/a"), VersionId: &version, Range: aws.String(fmt.Sprintf("bytes=%d-%d", from, to-1))})
		if !bytes.Equal(part, whole[from:to]) {
			t.Errorf("from %d on it is something else", from)
		}
	}
	out, err := client.HeadObject(context.Background(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: aws.String("tenants/t/a")})
	if err != nil || out.Metadata["crc32"] != "1" || *out.ContentLength != int64(len(whole)) || *out.VersionId != version {
		t.Errorf("it is told as %+v, %v", out, err)
	}
	_, err = client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String("media"), Key: aws.String("other")})
	var missing *types.NoSuchKey
	if !errors.As(err, &missing) {
		t.Errorf("what is not there: %v", err)
	}
	if c := store.Counts(); c.Calls["GetObject"] != 10 || c.Read < int64(len(whole)) {
		t.Errorf("counted %+v", c)
	}
}

func TestUploadsArePutTogether(t *testing.T) {
	store, client := open(t)
	ctx, bucket, key := context.Background(), aws.String("media"), aws.String("tenants/t/exports/1.zip")
	begun, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32})
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	var parts []types.CompletedPart
	for n := int32(1); n <= 3; n++ {
		data := make([]byte, 5<<20+int(n)*1000)
		data[n*4097], data[len(data)-1] = byte(n), 9
		want = append(want, data...)
		out, err := client.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: &n, Body: bytes.NewReader(data)})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{ETag: out.ETag, PartNumber: aws.Int32(n), ChecksumCRC32: out.ChecksumCRC32})
	}
	listed, err := client.ListParts(ctx, &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: begun.UploadId, MaxParts: aws.Int32(2)})
	if err != nil || len(listed.Parts) != 2 || !*listed.IsTruncated || *listed.Parts[1].Size != 5<<20+2000 || aws.ToString(listed.Parts[1].ChecksumCRC32) != *parts[1].ChecksumCRC32 {
		t.Errorf("parts are listed as %+v, %v", listed, err)
	}
	complete := &s3.CompleteMultipartUploadInput{Bucket: bucket, Key: key, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}}
	without := *complete
	without.MultipartUpload = &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{ETag: parts[0].ETag, PartNumber: aws.Int32(1)}}}
	if _, err := client.CompleteMultipartUpload(ctx, &without); code(err) != "InvalidPart" {
		t.Errorf("completed without checksums: %v", err)
	}
	if _, err := client.CompleteMultipartUpload(ctx, complete); err != nil {
		t.Fatal(err)
	}
	if got := read(t, client, &s3.GetObjectInput{Key: key}); !bytes.Equal(got, want) {
		t.Errorf("%d bytes came together, want %d", len(got), len(want))
	}
	if _, err := client.CompleteMultipartUpload(ctx, complete); err == nil || store.Unfinished() != 0 {
		t.Errorf("completed twice: %v, %d unfinished", err, store.Unfinished())
	}
	if _, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("copy"), CopySource: aws.String("media/" + *key)}); err != nil {
		t.Fatal(err)
	}
	part := read(t, client, &s3.GetObjectInput{Key: aws.String("copy"), Range: aws.String("bytes=5000000-11000000")})
	if !bytes.Equal(part, want[5000000:11000001]) {
		t.Error("the copy's middle, over three parts, is something else")
	}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// The SDK sends a checksum with each part, also of an upload that was begun without.
func TestPartsHaveTheChecksumsThatWereNamed(t *testing.T) {
	_, client := open(t)
	ctx, bucket, key := context.Background(), aws.String("media"), aws.String("a")
	for _, named := range []types.ChecksumAlgorithm{"", types.ChecksumAlgorithmSha256} {
		begun, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ChecksumAlgorithm: named})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("x")})
		if code(err) != "InvalidRequest" {
			t.Errorf("a part with a CRC-32, of an upload with %q: %v", named, err)
		}
	}
}

func TestVersionsAndListsArePaged(t *testing.T) {
	store, client := open(t)
	ctx, bucket := context.Background(), aws.String("media")
	for i := range 2500 {
		store.Add(fmt.Sprintf("tenants/t/%04d", i), 1, nil)
	}
	store.Add("tenants/u/1", 1, nil)
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("tenants/t/0001"), Body: strings.NewReader("hello")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String("tenants/t/0002")}); err != nil {
		t.Fatal(err)
	}
	objects, versions, markers := 0, 0, 0
	for p := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: aws.String("tenants/t/")}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		objects += len(page.Contents)
	}
	for p := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: bucket, Prefix: aws.String("tenants/t/")}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		versions, markers = versions+len(page.Versions), markers+len(page.DeleteMarkers)
	}
	if objects != 2499 || versions != 2501 || markers != 1 {
		t.Errorf("%d objects, %d versions, %d markers", objects, versions, markers)
	}
	if got := read(t, client, &s3.GetObjectInput{Key: aws.String("tenants/t/0001")}); string(got) != "hello" {
		t.Errorf("the newest version is %q", got)
	}
	store.Refuse(func(call string) bool { return call == "HeadObject" })
	if _, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("tenants/t/0001")}); err == nil {
		t.Error("what is refused is answered")
	}
}
