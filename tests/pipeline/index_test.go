package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// opened says in which shard of the index an item of the tenant stands.
func (w *world) opened(sort string) string {
	w.t.Helper()
	out, err := dynamodb.NewFromConfig(w.tables.AWS).GetItem(w.t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(w.tables.Platform), ConsistentRead: aws.Bool(true), Key: w.keyOf(sort),
	})
	harness.Must(w.t, err)
	s, _ := out.Item["open"].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

func (w *world) keyOf(sort string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "T#" + string(w.id)}, "sk": &types.AttributeValueMemberS{Value: sort},
	}
}

// bare puts an item where everything of its kind stood before there were shards.
func (w *world) bare(sort string, kind openwork.Kind) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.tables.AWS).UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.tables.Platform), Key: w.keyOf(sort),
		UpdateExpression:         aws.String("SET #open = :kind, #due = if_not_exists(#due, :due)"),
		ExpressionAttributeNames: map[string]string{"#open": "open", "#due": "due_at"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":kind": &types.AttributeValueMemberS{Value: string(kind)},
			":due":  &types.AttributeValueMemberN{Value: fmt.Sprint(w.clock.Now().UnixMilli())},
		},
	})
	harness.Must(w.t, err)
}

// TestOpenWorkIsReadOldestFirstFromEveryShard: previews of one tenant, more than
// a page of every shard holds, some of them from before there were shards.
func TestOpenWorkIsReadOldestFirstFromEveryShard(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	const many = 700
	start := w.clock.Now()
	due := map[string]time.Time{}
	shards := map[string]int{}
	for n := range many {
		// Admitted in another order than they are due.
		i := render.Image{ID: tenant.NewID(), Aspect: render.Square, Object: "x", Period: metering.PeriodOf(start), CreatedAt: start}
		i.DueAt = start.Add(time.Duration(n*257%many) * time.Second)
		row := metering.Reserve(i.Period, i.ID, 1, metering.Amounts{}, start)
		harness.Must(t, p.images.AdmitImage(w.ctx(), w.id, i, metering.Admission{Tenant: tenant.Tenant{ID: w.id, Plan: tenant.Free}, Row: row}))
		if n%7 == 0 {
			w.bare("IMAGE#"+i.ID, openwork.Image)
		} else {
			shards[w.opened("IMAGE#"+i.ID)]++
		}
		due[i.ID] = i.DueAt
	}
	want := slices.SortedFunc(maps.Keys(due), func(a, b string) int { return due[a].Compare(due[b]) })
	if len(shards) < 4 {
		t.Errorf("one tenant's previews stand in %v", shards)
	}
	w.clock.Forward(time.Hour)
	sweep := tenant.WithSweep(t.Context())
	var got []string
	pages := 0
	for cursor := ""; ; {
		page, next, err := p.sweeper.Index.Overdue(sweep, openwork.Image, w.clock.Now(), cursor)
		harness.Must(t, err)
		for _, e := range page {
			got = append(got, e.ID)
		}
		if pages++; len(page) == 0 || len(page) > 9*50 {
			t.Fatalf("a page of %d", len(page))
		}
		if cursor = next; next == "" {
			break
		}
	}
	if pages < 2 || !slices.Equal(got, want) {
		t.Errorf("%d entries in %d pages, or not the longest overdue first; want %d", len(got), pages, len(want))
	}
	_, _, err := p.sweeper.Index.Overdue(sweep, openwork.Image, w.clock.Now(), "no cursor")
	harness.WantCode(t, err, problem.InvalidCursor)
}

// TestWhatWasOpenBeforeThereWereShardsIsSeenTo goes through an upgrade: every
// kind of item stands under its bare kind, and nothing stays open.
func TestWhatWasOpenBeforeThereWereShardsIsSeenTo(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	lost := w.render(p, w.newProject(p, psalm).ID)
	w.bare("JOB#"+lost.ID, openwork.Render)
	ended := w.render(p, w.newProject(p, psalm).ID)
	_, err := p.settler.Cancel(w.ctx(), w.id, ended.ID)
	harness.Must(t, err)
	if at := w.opened("JOB#" + ended.ID); !strings.HasPrefix(at, "LEFTOVERS#") {
		t.Fatalf("a canceled job stands in %q", at)
	}
	w.bare("JOB#"+ended.ID, openwork.Leftovers)
	w.bare("TENANT", openwork.Reconcile)

	reconciling := dynamo.NewReconciliation(p.store)
	sweep := tenant.WithSweep(t.Context())
	if n, err := reconciling.Unfinished(sweep); err != nil || n != 1 {
		t.Errorf("%d jobs unfinished: %v", n, err)
	}
	w.flow.set(lost.Run(w.id).Execution(), workflow.Absent)
	w.clock.Forward(time.Hour)
	report := w.sweep(p)
	if report.Done[openwork.Render] != 1 || report.Done[openwork.Leftovers] != 1 || report.Failed != 0 {
		t.Errorf("%+v", report)
	}
	if w.opened("JOB#"+ended.ID) != "" {
		t.Error("leftovers that were looked for stay open")
	}
	due, _, err := reconciling.Due(sweep, w.clock.Now(), "")
	harness.Must(t, err)
	if !slices.Equal(due, []tenant.ID{w.id}) {
		t.Errorf("due: %v", due)
	}
	harness.Must(t, reconciling.Postpone(w.ctx(), w.id, w.clock.Now().Add(time.Hour)))
	if at := w.opened("TENANT"); !strings.HasPrefix(at, "RECONCILE#") {
		t.Errorf("a tenant that was reconciled stands in %q", at)
	}

	// Unfinished jobs are counted wherever they stand.
	w.render(p, w.newProject(p, psalm).ID)
	w.render(p, w.newProject(p, psalm).ID)
	if n, err := reconciling.Unfinished(sweep); err != nil || n != 3 {
		t.Errorf("%d jobs unfinished: %v", n, err)
	}
}
