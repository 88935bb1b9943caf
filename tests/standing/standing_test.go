// Package standing proves on the emulator what operators see of each tenant: what it
// used, cost and paid to the cent, and when it was last seen.
package standing_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tariff"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

func now() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) }

func day(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 10, 11, 12, 0, time.UTC)
}

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number[N int | int64](n N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

// world is a table with tenants, as the product stores them.
type world struct {
	t      *testing.T
	tables *harness.Store
	db     *dynamodb.Client // without the guard: the stage, not the function
	ids    map[string]tenant.ID
	warned harness.Warnings
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store := harness.Tables(t)
	return &world{t: t, tables: store, db: dynamodb.NewFromConfig(store.AWS), ids: map[string]tenant.ID{}}
}

func (w *world) put(pk, sk string, fields item) {
	w.t.Helper()
	fields["pk"], fields["sk"] = text(pk), text(sk)
	_, err := w.db.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.tables.Platform), Item: fields})
	harness.Must(w.t, err)
}

// tenant makes one that waits to be reconciled, like all of them.
func (w *world) tenant(name, plan, status string) tenant.ID {
	w.t.Helper()
	id := tenant.ID(tenant.IDAt(day(9, 1)))
	w.ids[name] = id
	w.put("T#"+string(id), "TENANT", item{
		"plan": text(plan), "status": text(status), "created_at": number(day(9, 1).UnixMicro()), "owner": text(tenant.NewID()),
		"open": text(fmt.Sprintf("RECONCILE#%d", len(w.ids)%8)), "due_at": number(now().Add(time.Duration(len(w.ids)) * time.Minute).UnixMilli()),
	})
	return id
}

// of stores an item of a tenant's data.
func (w *world) of(id tenant.ID, sk string, fields item) {
	w.t.Helper()
	w.put("T#"+string(id), sk, fields)
}

// use is a month's counters in stored units; grown is in bytes, as the level is.
func (w *world) use(id tenant.ID, month string, images, seconds, milliminutes, grown int64) {
	w.t.Helper()
	w.of(id, "USAGE#"+month, item{
		"images_count_taken": number(images), "tts_seconds_taken": number(seconds * 1000), "render_minutes_taken": number(milliminutes * 60),
		"storage_mb_taken": number(grown),
	})
}

func (w *world) stored(id tenant.ID, bytes int64) {
	w.t.Helper()
	w.of(id, "USAGE#level", item{"storage_mb_taken": number(bytes), "active_jobs": number(0)})
}

func (w *world) invoice(id tenant.ID, name, plan string, at time.Time, amount, refunded int64, currency string) {
	w.t.Helper()
	w.of(id, "INVOICE#"+name, item{
		"plan": text(plan), "amount": number(amount), "refunded": number(refunded), "currency": text(currency), "at": number(at.UnixMilli()),
		"period_end": number(at.AddDate(0, 1, 0).UnixMilli()),
	})
}

func (w *world) subscription(id tenant.ID, plan string, status billing.Status, end time.Time, ends bool) {
	w.t.Helper()
	w.of(id, "SUBSCRIPTION", item{
		"subscription": text("sub_1"), "plan": text(plan), "status": text(string(status)), "period_end": number(end.UnixMilli()),
		"cancel_at_end": &types.AttributeValueMemberBOOL{Value: ends}, "grants": number(1), "revision": number(1),
	})
}

// surveyor works as the function does: watched by the guard, doing what its act opens.
func (w *world) surveyor() standing.Surveyor {
	cfg := w.tables.AWS.Copy()
	calls.Watch(&cfg, nil)
	store := dynamo.NewSurvey(dynamo.NewClient(cfg, w.tables.Platform, ""))
	return standing.Surveyor{Store: store, By: tariff.Sources{Painted: true, Neural: true}, Now: now, Warn: w.warned.Add}
}

func (w *world) context() context.Context { return tenant.Doing(w.t.Context(), tenant.Survey) }

// lines surveys a month and answers the lines by the tenants' names.
func (w *world) lines(s standing.Surveyor, month string) map[string]standing.Line {
	w.t.Helper()
	answer, err := s.Run(w.context(), standing.Request{Month: month})
	harness.Must(w.t, err)
	if answer.Cursor != "" || len(answer.Failed) > 0 || len(answer.Tenants) != len(w.ids) {
		w.t.Fatalf("%d of %d tenants, %v failed (%v), cursor %q", len(answer.Tenants), len(w.ids), answer.Failed, w.warned.All(), answer.Cursor)
	}
	all := map[string]standing.Line{}
	for name, id := range w.ids {
		i := slices.IndexFunc(answer.Tenants, func(l standing.Line) bool { return l.Tenant == id })
		if i < 0 {
			w.t.Fatalf("%s is not there", name)
		}
		all[name] = answer.Tenants[i]
	}
	return all
}

