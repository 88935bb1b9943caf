package ledger

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

func (w *world) segmentKey(n int) string {
	return fmt.Sprintf("tenants/%s/%s/%08d.jsonl", w.ID, month, n)
}

// plantSegment writes over a segment of the month.
func (w *world) plantSegment(n int, data []byte) {
	w.T.Helper()
	w.Overwrite(w.segmentKey(n), data)
}

// add changes a counter by hand.
func (w *world) add(sort, attribute string, by int64) {
	w.T.Helper()
	w.Change(sort, "ADD #"+attribute+" :by", book.Item{":by": book.Number(by)})
}

// full is a tenant with something of everything, archived, and the subject of
// its first picture.
func (w *world) full(t *testing.T) (*world, string) {
	own := w.another(t)
	var rows []metering.RowID
	subject := ""
	for n := range 3 {
		p := preview(int64(1000 + n))
		if n == 0 {
			subject = p[0].Subject
		}
		for _, r := range p {
			own.write(r)
			rows = append(rows, r.ID())
		}
		own.Object(w.Tables.Bucket, own.image(p[0].Subject), make([]byte, 1000+n))
	}
	own.Put("JOB#"+tenant.NewID(), book.Item{"status": book.Text("running"), "attempt": book.Number(1)})
	own.Put("JOB#"+tenant.NewID(), book.Item{"status": book.Text("failed"), "attempt": book.Number(2)})
	own.add("USAGE#level", "active_jobs", 1)
	p := own.process(nil)
	own.deliver(p, rows[:2])
	own.deliver(p, rows[2:])
	return own, subject
}

func (w *world) image(subject string) string {
	return fmt.Sprintf("tenants/%s/images/%s", w.ID, subject)
}

func (w *world) reconcile() metering.TenantReport {
	w.T.Helper()
	report, err := w.process(nil).reconciler.Tenant(w.Ctx(), w.ID, time.Hour, false)
	harness.Must(w.T, err)
	return report
}

func TestWhatIsCleanIsClean(t *testing.T) {
	shared := newWorld(t)
	if empty := shared.reconcile(); empty.Count != 0 || len(empty.Months) != 0 {
		t.Errorf("an empty tenant: %+v", empty)
	}
	w, _ := shared.full(t)
	// Somebody's upload that is not complete, and parts of a render, count as nothing.
	w.Object(w.Tables.Bucket, fmt.Sprintf("tenants/%s/incoming/x", w.ID), []byte("half"))
	w.Object(w.Tables.Bucket, fmt.Sprintf("tenants/%s/jobs/x/parts/1/clip.mp4", w.ID), []byte("part"))
	// A picture that is being made: its file is there, its size is not settled.
	p := preview(5)
	w.write(p[0])
	w.Object(w.Tables.Bucket, w.image(p[0].Subject), []byte("12345"))
	report := w.reconcile()
	if report.Count != 0 || len(report.Months) != 1 || report.Months[0] != (metering.MonthReport{Month: month, Rows: 7, Segments: 2, Unarchived: 1}) {
		t.Errorf("%+v", report)
	}
}

// planted is a difference made by hand, and what must be named of it.
type planted struct {
	name   string
	plant  func(w *world, subject string)
	month  metering.Period
	metric metering.Metric
	id     func(subject string) string
	ledger int64
	found  int64
}

func itself(subject string) string         { return subject }
func called(id string) func(string) string { return func(string) string { return id } }
func row(number int) func(s string) string {
	return func(s string) string { return fmt.Sprintf("%s#%d", s, number) }
}
func segment(number int) func(string) string { return called(fmt.Sprintf("segment %08d", number)) }

