package audit

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/book"
	"github.com/devotionalai/platform/tests/harness"
)

// written are the names of all entries of a tenant.
func (w *world) written() (all []audit.Name) {
	w.T.Helper()
	out, err := w.DB.Query(w.T.Context(), &dynamodb.QueryInput{
		TableName: aws.String(w.Tables.Platform), ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :sk)"),
		ExpressionAttributeValues: book.Item{":pk": book.Text("T#" + string(w.ID)), ":sk": book.Text("AUDIT#")},
	})
	harness.Must(w.T, err)
	for _, it := range out.Items {
		parts := strings.Split(str(it["sk"]), "#")
		all = append(all, audit.Name{In: archive.Month(parts[1]), ID: parts[2]})
	}
	return all
}

// Acts are done by many at once while two readers archive what is there, told of
// it several times and in any order.
func TestActsOfManyAreArchivedOnce(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	harness.Repeat(t, 8, func(t *testing.T) { shared.another(t).actsOfMany(6, 5) })
}

func (w *world) actsOfMany(callers, each int) {
	w.T.Helper()
	var acting, reading sync.WaitGroup
	done := make(chan struct{})
	for caller := range callers {
		acting.Go(func() {
			terms := w.process(nil).terms
			for n := range each {
				change := billing.TermsChange{TenantID: w.ID, Plan: tenant.Plans()[rand.IntN(3)]}
				moment := at().AddDate(0, n%2, 0).Add(time.Duration(caller) * time.Second) // of two months
				for {
					if _, err := billing.ChangeTerms(tenant.Doing(w.T.Context(), tenant.Terms), terms, change, moment); err == nil {
						break
					}
				}
			}
		})
	}
	for range 2 {
		reading.Go(func() {
			for going := true; going; {
				select {
				case <-done:
					going = false
				default:
				}
				names := w.written()
				rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
				w.deliver(w.process(nil), slices.Concat(names, names[:len(names)/2]))
			}
		})
	}
	acting.Wait()
	close(done)
	reading.Wait()
	names := w.written()
	if len(names) != callers*each {
		w.T.Errorf("%d acts left %d entries", callers*each, len(names))
	}
	w.once(names, "acts of many")
}

func TestMoreEntriesThanASegmentHoldsTakeSeveral(t *testing.T) {
	w := newWorld(t)
	names := w.acts(archive.SegmentRows+1, at())
	w.deliver(w.process(nil), names)
	w.once(names, "two segments")
	if head := w.Item("AUDITHEAD#" + string(month)); num(head["segment"]) != 2 {
		t.Errorf("%d entries took %v", len(names), head)
	}
}

func TestNoCallsFailureLosesOrDoublesAnEntry(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	book.EachCall(t, "archive acts", func(t *testing.T) book.Archiving[audit.Name] {
		w := shared.another(t)
		return book.Archiving[audit.Name]{
			World: w.World, Rows: w.acts(4, at()), Once: w.once,
			Process: func(faults *calls.Faults) book.Archiver[audit.Name] { return w.process(faults).archiver },
		}
	})
}

// What no stream told of is archived by verifying, once it has waited.
func TestVerifyingArchivesWhatTheStreamLeft(t *testing.T) {
	w := newWorld(t)
	names := w.acts(3, at())
	w.clock.Set(at().Add(time.Minute))
	if r, err := w.process(nil).verifier.Tenant(w.Ctx(), w.ID, 0, false); err != nil || r.Count != 0 || r.Months[0].Unarchived != 3 {
		t.Errorf("a minute later: %+v %v", r, err)
	}
	w.clock.Forward(10 * time.Minute)
	if r, err := w.process(nil).verifier.Tenant(w.Ctx(), w.ID, 0, false); err != nil || r.Count != 0 || r.Months[0].Unarchived != 0 {
		t.Errorf("eleven minutes later: %+v %v", r, err)
	}
	w.once(names, "archived by verifying")
}

// The locked bucket holds both books, each in its own place, and neither takes a
// segment for the other's.
func TestTheBooksLieSideBySideAndAreLocked(t *testing.T) {
	w := newWorld(t)
	w.deliver(w.process(nil), w.acts(2, at()))
	w.HeldByLock(w.segmentKey(month, 1))
	acts, ledger := w.process(nil).segments, s3files.NewSegments(w.Tables.AWS, w.Locked)
	if err := acts.PutSegment(w.Ctx(), w.ID, month, 1, []byte("another")); err != archive.ErrSegmentExists {
		t.Errorf("a segment was written twice: %v", err)
	}
	harness.Must(t, ledger.PutSegment(w.Ctx(), w.ID, month, 1, []byte("the ledger's")))
	for name, of := range map[string]archive.ListedSegments{"acts": acts, "ledger": ledger} {
		if listed, err := of.ListSegments(w.Ctx(), w.ID); err != nil || len(listed) != 1 || len(listed[month]) != 1 {
			t.Errorf("%s: %v %v", name, listed, err)
		}
	}
	if r := w.verify(); r.Count != 0 {
		t.Errorf("%+v", r.Findings)
	}
}
