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

// balancesName is among a month's segments, whose names are numbers.
func balancesName(p metering.Period, digest string) string {
	return string(p) + "/balances-" + digest + segmentSuffix
}

// PutBalances implements metering.LockedStore. What is there under the name and is
// not what the name says is written over: its old version stays.
func (s *Segments) PutBalances(ctx context.Context, t tenant.ID, p metering.Period, digest string, data []byte) error {
	name := balancesName(p, digest)
	err := s.putNew(ctx, t, name, data)
	if !errors.Is(err, metering.ErrSegmentExists) {
		return err
	}
	if there, err := s.GetBytes(ctx, t, name); err != nil || bytes.Equal(there, data) {
		return err
	}
	_, err = s.s3.PutObject(ctx, s.object(t, name, data))
	return failed(ctx, "store balances", err)
}

// GetBalances implements metering.LockedStore.
func (s *Segments) GetBalances(ctx context.Context, t tenant.ID, p metering.Period, digest string) ([]byte, error) {
	return s.GetBytes(ctx, t, balancesName(p, digest))
}
