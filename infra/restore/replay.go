package restore

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// Erasures replays those that the locked bucket knows of. Files are not restored
// with the tables, so that none of them are looked for.
func Erasures(cfg aws.Config, ledger string) Replay {
	locked := s3files.NewErasures(cfg, ledger)
	return func(ctx context.Context, tables Pair) (int64, error) {
		items := dynamo.NewErasable(dynamo.NewClient(cfg, tables.Platform, tables.Directory))
		done, err := erasure.Replay(ctx, locked, erasure.Eraser{Items: items}, nil)
		return done.Erased.Counts().Items, err
	}
}

// Drills records them in the directory in use.
func Drills(cfg aws.Config, directory string) Record {
	drills := dynamo.NewDrills(dynamo.NewClient(cfg, "", directory))
	return drills.RecordDrill
}
