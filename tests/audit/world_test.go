// Package audit proves on the emulator that every recorded act reaches the locked
// segments once, whatever fails, and that verifying names what was tampered with
// and nothing else.
package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

// month is the one that most entries are of, and at a moment in it.
const month = archive.Month("2026-10")

func at() time.Time { return time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC) }

// world is one tenant on tables and buckets that several share.
type world struct {
	book.World
	clock *harness.Clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{book.New(t), harness.NewClock(at().Add(time.Hour))}
}

// another is the world of a new tenant on the same tables.
func (w *world) another(t *testing.T) *world {
	t.Helper()
	return &world{w.Another(t), w.clock}
}

// process makes what one function's process has; faults may be nil.
type process struct {
	archiver audit.Archiver
	verifier audit.Verifier
	segments *s3files.Segments
	terms    *dynamo.Terms
}

func (w *world) process(faults *calls.Faults) process {
	cfg := w.Config(faults)
	table, segments := dynamo.NewClient(cfg, w.Tables.Platform, w.Tables.Directory), s3files.NewAuditSegments(cfg, w.Locked)
	archiver := archive.New(audit.Book(), dynamo.NewAuditArchive(table), segments, w.Warned.Add)
	return process{archiver, audit.Verifier{
		Store: dynamo.NewVerification(table), Segments: segments, Archiver: archiver,
		Now: w.clock.Now, Warn: w.Warned.Add, Again: 20 * time.Millisecond,
	}, segments, dynamo.NewTerms(table)}
}

func sortKey(n audit.Name) string { return "AUDIT#" + string(n.In) + "#" + n.ID }

// fields are an entry's attributes.
func fields(e audit.Entry) book.Item {
	return book.Item{
		"at": book.Number(e.At.UnixMilli()), "action": book.Text(string(e.Action)), "result": book.Text(string(e.Result)),
		"actor": book.Text(e.Actor), "session": book.Text(e.Session), "target": book.Text(e.Target),
	}
}

// acts records n acts that were done from a moment on.
func (w *world) acts(n int, from time.Time) []audit.Name {
	w.T.Helper()
	var all []audit.Name
	for i := range n {
		e := audit.New(from.Add(time.Duration(i)*time.Second), audit.SessionOpened, "user:"+tenant.NewID(), tenant.NewID(), tenant.NewID())
		w.Put(sortKey(e.Name()), fields(e))
		all = append(all, e.Name())
	}
	return all
}

func (w *world) deliver(p process, names []audit.Name) {
	w.T.Helper()
	book.Deliver(w.World, p.archiver, names)
}

// verify reads everything, and archives what is older than a day.
func (w *world) verify() audit.TenantReport {
	w.T.Helper()
	r, err := w.process(nil).verifier.Tenant(w.Ctx(), w.ID, 24*time.Hour, true)
	harness.Must(w.T, err)
	return r
}

func (w *world) segmentKey(m archive.Month, n int) string {
	return fmt.Sprintf("tenants/%s/audit/%s/%08d.jsonl", w.ID, m, n)
}

func (w *world) segment(m archive.Month, n int) []byte {
	w.T.Helper()
	data, err := w.process(nil).segments.GetSegment(w.Ctx(), w.ID, m, n)
	harness.Must(w.T, err)
	return data
}

// plantSegment writes over a segment of the month.
func (w *world) plantSegment(n int, data []byte) {
	w.T.Helper()
	w.Overwrite(w.segmentKey(month, n), data)
}

// wrong compares segments and table by itself, not by the code that is proved:
// every entry once and word for word, every digest right.
func (w *world) wrong(want []audit.Name) (all []string) {
	w.T.Helper()
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	copies := map[string]int{}
	for _, m := range months(want) {
		head := w.Item("AUDITHEAD#" + string(m))
		last, previous, total := int(num(head["segment"])), "", int64(0)
		for n := 1; n <= last; n++ {
			data := w.segment(m, n)
			lines := strings.Split(strings.TrimSpace(string(data)), "\n")
			header := parsed(w.T, lines[0])
			if header["previous_sha256"] != previous || header["segment"] != float64(n) || header["tenant"] != string(w.ID) || len(lines) > archive.SegmentRows+1 {
				say("segment %d of %s after %q has the header %v", n, m, previous, header)
			}
			for _, line := range lines[1:] {
				id := fmt.Sprint(parsed(w.T, line)["id"])
				copies[id]++
				if told := w.told(m, id, n); told != line {
					say("segment %d holds %s, the table %s", n, line, told)
				}
			}
			previous, total = book.Digest(data), total+int64(len(lines)-1)
		}
		if str(head["sha256"]) != previous || num(head["rows"]) != total {
			say("the head of %s says %v, the chain %d rows, %.12s", m, head, total, previous)
		}
	}
	for _, n := range want {
		if copies[n.ID] != 1 {
			say("entry %s has %d copies", n.ID, copies[n.ID])
		}
	}
	if len(copies) != len(want) {
		say("%d entries in segments, want %d", len(copies), len(want))
	}
	return all
}

func months(names []audit.Name) (all []archive.Month) {
	seen := map[archive.Month]bool{}
	for _, n := range names {
		if !seen[n.In] {
			seen[n.In] = true
			all = append(all, n.In)
		}
	}
	return all
}

// told is the line of an entry as the table has it, marked with segment n.
func (w *world) told(m archive.Month, id string, n int) string {
	it := w.Item("AUDIT#" + string(m) + "#" + id)
	if num(it["segment"]) != int64(n) {
		return fmt.Sprintf("is marked with segment %d", num(it["segment"]))
	}
	return fmt.Sprintf(`{"id":%q,"at":%d,"action":%q,"result":%q,"actor":%q,"session":%q,"target":%q,"detail":%q}`,
		id, num(it["at"]), str(it["action"]), str(it["result"]), str(it["actor"]), str(it["session"]), str(it["target"]), str(it["detail"]))
}

func parsed(t *testing.T, line string) (all map[string]any) {
	t.Helper()
	harness.Must(t, json.Unmarshal([]byte(line), &all))
	return all
}

func str(v types.AttributeValue) string {
	s, _ := v.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

func num(v types.AttributeValue) (n int64) {
	if s, ok := v.(*types.AttributeValueMemberN); ok {
		_, _ = fmt.Sscan(s.Value, &n)
	}
	return n
}

// once holds the segments against the table, and verifying against both.
func (w *world) once(want []audit.Name, when string) {
	w.T.Helper()
	for _, wrong := range w.wrong(want) {
		w.T.Errorf("%s: %s", when, wrong)
	}
	if r := w.verify(); r.Count != 0 {
		w.T.Errorf("%s: verifying finds %+v", when, r.Findings)
	}
}
