package s3files

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

func isCode(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// partSums is named from the beginning of an upload to its end: the SDK sends a
// checksum with each part by itself, and S3 completes no upload whose parts have one
// that was not asked for, or that the completion does not repeat.
const partSums = types.ChecksumAlgorithmCrc32

// BeginUpload implements export.Files.
func (b *Bucket) BeginUpload(ctx context.Context, t tenant.ID, name, contentType string) (string, error) {
	out, err := b.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), ContentType: aws.String(contentType),
		ChecksumAlgorithm: partSums,
	})
	if err != nil {
		return "", failed(ctx, "begin upload", err)
	}
	return aws.ToString(out.UploadId), nil
}

// noUpload names the error of an upload that is gone.
func noUpload(ctx context.Context, doing string, err error) error {
	if isCode(err, "NoSuchUpload") {
		return export.ErrNoUpload
	}
	return failed(ctx, doing, err)
}

// PutPart implements export.Files.
func (b *Bucket) PutPart(ctx context.Context, t tenant.ID, name, upload string, number int, data []byte) error {
	_, err := b.s3.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), UploadId: aws.String(upload),
		PartNumber: aws.Int32(int32(number)), Body: bytes.NewReader(data), ChecksumAlgorithm: partSums,
	})
	return noUpload(ctx, "store part", err)
}

// Parts implements export.Files.
func (b *Bucket) Parts(ctx context.Context, t tenant.ID, name, upload string) (map[int]export.Part, error) {
	found := map[int]export.Part{}
	pages := s3.NewListPartsPaginator(b.s3, &s3.ListPartsInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), UploadId: aws.String(upload),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, noUpload(ctx, "list parts", err)
		}
		for _, p := range page.Parts {
			found[int(aws.ToInt32(p.PartNumber))] = export.Part{Size: aws.ToInt64(p.Size), Tag: aws.ToString(p.ETag), Sum: aws.ToString(p.ChecksumCRC32)}
		}
	}
	return found, nil
}

// FinishUpload implements export.Files.
func (b *Bucket) FinishUpload(ctx context.Context, t tenant.ID, name, upload string, parts map[int]export.Part) error {
	all := make([]types.CompletedPart, 0, len(parts))
	for number := 1; number <= len(parts); number++ {
		p := types.CompletedPart{PartNumber: aws.Int32(int32(number)), ETag: aws.String(parts[number].Tag)}
		if sum := parts[number].Sum; sum != "" {
			p.ChecksumCRC32 = aws.String(sum)
		}
		all = append(all, p)
	}
	_, err := b.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), UploadId: aws.String(upload),
		MultipartUpload: &types.CompletedMultipartUpload{Parts: all},
	})
	return noUpload(ctx, "finish upload", err)
}

// EndUploads implements export.Files.
func (b *Bucket) EndUploads(ctx context.Context, t tenant.ID, prefix string) error {
	pages := s3.NewListMultipartUploadsPaginator(b.s3, &s3.ListMultipartUploadsInput{
		Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectKey(t, prefix)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return failed(ctx, "list unfinished uploads", err)
		}
		for _, u := range page.Uploads {
			_, err := b.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: aws.String(b.name), Key: u.Key, UploadId: u.UploadId})
			if err = noUpload(ctx, "end upload", err); err != nil && !errors.Is(err, export.ErrNoUpload) {
				return err
			}
		}
	}
	return nil
}
