package stack

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/infra/local/artifacts"
)

// prune removes what earlier deployments left in the artifacts bucket: every
// build of all functions is a hundred megabytes.
func (s *Stack) prune(ctx context.Context, p artifacts.Package) error {
	pages := s3.NewListObjectsV2Paginator(s.s3, &s3.ListObjectsV2Input{Bucket: aws.String(Bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list artifacts: %w", err)
		}
		for _, o := range page.Contents {
			if slices.ContainsFunc(p.Files, func(f artifacts.File) bool { return f.Key == aws.ToString(o.Key) }) {
				continue
			}
			if _, err := s.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(Bucket), Key: o.Key}); err != nil {
				return fmt.Errorf("remove old artifact: %w", err)
			}
		}
	}
	return nil
}