func plantedDifferences() []planted {
	return []planted{
		{"counter changed by hand", func(w *world, _ string) { w.add("USAGE#"+string(month), "images_count_taken", 2) },
			month, metering.ImagesCount, called("taken"), 3, 5},
		{"reservation left in a counter", func(w *world, _ string) { w.add("USAGE#"+string(month), "tts_seconds_reserved", 700) },
			month, metering.TTSSeconds, called("reserved"), 0, 700},
		{"level changed by hand", func(w *world, _ string) { w.add("USAGE#level", "storage_mb_taken", -3) },
			"level", storage, called("taken"), 3003, 3000},
		{"active_jobs off", func(w *world, _ string) { w.add("USAGE#level", "active_jobs", 1) },
			"level", "active_jobs", called("unfinished"), 1, 2},
		{"row removed: the counter", func(w *world, s string) { w.Forget("LEDGER#" + string(month) + "#" + s + "#1") },
			month, metering.ImagesCount, called("taken"), 2, 3},
		{"row removed: its copy", func(w *world, s string) { w.Forget("LEDGER#" + string(month) + "#" + s + "#1") },
			month, metering.ImagesCount, row(1), 0, 1},
		{"row changed by hand", func(w *world, s string) {
			w.Change("LEDGER#"+string(month)+"#"+s+"#1", "SET taken.#images_count = :n", book.Item{":n": book.Number(5)})
		},
			month, metering.ImagesCount, row(1), 5, 1},
		{"head changed by hand", func(w *world, _ string) {
			w.Change(head, "SET #sha256 = :s", book.Item{":s": book.Text("another")})
		},
			month, "sha256", segment(2), 0, 1},
		{"row doubled in a segment", func(w *world, s string) {
			w.rewrite(2, func(seg *ledgerSegment) { seg.Rows = append(seg.Rows, w.copyOf(s, 1)) })
		},
			month, metering.ImagesCount, row(1), 1, 2},
		{"segment tampered with: the digest", func(w *world, _ string) {
			w.rewrite(1, func(seg *ledgerSegment) { seg.Rows[0].Taken[metering.ImagesCount] = 9 })
		}, month, "sha256", segment(1), 0, 1},
		{"segment tampered with: the row", func(w *world, _ string) {
			w.rewrite(1, func(seg *ledgerSegment) { seg.Rows[0].Taken[metering.ImagesCount] = 9 })
		}, month, metering.ImagesCount, row(1), 1, 9},
		{"segment missing", func(w *world, _ string) { w.Remove(w.Locked, w.segmentKey(1)) },
			month, "rows", segment(1), 1, 0},
		{"segment missing: its row", func(w *world, _ string) { w.Remove(w.Locked, w.segmentKey(1)) },
			month, metering.ImagesCount, row(1), 1, 0},
		{"segment beyond the head", func(w *world, _ string) { w.plantSegment(9, []byte("{}")) },
			month, "rows", segment(9), 2, 9},
		{"object of another size", func(w *world, s string) { w.Object(w.Tables.Bucket, w.image(s), make([]byte, 77)) },
			month, storage, itself, 1000, 77},
		{"object missing", func(w *world, s string) { w.Remove(w.Tables.Bucket, w.image(s)) },
			month, storage, itself, 1000, 0},
		{"object that nobody paid for", func(w *world, _ string) {
			w.Object(w.Tables.Bucket, fmt.Sprintf("tenants/%s/uploads/stray", w.ID), make([]byte, 5))
		}, "level", storage, called("stray"), 0, 5},
	}
}

// rewrite changes a segment and stores it in its place.
func (w *world) rewrite(n int, change func(*ledgerSegment)) {
	w.T.Helper()
	data, err := w.process(nil).segments.GetSegment(w.Ctx(), w.ID, month, n)
	harness.Must(w.T, err)
	s, err := metering.Book().Decode(data)
	harness.Must(w.T, err)
	change(&s)
	data, err = metering.Book().Encode(s)
	harness.Must(w.T, err)
	w.plantSegment(n, data)
}

// copyOf is a row of the ledger.
func (w *world) copyOf(subject string, number int) metering.Row {
	w.T.Helper()
	rows, err := w.process(nil).reconciler.Store.LedgerRows(w.Ctx(), w.ID, "", "")
	harness.Must(w.T, err)
	for _, r := range rows {
		if r.Subject == subject && r.Number == number {
			return r.Row
		}
	}
	w.T.Fatalf("no row %s#%d", subject, number)
	return metering.Row{}
}

func TestEachPlantedDifferenceIsNamed(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	for _, c := range plantedDifferences() {
		t.Run(c.name, func(t *testing.T) {
			w, subject := shared.full(t)
			if before := w.reconcile(); before.Count != 0 {
				t.Fatalf("not clean before: %+v", before.Differences)
			}
			c.plant(w, subject)
			report := w.reconcile()
			for _, d := range report.Differences {
				if d.Tenant == w.ID && d.Month == c.month && d.Metric == c.metric && d.ID == c.id(subject) && d.Ledger == c.ledger && d.Found == c.found {
					return
				}
			}
			t.Errorf("not named among %+v", report.Differences)
		})
	}
}

