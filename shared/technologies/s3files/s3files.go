// Package s3files keeps tenants' objects in one bucket, each tenant's below a
// prefix of its own. It implements render.Files.
package s3files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// linkFor is how long a link reads its object.
const linkFor = 15 * time.Minute

// deletePage is how many objects one call deletes; S3 allows 1,000.
const deletePage = 500

// Bucket is the bucket that holds every tenant's objects.
type Bucket struct {
	s3     *s3.Client
	signer *s3.PresignClient
	name   string
}

// New connects to a bucket. An endpoint of its own (local runs) is addressed by
// path, because its host name has no bucket names below it.
func New(cfg aws.Config, name string) *Bucket {
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil || cfg.BaseEndpoint != nil })
	return &Bucket{s3: client, signer: s3.NewPresignClient(client), name: name}
}

// PutFile implements render.Files.
func (b *Bucket) PutFile(ctx context.Context, t tenant.ID, name, path, contentType string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open object: %w", err)
	}
	defer func() { _ = f.Close() }()
	return b.put(ctx, tenant.ObjectKey(t, name), f, contentType)
}

// PutBytes implements render.Files.
func (b *Bucket) PutBytes(ctx context.Context, t tenant.ID, name string, data []byte, contentType string) error {
	return b.put(ctx, tenant.ObjectKey(t, name), bytes.NewReader(data), contentType)
}

func (b *Bucket) put(ctx context.Context, key string, body io.ReadSeeker, contentType string) error {
	sums, err := summed(body)
	if err != nil {
		return err
	}
	_, err = b.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(key), Body: body, ContentType: aws.String(contentType), Metadata: sums,
	})
	return failed(ctx, "store object", err)
}

// GetFile implements render.Files.
func (b *Bucket) GetFile(ctx context.Context, t tenant.ID, name, path string) error {
	body, err := b.open(ctx, t, name, nil)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	f, err := os.Create(path)
	if err != nil {
		return failed(ctx, "create file", err)
	}
	if _, err := io.Copy(f, body); err != nil {
		_ = f.Close()
		return failed(ctx, "fetch object", err)
	}
	return failed(ctx, "write file", f.Close())
}

// GetBytes implements render.Files.
func (b *Bucket) GetBytes(ctx context.Context, t tenant.ID, name string) ([]byte, error) {
	body, err := b.open(ctx, t, name, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(body)
	return data, failed(ctx, "fetch object", err)
}

// Range implements publish.Files.
func (b *Bucket) Range(ctx context.Context, t tenant.ID, name string, from, count int64) ([]byte, error) {
	body, err := b.open(ctx, t, name, aws.String(fmt.Sprintf("bytes=%d-%d", from, from+count-1)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	data := make([]byte, count)
	if _, err := io.ReadFull(body, data); err != nil {
		return nil, failed(ctx, "fetch part of an object", err)
	}
	return data, nil
}

// open reads an object, or a span of it.
func (b *Bucket) open(ctx context.Context, t tenant.ID, name string, span *string) (io.ReadCloser, error) {
	out, err := b.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), Range: span})
	gone := absent(err)
	if denied(err) {
		_, there, listed := b.Find(ctx, t, name)
		gone = listed == nil && !there
	}
	if gone {
		return nil, problem.Wrap(problem.NotFound, "There is no such file.", err)
	}
	if err != nil {
		return nil, failed(ctx, "fetch object", err)
	}
	return out.Body, nil
}

// Size implements render.Files. It lists instead of asking for the head: S3
// answers 403 to the head of an absent object unless the caller may list the
// whole bucket.
func (b *Bucket) Size(ctx context.Context, t tenant.ID, name string) (int64, bool, error) {
	out, err := b.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectKey(t, name)), MaxKeys: aws.Int32(1),
	})
	if err != nil {
		return 0, false, failed(ctx, "look up object", err)
	}
	// Of all names with this beginning, the name itself comes first.
	if len(out.Contents) == 0 || aws.ToString(out.Contents[0].Key) != tenant.ObjectKey(t, name) {
		return 0, false, nil
	}
	return aws.ToInt64(out.Contents[0].Size), true, nil
}

