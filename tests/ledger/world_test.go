// Package ledger proves on the emulator that every row of the ledger reaches the
// locked segments once, whatever fails, and that reconciling names what differs
// and nothing else.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// month is far ahead, so that it is not closed unless a test says what time it is.
const month = metering.Period("2099-11")

// world is one tenant on tables and buckets that several share.
type world struct {
	t      *testing.T
	tables *harness.Store
	ledger string // the locked bucket
	db     *dynamodb.Client
	s3     *s3.Client
	id     tenant.ID
	warned *harness.Warnings
}

func newWorld(t *testing.T) *world {
	t.Helper()
	tables := harness.Tables(t)
	ledger := harness.LedgerBucket(t, tables.Emulator)
	w := &world{
		t: t, tables: tables, ledger: ledger, db: dynamodb.NewFromConfig(tables.AWS),
		s3: s3.NewFromConfig(writtenOnce(tables.AWS, ledger), func(o *s3.Options) { o.UsePathStyle = true }),
	}
	return w.another(t)
}

// another is the world of a new tenant on the same tables.
func (w *world) another(t *testing.T) *world {
	t.Helper()
	other := *w
	other.t, other.id, other.warned = t, tenant.ID(tenant.NewID()), &harness.Warnings{}
	other.put("TENANT", item{"plan": text("free"), "status": text("active"), "open": text("RECONCILE"), "due_at": number(1)})
	return &other
}

// process makes what one function's process has; faults may be nil.
type process struct {
	archiver   metering.Archiver
	reconciler metering.Reconciler
	segments   *s3files.Segments
}

func (w *world) process(faults *calls.Faults) process {
	cfg := writtenOnce(w.tables.AWS, w.ledger)
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	table, segments := dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory), s3files.NewSegments(cfg, w.ledger)
	archiver := archive.New(metering.Book(), dynamo.NewArchive(table), segments, w.warned.Add)
	return process{archiver, metering.Reconciler{
		Store: dynamo.NewReconciliation(table), Segments: segments, Objects: s3files.New(cfg, w.tables.Bucket),
		Archiver: archiver, Now: time.Now, Warn: w.warned.Add, Again: 20 * time.Millisecond,
	}, segments}
}

func (w *world) ctx() context.Context { return tenant.WithTenant(w.t.Context(), w.id) }

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func amounts(a metering.Amounts) types.AttributeValue {
	m := item{}
	for metric, n := range a {
		m[string(metric)] = number(n)
	}
	return &types.AttributeValueMemberM{Value: m}
}

func (w *world) key(sort string) item { return item{"pk": text("T#" + string(w.id)), "sk": text(sort)} }

func (w *world) put(sort string, attributes item) {
	w.t.Helper()
	it := w.key(sort)
	maps.Copy(it, attributes)
	_, err := w.db.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.tables.Platform), Item: it})
	harness.Must(w.t, err)
}

// write adds a row to the ledger as the product does: in one transaction with
// its month's counter and, for storage, the level.
func (w *world) write(r metering.Row) {
	w.t.Helper()
	harness.Must(w.t, w.tryWrite(w.t.Context(), r))
}

func (w *world) tryWrite(ctx context.Context, r metering.Row) error {
	row := w.key(sortKey(r.ID()))
	row["taken"], row["reserved"], row["at"] = amounts(r.Taken), amounts(r.Reserved), number(r.At.UnixMilli())
	actions := []types.TransactWriteItem{
		{Put: &types.Put{TableName: aws.String(w.tables.Platform), Item: row, ConditionExpression: aws.String("attribute_not_exists(pk)")}},
		w.count("USAGE#"+string(r.Period), r, func(metering.Metric) bool { return true }),
	}
	if r.Taken[storage] != 0 || r.Reserved[storage] != 0 {
		actions = append(actions, w.count("USAGE#level", r, func(m metering.Metric) bool { return m == storage }))
	}
	for {
		_, err := w.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		var canceled *types.TransactionCanceledException
		if err == nil || !errors.As(err, &canceled) || aws.ToString(canceled.CancellationReasons[0].Code) != "TransactionConflict" {
			return err
		}
	}
}

const storage = metering.Metric("storage_mb")

