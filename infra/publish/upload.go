package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/devotionalai/platform/infra/website"
)

const (
	callTimeout = time.Minute
	atOnce      = 8
	// digestKey is the metadata that holds what an object is made of. An ETag
	// would depend on how the bucket encrypts.
	digestKey = "sha256"
)

// objects is the part of S3 that publishing needs.
type objects interface {
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// bucket is where the web app lies.
type bucket struct {
	s3   objects
	name string
}

// uploaded says what an upload did.
type uploaded struct {
	written int
	index   string // version of the index that is served now
}

// upload brings the files into the bucket, what an index needs before the index.
// It removes nothing: pages that are open load the files of the index that they
// came with. What is there already, as it should be, is not written again.
func (b bucket) upload(ctx context.Context, files []website.File, say func(string)) (uploaded, error) {
	var written, done atomic.Int32
	before, index := files[:len(files)-1], files[len(files)-1]
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, f := range before {
		group.Go(func() error {
			_, wrote, err := b.put(within, f)
			if err != nil {
				return err
			}
			if wrote {
				written.Add(1)
			}
			say(fmt.Sprintf("%d of %d", done.Add(1), len(files)))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return uploaded{}, err
	}
	version, wrote, err := b.put(ctx, index)
	if wrote {
		written.Add(1)
	}
	return uploaded{written: int(written.Load()), index: version}, err
}

// put answers the version of the object, and whether it had to be written.
func (b bucket) put(ctx context.Context, f website.File) (string, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	sum := sha256.Sum256(f.Body)
	digest := hex.EncodeToString(sum[:])
	have, err := b.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(b.name), Key: aws.String(f.Path)})
	var absent *types.NotFound
	if err != nil && !errors.As(err, &absent) {
		return "", false, fmt.Errorf("look at %s: %w", f.Path, err)
	}
	if err == nil && have.Metadata[digestKey] == digest &&
		aws.ToString(have.ContentType) == f.ContentType && aws.ToString(have.CacheControl) == f.CacheControl {
		return aws.ToString(have.VersionId), false, nil
	}
	// Two who publish at once write the same bytes under a name of assets/; of
	// the index the last one wins, and its files are all there.
	out, err := b.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(f.Path), Body: bytes.NewReader(f.Body),
		ContentType: aws.String(f.ContentType), CacheControl: aws.String(f.CacheControl),
		Metadata: map[string]string{digestKey: digest},
	})
	if err != nil {
		return "", false, fmt.Errorf("upload %s: %w", f.Path, err)
	}
	return aws.ToString(out.VersionId), true, nil
}
