package s3files

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// version is what a request says of a version; nil for the current one. An object
// from before its bucket kept versions has one too, "null", and another one may be
// the current one by now.
func version(o export.Object) *string {
	if o.Version == "" {
		return nil
	}
	return aws.String(o.Version)
}

func noVersion(err error) error { return problem.Wrap(problem.NotFound, "There is no such file.", err) }

// versionGone reports whether an error says that a version is not there. A 403 may
// say so too, to whom may not list the whole bucket.
func (b *Bucket) versionGone(ctx context.Context, t tenant.ID, o export.Object, err error) bool {
	if absent(err) || isCode(err, "NoSuchVersion", "MethodNotAllowed") { // the latter of a mark of deletion
		return true
	}
	if !denied(err) {
		return false
	}
	there := false
	listed := b.versions(ctx, t, o.Name, func(all []types.ObjectVersion, _ []types.DeleteMarkerEntry) error {
		for _, v := range all {
			there = there || aws.ToString(v.Key) == tenant.ObjectKey(t, o.Name) && (aws.ToString(v.VersionId) == o.Version || o.Version == "" && aws.ToBool(v.IsLatest))
		}
		return nil
	})
	return listed == nil && !there
}

// versions visits pages of all versions, and marks of deletion, below a prefix.
func (b *Bucket) versions(ctx context.Context, t tenant.ID, prefix string, visit func([]types.ObjectVersion, []types.DeleteMarkerEntry) error) error {
	pages := s3.NewListObjectVersionsPaginator(b.s3, &s3.ListObjectVersionsInput{
		Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectKey(t, prefix)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return failed(ctx, "list versions", err)
		}
		if err := visit(page.Versions, page.DeleteMarkers); err != nil {
			return err
		}
	}
	return nil
}

// Objects implements export.Bucket.
func (b *Bucket) Objects(ctx context.Context, t tenant.ID, prefix string, visit func([]export.Object) error) error {
	return b.versions(ctx, t, prefix, func(all []types.ObjectVersion, _ []types.DeleteMarkerEntry) error {
		var page []export.Object
		for _, v := range all {
			if aws.ToBool(v.IsLatest) {
				page = append(page, export.Object{
					Name: strings.TrimPrefix(aws.ToString(v.Key), tenant.ObjectPrefix(t)), Version: aws.ToString(v.VersionId),
					Size: aws.ToInt64(v.Size), Time: aws.ToTime(v.LastModified),
				})
			}
		}
		return visit(page)
	})
}

// OpenVersion implements export.Bucket.
func (b *Bucket) OpenVersion(ctx context.Context, t tenant.ID, o export.Object, from, count int64) (io.ReadCloser, error) {
	out, err := b.s3.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, o.Name)), VersionId: version(o),
		Range: aws.String(fmt.Sprintf("bytes=%d-%d", from, from+count-1)),
	})
	switch {
	case b.versionGone(ctx, t, o, err):
		return nil, noVersion(err)
	case isCode(err, "InvalidRange"):
		return nil, fmt.Errorf("%w: %w", export.ErrSource, err)
	case err != nil:
		return nil, failed(ctx, "read part of an object", err)
	case out.ContentRange == nil: // the whole was answered, as HTTP allows; the emulator does of a version
		return spanOf(ctx, out.Body, from, count)
	}
	return out.Body, nil
}

// span is a part of a whole that was answered.
type span struct {
	io.Reader
	io.Closer
}

func spanOf(ctx context.Context, whole io.ReadCloser, from, count int64) (io.ReadCloser, error) {
	if _, err := io.CopyN(io.Discard, whole, from); err != nil {
		_ = whole.Close()
		return nil, failed(ctx, "read part of an object", err)
	}
	return span{io.LimitReader(whole, count), whole}, nil
}

// RemoveBelow implements export.Files. In a bucket that keeps no versions it
// removes the objects.
func (b *Bucket) RemoveBelow(ctx context.Context, t tenant.ID, prefix, but string) error {
	return b.versions(ctx, t, prefix, func(all []types.ObjectVersion, marks []types.DeleteMarkerEntry) error {
		var gone []types.ObjectIdentifier
		add := func(key, id *string) {
			if but == "" || aws.ToString(key) != tenant.ObjectKey(t, but) {
				gone = append(gone, types.ObjectIdentifier{Key: key, VersionId: id})
			}
		}
		for _, v := range all {
			add(v.Key, v.VersionId)
		}
		for _, m := range marks {
			add(m.Key, m.VersionId)
		}
		return b.delete(ctx, gone)
	})
}
