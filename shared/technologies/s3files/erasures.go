package s3files

import (
	"bytes"
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Erasures keeps who was erased, in the locked bucket, outside of every tenant's
// prefix: none is left that it would be below. It implements erasure.Locked
// and storage.Traces.
type Erasures struct{ *Bucket }

// NewErasures connects to that part of the locked bucket.
func NewErasures(cfg aws.Config, name string) *Erasures { return &Erasures{New(cfg, name)} }

// Put implements erasure.Locked.
func (e *Erasures) Put(ctx context.Context, month, erasureID string, data []byte) ([]byte, error) {
	ctx = tenant.WithNobody(ctx)
	key := tenant.ErasuresFolder + month + "/" + erasureID + ".json"
	first, err := e.once(ctx, key, data)
	switch {
	case err != nil:
		return nil, err
	case first:
		return data, nil
	}
	return e.read(ctx, key)
}

// once writes an object unless there is one; first is false then.
func (e *Erasures) once(ctx context.Context, key string, data []byte) (first bool, err error) {
	_, err = e.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(e.name), Key: aws.String(key), Body: bytes.NewReader(data), ContentType: aws.String("application/json"), IfNoneMatch: aws.String("*"),
	})
	switch {
	case err == nil:
		return true, nil
	case isCode(err, "PreconditionFailed"):
		return false, nil
	case isCode(err, "ConditionalRequestConflict"):
		return false, problem.Wrap(problem.Unavailable, "The certificate is being written right now. Try again in a moment.", err)
	}
	return false, failed(ctx, "store certificate", err)
}

// Mark implements erasure.Locked. The name says all.
func (e *Erasures) Mark(ctx context.Context, id tenant.ID) error {
	_, err := e.once(tenant.WithNobody(ctx), tenant.ErasedFolder+string(id), []byte("{}"))
	return err
}

// Erased implements storage.Traces. It lists: who may not list is told of what is not
// there that it is forbidden, and who may only list sees nothing else.
func (e *Erasures) Erased(ctx context.Context, id tenant.ID) (bool, error) {
	ctx = tenant.WithNobody(ctx)
	key := tenant.ErasedFolder + string(id)
	out, err := e.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(e.name), Prefix: aws.String(key), MaxKeys: aws.Int32(1)})
	if err != nil {
		return false, failed(ctx, "look for an erasure", err)
	}
	return len(out.Contents) > 0 && aws.ToString(out.Contents[0].Key) == key, nil
}

func (e *Erasures) read(ctx context.Context, key string) ([]byte, error) {
	out, err := e.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(e.name), Key: aws.String(key)})
	if err != nil {
		return nil, failed(ctx, "read certificate", err)
	}
	defer func() { _ = out.Body.Close() }()
	data, err := io.ReadAll(out.Body)
	return data, failed(ctx, "read certificate", err)
}

// Each implements erasure.Locked.
func (e *Erasures) Each(ctx context.Context, visit func(data []byte) error) error {
	own := tenant.WithNobody(ctx)
	pages := s3.NewListObjectsV2Paginator(e.s3, &s3.ListObjectsV2Input{Bucket: aws.String(e.name), Prefix: aws.String(tenant.ErasuresFolder)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(own)
		if err != nil {
			return failed(own, "list certificates", err)
		}
		for _, o := range page.Contents {
			data, err := e.read(own, aws.ToString(o.Key))
			if err == nil {
				err = visit(data)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
