// Package audit proves on the emulator that every recorded act reaches the locked
// segments once, whatever fails, and that verifying names what was tampered with
// and nothing else.
package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// month is the one that most entries are of, and at a moment in it.
const month = archive.Month("2026-10")

func at() time.Time { return time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC) }

// world is one tenant on tables and buckets that several share.
type world struct {
	t      *testing.T
	tables *harness.Store
	locked string
	db     *dynamodb.Client
	s3     *s3.Client
	clock  *harness.Clock
	id     tenant.ID
	warned *harness.Warnings
}

func newWorld(t *testing.T) *world {
	t.Helper()
	tables := harness.Tables(t)
	w := &world{
		t: t, tables: tables, locked: harness.LedgerBucket(t, tables.Emulator), db: dynamodb.NewFromConfig(tables.AWS),
		s3: s3.NewFromConfig(tables.AWS, func(o *s3.Options) { o.UsePathStyle = true }), clock: harness.NewClock(at().Add(time.Hour)),
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
	archiver audit.Archiver
	verifier audit.Verifier
	segments *s3files.Segments
	terms    *dynamo.Terms
}

func (w *world) process(faults *calls.Faults) process {
	cfg := w.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	table, segments := dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory), s3files.NewAuditSegments(cfg, w.locked)
	archiver := archive.New(audit.Book(), dynamo.NewAuditArchive(table), segments, w.warned.Add)
	return process{archiver, audit.Verifier{
		Store: dynamo.NewVerification(table), Segments: segments, Archiver: archiver,
		Now: w.clock.Now, Warn: w.warned.Add, Again: 20 * time.Millisecond,
	}, segments, dynamo.NewTerms(table)}
}

func (w *world) ctx() context.Context { return tenant.WithTenant(w.t.Context(), w.id) }

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func (w *world) key(sort string) item { return item{"pk": text("T#" + string(w.id)), "sk": text(sort)} }

func (w *world) put(sort string, attributes item) {
	w.t.Helper()
	it := w.key(sort)
	maps.Copy(it, attributes)
	_, err := w.db.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.tables.Platform), Item: it})
	harness.Must(w.t, err)
}

func (w *world) change(sort, expression string, values item) {
	w.t.Helper()
	names := map[string]string{}
	for _, name := range []string{"at", "actor", "segment", "sha256", "rows"} {
		if strings.Contains(expression, "#"+name) {
			names["#"+name] = name
		}
	}
	_, err := w.db.UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.tables.Platform), Key: w.key(sort), UpdateExpression: aws.String(expression),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	harness.Must(w.t, err)
}

func (w *world) forget(sort string) {
	w.t.Helper()
	_, err := w.db.DeleteItem(w.t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(w.tables.Platform), Key: w.key(sort)})
	harness.Must(w.t, err)
}

func sortKey(n audit.Name) string { return "AUDIT#" + string(n.In) + "#" + n.ID }

// fields are an entry's attributes.
func fields(e audit.Entry) item {
	return item{
		"at": number(e.At.UnixMilli()), "action": text(string(e.Action)), "result": text(string(e.Result)),
		"actor": text(e.Actor), "session": text(e.Session), "target": text(e.Target),
	}
}

// acts records n acts that were done from a moment on.
func (w *world) acts(n int, from time.Time) []audit.Name {
	w.t.Helper()
	var all []audit.Name
	for i := range n {
		e := audit.New(from.Add(time.Duration(i)*time.Second), audit.SessionOpened, "user:"+tenant.NewID(), tenant.NewID(), tenant.NewID())
		w.put(sortKey(e.Name()), fields(e))
		all = append(all, e.Name())
	}
	return all
}

func (w *world) batch(names []audit.Name) []archive.Told[audit.Name] {
	var all []archive.Told[audit.Name]
	for i, n := range names {
		all = append(all, archive.Told[audit.Name]{Tenant: w.id, Row: n, Ref: fmt.Sprint(i)})
	}
	return all
}