func (w *world) count(sort string, r metering.Row, counts func(metering.Metric) bool) types.TransactWriteItem {
	names, values, adds := map[string]string{}, item{}, ""
	add := func(suffix string, a metering.Amounts) {
		for m, n := range a {
			if !counts(m) {
				continue
			}
			id := fmt.Sprintf("n%d", len(names))
			names["#"+id], values[":"+id] = string(m)+suffix, number(n)
			if adds != "" {
				adds += ", "
			}
			adds += "#" + id + " :" + id
		}
	}
	add("_taken", r.Taken)
	add("_reserved", r.Reserved)
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(w.tables.Platform), Key: w.key(sort), UpdateExpression: aws.String("ADD " + adds),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

func sortKey(r metering.RowID) string {
	return fmt.Sprintf("LEDGER#%s#%s#%d", r.Period, r.Subject, r.Number)
}

// preview is what a picture leaves behind: its reservation and its settlement.
func preview(bytes int64) []metering.Row { return previewIn(month, bytes) }

func previewIn(p metering.Period, bytes int64) []metering.Row {
	subject, at := tenant.NewID(), time.Now().UTC().Truncate(time.Millisecond)
	held := metering.Amounts{metering.ImagesCount: 1, storage: 2_000_000}
	used := metering.Amounts{storage: bytes - 2_000_000}
	return []metering.Row{
		{Period: p, Subject: subject, Number: 1, Taken: held, Reserved: held, At: at},
		{Period: p, Subject: subject, Number: 2, Taken: used, Reserved: metering.Amounts{metering.ImagesCount: -1, storage: -2_000_000}, At: at},
	}
}

// previews writes n previews without files, and returns all their rows.
func (w *world) previews(n int) []metering.RowID {
	w.t.Helper()
	var all []metering.RowID
	for range n {
		for _, r := range preview(0) {
			w.write(r)
			all = append(all, r.ID())
		}
	}
	return all
}

func (w *world) batch(rows []metering.RowID) []archive.Told[metering.RowID] {
	var all []archive.Told[metering.RowID]
	for i, r := range rows {
		all = append(all, archive.Told[metering.RowID]{Tenant: w.id, Row: r, Ref: fmt.Sprint(i)})
	}
	return all
}

// archivedOnce holds the segments against the ledger.
func (w *world) archivedOnce(want []metering.RowID, when string) {
	w.t.Helper()
	for _, wrong := range w.wrong(want) {
		w.t.Errorf("%s: %s", when, wrong)
	}
}

// wrong compares segments and ledger by itself, not by the code that is proved:
// every row once and word for word, every digest right.
func (w *world) wrong(want []metering.RowID) (all []string) {
	w.t.Helper()
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	p := w.process(nil)
	heads, err := p.reconciler.Store.Heads(w.ctx(), w.id)
	harness.Must(w.t, err)
	rows, err := p.reconciler.Store.LedgerRows(w.ctx(), w.id, "", "")
	harness.Must(w.t, err)
	ledger := map[metering.RowID]metering.Filed{}
	for _, r := range rows {
		ledger[r.ID()] = r
	}
	copies, previous, total := map[metering.RowID]int{}, "", 0
	for n := 1; n <= heads[month].Segment; n++ {
		data, err := p.segments.GetSegment(w.ctx(), w.id, month, n)
		harness.Must(w.t, err)
		s, err := metering.Book().Decode(data)
		harness.Must(w.t, err)
		if s.Number != n || s.Previous != previous || s.Tenant != w.id || len(s.Rows) > archive.SegmentRows {
			say("segment %d says %d after %q, %d rows", n, s.Number, s.Previous, len(s.Rows))
		}
		for _, r := range s.Rows {
			copies[r.ID()]++
			if l := ledger[r.ID()]; l.Segment != n || fmt.Sprint(l.Row) != fmt.Sprint(r) {
				say("segment %d holds %v, the ledger %v in segment %d", n, r, l.Row, l.Segment)
			}
		}
		previous, total = archive.Digest(data), total+len(s.Rows)
	}
	if h := heads[month]; h.SHA256 != previous || h.Rows != total {
		say("the head says %.12s of %d rows, the chain %.12s of %d", h.SHA256, h.Rows, previous, total)
	}
	for _, r := range want {
		if copies[r] != 1 {
			say("row %v has %d copies", r, copies[r])
		}
	}
	if len(copies) != len(want) || len(ledger) != len(want) {
		say("%d rows in segments, %d in the ledger, want %d", len(copies), len(ledger), len(want))
	}
	return all
}
