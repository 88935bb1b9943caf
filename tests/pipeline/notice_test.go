package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// outbox keeps mails; down makes the next so many fail, and full those to an address.
type outbox struct {
	mu   sync.Mutex
	down int
	full auth.Address
	sent []auth.Mail
}

func (o *outbox) Send(_ context.Context, m auth.Mail) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down > 0 {
		if o.down--; o.down%2 == 1 {
			return problem.New(problem.MailFailed, "Mail cannot be sent from here yet.") // the sender is not verified
		}
		return errors.New("the mail service is down")
	}
	if m.To == o.full {
		return errors.New("the mailbox does not answer")
	}
	o.sent = append(o.sent, m)
	return nil
}

func (o *outbox) subjects() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []string
	for _, m := range o.sent {
		all = append(all, m.Subject)
	}
	return strings.Join(all, "; ")
}

func (w *world) notifier(faults *calls.Faults, mail auth.Mailer) notice.Notifier {
	store := w.process(faults).store
	guarded := auth.Guarded{Mailer: mail, Suppressed: dynamo.NewSuppressions(store), Now: w.clock.Now}
	return notice.Notifier{
		Store: dynamo.NewNotices(store), Mail: guarded, Quotas: metering.NewQuotas(w.base),
		AppURL: "http://app.test", Now: w.clock.Now, Warn: w.warned.Add,
	}
}

// managing is the context that notices are sent in.
func (w *world) managing() context.Context {
	return tenant.WithTenant(tenant.Doing(w.t.Context(), tenant.Notify), w.id)
}

// addOwners makes people the owners of the tenant; who is called after removed-
// is one no more.
func (w *world) addOwners(names ...string) {
	w.t.Helper()
	client, ids := dynamodb.NewFromConfig(w.tables.AWS), &types.AttributeValueMemberSS{}
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for _, name := range names {
		id, status := tenant.NewID(), "active"
		if strings.HasPrefix(name, "removed-") {
			status = "removed"
		}
		ids.Value = append(ids.Value, id)
		_, err := client.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.tables.Platform), Item: map[string]types.AttributeValue{
			"pk": text("A#" + string(w.id)), "sk": text("USER#" + id), "email": text(name + "@example.com"), "status": text("active"), "member_status": text(status),
		}})
		harness.Must(w.t, err)
	}
	_, err := client.UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.tables.Platform), Key: map[string]types.AttributeValue{"pk": text("T#" + string(w.id)), "sk": text("TENANT")},
		UpdateExpression: aws.String("SET #owners = :owners"), ExpressionAttributeNames: map[string]string{"#owners": "owners"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":owners": ids},
	})
	harness.Must(w.t, err)
}

// Every owner is told, once; one whose mailbox fails is told later, and holds up
// nobody.
func TestEveryOwnerIsTold(t *testing.T) {
	w := newWorld(t)
	w.addOwners("ada", "bea", "cleo", "removed-dora")
	w.base.ImagesCount = 1
	w.previews(1)
	mail := outbox{full: "bea@example.com"}
	told := func() string {
		var all []string
		for _, m := range mail.sent {
			all = append(all, string(m.To))
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
	for range 2 { // bea's still fails, and nobody hears of it twice
		if got := told(); got != "ada@example.com cleo@example.com" {
			t.Fatalf("told: %s", got)
		}
		w.clock.Forward(6 * time.Minute)
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
	}
	mail.full = ""
	for range 2 {
		w.clock.Forward(6 * time.Minute)
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
		if got := told(); got != "ada@example.com bea@example.com cleo@example.com" {
			t.Fatalf("in the end: %s", got)
		}
	}
}

// addOwner gives the tenant a person to write to.
func (w *world) addOwner() {
	w.t.Helper()
	client, owner := dynamodb.NewFromConfig(w.tables.AWS), tenant.NewID()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := client.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.tables.Platform), Item: map[string]types.AttributeValue{
		"pk": text("A#" + string(w.id)), "sk": text("USER#" + owner), "email": text("owner@example.com"), "status": text("active"),
	}})
	harness.Must(w.t, err)
	_, err = client.UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.tables.Platform), Key: map[string]types.AttributeValue{"pk": text("T#" + string(w.id)), "sk": text("TENANT")},
		UpdateExpression: aws.String("SET #owner = :owner"), ExpressionAttributeNames: map[string]string{"#owner": "owner"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":owner": text(owner)},
	})
	harness.Must(w.t, err)
}

func (w *world) previews(n int) {
	w.t.Helper()
	for range n {
		_, _, _, err := w.previewer(w.process(nil), easel{}).Preview(w.ctx(), w.id, "a lake", render.Square, idempotency.Claim{})
		harness.Must(w.t, err)
	}
}