func (w *world) deliver(p process, names []audit.Name) {
	w.t.Helper()
	if failed := p.archiver.Archive(w.t.Context(), w.batch(names)); len(failed) > 0 {
		w.t.Errorf("failed at %v: %v", failed, w.warned.All())
	}
}

// verify reads everything, and archives what is older than a day.
func (w *world) verify() audit.TenantReport {
	w.t.Helper()
	r, err := w.process(nil).verifier.Tenant(w.ctx(), w.id, 24*time.Hour, true)
	harness.Must(w.t, err)
	return r
}

func (w *world) segmentKey(m archive.Month, n int) string {
	return fmt.Sprintf("tenants/%s/audit/%s/%08d.jsonl", w.id, m, n)
}

func (w *world) segment(m archive.Month, n int) []byte {
	w.t.Helper()
	data, err := w.process(nil).segments.GetSegment(w.ctx(), w.id, m, n)
	harness.Must(w.t, err)
	return data
}

// plantSegment writes over a segment: behind a delete marker the key is free, and
// the lock keeps the old version.
func (w *world) plantSegment(n int, data []byte) {
	w.t.Helper()
	w.remove(n)
	_, err := w.s3.PutObject(w.t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(w.locked), Key: aws.String(w.segmentKey(month, n)), Body: bytes.NewReader(data), IfNoneMatch: aws.String("*"),
	})
	harness.Must(w.t, err)
}

func (w *world) remove(n int) {
	w.t.Helper()
	_, err := w.s3.DeleteObject(w.t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(w.locked), Key: aws.String(w.segmentKey(month, n))})
	harness.Must(w.t, err)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// wrong compares segments and table by itself, not by the code that is proved:
// every entry once and word for word, every digest right.
func (w *world) wrong(want []audit.Name) (all []string) {
	w.t.Helper()
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	copies := map[string]int{}
	for _, m := range months(want) {
		head := w.item("AUDITHEAD#" + string(m))
		last, previous, total := int(num(head["segment"])), "", int64(0)
		for n := 1; n <= last; n++ {
			data := w.segment(m, n)
			lines := strings.Split(strings.TrimSpace(string(data)), "\n")
			header := parsed(w.t, lines[0])
			if header["previous_sha256"] != previous || header["segment"] != float64(n) || header["tenant"] != string(w.id) || len(lines) > archive.SegmentRows+1 {
				say("segment %d of %s after %q has the header %v", n, m, previous, header)
			}
			for _, line := range lines[1:] {
				id := fmt.Sprint(parsed(w.t, line)["id"])
				copies[id]++
				if told := w.told(m, id, n); told != line {
					say("segment %d holds %s, the table %s", n, line, told)
				}
			}
			previous, total = digest(data), total+int64(len(lines)-1)
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
	it := w.item("AUDIT#" + string(m) + "#" + id)
	if num(it["segment"]) != int64(n) {
		return fmt.Sprintf("is marked with segment %d", num(it["segment"]))
	}
	return fmt.Sprintf(`{"id":%q,"at":%d,"action":%q,"result":%q,"actor":%q,"session":%q,"target":%q,"detail":%q}`,
		id, num(it["at"]), str(it["action"]), str(it["result"]), str(it["actor"]), str(it["session"]), str(it["target"]), str(it["detail"]))
}

func (w *world) item(sort string) item {
	w.t.Helper()
	out, err := w.db.GetItem(w.t.Context(), &dynamodb.GetItemInput{TableName: aws.String(w.tables.Platform), Key: w.key(sort), ConsistentRead: aws.Bool(true)})
	harness.Must(w.t, err)
	return out.Item
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
	w.t.Helper()
	for _, wrong := range w.wrong(want) {
		w.t.Errorf("%s: %s", when, wrong)
	}
	if r := w.verify(); r.Count != 0 {
		w.t.Errorf("%s: verifying finds %+v", when, r.Findings)
	}
}
