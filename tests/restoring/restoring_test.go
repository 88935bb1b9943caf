package restoring

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/restore"
	"github.com/devotionalai/platform/shared/domains/backup"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

var moment = time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)

// TestWhoWasErasedIsGoneFromARestoredBackup: the backup holds the erased tenant; the
// replay removes it, and it alone.
func TestWhoWasErasedIsGoneFromARestoredBackup(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	ctx, erased := t.Context(), w.tenants[1]
	backups, err := w.service.Backup(ctx, w.tables, moment)
	harness.Must(t, err)
	whole := w.read(w.tables).Totals()
	if w.erase(ctx, w.tables, erased) != projects+3 {
		t.Fatal("the tenant was not there")
	}
	made, err := w.service.FromBackups(ctx, w.tables, backups, moment)
	harness.Must(t, err)
	t.Cleanup(func() { w.clear() })
	harness.Must(t, w.service.SetUp(ctx, w.tables, made, false))

	now, back := w.read(w.tables), w.read(made)
	if back.Of(erased) != projects+2 || now.Of(erased) != 0 {
		t.Fatalf("%d items of the erased tenant came back, %d are in use", back.Of(erased), now.Of(erased))
	}
	if c := restore.Compare(now, back, now, moment); len(c.Faults) != projects+3 {
		t.Errorf("the replay is skipped, and %d items are named: %v", len(c.Faults), c.Faults)
	} else if strings.Contains(strings.Join(c.Faults, " "), "@") {
		t.Errorf("an address is named: %v", c.Faults)
	}

	w.certify(erased)
	replay := restore.Erasures(w.cfg, w.locked)
	if n, err := replay(ctx, made); n != projects+3 || err != nil {
		t.Errorf("%d items were erased again (%v), want %d", n, err, projects+3)
	}
	if n, err := replay(ctx, made); n != 0 || err != nil {
		t.Errorf("replayed again: %d items (%v)", n, err)
	}
	if !w.marked(erased) {
		t.Error("whose tables are restored, their erasure is not marked")
	}
	back = w.read(made)
	if c := restore.Compare(now, back, now, moment); len(c.Faults) > 0 || c.Same != len(now) || c.Changed+c.Expired != 0 {
		t.Errorf("%+v, want all %d the same", c, len(now))
	}
	totals := back.Totals()
	for _, id := range w.tenants {
		want := whole[string(id)]
		if id == erased {
			want = restore.Total{}
		}
		if totals[string(id)] != want {
			t.Errorf("%s: %+v, want %+v", id, totals[string(id)], want)
		}
	}
}

func (w *world) clear() {
	_, err := w.service.Leftovers(context.Background(), w.tables)
	harness.Must(w.t, err)
}

// TestADrillHoldsAndLeavesNothing: what changes while it runs is no fault, what a
// killed one has left is removed, and it says when it held.
func TestADrillHoldsAndLeavesNothing(t *testing.T) {
	w := newWorld(t)
	backups, err := w.service.Backup(t.Context(), w.tables, moment.Add(-time.Hour))
	harness.Must(t, err)
	made, err := w.service.FromBackups(t.Context(), w.tables, backups, moment.Add(-time.Hour)) // and here it was killed
	harness.Must(t, err)
	bare, err := w.service.SettingsOf(t.Context(), made.Platform)
	harness.Must(t, err)
	if bare.Recovery || bare.Stream != "" || bare.Expires != "" || len(bare.Tags) > 0 {
		t.Fatalf("a restored table is set up by itself: %+v; nothing here would show that it is done", bare)
	}
	drill := w.drill()
	replay := drill.Replay
	drill.Replay = func(ctx context.Context, made restore.Pair) (int64, error) {
		found, err := w.service.SettingsOf(ctx, made.Platform)
		harness.Must(t, err)
		if !found.Recovery || found.Stream == "" || found.Expires != "expires_at" || found.Tags["cost"] != "product" {
			t.Errorf("the restored table is set up as %+v", found)
		}
		w.put(w.tables.Platform, item{"pk": text("T#" + string(w.tenants[0])), "sk": text("TENANT"), "plan": text("pro"), "status": text("active")})
		if w.read(w.tables).Of(w.tenants[1]) > 0 { // it is erased while the drill runs
			w.erase(ctx, w.tables, w.tenants[1])
			w.certify(w.tenants[1])
		}
		return replay(ctx, made)
	}
	c, err := drill.Run(t.Context())
	harness.Must(t, err)
	if w.marked(w.tenants[1]) {
		t.Error("a drill wrote to the locked bucket who was erased")
	}
	if len(c.Faults) > 0 || c.Same == 0 || c.Changed == 0 {
		t.Errorf("%+v", c)
	}
	if n := w.leftovers(); n != 0 {
		t.Errorf("%d tables and backups are left", n)
	}
	if last := w.last(); last != (backup.Drill{At: moment, Result: backup.Held, HeldAt: moment}) {
		t.Errorf("recorded: %+v", last)
	}
}

// TestADrillFindsWhatIsWrong: each fault fails it, is recorded, and leaves nothing.
func TestADrillFindsWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	nothing := func(context.Context, restore.Pair) (int64, error) { return 0, nil }
	if _, err := w.replaying(nothing).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the replay broke")
	of := func(id tenant.ID) string { return "T#" + string(id) }
	for name, c := range map[string]struct {
		replay restore.Replay
		want   error
		said   string
	}{
		"one item changed": {func(_ context.Context, made restore.Pair) (int64, error) {
			w.put(made.Platform, item{"pk": text(of(w.tenants[2])), "sk": text("TENANT"), "plan": text("enterprise"), "status": text("active")})
			return 0, nil
		}, restore.ErrFailed, "is not what it was"},
		"one item lost": {func(ctx context.Context, made restore.Pair) (int64, error) {
			w.remove(ctx, made.Platform, item{"pk": text(of(w.tenants[2])), "sk": text("TENANT")})
			return 0, nil
		}, restore.ErrFailed, "is missing"},
		"a tenant too many": {func(_ context.Context, made restore.Pair) (int64, error) {
			w.put(made.Platform, item{"pk": text("T#01ARZ3NDEKTSV4RRFFQ69G5FAV"), "sk": text("TENANT")})
			return 0, nil
		}, restore.ErrFailed, "is of a tenant that is not there"},
		"a replay that never ends": {func(context.Context, restore.Pair) (int64, error) { return 1, nil }, nil, ""},
		"a replay that breaks":     {func(context.Context, restore.Pair) (int64, error) { return 0, broken }, broken, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.clock.Forward(time.Hour)
			found, err := w.replaying(c.replay).Run(t.Context())
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("it ends with %v", err)
			}
			if c.said != "" && (len(found.Faults) != 1 || !strings.HasSuffix(found.Faults[0], c.said)) {
				t.Errorf("it names %v, want one that %s", found.Faults, c.said)
			}
			if last := w.last(); last != (backup.Drill{At: w.clock.Now(), Result: backup.Failed, HeldAt: moment}) {
				t.Errorf("recorded: %+v", last)
			}
			if n := w.leftovers(); n != 0 {
				t.Errorf("%d tables and backups are left", n)
			}
		})
	}
}
