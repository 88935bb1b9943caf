package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
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

// shards counts where the tenant's items of a kind stand in the index.
func (w *world) shards(kind string) map[string]int {
	w.t.Helper()
	pages := dynamodb.NewQueryPaginator(dynamodb.NewFromConfig(w.tables.AWS), &dynamodb.QueryInput{
		TableName: aws.String(w.tables.Platform), KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :sk)"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": w.keyOf(kind)["pk"], ":sk": w.keyOf(kind)["sk"]},
	})
	counts := map[string]int{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		harness.Must(w.t, err)
		for _, it := range page.Items {
			if s, open := it["open"].(*types.AttributeValueMemberS); open {
				counts[s.Value]++
			}
		}
	}
	return counts
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

// TestOpenWorkIsReadOldestFirstFromEveryShard: notices of one tenant, more than a
// page of every shard holds, some of them from before there were shards.
func TestOpenWorkIsReadOldestFirstFromEveryShard(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	const many = 560
	start, notices := w.clock.Now(), dynamo.NewNotices(p.store)
	due := make(map[string]time.Time, many)
	var writers sync.WaitGroup
	free := make(chan struct{}, 8)
	for n := range many {
		name := notice.Name{Period: metering.PeriodOf(start), Metric: metering.ImagesCount, Mark: notice.Mark(n)}
		at := start.Add(time.Duration(n*257%many) * time.Second) // written in another order than they are due
		due[fmt.Sprintf("%s#%s#%d", name.Period, name.Metric, n)] = at
		free <- struct{}{}
		writers.Go(func() {
			defer func() { <-free }()
			if _, mine, err := notices.Begin(w.ctx(), w.id, name, start, start, at); err != nil || !mine {
				t.Errorf("begin a notice: %v %v", mine, err)
			}
		})
	}
	writers.Wait()
	if shards := w.shards("NOTICE#"); len(shards) != 8 || shards["NOTICE"] != 0 {
		t.Errorf("one tenant's notices stand in %v", shards)
	}
	for n := 0; n < many; n += 7 {
		w.bare(fmt.Sprintf("NOTICE#%s#%s#%d", metering.PeriodOf(start), metering.ImagesCount, n), openwork.Notice)
	}
	want := slices.SortedFunc(maps.Keys(due), func(a, b string) int { return due[a].Compare(due[b]) })
	w.clock.Forward(time.Hour)
	sweep := tenant.WithSweep(t.Context())
	var got []string
	pages := 0
	for cursor := ""; ; {
		page, next, err := p.sweeper.Index.Overdue(sweep, openwork.Notice, w.clock.Now(), cursor)
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
	_, _, err := p.sweeper.Index.Overdue(sweep, openwork.Notice, w.clock.Now(), "no cursor")
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
