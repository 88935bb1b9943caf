// Package quota proves that admission is exact in both directions: ten times as
// many callers as there is room for, whose calls fail, time out and die before
// and after their effect, are admitted up to the limit and no further, nobody is
// refused who had room, and ledger, counters and the archive say the same.
package quota

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	limit   = 5          // of every metric, in shown units
	callers = 10 * limit // in a contest
	month   = metering.Period("2099-11")
)

// now is in the far future: the store forgets expired claims by the real clock,
// and must not do so in the middle of a test.
var now = time.Date(2099, 11, 12, 9, 0, 0, 0, time.UTC)

// stage is what contests share: tables, and a count of what happened on them.
type stage struct {
	tables  *harness.Store
	segment string // the locked bucket

	callers, admitted, struck, repeated, jobs atomic.Int64
}

func newStage(t *testing.T, db harness.Database) *stage {
	t.Helper()
	tables := db.Tables(t)
	return &stage{tables: tables, segment: harness.LedgerBucket(t, tables.Emulator)}
}

// world is one tenant of a stage, with so much of everything.
type world struct {
	*stage
	t     *testing.T
	id    tenant.ID
	slots metering.Slots
}

func (s *stage) tenant(t *testing.T, slots metering.Slots) *world {
	t.Helper()
	w := &world{stage: s, t: t, id: tenant.ID(tenant.NewID()), slots: slots}
	_, err := dynamodb.NewFromConfig(s.tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(s.tables.Platform),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(w.id)}, "sk": &types.AttributeValueMemberS{Value: "TENANT"},
			"plan": &types.AttributeValueMemberS{Value: string(tenant.Free)}, "status": &types.AttributeValueMemberS{Value: string(tenant.Active)},
		},
	})
	harness.Must(t, err)
	return w
}

func (w *world) ctx() context.Context {
	return tenant.WithTenant(tenant.Doing(w.t.Context(), tenant.Render), w.id)
}

// process is what one process has over its own connection.
type process struct {
	intake   metering.Intake
	images   *dynamo.Images
	admits   *dynamo.Admissions
	meters   *dynamo.Metering
	state    *dynamo.Reconciliation
	segments *s3files.Segments
	archiver metering.Archiver
}

// process makes one with planted faults; nil plants none.
func (w *world) process(faults *calls.Faults) process {
	cfg := w.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	store := dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory)
	base := metering.Base{ImagesCount: limit, TTSSeconds: limit, RenderMinutes: limit, StorageMB: limit, UploadsCount: limit}
	p := process{
		images: dynamo.NewImages(store), admits: dynamo.NewAdmissions(store), meters: dynamo.NewMetering(store),
		state: dynamo.NewReconciliation(store), segments: s3files.NewSegments(cfg, w.segment),
		intake: metering.NewIntake(store, metering.NewQuotas(base), w.slots, "http://app.test", func() time.Time { return now }),
	}
	p.archiver = archive.New(metering.Book(), dynamo.NewArchive(store), p.segments, func(_ context.Context, err error) {
		if faults == nil && !errors.Is(err, context.Canceled) {
			w.t.Errorf("archive: %v", err)
		}
	})
	return p
}