// Writers, renders that begin and end, and an archiver are at work: whatever is
// read half before and half after, no difference is named. One that is planted
// among them is.
func TestNoFalseDifferenceWhileWritersAreAtWork(t *testing.T) {
	harness.Proof(t)
	w, _ := newWorld(t).full(t)
	previews := 30
	if harness.InFull() {
		previews = 90
	}
	turns := make(chan struct{}, previews)
	// beside gives the writers what they write beside one reconciliation. As fast as
	// they can, they would write the more the longer it takes to read.
	beside := func() {
		for len(turns) < cap(turns) {
			turns <- struct{}{}
		}
	}
	var writers sync.WaitGroup
	written := make(chan metering.RowID, 1000)
	for range 3 {
		writers.Go(func() {
			for range turns {
				time.Sleep(10 * time.Millisecond) // all the while that it reads, not at its beginning
				for _, r := range preview(0) {
					if err := w.tryWrite(t.Context(), r); err != nil {
						t.Error(err)
						return
					}
					written <- r.ID()
				}
			}
		})
	}
	var archiving sync.WaitGroup
	archiving.Go(func() {
		for r := range written {
			batch := []metering.RowID{r}
			for len(written) > 0 && len(batch) < 10 {
				batch = append(batch, <-written)
			}
			w.process(nil).archiver.Archive(t.Context(), book.Batch(w.World, batch))
		}
	})
	for range 12 {
		beside()
		if report := w.reconcile(); report.Count > 0 {
			t.Errorf("false: %+v", report.Differences)
		}
	}
	w.add("USAGE#"+string(month), "render_minutes_taken", 60_000)
	beside()
	report := w.reconcile()
	close(turns)
	writers.Wait()
	close(written)
	archiving.Wait()
	if report.Count != 1 || report.Differences[0].Metric != metering.RenderMinutes || report.Differences[0].Found-report.Differences[0].Ledger != 60_000 {
		t.Errorf("the planted difference among writers: %+v", report)
	}
	if last := w.reconcile(); last.Count != 1 || last.Months[0].Unarchived != 0 {
		t.Errorf("at rest: %+v", last)
	}
}

// Rows whose stream record was lost are archived by reconciling, once they are old.
func TestRowsThatTheStreamLostAreArchived(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	rows := w.previews(2)
	for _, c := range []struct {
		stale time.Duration
		left  int
	}{{time.Hour, 4}, {time.Nanosecond, 0}} {
		r := w.process(nil).reconciler
		r.Now = func() time.Time { return time.Now().Add(time.Second) } // a row's time is in milliseconds
		report, err := r.Tenant(w.Ctx(), w.ID, c.stale, false)
		harness.Must(t, err)
		if report.Count != 0 || report.Months[0].Unarchived != c.left {
			t.Errorf("after %v: %+v", c.stale, report)
		}
	}
	w.archivedOnce(rows, "by reconciling")
}

// A row that lost its mark is in a segment already: it is named, not copied again.
func TestARowWithoutItsMarkIsNotArchivedTwice(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	rows := w.previews(1)
	w.deliver(w.process(nil), rows)
	_, err := w.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.Tables.Platform), Key: w.Key(sortKey(rows[0])), UpdateExpression: aws.String("REMOVE #s"),
		ExpressionAttributeNames: map[string]string{"#s": "segment"},
	})
	harness.Must(t, err)
	report, err := w.process(nil).reconciler.Tenant(w.Ctx(), w.ID, time.Nanosecond, false)
	harness.Must(t, err)
	if report.Count != 1 || report.Differences[0].ID != rows[0].String() || report.Months[0].Segments != 1 {
		t.Errorf("%+v", report)
	}
}

// A run takes the tenants that are due, in pages, moves each on by a day, and
// leaves the rest alone. Sweeps of other open work see none of them.
func TestRunTakesTheTenantsThatAreDue(t *testing.T) {
	shared := newWorld(t)
	worlds := []*world{shared}
	for range 55 { // more than a page of the index
		worlds = append(worlds, shared.another(t))
	}
	later := shared.another(t)
	later.Put("TENANT", book.Item{"plan": book.Text("free"), "status": book.Text("active"), "open": book.Text("RECONCILE"), "due_at": book.Number(time.Now().Add(time.Hour).UnixMilli())})
	worlds[7].add("USAGE#"+string(month), "images_count_taken", 1)
	r := shared.process(nil).reconciler
	report, err := r.Run(tenant.Doing(t.Context(), tenant.Archive), metering.ReconcileRequest{})
	harness.Must(t, err)
	if len(report.Tenants) != len(worlds) || len(report.Failed) != 0 || report.Cursor != "" {
		t.Errorf("%d tenants, %v failed, want %d", len(report.Tenants), report.Failed, len(worlds))
	}
	for _, found := range report.Tenants {
		if (found.Tenant == worlds[7].ID) != (found.Count == 1) {
			t.Errorf("%+v", found)
		}
	}
	again, err := r.Run(tenant.Doing(t.Context(), tenant.Archive), metering.ReconcileRequest{})
	harness.Must(t, err)
	if len(again.Tenants) != 0 {
		t.Errorf("%d tenants are due again at once", len(again.Tenants))
	}
	all, err := r.Run(tenant.Doing(t.Context(), tenant.Archive), metering.ReconcileRequest{All: true})
	harness.Must(t, err)
	if len(all.Tenants) != len(worlds)+1 {
		t.Errorf("all are %d", len(all.Tenants))
	}
}
