package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/infra/restore"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// errUnreplayed says that somebody was erased whom the restored tables hold.
var errUnreplayed = errors.New("the locked bucket names erased accounts, and nothing replays them yet")

// replay erases again who was erased, by the locked bucket. As long as nothing does,
// it refuses where there is somebody.
func replay(cfg aws.Config, stack restore.Stack) restore.Replay {
	files := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil || cfg.BaseEndpoint != nil })
	return func(ctx context.Context, _ restore.Pair) (int64, error) {
		out, err := files.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
			Bucket: aws.String(stack.Ledger), Prefix: aws.String(tenant.ErasuresFolder), MaxKeys: aws.Int32(1),
		})
		switch {
		case err != nil:
			return 0, fmt.Errorf("look for erasures: %w", err)
		case len(out.Contents) > 0:
			return 0, errUnreplayed
		}
		return 0, nil
	}
}
