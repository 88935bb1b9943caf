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
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// segmentSuffix follows a segment's number in its name.
const segmentSuffix = ".jsonl"

// Segments keeps the archived ledger in a locked bucket, whose default retention
// holds every object. It implements metering.SegmentStore.
type Segments struct{ *Bucket }

// NewSegments connects to the locked bucket.
func NewSegments(cfg aws.Config, name string) *Segments { return &Segments{New(cfg, name)} }

func segmentFile(number int) string { return fmt.Sprintf("%08d%s", number, segmentSuffix) }

func segmentName(p metering.Period, number int) string { return string(p) + "/" + segmentFile(number) }

// PutSegment implements metering.SegmentStore.
func (s *Segments) PutSegment(ctx context.Context, t tenant.ID, p metering.Period, number int, data []byte) error {
	_, err := s.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(s.name), Key: aws.String(key(t, segmentName(p, number))), Body: bytes.NewReader(data),
		ContentType: aws.String("application/jsonl"), IfNoneMatch: aws.String("*"),
	})
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

// GetSegment implements metering.SegmentStore.
func (s *Segments) GetSegment(ctx context.Context, t tenant.ID, p metering.Period, number int) ([]byte, error) {
	return s.GetBytes(ctx, t, segmentName(p, number))
}

// ListSegments implements metering.SegmentStore.
func (s *Segments) ListSegments(ctx context.Context, t tenant.ID) (map[metering.Period][]int, error) {
	found := map[metering.Period][]int{}
	err := s.list(ctx, t, "", func(name string, _ int64) {
		month, file, _ := strings.Cut(name, "/")
		number, err := strconv.Atoi(strings.TrimSuffix(file, segmentSuffix))
		// What nobody can have archived under such a name is no segment.
		if p, ok := metering.ParsePeriod(month); ok && err == nil && number > 0 && file == segmentFile(number) {
			found[p] = append(found[p], number)
		}
	})
	return found, err
}
