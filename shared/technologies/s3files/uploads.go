package s3files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
)

// Form implements upload.Files. The form is good for its one key only; posted
// again, it stores over what it stored before.
func (b *Bucket) Form(ctx context.Context, t tenant.ID, name, contentType string, most int64, life time.Duration) (upload.Form, error) {
	out, err := b.signer.PresignPostObject(ctx, &s3.PutObjectInput{Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name))},
		func(o *s3.PresignPostOptions) {
			o.Expires = life
			o.Conditions = []any{[]any{"content-length-range", 1, most}, []any{"eq", "$Content-Type", contentType}}
		})
	if err != nil {
		return upload.Form{}, failed(ctx, "sign form", err)
	}
	out.Values["Content-Type"] = contentType // the policy demands it, so that it is of the form
	return upload.Form{URL: out.URL, Fields: out.Values, ExpiresAt: time.Now().Add(life)}, nil
}

// Find implements upload.Files. It lists, for the reason that Size gives.
func (b *Bucket) Find(ctx context.Context, t tenant.ID, name string) (upload.Object, bool, error) {
	out, err := b.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectKey(t, name)), MaxKeys: aws.Int32(1),
	})
	if err != nil {
		return upload.Object{}, false, failed(ctx, "look up object", err)
	}
	if len(out.Contents) == 0 || aws.ToString(out.Contents[0].Key) != tenant.ObjectKey(t, name) {
		return upload.Object{}, false, nil
	}
	return upload.Object{Size: aws.ToInt64(out.Contents[0].Size), ETag: aws.ToString(out.Contents[0].ETag)}, true, nil
}

// Read implements upload.Files.
func (b *Bucket) Read(ctx context.Context, t tenant.ID, name string, o upload.Object, offset, length int64) ([]byte, error) {
	out, err := b.s3.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), IfMatch: aws.String(o.ETag),
		Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)),
	})
	if replaced(err) || b.movedOn(ctx, t, name, o, err) {
		return nil, upload.ErrReplaced
	}
	if err != nil {
		return nil, failed(ctx, "read object", err)
	}
	defer func() { _ = out.Body.Close() }()
	data, err := io.ReadAll(out.Body)
	return data, failed(ctx, "read object", err)
}

// Fetch implements upload.Files.
func (b *Bucket) Fetch(ctx context.Context, t tenant.ID, name string, o upload.Object, path string) error {
	out, err := b.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), IfMatch: aws.String(o.ETag)})
	if replaced(err) || b.movedOn(ctx, t, name, o, err) {
		return upload.ErrReplaced
	}
	if err != nil {
		return failed(ctx, "fetch object", err)
	}
	defer func() { _ = out.Body.Close() }()
	f, err := os.Create(path)
	if err != nil {
		return failed(ctx, "create file", err)
	}
	_, err = io.Copy(f, out.Body)
	return failed(ctx, "fetch object", errors.Join(err, f.Close()))
}

// PutNew implements upload.Files.
func (b *Bucket) PutNew(ctx context.Context, t tenant.ID, name, path, contentType string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open object: %w", err)
	}
	defer func() { _ = f.Close() }()
	sums, err := summed(f)
	if err != nil {
		return err
	}
	_, err = b.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), Body: f, ContentType: aws.String(contentType), Metadata: sums,
		IfNoneMatch: aws.String("*"),
	})
	if replaced(err) {
		return upload.ErrReplaced
	}
	return failed(ctx, "keep object", err)
}

// CopyNew implements upload.Files. What the sender said of the object (its type,
// metadata and tags) stays behind; the copy gets its checksums.
func (b *Bucket) CopyNew(ctx context.Context, t tenant.ID, name string, o upload.Object, to, contentType string) error {
	sums, err := b.summedOf(ctx, t, name, o)
	if err != nil {
		return err
	}
	_, err = b.s3.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, to)), CopySource: aws.String(b.name + "/" + tenant.ObjectKey(t, name)),
		CopySourceIfMatch: aws.String(o.ETag), IfNoneMatch: aws.String("*"),
		MetadataDirective: types.MetadataDirectiveReplace, ContentType: aws.String(contentType), Metadata: sums,
	})
	if replaced(err) || b.movedOn(ctx, t, name, o, err) {
		return upload.ErrReplaced
	}
	return failed(ctx, "keep object", err)
}

// movedOn reports whether what was denied is no more the object o, which S3 may
// answer with a 403. One that is still there was denied for want of a right.
func (b *Bucket) movedOn(ctx context.Context, t tenant.ID, name string, o upload.Object, err error) bool {
	if !denied(err) {
		return false
	}
	now, there, listed := b.Find(ctx, t, name)
	return listed == nil && (!there || now.ETag != o.ETag)
}

// replaced reports whether an object is gone or is another one now.
func replaced(err error) bool {
	var answered *smithyhttp.ResponseError
	if !errors.As(err, &answered) {
		return false
	}
	switch answered.HTTPStatusCode() {
	case http.StatusPreconditionFailed, http.StatusNotFound, http.StatusConflict, http.StatusRequestedRangeNotSatisfiable:
		return true
	}
	return false
}