// Remove implements render.Files.
func (b *Bucket) Remove(ctx context.Context, t tenant.ID, names ...string) error {
	var objects []types.ObjectIdentifier
	for _, name := range names {
		objects = append(objects, types.ObjectIdentifier{Key: aws.String(tenant.ObjectKey(t, name))})
	}
	return b.delete(ctx, objects)
}

// RemoveAll implements render.Files.
func (b *Bucket) RemoveAll(ctx context.Context, t tenant.ID, prefix string) error {
	pages := s3.NewListObjectsV2Paginator(b.s3, &s3.ListObjectsV2Input{
		Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectKey(t, prefix)), MaxKeys: aws.Int32(deletePage),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return failed(ctx, "list objects", err)
		}
		var objects []types.ObjectIdentifier
		for _, o := range page.Contents {
			objects = append(objects, types.ObjectIdentifier{Key: o.Key})
		}
		if err := b.delete(ctx, objects); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bucket) delete(ctx context.Context, objects []types.ObjectIdentifier) error {
	if len(objects) == 0 {
		return nil
	}
	out, err := b.s3.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: aws.String(b.name), Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return failed(ctx, "delete objects", err)
	}
	if len(out.Errors) > 0 {
		return refused(out.Errors)
	}
	return nil
}

// refused tells why S3 left objects in place, in an answer that is a success. One
// that a right is missing for comes before those that may do better next time.
func refused(all []types.Error) error {
	worst := aws.ToString(all[0].Code)
	for _, one := range all {
		if code := aws.ToString(one.Code); problem.NoRight(code) {
			worst = code
			break
		}
	}
	cause := &smithy.OperationError{
		ServiceID: s3.ServiceID, OperationName: "DeleteObjects",
		Err: &smithy.GenericAPIError{Code: worst, Message: fmt.Sprintf("%d objects were left", len(all))},
	}
	if err := problem.MissingRight("delete objects", cause); err != nil {
		return err
	}
	return problem.Wrap(problem.Unavailable, "The file store does not answer right now. Try again in a moment.", fmt.Errorf("delete objects: %w", cause))
}

// Link implements render.Files.
func (b *Bucket) Link(ctx context.Context, t tenant.ID, name string) (string, error) {
	return b.link(ctx, &s3.GetObjectInput{Key: aws.String(tenant.ObjectKey(t, name))})
}

// SaveLink implements render.Files.
func (b *Bucket) SaveLink(ctx context.Context, t tenant.ID, name, filename string) (string, error) {
	as := mime.FormatMediaType("attachment", map[string]string{"filename": filename})
	return b.link(ctx, &s3.GetObjectInput{Key: aws.String(tenant.ObjectKey(t, name)), ResponseContentDisposition: aws.String(as)})
}

func (b *Bucket) link(ctx context.Context, in *s3.GetObjectInput) (string, error) {
	in.Bucket = aws.String(b.name)
	out, err := b.signer.PresignGetObject(ctx, in, s3.WithPresignExpires(linkFor))
	if err != nil {
		return "", failed(ctx, "sign link", err)
	}
	return out.URL, nil
}

// denied reports a 403. It does not say which of two: a right is missing, or the
// object is. S3 tells a caller who may not list the whole bucket nothing of what
// is absent, and our functions may list below tenants/ only. Whoever gets one
// lists the name to know.
func denied(err error) bool { return problem.MissingRight("", err) != nil }

func absent(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "NoSuchKey", "NotFound":
		return true
	}
	return false
}

// failed names what went wrong: a full disk, an end of time, a missing right, an
// outage, or a defect.
func failed(ctx context.Context, doing string, err error) error {
	var api smithy.APIError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return problem.Wrap(problem.StorageFull, "The renderer ran out of disk space.", fmt.Errorf("%s: %w", doing, err))
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	case denied(err):
		return problem.MissingRight(doing, err)
	case errors.As(err, &api) && api.ErrorFault() == smithy.FaultClient && api.ErrorCode() != "SlowDown":
		return fmt.Errorf("%s: %w", doing, err)
	}
	return problem.Wrap(problem.Unavailable, "The file store does not answer right now. Try again in a moment.", fmt.Errorf("%s: %w", doing, err))
}