// filled makes the tenants whose figures are reckoned by hand below.
func filled(t *testing.T) *world {
	w := newWorld(t)
	id := w.tenant("much", "free", "active")
	w.use(id, "2026-11", 60, 900, 7500, 240e6)
	w.stored(id, 240e6)
	id = w.tenant("little", "pro", "active")
	w.use(id, "2026-11", 3, 30, 500, 4e6+5e6) // 5 MB are reserved for what is made now
	w.use(id, "2026-09", 1, 0, 0, 6e6)
	w.of(id, "USAGE#level", item{"storage_mb_taken": number(int64(15e6)), "storage_mb_reserved": number(int64(5e6)), "active_jobs": number(1)})
	w.invoice(id, "in_1", "pro", day(11, 10), 2900, 0, "usd")
	w.invoice(id, "in_0", "pro", day(10, 10), 2900, 0, "usd")
	w.subscription(id, "pro", billing.Active, day(12, 10), false)
	id = w.tenant("granted", "pro", "active")
	w.use(id, "2026-11", 50, 0, 0, 0)
	w.of(id, "GRANT", item{"plan": text("pro"), "until": number(day(12, 31).UnixMilli())})
	id = w.tenant("changed", "enterprise", "active")
	w.invoice(id, "in_1", "pro", day(11, 3), 2900, 1450, "usd")
	w.invoice(id, "in_2", "enterprise", day(11, 17), 7100, 0, "usd")
	w.invoice(id, "in_3", "pro", day(11, 18), 900, 0, "eur")
	w.subscription(id, "enterprise", billing.Active, day(12, 3), false)
	id = w.tenant("due", "pro", "active")
	w.use(id, "2026-11", 5, 0, 0, 0)
	w.subscription(id, "pro", billing.Active, day(11, 30), false)
	w.subscription(w.tenant("ending", "pro", "active"), "pro", billing.Active, day(11, 30), true)
	w.subscription(w.tenant("past due", "pro", "active"), "pro", billing.PastDue, day(12, 20), false)
	w.use(w.tenant("frozen", "free", "frozen"), "2026-11", 1, 0, 0, 0)
	w.tenant("idle", "free", "active")
	return w
}

// By hand, in dollars: a picture is 0.04; 900 s are 15 min of 850 characters at 16 a
// million, 0.204; a minute is 262.27 GB-s (0.004371), 86.86 transitions (0.002172), 186
// writes (0.000116) and 0.03 GB sent (0.0027), together 0.009359; a GB is 0.023.
func TestFiguresAreThoseReckonedByHand(t *testing.T) {
	w := filled(t)
	type figures struct{ paid, due, cost, margin int64 }
	for month, wanted := range map[string]map[string]figures{
		"2026-11": {
			"much":     {0, 0, 268, -268},   // 2.40 + 0.204 + 7.5 × 0.009359 + 0.24 × 0.023 = 2.679713
			"little":   {2900, 0, 13, 2887}, // 0.12 + 0.0068 + 0.5 × 0.009359 + 0.01 × 0.023 = 0.131709
			"granted":  {0, 0, 200, -200},   // 50 × 0.04; a grant pays nothing
			"changed":  {8550, 0, 0, 8550},  // 29.00 - 14.50 + 71.00; the euros are in no sum
			"due":      {0, 2900, 20, 2880}, // renews on the 30th
			"ending":   {0, 0, 0, 0},        // will not be billed again
			"past due": {0, 0, 0, 0},        // was billed, and has not paid
			"frozen":   {0, 0, 4, -4},       // one picture
			"idle":     {0, 0, 0, 0},        //
		},
		"2026-10": { // without use by anybody, but for what is kept: little's 6 MB are 0.000138
			"much": {}, "little": {2900, 0, 0, 2900}, "granted": {}, "changed": {}, "due": {}, "ending": {}, "past due": {}, "frozen": {}, "idle": {},
		},
	} {
		got := w.lines(w.surveyor(), month)
		for name, want := range wanted {
			l := got[name]
			if have := (figures{l.Paid, l.Due, l.Cost, l.Margin}); have != want {
				t.Errorf("%s in %s: %+v, want %+v", name, month, have, want)
			}
			if l.Losing() != (want.margin < 0) {
				t.Errorf("%s in %s: named as losing %v", name, month, l.Losing())
			}
		}
		if month != "2026-11" {
			if stored := got["little"].Use.StoredMB; stored != 6 {
				t.Errorf("little ended October with %v MB, want 6", stored)
			}
			continue
		}
		if l := got["much"]; l.Use != (standing.Use{Images: 60, Seconds: 900, Minutes: 7.5, StoredMB: 240}) {
			t.Errorf("much used %+v", l.Use)
		}
		if !got["granted"].Granted || got["little"].Granted || got["frozen"].State != standing.Frozen || !slices.Equal(got["changed"].Foreign, []string{"eur"}) {
			t.Errorf("granted, frozen or foreign: %+v", got)
		}
	}
	drawn := w.surveyor()
	drawn.By = tariff.Sources{}
	if l := w.lines(drawn, "")["much"]; l.Cost != 8 { // 0.070193 + 0.00552, where pictures and voice are made here
		t.Errorf("drawn and spoken here it costs %d cents", l.Cost)
	}
}

