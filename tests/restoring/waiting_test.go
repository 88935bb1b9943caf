package restoring

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/infra/restore"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

func micros(at time.Time) types.AttributeValue { return number(strconv.FormatInt(at.UnixMicro(), 10)) }

// asks has an account's erasure wait, due at a time.
func (w *world) asks(id tenant.ID, subject erasure.Subject, due time.Time) string {
	w.t.Helper()
	asked := tenant.NewID()
	w.put(w.tables.Platform, item{
		"pk": text("T#" + string(id)), "sk": text("ERASURE#" + asked), "subject": text(string(subject)), "status": text("waiting"),
		"attempt": number("1"), "restarts": number("0"), "rounds": number("0"), "erased": &types.AttributeValueMemberM{Value: item{}},
		"created_at": micros(due.Add(-time.Hour)), "effective_at": micros(due), "keep": text("hash-" + asked), "receipt": text("receipt-" + asked),
		"open": text(string(openwork.Erasure)), "due_at": number(strconv.FormatInt(due.UnixMilli(), 10)),
	})
	w.put(w.tables.Directory, item{"pk": text("KEEP#hash-" + asked), "tenant": text(string(id)), "erasure": text(asked)})
	if subject == erasure.Account {
		w.put(w.tables.Platform, item{"pk": text("T#" + string(id)), "sk": text("TENANT"), "plan": text("free"), "status": text("active"), "erasure": text(asked)})
	}
	return asked
}

// TestARestoreErasesNobodyWhoStayed: an erasure that waited when the backup was made
// is taken back in what is restored of it, because its owner may have taken it back
// since; that of a member, who has left, goes on.
func TestARestoreErasesNobodyWhoStayed(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	ctx, stayed := t.Context(), w.tenants[0]
	account := w.asks(stayed, erasure.Account, moment.Add(time.Hour))
	member := w.asks(w.tenants[1], erasure.Member, moment)
	backups, err := w.service.Backup(ctx, w.tables, moment)
	harness.Must(t, err)
	made, err := w.service.FromBackups(ctx, w.tables, backups, moment)
	harness.Must(t, err)
	t.Cleanup(func() { w.clear() })

	later := moment.Add(48 * time.Hour) // the erasure would be overdue by far
	back, err := restore.TakeBack(ctx, w.cfg, made, later)
	if err != nil || !slices.Equal(back, []tenant.ID{stayed}) {
		t.Fatalf("taken back: %v, %v; want that of %s", back, err, stayed)
	}
	client := dynamo.NewClient(w.cfg, made.Platform, made.Directory)
	own := tenant.WithTenant(ctx, stayed)
	if e, err := dynamo.NewErasures(client).Erasure(own, stayed, account); err != nil || e.Status != erasure.Canceled {
		t.Errorf("the account's erasure is %q, %v", e.Status, err)
	}
	if _, err := dynamo.NewErasures(client).Pending(own, stayed); err == nil {
		t.Error("the account still waits for its erasure")
	}
	open, _, err := dynamo.NewOpenWork(client).Overdue(tenant.WithSweep(ctx), openwork.Erasure, later, "")
	if err != nil || len(open) != 1 || open[0].ID != member {
		t.Errorf("the sweep would find %v, %v; want the member's alone", open, err)
	}
	if again, err := restore.TakeBack(ctx, w.cfg, made, later); err != nil || len(again) != 0 {
		t.Errorf("taken back again: %v, %v", again, err)
	}
}
