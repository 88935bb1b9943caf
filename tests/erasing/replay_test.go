package erasing_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// A backup brings the account back: the certificates clear it away again.
func TestARestoredAccountIsErasedAgain(t *testing.T) {
	w := newWorld(t)
	a := w.account()
	other := w.account()
	others := w.everything().without(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	harness.Must(t, p.run(a.id, e))
	if !w.marked(a) {
		t.Error("the account's erasure is not on record by its id")
	}
	w.plant(a)
	replay := func() erasure.Replayed {
		done, err := erasure.Replay(tenant.Doing(t.Context(), tenant.Erase), p.ledger, erasure.Eraser{Items: p.items}, p.objects)
		harness.Must(t, err)
		return done
	}
	if done := replay(); done.Erasures != 1 || done.Found != 1 || done.Erased.Counts().Items < 30 || done.Erased.Counts().Objects != 15 {
		t.Errorf("replayed %+v", done)
	}
	p.gone(a, others, e)
	if done := replay(); done.Found != 0 {
		t.Errorf("replayed again: %+v", done)
	}
	if len(w.everything().of(other)) < 30 {
		t.Error("the other account is not whole")
	}
}

// The address signs up again while its old account is being erased: whatever is of the
// address is the new account's by then, and stays.
func TestAnAddressThatSignsUpAgainStartsEmptyAndStays(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	fresh := tenant.NewID()
	p := w.process()
	signedUp := map[string]item{
		"ADDR#" + a.address:     {"tenant": str(fresh), "user": str(fresh)},
		"MAILRATE#" + a.address: {"link": str("anew" + fresh)},
		"LINK#anew" + fresh:     {"email": str(a.address)},
		"GUESS#" + a.address:    {"tat": num(1)},
		"SUPPRESS#" + a.address: {"reason": str("bounce")},
	}
	p.before = func(step erasure.Step) {
		if step == erasure.StepQuiet {
			for key, it := range signedUp {
				it["pk"] = str(key)
				w.put(w.store.Directory, it)
			}
		}
	}
	harness.Must(t, p.run(a.id, e))
	left := w.everything()
	for key, it := range signedUp {
		if left[key] != printed(it) {
			t.Errorf("%s is %q, was %q", key, left[key], printed(it))
		}
		delete(left, key)
	}
	delete(left, "RECEIPT#"+string(e.Receipt))
	for key, value := range left.of(a) {
		t.Errorf("left: %s %s", key, value)
	}
	w.plant(a) // and after a restore it still is
	w.put(w.store.Directory, signedUp["ADDR#"+a.address])
	_, err := erasure.Replay(tenant.Doing(t.Context(), tenant.Erase), p.ledger, erasure.Eraser{Items: p.items}, p.objects)
	harness.Must(t, err)
	if got := w.everything()["ADDR#"+a.address]; got != printed(signedUp["ADDR#"+a.address]) {
		t.Errorf("the new account's address is %q", got)
	}
}

// More versions than one listing holds, and several unfinished uploads.
func TestMoreVersionsThanOneListingHolds(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	a := w.account(small...)
	others := w.everything().without(a)
	key := tenant.ObjectPrefix(a.id) + "jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/"
	most := 1_020
	for n := range most {
		w.object(fmt.Sprintf("%spart-%d", key, n%7), "version")
	}
	for range 3 {
		w.begunUpload(key + "video.mp4")
	}
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	harness.Must(t, p.run(a.id, e))
	p.gone(a, others, e)
	if c := w.certificate(p, e).Counts; c.Objects != int64(most)+3 || c.Unfinished != 4 {
		t.Errorf("counted %+v", c)
	}
}

// A member's erasure takes what is of that member, and nothing of the account's.
func TestAMembersErasureLeavesTheAccount(t *testing.T) {
	w := newWorld(t)
	a := w.account()
	member := account{id: a.id, user: auth.UserID(tenant.NewID()), address: "member-" + tenant.NewID() + "@example.org", ids: map[string]string{"link": "memberlink" + tenant.NewID()}}
	before := w.everything()
	w.member(member)
	e := erasure.New(erasure.Member, member.user, a.user, w.clock.Now(), w.clock.Now())
	w.askMember(member, e)
	p := w.process()
	harness.Must(t, p.run(a.id, e))
	after := w.everything()
	for key := range after {
		if _, was := before[key]; !was && after[key] != "" {
			if place := key[:len("T#")+26] + " / AUDIT#"; len(key) > len(place) && key[:len(place)] == place {
				delete(after, key) // that the member was erased, by ids
			}
		}
	}
	w.same(before, after)
	if c := w.certificate(p, e); c.Subject != erasure.Member || len(c.Users) != 1 || c.Users[0] != string(member.user) || c.Counts.Items < 7 {
		t.Errorf("%+v", c)
	}
	w.member(member)
	done, err := erasure.Replay(tenant.Doing(t.Context(), tenant.Erase), p.ledger, erasure.Eraser{Items: p.items}, nil)
	if err != nil || done.Found != 1 {
		t.Errorf("replayed %+v %v", done, err)
	}
	restored := w.everything()
	for key := range before {
		if restored[key] == "" {
			t.Errorf("the replay took %s, which is the account's", key)
		}
	}
	if left := restored.of(account{id: "none", user: member.user, address: member.address, ids: map[string]string{"customer": "none", "hash": "none", "link": member.ids["link"]}}); len(left) > 1 {
		t.Errorf("left: %v", left)
	}
}

// marked reports whether the account's erasure is on record by its id alone.
func (w *world) marked(a account) bool {
	w.Helper()
	found, err := s3files.NewErasures(w.store.AWS, w.locked).Erased(tenant.Doing(w.Context(), tenant.Correct), a.id)
	harness.Must(w.T, err)
	return found
}

// member plants what is of a member.
func (w *world) member(m account) {
	w.Helper()
	a := str(tenant.CredentialsPartition(m.id))
	w.put(w.store.Platform, item{"pk": a, "sk": str("USER#" + string(m.user)), "email": str(m.address), "status": str("active"), "member_status": str("removed")})
	w.put(w.store.Platform, item{"pk": a, "sk": str("SESSION#of" + string(m.user)), "user": str(string(m.user)), "place": str("192.0.2.7")})
	for kind, it := range map[string]item{
		"ADDR#": {"tenant": str(string(m.id)), "user": str(string(m.user))}, "MAILRATE#": {"link": str(m.ids["link"])}, "GUESS#": {}, "SUPPRESS#": {},
	} {
		it["pk"] = str(kind + m.address)
		w.put(w.store.Directory, it)
	}
	w.put(w.store.Directory, item{"pk": str("LINK#" + m.ids["link"]), "email": str(m.address)})
}

// askMember stores a member's erasure, as the end of a membership does.
func (w *world) askMember(m account, e erasure.Erasure) {
	w.Helper()
	w.put(w.store.Platform, item{
		"pk": str(tenant.DataPartition(m.id)), "sk": str("ERASURE#" + e.ID), "subject": str("member"), "status": str("waiting"), "member": str(string(m.user)),
		"attempt": num(1), "restarts": num(0), "created_at": num(int(e.AskedAt.UnixMicro())), "effective_at": num(int(e.EffectiveAt.UnixMicro())),
		"erased": empty(), "user": str(string(e.AskedBy)),
	})
}

// only is a locked bucket with one certificate.
type only string

func (only) Put(context.Context, string, string, []byte) ([]byte, error) { return nil, nil }
func (only) Mark(context.Context, tenant.ID) error                       { return nil }
func (o only) Each(_ context.Context, visit func([]byte) error) error    { return visit([]byte(o)) }

// A member's certificate without a user is no reason to take everything, nor nothing.
func TestACertificateOfNobodyStopsTheReplay(t *testing.T) {
	for _, users := range []string{`[]`, `null`, `[""]`} {
		c := only(`{"erasure_id":"e","tenant_id":"` + tenant.NewID() + `","subject":"member","user_ids":` + users + `}`)
		if _, err := erasure.Replay(t.Context(), c, erasure.Eraser{}, nil); err == nil {
			t.Errorf("user_ids %s were replayed", users)
		}
	}
}

// A process that dies after it has written the certificate leaves a receipt that says
// "running". A replay shows the certificate there before it removes what says whose
// receipt it is.
func TestAReplayEndsTheReceipt(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	p.steps[erasure.StepCertify] = func(ctx context.Context, _ workflow.Input) (erasure.Out, error) {
		c := erasure.Certificate{Erasure: e.ID, Tenant: string(a.id), Subject: erasure.Account, ErasedAt: w.clock.Now()}
		data, err := json.Marshal(c)
		harness.Must(t, err)
		_, err = p.ledger.Put(ctx, "2026-11", e.ID, data)
		harness.Must(t, err)
		return erasure.Out{}, errKilled
	}
	if err := p.run(a.id, e); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if w.marked(a) {
		t.Error("it is on record by its id before anybody wrote that")
	}
	for range 2 {
		_, err := erasure.Replay(tenant.Doing(t.Context(), tenant.Erase), p.ledger, erasure.Eraser{Items: p.items, Receipts: p.store}, p.objects)
		harness.Must(t, err)
	}
	r, err := p.store.Receipt(tenant.Doing(t.Context(), tenant.Receipt), e.Receipt, w.clock.Now())
	if err != nil || r.Status != erasure.Erased || r.Certificate == nil {
		t.Errorf("the receipt: %+v %v", r, err)
	}
	if !w.marked(a) {
		t.Error("the replay has not put it on record by its id")
	}
}

// A member who was an owner is no owner in a restored copy either.
func TestAReplayEndsOwnership(t *testing.T) {
	w := newWorld(t)
	a, other := w.account("USER#", "TENANT", "ROSTER"), auth.UserID(tenant.NewID())
	certificate := only(`{"erasure_id":"e","tenant_id":"` + string(a.id) + `","subject":"member","user_ids":["` + string(a.user) + `"]}`)
	w.put(w.store.Platform, item{
		"pk": str(tenant.DataPartition(a.id)), "sk": str("TENANT"), "plan": str("pro"), "status": str("active"), "owner": str(string(other)),
		"owners": &types.AttributeValueMemberSS{Value: []string{string(a.user), string(other)}},
	})
	p := w.process()
	_, err := erasure.Replay(tenant.Doing(t.Context(), tenant.Erase), certificate, erasure.Eraser{Items: p.items}, nil)
	harness.Must(t, err)
	for key, value := range w.everything().of(a) {
		if strings.Contains(value, string(a.user)) {
			t.Errorf("still named: %s %s", key, value)
		}
	}
}
