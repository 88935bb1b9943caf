package s3files

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Sizes implements metering.ObjectSizes.
func (b *Bucket) Sizes(ctx context.Context, t tenant.ID) (map[string]int64, error) {
	sizes := map[string]int64{}
	for _, prefix := range []string{tenant.ImageFolder, tenant.JobFolder, tenant.UploadFolder} {
		err := b.list(ctx, t, prefix, func(name string, o types.Object) {
			if subject, counted := metering.StoredSubject(name); counted {
				sizes[subject] += aws.ToInt64(o.Size)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return sizes, nil
}

// list visits every object of a tenant whose name has a prefix.
func (b *Bucket) list(ctx context.Context, t tenant.ID, prefix string, visit func(name string, o types.Object)) error {
	pages := s3.NewListObjectsV2Paginator(b.s3, &s3.ListObjectsV2Input{Bucket: aws.String(b.name), Prefix: aws.String(tenant.ObjectKey(t, prefix))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return failed(ctx, "list objects", err)
		}
		for _, o := range page.Contents {
			visit(strings.TrimPrefix(aws.ToString(o.Key), tenant.ObjectPrefix(t)), o)
		}
	}
	return nil
}
