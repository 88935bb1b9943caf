package s3files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// segmentSuffix follows a segment's number in its name.
const segmentSuffix = ".jsonl"

// Segments keeps a book's segments in a locked bucket, whose default retention
// holds every object. It implements archive.ListedSegments, and metering.LockedStore.
type Segments struct {
	*Bucket
	folder string // of the book, below its tenant's prefix
}

// NewSegments connects to the ledger's part of the locked bucket. Its months lie
// beside the folders of other books.
func NewSegments(cfg aws.Config, name string) *Segments { return &Segments{New(cfg, name), ""} }

// NewAuditSegments connects to that of the record of acts.
func NewAuditSegments(cfg aws.Config, name string) *Segments {
	return &Segments{New(cfg, name), tenant.AuditFolder}
}

func segmentFile(number int) string { return fmt.Sprintf("%08d%s", number, segmentSuffix) }

func (s *Segments) segmentName(m archive.Month, number int) string {
	return s.folder + string(m) + "/" + segmentFile(number)
}

// PutSegment implements archive.Segments.
func (s *Segments) PutSegment(ctx context.Context, t tenant.ID, m archive.Month, number int, data []byte) error {
	return s.putNew(ctx, t, s.segmentName(m, number), data)
}

// putNew writes an object that does not exist. Errors: ErrSegmentExists, ErrChanged.
func (s *Segments) putNew(ctx context.Context, t tenant.ID, name string, data []byte) error {
	in := s.object(t, name, data)
	in.IfNoneMatch = aws.String("*")
	_, err := s.s3.PutObject(ctx, in)
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "PreconditionFailed":
			return archive.ErrSegmentExists
		case "ConditionalRequestConflict": // somebody else is writing it
			return archive.ErrChanged
		}
	}
	return failed(ctx, "store segment", err)
}

func (s *Segments) object(t tenant.ID, name string, data []byte) *s3.PutObjectInput {
	sums := newSumming()
	_, _ = sums.Write(data)
	return &s3.PutObjectInput{
		Bucket: aws.String(s.name), Key: aws.String(tenant.ObjectKey(t, name)), Body: bytes.NewReader(data), ContentType: aws.String("application/jsonl"),
		Metadata: sums.metadata(),
	}
}

// GetSegment implements archive.Segments.
func (s *Segments) GetSegment(ctx context.Context, t tenant.ID, m archive.Month, number int) ([]byte, error) {
	return s.GetBytes(ctx, t, s.segmentName(m, number))
}

// ListSegments implements archive.ListedSegments. A segment's tag is its ETag.
func (s *Segments) ListSegments(ctx context.Context, t tenant.ID) (map[archive.Month][]archive.Listed, error) {
	found := map[archive.Month][]archive.Listed{}
	err := s.list(ctx, t, s.folder, func(name string, o types.Object) {
		month, file, _ := strings.Cut(strings.TrimPrefix(name, s.folder), "/")
		number, err := strconv.Atoi(strings.TrimSuffix(file, segmentSuffix))
		// What nobody can have archived under such a name is no segment.
		if m, ok := archive.ParseMonth(month); ok && err == nil && number > 0 && file == segmentFile(number) {
			found[m] = append(found[m], archive.Listed{Number: number, Tag: aws.ToString(o.ETag)})
		}
	})
	return found, err
}

// balancesName is among a month's segments, whose names are numbers. The try is
// in it from the second on.
func balancesName(p metering.Period, digest string, try int) string {
	name := string(p) + "/balances-" + digest
	if try > 1 {
		name += "-" + strconv.Itoa(try)
	}
	return name + segmentSuffix
}

// PutBalances implements metering.LockedStore. The bucket takes no name a second
// time, so what is not what its name says stays, and the next name is used.
func (s *Segments) PutBalances(ctx context.Context, t tenant.ID, p metering.Period, digest string, data []byte) error {
	for try := 1; ; try++ {
		name := balancesName(p, digest, try)
		err := s.putNew(ctx, t, name, data)
		if !errors.Is(err, archive.ErrSegmentExists) {
			return err
		}
		if there, err := s.GetBytes(ctx, t, name); err != nil || bytes.Equal(there, data) {
			return err
		}
	}
}

// GetBalances implements metering.LockedStore. What is not what its name says is
// passed over, as PutBalances does.
func (s *Segments) GetBalances(ctx context.Context, t tenant.ID, p metering.Period, digest string) ([]byte, error) {
	for try := 1; ; try++ {
		data, err := s.GetBytes(ctx, t, balancesName(p, digest, try))
		if err != nil || archive.Digest(data) == digest {
			return data, err
		}
	}
}
