package s3files

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Versions implements erasure.Objects.
func (b *Bucket) Versions(ctx context.Context, t tenant.ID) ([]erasure.Version, error) {
	out, err := b.s3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectPrefix(t))})
	if err != nil {
		return nil, failed(ctx, "list versions", err)
	}
	var all []erasure.Version
	for _, v := range out.Versions {
		all = append(all, erasure.Version{Name: aws.ToString(v.Key), ID: aws.ToString(v.VersionId), Size: aws.ToInt64(v.Size)})
	}
	for _, m := range out.DeleteMarkers {
		all = append(all, erasure.Version{Name: aws.ToString(m.Key), ID: aws.ToString(m.VersionId)})
	}
	return all, nil
}

// RemoveVersions implements erasure.Objects. A bucket without versions calls the only
// one "null".
func (b *Bucket) RemoveVersions(ctx context.Context, _ tenant.ID, all []erasure.Version) error {
	for part := range slices.Chunk(all, deletePage) {
		objects := make([]types.ObjectIdentifier, len(part))
		for i, v := range part {
			objects[i] = types.ObjectIdentifier{Key: aws.String(v.Name), VersionId: aws.String(v.ID)}
		}
		if err := b.delete(ctx, objects); err != nil {
			return err
		}
	}
	return nil
}

// Unfinished implements erasure.Objects.
func (b *Bucket) Unfinished(ctx context.Context, t tenant.ID) ([]erasure.Unfinished, error) {
	out, err := b.s3.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectPrefix(t))})
	if err != nil {
		return nil, failed(ctx, "list unfinished uploads", err)
	}
	var all []erasure.Unfinished
	for _, u := range out.Uploads {
		all = append(all, erasure.Unfinished{Name: aws.ToString(u.Key), ID: aws.ToString(u.UploadId)})
	}
	return all, nil
}

// Abort implements erasure.Objects.
func (b *Bucket) Abort(ctx context.Context, _ tenant.ID, u erasure.Unfinished) error {
	_, err := b.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket: aws.String(b.name), Key: aws.String(u.Name), UploadId: aws.String(u.ID),
	})
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "NoSuchUpload" {
		return nil
	}
	return failed(ctx, "abort upload", err)
}

// RemoveForGood implements storage.Files. An upload that was not completed raises no
// event, so that it is looked for when something else came.
func (b *Bucket) RemoveForGood(ctx context.Context, t tenant.ID, name string) error {
	key, found := tenant.ObjectKey(t, name), false
	err := b.versions(ctx, t, name, func(all []types.ObjectVersion, marks []types.DeleteMarkerEntry) error {
		var gone []types.ObjectIdentifier
		for _, v := range all {
			gone = append(gone, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range marks {
			gone = append(gone, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		// Others whose names begin alike raise events of their own.
		gone = slices.DeleteFunc(gone, func(o types.ObjectIdentifier) bool { return aws.ToString(o.Key) != key })
		found = found || len(gone) > 0
		return b.delete(ctx, gone)
	})
	if err != nil || !found {
		return err
	}
	for {
		unfinished, err := b.Unfinished(ctx, t)
		if err != nil || len(unfinished) == 0 {
			return err
		}
		for _, u := range unfinished {
			if err := b.Abort(ctx, t, u); err != nil {
				return err
			}
		}
	}
}
