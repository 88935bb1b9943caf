package book

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/tests/harness"
)

// Archiver is archive.Archiver of any book.
type Archiver[ID archive.Name] interface {
	Archive(ctx context.Context, batch []archive.Told[ID]) []string
}

// Batch is what the stream tells of rows.
func Batch[ID archive.Name](w World, rows []ID) []archive.Told[ID] {
	var all []archive.Told[ID]
	for i, r := range rows {
		all = append(all, archive.Told[ID]{Tenant: w.ID, Row: r, Ref: fmt.Sprint(i)})
	}
	return all
}

// Deliver tells of rows, all of which must be archived.
func Deliver[ID archive.Name](w World, a Archiver[ID], rows []ID) {
	w.T.Helper()
	if failed := a.Archive(w.T.Context(), Batch(w, rows)); len(failed) > 0 {
		w.T.Errorf("failed at %v: %v", failed, w.Warned.All())
	}
}

// Dies is a process that dies at its nth call.
func Dies(nth int) *calls.Faults {
	return calls.Plant(
		calls.Fault{Nth: nth, Kind: calls.KillAfter},
		calls.Fault{Nth: nth + 1, Kind: calls.LostBefore, Forever: true}, // a dead process makes no call
	).OnKill(func() {})
}

// Archiving is a tenant's rows that are to be archived.
type Archiving[ID archive.Name] struct {
	World
	Rows    []ID
	Process func(*calls.Faults) Archiver[ID]
	Once    func(rows []ID, when string) // holds the segments to have each row once
}

// EachCall proves that no call's failure loses or doubles a row. Every AWS call of
// the consumer fails in turn, in every way, once and for ever; then the stream
// delivers the batch again. There is work begun by a process that died, so that
// adopting it is among what fails.
func EachCall[ID archive.Name](t *testing.T, flow string, fresh func(*testing.T) Archiving[ID]) {
	ways := harness.WaysForEver(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter)
	for _, begun := range []bool{false, true} {
		harness.Sweep{Flow: fmt.Sprintf("%s, begun=%v", flow, begun), Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			faults := calls.Plant(plan...).OnKill(func() {})
			fresh(t).survive(faults, begun)
			return faults
		})
	}
}

// survive delivers a batch to a process with faults, and again to a sound one.
func (a Archiving[ID]) survive(faults *calls.Faults, begun bool) {
	a.T.Helper()
	if begun {
		dead := Dies(3) // head, rows, segment
		a.Process(dead).Archive(a.T.Context(), Batch(a.World, a.Rows[:len(a.Rows)/2]))
		if dead.Struck() == 0 {
			a.T.Fatal("the process that was to die did not")
		}
	}
	failed := a.Process(faults).Archive(a.T.Context(), Batch(a.World, a.Rows))
	if faults.Struck() == 0 && len(failed) > 0 {
		a.T.Errorf("failed without a fault: %v", a.Warned.All())
	}
	if len(failed) == 0 {
		a.Once(a.Rows, "said to be archived")
	}
	Deliver(a.World, a.Process(nil), a.Rows)
	a.Once(a.Rows, "delivered again")
}

// HeldByLock proves that a segment stays, whoever asks for its end without the right
// to go round the retention, which the tenant role lacks.
func (w *World) HeldByLock(key string) {
	w.T.Helper()
	head, err := w.S3.HeadObject(w.T.Context(), &s3.HeadObjectInput{Bucket: aws.String(w.Locked), Key: aws.String(key)})
	harness.Must(w.T, err)
	if head.ObjectLockMode == "" || head.ObjectLockRetainUntilDate == nil {
		w.T.Errorf("the segment is held by %q until %v", head.ObjectLockMode, head.ObjectLockRetainUntilDate)
	}
	_, err = w.S3.DeleteObject(w.T.Context(), &s3.DeleteObjectInput{Bucket: aws.String(w.Locked), Key: aws.String(key), VersionId: head.VersionId})
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		w.T.Errorf("a locked version was deleted: %v", err)
	}
}
