package s3files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
)

// Metadata that every object is written with: what shows that it is whole, so that
// an export need not read it to know.
const (
	metaCRC32  = "crc32"  // IEEE, 8 hexadecimal digits
	metaSHA256 = "sha256" // hex
)

// summing computes both checksums of what is written to it.
type summing struct {
	crc hash.Hash32
	sha hash.Hash
	n   int64
}

func newSumming() *summing { return &summing{crc: crc32.NewIEEE(), sha: sha256.New()} }

// Write implements io.Writer.
func (s *summing) Write(p []byte) (int, error) {
	_, _ = s.crc.Write(p)
	_, _ = s.sha.Write(p)
	s.n += int64(len(p))
	return len(p), nil
}

func (s *summing) metadata() map[string]string {
	return map[string]string{metaCRC32: fmt.Sprintf("%08x", s.crc.Sum32()), metaSHA256: hex.EncodeToString(s.sha.Sum(nil))}
}

// summed are the checksums of what a reader holds, which is read and taken back to
// where it was.
func summed(body io.ReadSeeker) (map[string]string, error) {
	s := newSumming()
	if _, err := io.Copy(s, body); err != nil {
		return nil, fmt.Errorf("sum up object: %w", err)
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("sum up object: %w", err)
	}
	return s.metadata(), nil
}

// summedOf reads an object as it was found, for its checksums. Errors:
// upload.ErrReplaced.
func (b *Bucket) summedOf(ctx context.Context, t tenant.ID, name string, o upload.Object) (map[string]string, error) {
	out, err := b.s3.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, name)), IfMatch: aws.String(o.ETag),
	})
	if replaced(err) || b.movedOn(ctx, t, name, o, err) {
		return nil, upload.ErrReplaced
	}
	if err != nil {
		return nil, failed(ctx, "read object", err)
	}
	defer func() { _ = out.Body.Close() }()
	s := newSumming()
	if _, err := io.Copy(s, out.Body); err != nil {
		return nil, failed(ctx, "read object", err)
	}
	return s.metadata(), nil
}

// Sums implements export.Bucket.
func (b *Bucket) Sums(ctx context.Context, t tenant.ID, o export.Object) (export.Sums, bool, error) {
	out, err := b.s3.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(tenant.ObjectKey(t, o.Name)), VersionId: version(o),
	})
	if b.versionGone(ctx, t, o, err) {
		return export.Sums{}, false, noVersion(err)
	}
	if err != nil {
		return export.Sums{}, false, failed(ctx, "look up checksums", err)
	}
	crc, err := strconv.ParseUint(out.Metadata[metaCRC32], 16, 32)
	sha := out.Metadata[metaSHA256]
	return export.Sums{CRC32: uint32(crc), SHA256: sha}, err == nil && len(sha) == hex.EncodedLen(sha256.Size), nil
}