func TestOwnersAreToldOncePerMarkAndMonth(t *testing.T) {
	w := newWorld(t)
	w.addOwner()
	w.base.ImagesCount = 10
	var mail outbox
	look := func() {
		t.Helper()
		var all sync.WaitGroup
		for range 4 { // the stream hands a change over more than once
			all.Go(func() {
				if err := w.notifier(nil, &mail).Notify(w.managing(), w.id); err != nil {
					t.Errorf("look: %v", err)
				}
			})
		}
		all.Wait()
		harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
	}
	w.previews(7)
	look()
	if got := mail.subjects(); got != "" {
		t.Fatalf("at 70 %%: %s", got)
	}
	w.previews(1)
	look()
	if got := mail.subjects(); got != "You have used 80 % of your images" {
		t.Fatalf("at 80 %%: %s", got)
	}
	w.previews(2)
	look()
	look()
	if got := mail.subjects(); got != "You have used 80 % of your images; Your images are used up" {
		t.Fatalf("at 100 %%: %s", got)
	}
	first := mail.sent[0]
	if first.To != "owner@example.com" || !strings.Contains(first.Text, "\nhttp://app.test/usage\n") || !strings.Contains(first.Text, "8 of 10 images") || !strings.Contains(first.HTML, "8 of 10 images") {
		t.Errorf("%+v", first)
	}
	w.clock.Forward(30 * 24 * time.Hour)
	look()
	w.previews(10)
	look()
	if got := strings.Count(mail.subjects(), ";"); got != 2 { // straight to 100: the lower mark says nothing more
		t.Fatalf("in the next month: %s", mail.subjects())
	}
}

func TestAFullStorageIsSaid(t *testing.T) {
	w := newWorld(t)
	w.addOwner()
	w.previews(1) // 7 bytes
	w.base.StorageMB = 7e-6
	var mail outbox
	harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
	if got := mail.subjects(); got != "Your storage is full" || strings.Contains(mail.sent[0].Text, "month begins") {
		t.Fatalf("%s: %+v", got, mail.sent)
	}
}

// Whatever call fails, the owner is told in the end, and twice only when the
// process died between sending and noting it.
func TestNoFailureLosesANotice(t *testing.T) {
	harness.Proof(t)
	shared := newWorld(t)
	var ways []harness.Way
	for _, kind := range []calls.Kind{calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut, calls.KillBefore, calls.KillAfter} {
		ways = append(ways, harness.Way{Kind: kind, Forever: true})
	}
	harness.Sweep{Flow: "notice", Ways: ways}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w := shared.as(t)
		w.addOwner()
		w.base.ImagesCount = 1
		w.previews(1)
		var mail outbox
		faults := calls.Plant(plan...).OnKill(func() {})
		if err := w.notifier(faults, &mail).Notify(w.managing(), w.id); err != nil && faults.Struck() == 0 {
			t.Fatalf("nothing failed: %v", err)
		}
		w.clock.Forward(6 * time.Minute)
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
		if len(mail.sent) == 0 { // not even begun: the stream hands the change over again
			harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
		}
		sent := len(mail.sent)
		w.clock.Forward(6 * time.Minute)
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
		harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
		if most := 1 + min(1, faults.Struck()); sent < 1 || sent > most || len(mail.sent) != sent {
			t.Errorf("%d mails, %d in the end", sent, len(mail.sent))
		}
		return faults
	})
}

// TestASuppressedOwnerIsSentNoNotice: the others are, and nothing is tried again.
func TestASuppressedOwnerIsSentNoNotice(t *testing.T) {
	w := newWorld(t)
	w.addOwners("annoyed", "glad")
	w.base.ImagesCount = 1
	told := auth.NewSuppression("annoyed@example.com", auth.Complained, w.clock.Now())
	if _, err := dynamo.NewSuppressions(w.process(nil).store).Suppress(tenant.Doing(t.Context(), tenant.Feedback), told); err != nil {
		t.Fatal(err)
	}
	w.clock.Forward(auth.ComplaintHeld)
	w.previews(1)
	var mail outbox
	for range 2 {
		harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
		w.clock.Forward(6 * time.Minute)
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
	}
	for _, m := range mail.sent {
		if m.To != "glad@example.com" {
			t.Errorf("sent to %s", m.To)
		}
	}
	if len(mail.sent) == 0 {
		t.Error("nobody was told")
	}
}

func TestAMailThatFailsIsSentAgain(t *testing.T) {
	w := newWorld(t)
	w.addOwner()
	w.base.ImagesCount = 1
	w.previews(1)
	mail := outbox{down: 2}
	see := func() {
		t.Helper()
		if failed := w.notifier(nil, &mail).NotifyEach(tenant.Doing(t.Context(), tenant.Notify), []notice.Touched{{Tenant: w.id, Ref: "1"}, {Tenant: w.id, Ref: "2"}}); len(failed) != 0 {
			t.Fatalf("%v would hold up the stream", failed)
		}
	}
	see()
	see()
	for range 3 { // down once more, then fine, then nothing left to do
		w.clock.Forward(6 * time.Minute)
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
	}
	if got := mail.subjects(); got != "Your images are used up" {
		t.Fatalf("%q", got)
	}
	if open, err := dynamo.NewNotices(w.process(nil).store).Overdue(tenant.WithSweep(tenant.Doing(t.Context(), tenant.Notify)), w.clock.Now().Add(time.Hour)); err != nil || len(open) != 0 {
		t.Errorf("%v is still open (%v)", open, err)
	}
}

// What is no longer true is not said: the month is over, or storage was freed.
func TestAnOverdueNoticeThatIsNoLongerTrueIsDropped(t *testing.T) {
	w := newWorld(t)
	w.addOwner()
	w.base.ImagesCount = 1
	w.previews(1)
	mail := outbox{down: 1}
	harness.Must(t, w.notifier(nil, &mail).Notify(w.managing(), w.id))
	w.clock.Forward(30 * 24 * time.Hour)
	for range 2 {
		harness.Must(t, w.notifier(nil, &mail).Sweep(tenant.Doing(t.Context(), tenant.Notify)))
	}
	if got := mail.subjects(); got != "" {
		t.Fatalf("in the next month: %q", got)
	}
}
