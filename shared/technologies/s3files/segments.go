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

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// segmentSuffix follows a segment's number in its name.
const segmentSuffix = ".jsonl"

// Segments keeps the archived ledger in a locked bucket, whose default retention
// holds every object. It implements metering.LockedStore.
type Segments struct{ *Bucket }

// NewSegments connects to the locked bucket.
func NewSegments(cfg aws.Config, name string) *Segments { return &Segments{New(cfg, name)} }

func segmentFile(number int) string { return fmt.Sprintf("%08d%s", number, segmentSuffix) }

func segmentName(p metering.Period, number int) string { return string(p) + "/" + segmentFile(number) }

// PutSegment implements metering.SegmentStore.
func (s *Segments) PutSegment(ctx context.Context, t tenant.ID, p metering.Period, number int, data []byte) error {
	return s.putNew(ctx, t, segmentName(p, number), data)
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
			return metering.ErrSegmentExists
		case "ConditionalRequestConflict": // somebody else is writing it
			return metering.ErrChanged
		}
	}
	return failed(ctx, "store segment", err)
}

func (s *Segments) object(t tenant.ID, name string, data []byte) *s3.PutObjectInput {
	return &s3.PutObjectInput{
		Bucket: aws.String(s.name), Key: aws.String(tenant.ObjectKey(t, name)), Body: bytes.NewReader(data), ContentType: aws.String("application/jsonl"),
	}
}

// GetSegment implements metering.SegmentStore.
func (s *Segments) GetSegment(ctx context.Context, t tenant.ID, p metering.Period, number int) ([]byte, error) {
	return s.GetBytes(ctx, t, segmentName(p, number))
}

// ListSegments implements metering.LockedStore. A segment's tag is its ETag.
func (s *Segments) ListSegments(ctx context.Context, t tenant.ID) (map[metering.Period][]metering.Listed, error) {
	found := map[metering.Period][]metering.Listed{}
	err := s.list(ctx, t, "", func(name string, o types.Object) {
		month, file, _ := strings.Cut(name, "/")
		number, err := strconv.Atoi(strings.TrimSuffix(file, segmentSuffix))
		// What nobody can have archived under such a name is no segment.
		if p, ok := metering.ParsePeriod(month); ok && err == nil && number > 0 && file == segmentFile(number) {
			found[p] = append(found[p], metering.Listed{Number: number, Tag: aws.ToString(o.ETag)})
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
		if !errors.Is(err, metering.ErrSegmentExists) {
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
		if err != nil || metering.Digest(data) == digest {
			return data, err
		}
	}
}
