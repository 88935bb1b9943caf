package audit

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

// kept is a tenant whose acts are archived in two segments of two entries each.
func (w *world) kept(t *testing.T) (*world, []audit.Name) {
	own := w.another(t)
	names := own.acts(4, at())
	own.deliver(own.process(nil), names[:2])
	own.deliver(own.process(nil), names[2:])
	return own, names
}

const head = "AUDITHEAD#" + string(month)

// tampering is what somebody does behind the product's back, with the right to
// write to the table and more than anybody's to the locked bucket.
type tampering struct {
	name    string
	do      func(w *world, names []audit.Name)
	what    audit.What
	segment int // that is named
	entry   int // index of the entry that is named; -1 for none, or another one
}

func tamperings() []tampering {
	return append(inTheTable(), inTheBucket()...)
}

func inTheTable() []tampering {
	set := func(attribute string, value func(*world) book.Item) func(*world, []audit.Name) {
		return func(w *world, n []audit.Name) { w.Change(sortKey(n[1]), "SET #"+attribute+" = :v", value(w)) }
	}
	return []tampering{
		{"an entry names somebody else", set("actor", func(*world) book.Item { return book.Item{":v": book.Text("user:" + tenant.NewID())} }), audit.Changed, 1, 1},
		{"an entry has another time", set("at", func(*world) book.Item { return book.Item{":v": book.Number(at().Add(time.Hour).UnixMilli())} }), audit.Changed, 1, 1},
		{"an entry is deleted", func(w *world, n []audit.Name) { w.Forget(sortKey(n[2])) }, audit.Missing, 2, 2},
		{"an entry is said to be in another segment", set("segment", func(*world) book.Item { return book.Item{":v": book.Number(2)} }), audit.Marked, 1, 1},
		{"an entry lost its mark", func(w *world, n []audit.Name) { w.Change(sortKey(n[0]), "REMOVE #segment", nil) }, audit.Marked, 1, 0},
		{"an entry is put in, and marked as archived", func(w *world, _ []audit.Name) {
			e := audit.New(at(), audit.KeyCreated, audit.Product, "", "")
			w.Put(sortKey(e.Name()), fields(e))
			w.Change(sortKey(e.Name()), "SET #segment = :n", book.Item{":n": book.Number(2)})
		}, audit.Marked, 2, -1},
		{"an entry is put in with an id of another time", func(w *world, _ []audit.Name) {
			e := audit.New(at(), audit.KeyCreated, audit.Product, "", "")
			e.ID = tenant.NewID()
			w.Put(sortKey(e.Name()), fields(e))
		}, audit.Misplaced, 0, -1},
		{"an entry is moved to another month", moved, audit.Missing, 1, 0},
		{"an entry that was moved is in the wrong month", moved, audit.Misplaced, 1, 0},
		{"the head is put back by one", func(w *world, _ []audit.Name) {
			w.Change(head, "SET #segment = :n, #sha256 = :d, #rows = :r", book.Item{":n": book.Number(1), ":d": book.Text(book.Digest(w.segment(month, 1))), ":r": book.Number(2)})
		}, audit.Link, 2, -1},
		{"the head is gone", func(w *world, _ []audit.Name) { w.Forget(head) }, audit.Link, 1, -1},
		{"the head has another digest", func(w *world, _ []audit.Name) {
			w.Change(head, "SET #sha256 = :d", book.Item{":d": book.Text(book.Digest(nil))})
		}, audit.Link, 2, -1},
		{"the head counts another number of entries", func(w *world, _ []audit.Name) { w.Change(head, "SET #rows = :r", book.Item{":r": book.Number(5)}) }, audit.Link, 2, -1},
		{"a month is wiped from the table", func(w *world, n []audit.Name) {
			w.Forget(head)
			for _, name := range n {
				w.Forget(sortKey(name))
			}
		}, audit.Missing, 1, 0},
	}
}

func moved(w *world, n []audit.Name) {
	it := w.Item(sortKey(n[0]))
	w.Forget(sortKey(n[0]))
	delete(it, "pk")
	delete(it, "sk")
	w.Put(sortKey(audit.Name{In: "2026-09", ID: n[0].ID}), it)
}

