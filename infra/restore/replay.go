package restore

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// Erasures replays those that the locked bucket knows of, and marks there who was
// erased. Files are not restored with the tables, so that none of them are looked for.
func Erasures(cfg aws.Config, ledger string) Replay {
	return replay(cfg, s3files.NewErasures(cfg, ledger))
}

// Rehearsed is Erasures of a drill, which writes nothing to the locked bucket: what it
// writes there nobody could take back.
func Rehearsed(cfg aws.Config, ledger string) Replay {
	return replay(cfg, unmarking{s3files.NewErasures(cfg, ledger)})
}

// unmarking marks nobody.
type unmarking struct{ erasure.Locked }

// Mark implements erasure.Locked.
func (unmarking) Mark(context.Context, tenant.ID) error { return nil }

func replay(cfg aws.Config, locked erasure.Locked) Replay {
	return func(ctx context.Context, tables Pair) (int64, error) {
		items := dynamo.NewErasable(dynamo.NewClient(cfg, tables.Platform, tables.Directory))
		done, err := erasure.Replay(ctx, locked, erasure.Eraser{Items: items}, nil)
		return done.Erased.Counts().Items, err
	}
}

// never is later than any erasure is due.
const never = 200 * 365 * 24 * time.Hour

// TakeBack takes back, in restored tables, every account's erasure that waited when
// they were as they are now. Its owner may have taken it back since, and the tables
// cannot know; the next sweep would erase the account for good. It answers whose they
// are: an owner who still wants it asks again.
func TakeBack(ctx context.Context, cfg aws.Config, tables Pair, now time.Time) ([]tenant.ID, error) {
	client := dynamo.NewClient(cfg, tables.Platform, tables.Directory)
	index, book := dynamo.NewOpenWork(client), dynamo.NewErasures(client)
	var found []openwork.Entry
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := index.Overdue(tenant.WithSweep(ctx), openwork.Erasure, now.Add(never), cursor)
		if err != nil {
			return nil, fmt.Errorf("look for erasures that wait: %w", err)
		}
		found, cursor = append(found, page...), next
	}
	var back []tenant.ID
	for _, one := range found {
		own := tenant.WithTenant(ctx, one.Tenant)
		e, err := book.Erasure(own, one.Tenant, one.ID)
		if err != nil {
			return back, err
		}
		if e.Subject != erasure.Account || e.Status != erasure.Waiting {
			continue // what has begun cannot be taken back
		}
		// Its time may have come; in the tables as they were, it had not.
		act := audit.New(now, audit.ErasureCanceled, audit.Operator, "", e.ID)
		if err := book.Cancel(own, one.Tenant, e, e.EffectiveAt.Add(-time.Microsecond), act); err != nil {
			return back, err
		}
		back = append(back, one.Tenant)
	}
	return back, nil
}

// Drills records them in the directory in use.
func Drills(cfg aws.Config, directory string) Record {
	drills := dynamo.NewDrills(dynamo.NewClient(cfg, "", directory))
	return drills.RecordDrill
}