// The newest of a member's request, a key's and a recorded act of one of them; what
// the product and operators do is nobody's being there.
func TestLastSeen(t *testing.T) {
	w := newWorld(t)
	entry := func(id tenant.ID, at time.Time, actor string) {
		w.of(id, "AUDIT#"+at.Format("2006-01")+"#"+tenant.IDAt(at), item{"at": number(at.UnixMilli()), "action": text("plan.changed"), "result": text("done"), "actor": text(actor)})
	}
	member := w.tenant("member", "free", "active")
	w.put("A#"+string(member), "USER#"+tenant.NewID(), item{"email": text("a@example.com"), "tat": number(day(11, 20).UnixMicro()), "status": text("active")})
	w.put("A#"+string(member), "USER#"+tenant.NewID(), item{"email": text("b@example.com"), "status": text("active")})
	entry(member, day(11, 2), "user:"+tenant.NewID())
	keyed := w.tenant("key", "free", "active")
	w.put("A#"+string(keyed), "KEY#"+tenant.NewID(), item{"hash": text("secret"), "tat": number(day(11, 22).UnixMicro()), "status": text("active")})
	acted := w.tenant("act", "free", "active")
	entry(acted, day(10, 5), "user:"+tenant.NewID())
	entry(acted, day(11, 25), "product")
	entry(acted, day(11, 26), "operator")
	w.tenant("nobody", "free", "active")
	got := w.lines(w.surveyor(), "")
	for name, want := range map[string]time.Time{"member": day(11, 20), "key": day(11, 22), "act": day(10, 5)} {
		if seen := got[name].Seen; seen == nil || !seen.Equal(want.Truncate(time.Minute)) {
			t.Errorf("%s was seen %v, want %v", name, seen, want)
		}
	}
	if got["nobody"].Seen != nil {
		t.Errorf("nobody was seen %v", got["nobody"].Seen)
	}
	if said := fmt.Sprintf("%+v", got); strings.Contains(said, "example.com") || strings.Contains(said, "secret") {
		t.Error("an address or a hash is in the answer")
	}
}

// vanishing erases a tenant once it was listed.
type vanishing struct {
	standing.Store
	erase func()
}

func (v vanishing) Tenants(ctx context.Context, cursor string, most int) ([]tenant.ID, string, error) {
	page, next, err := v.Store.Tenants(ctx, cursor, most)
	v.erase()
	return page, next, err
}

func TestATenantThatGoesMeanwhileIsMarked(t *testing.T) {
	w := newWorld(t)
	w.tenant("stays", "free", "active")
	gone := w.tenant("goes", "pro", "active")
	s := w.surveyor()
	s.Store = vanishing{s.Store, func() {
		_, err := w.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(w.tables.Platform), Key: item{"pk": text("T#" + string(gone)), "sk": text("TENANT")}})
		harness.Must(t, err)
	}}
	got := w.lines(s, "")
	if l := got["goes"]; l.State != standing.Erased || l.Margin != 0 || l.Created != nil {
		t.Errorf("who is gone: %+v", l)
	}
	if got["stays"].State != standing.Active {
		t.Errorf("who stays: %+v", got["stays"])
	}
}

// Every tenant comes once, whatever the pages, and each costs as many reads as another.
func TestAllTenantsComeOverManyPages(t *testing.T) {
	const many, aPage, each = 60, 26, 8
	w := newWorld(t)
	for i := range many {
		w.tenant(fmt.Sprint(i), "free", "active")
	}
	s, came, asked := w.surveyor(), map[tenant.ID]int{}, 0
	for ask := (standing.Request{Limit: aPage}); ; asked++ {
		ctx, spent := calls.Count(w.context())
		answer, err := s.Run(ctx, ask)
		harness.Must(t, err)
		for _, l := range answer.Tenants {
			came[l.Tenant]++
		}
		if made, most := spent.Calls()["DynamoDB.Query"], each*len(answer.Tenants)+27; made > most || len(answer.Tenants) > aPage {
			t.Errorf("call %d: %d tenants with %d queries, at most %d with %d", asked, len(answer.Tenants), made, aPage, most)
		}
		if others := spent.Calls(); len(others) != 1 {
			t.Errorf("it does more than ask: %v", others)
		}
		if ask.Cursor = answer.Cursor; ask.Cursor == "" {
			break
		}
	}
	if len(came) != many || asked < 2 {
		t.Errorf("%d of %d tenants in %d calls", len(came), many, asked+1)
	}
	for id, times := range came {
		if times != 1 {
			t.Errorf("%s came %d times", id, times)
		}
	}
}

func TestWhatIsAskedWronglyIsRefused(t *testing.T) {
	s := newWorld(t).surveyor()
	ctx := tenant.Doing(t.Context(), tenant.Survey)
	for _, ask := range []standing.Request{{Month: "2026-12"}, {Month: "2026-13"}, {Month: "11"}, {Limit: -1}, {Limit: 501}} {
		_, err := s.Run(ctx, ask)
		harness.WantCode(t, err, problem.InvalidInput)
	}
	_, err := s.Run(ctx, standing.Request{Cursor: "x"})
	harness.WantCode(t, err, problem.InvalidCursor)
}