func inTheBucket() []tampering {
	return []tampering{
		{"a byte of a segment is another", func(w *world, _ []audit.Name) {
			w.plantSegment(1, bytes.Replace(w.segment(month, 1), []byte("done"), []byte("dome"), 1))
		}, audit.Link, 1, -1},
		{"what a changed segment says of an entry", func(w *world, _ []audit.Name) {
			w.plantSegment(1, bytes.Replace(w.segment(month, 1), []byte("done"), []byte("dome"), 1))
		}, audit.Changed, 1, 0},
		{"the last segment is another", func(w *world, _ []audit.Name) {
			w.plantSegment(2, bytes.Replace(w.segment(month, 2), []byte("done"), []byte("dome"), 1))
		}, audit.Link, 2, -1},
		{"a segment is another tenant's", func(w *world, _ []audit.Name) {
			w.plantSegment(1, bytes.ReplaceAll(w.segment(month, 1), []byte(w.ID), []byte(tenant.NewID())))
		}, audit.Link, 1, -1},
		{"a segment is another one of the month", func(w *world, _ []audit.Name) { w.plantSegment(1, w.segment(month, 2)) }, audit.Link, 1, -1},
		{"a segment is cut", func(w *world, _ []audit.Name) {
			data := w.segment(month, 1)
			w.plantSegment(1, data[:bytes.LastIndexByte(data[:len(data)-1], '\n')+1])
		}, audit.Link, 1, -1},
		{"a segment is no segment", func(w *world, _ []audit.Name) { w.plantSegment(1, []byte("nothing\n")) }, audit.Link, 1, -1},
		{"a segment is deleted", func(w *world, _ []audit.Name) { w.Remove(w.Locked, w.segmentKey(month, 1)) }, audit.Link, 1, -1},
		{"a chain is written anew from a segment on", func(w *world, _ []audit.Name) {
			second := bytes.Replace(w.segment(month, 2), []byte(book.Digest(w.segment(month, 1))), []byte(book.Digest(nil)), 1)
			w.plantSegment(2, second)
			w.Change(head, "SET #sha256 = :d", book.Item{":d": book.Text(book.Digest(second))})
		}, audit.Link, 1, -1},
		{"an entry is copied a second time", func(w *world, _ []audit.Name) {
			lines := strings.SplitAfter(string(w.segment(month, 1)), "\n")
			second := strings.Replace(string(w.segment(month, 2)), `"rows":2`, `"rows":3`, 1) + lines[1]
			w.plantSegment(2, []byte(second))
			w.Change(head, "SET #sha256 = :d, #rows = :r", book.Item{":d": book.Text(book.Digest([]byte(second))), ":r": book.Number(5)})
		}, audit.Twice, 2, 0},
		{"a segment is far beyond the head", func(w *world, _ []audit.Name) { w.plantSegment(9, []byte("{}")) }, audit.Link, 9, -1},
		{"a segment after the head does not follow it", func(w *world, _ []audit.Name) { w.plantSegment(3, w.segment(month, 2)) }, audit.Link, 3, -1},
		{"a copy of an act that nobody did", func(w *world, _ []audit.Name) {
			e := audit.New(at(), audit.KeyCreated, audit.Product, "", "")
			data, err := audit.Book().Encode(archive.Segment[audit.Written]{
				Tenant: w.ID, Month: month, Number: 3, Previous: book.Digest(w.segment(month, 2)), Rows: []audit.Written{{Entry: e, In: month}},
			})
			harness.Must(w.T, err)
			w.plantSegment(3, data)
		}, audit.Missing, 3, -1},
	}
}

func TestEveryTamperingIsNamed(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	untouched, _ := shared.kept(t)
	for _, c := range tamperings() {
		t.Run(c.name, func(t *testing.T) {
			w, names := shared.kept(t)
			c.do(w, names)
			r := w.verify()
			named := ""
			for _, f := range r.Findings {
				if f.Tenant != w.ID || f.What != c.what || f.Segment != c.segment || f.Note == "" {
					continue
				}
				if c.entry < 0 || f.Entry == names[c.entry].ID {
					named = fmt.Sprintf("%s, segment %d, %s %s: %s", f.Month, f.Segment, f.What, f.Entry, f.Note)
				}
			}
			if named == "" {
				t.Fatalf("not named, of %d: %+v", r.Count, r.Findings)
			}
			t.Logf("named: %s", named)
			if first := broken(r); c.what == audit.Link && (first == nil || first.Segment != c.segment) {
				t.Errorf("the first broken link is %+v, want segment %d", first, c.segment)
			}
		})
	}
	if r := untouched.verify(); r.Count != 0 {
		t.Errorf("of who was left alone: %+v", r.Findings)
	}
}

func broken(r audit.TenantReport) *audit.Finding {
	for _, m := range r.Months {
		if m.Month == month {
			return m.Broken
		}
	}
	return nil
}
