// Package ledger proves on the emulator that every row of the ledger reaches the
// locked segments once, whatever fails, and that reconciling names what differs
// and nothing else.
package ledger

import (
	"context"
	"errors"
	"fmt"
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
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

// month is far ahead, so that it is not closed unless a test says what time it is.
const month = metering.Period("2099-11")

// head is the sort key of its head.
const head = "ARCHIVE#" + string(month)

// world is one tenant on tables and buckets that several share.
type world struct{ book.World }

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{book.New(t)}
}

// another is the world of a new tenant on the same tables.
func (w *world) another(t *testing.T) *world {
	t.Helper()
	return &world{w.Another(t)}
}

// process makes what one function's process has; faults may be nil.
type process struct {
	archiver   metering.Archiver
	reconciler metering.Reconciler
	segments   *s3files.Segments
}

func (w *world) process(faults *calls.Faults) process {
	cfg := w.Config(faults)
	table, segments := dynamo.NewClient(cfg, w.Tables.Platform, w.Tables.Directory), s3files.NewSegments(cfg, w.Locked)
	archiver := archive.New(metering.Book(), dynamo.NewArchive(table), segments, w.Warned.Add)
	return process{archiver, metering.Reconciler{
		Store: dynamo.NewReconciliation(table), Segments: segments, Objects: s3files.New(cfg, w.Tables.Bucket),
		Archiver: archiver, Now: time.Now, Warn: w.Warned.Add, Again: 20 * time.Millisecond,
	}, segments}
}

func amounts(a metering.Amounts) types.AttributeValue {
	m := book.Item{}
	for metric, n := range a {
		m[string(metric)] = book.Number(n)
	}
	return &types.AttributeValueMemberM{Value: m}
}

// write adds a row to the ledger as the product does: in one transaction with
// its month's counter and, for storage, the level.
func (w *world) write(r metering.Row) {
	w.T.Helper()
	harness.Must(w.T, w.tryWrite(w.T.Context(), r))
}

func (w *world) tryWrite(ctx context.Context, r metering.Row) error {
	row := w.Key(sortKey(r.ID()))
	row["taken"], row["reserved"], row["at"] = amounts(r.Taken), amounts(r.Reserved), book.Number(r.At.UnixMilli())
	actions := []types.TransactWriteItem{
		{Put: &types.Put{TableName: aws.String(w.Tables.Platform), Item: row, ConditionExpression: aws.String("attribute_not_exists(pk)")}},
		w.count("USAGE#"+string(r.Period), r, func(metering.Metric) bool { return true }),
	}
	if r.Taken[storage] != 0 || r.Reserved[storage] != 0 {
		actions = append(actions, w.count("USAGE#level", r, func(m metering.Metric) bool { return m == storage }))
	}
	for {
		_, err := w.DB.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		var canceled *types.TransactionCanceledException
		if err == nil || !errors.As(err, &canceled) || aws.ToString(canceled.CancellationReasons[0].Code) != "TransactionConflict" {
			return err
		}
	}
}

const storage = metering.Metric("storage_mb")

func (w *world) count(sort string, r metering.Row, counts func(metering.Metric) bool) types.TransactWriteItem {
	names, values, adds := map[string]string{}, book.Item{}, ""
	add := func(suffix string, a metering.Amounts) {
		for m, n := range a {
			if !counts(m) {
				continue
			}
			id := fmt.Sprintf("n%d", len(names))
			names["#"+id], values[":"+id] = string(m)+suffix, book.Number(n)
			if adds != "" {
				adds += ", "
			}
			adds += "#" + id + " :" + id
		}
	}
	add("_taken", r.Taken)
	add("_reserved", r.Reserved)
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(w.Tables.Platform), Key: w.Key(sort), UpdateExpression: aws.String("ADD " + adds),
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
	w.T.Helper()
	var all []metering.RowID
	for range n {
		for _, r := range preview(0) {
			w.write(r)
			all = append(all, r.ID())
		}
	}
	return all
}

// archivedOnce holds the segments against the ledger.
func (w *world) archivedOnce(want []metering.RowID, when string) {
	w.T.Helper()
	for _, wrong := range w.wrong(want) {
		w.T.Errorf("%s: %s", when, wrong)
	}
}

// wrong compares segments and ledger by itself, not by the code that is proved:
// every row once and word for word, every digest right.
func (w *world) wrong(want []metering.RowID) (all []string) {
	w.T.Helper()
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	p := w.process(nil)
	heads, err := p.reconciler.Store.Heads(w.Ctx(), w.ID)
	harness.Must(w.T, err)
	rows, err := p.reconciler.Store.LedgerRows(w.Ctx(), w.ID, "", "")
	harness.Must(w.T, err)
	ledger := map[metering.RowID]metering.Filed{}
	for _, r := range rows {
		ledger[r.ID()] = r
	}
	copies, previous, total := map[metering.RowID]int{}, "", 0
	for n := 1; n <= heads[month].Segment; n++ {
		data, err := p.segments.GetSegment(w.Ctx(), w.ID, month, n)
		harness.Must(w.T, err)
		s, err := metering.Book().Decode(data)
		harness.Must(w.T, err)
		if s.Number != n || s.Previous != previous || s.Tenant != w.ID || len(s.Rows) > archive.SegmentRows {
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
