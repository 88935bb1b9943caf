package signin_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// Whoever joins an account that is to be erased is told so, once; before that is asked
// for, and after it was taken back, nobody is. A token that was used tells nobody again.
func TestWhoJoinsAnAccountThatIsToBeErasedIsTold(t *testing.T) {
	s := newStage(t)
	owner := s.payer()
	told := func(p person) (n int) {
		for _, m := range s.mails(p.address) {
			if strings.Contains(m.BodyText, "that you have just joined is to be erased") {
				n++
			}
		}
		return n
	}
	if early := s.joined(owner, "member"); told(early) != 0 {
		t.Error("told before it was asked for")
	}
	s.closeAccount(owner, owner.address).expect(t, 202, "")
	for _, role := range []string{"member", "owner"} {
		newcomer := s.joined(owner, role)
		s.accept(s.invitation(newcomer.address)).expect(t, 401, "invitation_invalid")
		if n := told(newcomer); n != 1 || len(s.closing(newcomer.address)) != 0 {
			t.Errorf("a new %s was told %d times, with %d tokens", role, n, len(s.closing(newcomer.address)))
		}
	}
	s.as(owner, "POST", keepPath, "").expect(t, 200, "")
	if late := s.joined(owner, "member"); told(late) != 0 {
		t.Error("told after it was taken back")
	}
}

// An owner asks, everybody is told, anybody's mail takes it back; and again.
func TestAnAccountIsClosedAndKept(t *testing.T) { harness.OnBothStores(t, anAccountIsClosedAndKept) }

func anAccountIsClosedAndKept(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner := s.payer()
	member := s.joined(owner, "member")
	s.closeAccount(member, member.address).expect(t, 403, "forbidden")
	s.closeAccount(owner, member.address).expect(t, 400, "invalid_input")
	s.closeAccount(owner, "").expect(t, 400, "invalid_input")
	s.keep("").expect(t, 401, "unauthenticated")
	if got := s.as(owner, "GET", deletionPath, "").expect(t, 200, ""); got.text("status") != "none" {
		t.Errorf("before: %s", got.raw)
	}
	asked := s.closeAccount(owner, " "+strings.ToUpper(owner.address)+" ").expect(t, 202, "")
	s.closeAccount(owner, owner.address).expect(t, 409, "erasure_pending")
	if got := s.as(member, "GET", deletionPath, "").expect(t, 200, ""); got.text("status") != "waiting" || got.text("erasure_id") != asked.text("erasure_id") {
		t.Errorf("waiting: %s", got.raw)
	}
	mailed := s.closing(member.address)
	if len(mailed) != 1 || !slices.Equal(mailed, s.closing(owner.address)) {
		t.Fatalf("mailed: %d to the member, %d to the owner", len(mailed), len(s.closing(owner.address)))
	}
	receipt := strings.TrimPrefix(asked.text("receipt_url"), appURL)
	if all := s.items(s.Platform) + s.items(s.Directory) + s.logs.String(); strings.Contains(all, mailed[0]) || strings.Contains(all, receipt[len("/api/erasures/"):]) {
		t.Error("a token is stored or logged")
	}
	for _, method := range []string{"GET", "HEAD"} {
		s.call(method, keepPath+"?token="+mailed[0], "")
	}
	if got := s.call("GET", receipt, "").expect(t, 200, ""); got.text("status") != "waiting" || strings.Contains(got.raw, "@") || strings.Contains(got.raw, owner.tenant) {
		t.Errorf("receipt: %s", got.raw)
	}
	s.me(owner.text("access_token")).expect(t, 200, "")
	s.as(member, "POST", keepPath, "").expect(t, 403, "forbidden")
	s.keep(mailed[0]).expect(t, 200, "")
	s.keep(mailed[0]).expect(t, 401, "link_invalid")
	if got := s.call("GET", receipt, "").expect(t, 200, ""); got.text("status") != "canceled" {
		t.Errorf("receipt: %s", got.raw)
	}
	if got := s.mails(member.address); !strings.Contains(got[len(got)-1].BodyText+got[len(got)-2].BodyText, "was taken back") {
		t.Error("the member was not told that the account stays")
	}
	s.closeAccount(owner, owner.address).expect(t, 202, "")
	s.keep(mailed[0]).expect(t, 401, "link_invalid")
	s.as(owner, "POST", keepPath, "").expect(t, 200, "")
	s.as(owner, "POST", keepPath, "").expect(t, 200, "")
	for action, want := range map[string]int{"erasure.asked": 2, "erasure.canceled": 2} {
		if got := s.audited(action); got != want {
			t.Errorf("%d entries %s, want %d", got, action, want)
		}
	}
	s.settle(t, owner.tenant)
}

// Only a session that began a moment ago ends an account, however new its token is.
func TestAnOldSessionClosesNothing(t *testing.T) {
	s := newStage(t)
	owner := s.payer()
	s.clock.Forward(erasure.Fresh + time.Second)
	renewed := s.refresh(owner.cookie()).expect(t, 200, "")
	owner.answer = renewed
	s.closeAccount(owner, owner.address).expect(t, 403, "sign_in_again")
	owner.answer = s.signIn(owner.address)
	s.closeAccount(owner, owner.address).expect(t, 202, "")
}

// Once its time has come, neither mail nor owner takes it back.
func TestTooLateIsTooLate(t *testing.T) {
	s := newStage(t)
	owner := s.payer()
	s.closeAccount(owner, owner.address).expect(t, 202, "")
	token := s.closing(owner.address)[0]
	s.clock.Forward(coolOff)
	owner.answer = s.signIn(owner.address)
	s.keep(token).expect(t, 409, "erasure_begun")
	s.as(owner, "POST", keepPath, "").expect(t, 409, "erasure_begun")
	if got := s.audited("erasure.canceled"); got != 0 {
		t.Errorf("%d entries", got)
	}
}

// Mail that is not wanted, or cannot be sent, stops nothing.
func TestMailStopsNoErasure(t *testing.T) {
	s := newStage(t)
	owner := s.payer()
	deaf := s.joined(owner, "member")
	store := dynamo.NewSuppressions(dynamo.NewClient(s.AWS, s.Platform, s.Directory))
	if _, err := store.Suppress(t.Context(), auth.NewSuppression(auth.Address(deaf.address), auth.Bounced, s.clock.Now())); err != nil {
		t.Fatal(err)
	}
	s.closeAccount(owner, owner.address).expect(t, 202, "")
	if len(s.closing(deaf.address)) != 0 || len(s.closing(owner.address)) != 1 {
		t.Error("who takes no mail was mailed, or stopped the others'")
	}
	silent := s.under([]calls.Fault{{Operation: "SESv2.SendEmail", Nth: 1, Kind: calls.LostBefore, Forever: true}})
	silent.as(owner, "POST", keepPath, "").expect(t, 200, "")
	silent.closeAccount(owner, owner.address).expect(t, 202, "")
}

// Of many who ask at once one is heard, and one mail goes to each.
func TestAskersRace(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 20, askersRace)
}

func askersRace(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner := s.payer()
	var wg sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		wg.Go(func() { statuses[i] = s.closeAccount(owner, owner.address).status })
	}
	wg.Wait()
	slices.Sort(statuses)
	if statuses[0] != 202 || statuses[1] != 409 || statuses[7] != 409 {
		t.Errorf("answered %v", statuses)
	}
	if n := s.audited("erasure.asked"); n != 1 || len(s.closing(owner.address)) != 1 {
		t.Errorf("%d entries, %d mails", n, len(s.closing(owner.address)))
	}
}

// Taking back and beginning at the same moment: one of them, and all of it.
func TestKeepingRacesTheBeginning(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 40, keepingRacesTheBeginning)
}

func keepingRacesTheBeginning(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner := s.payer()
	id := s.closeAccount(owner, owner.address).expect(t, 202, "").text("erasure_id")
	token := s.closing(owner.address)[0]
	book := dynamo.NewErasures(dynamo.NewClient(s.AWS, s.Platform, s.Directory))
	at := s.clock.Now().Add(coolOff)
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Erase), tenant.ID(owner.tenant))
	in := workflow.Input{TenantID: tenant.ID(owner.tenant), JobID: id, Attempt: 1}
	var began error
	var kept answer
	var wg sync.WaitGroup
	wg.Go(func() {
		_, began = book.Begin(ctx, in, at, at.Add(time.Minute), audit.New(at, audit.ErasureBegun, audit.Product, "", id))
	})
	wg.Go(func() { kept = s.keep(token) })
	wg.Wait()
	item := s.items(s.Platform)
	switch {
	case began == nil && kept.status != 200 && strings.Contains(item, `"frozen"`):
	case began != nil && kept.status == 200 && !strings.Contains(item, `"frozen"`):
	default:
		t.Errorf("begun: %v; kept: %d %s", began, kept.status, kept.raw)
	}
}

// What is of a member goes with the membership: it is open work from then on. The
// address has an account of its own next time.
func TestWhoLeavesIsErased(t *testing.T) { harness.OnBothStores(t, whoLeavesIsErased) }

func whoLeavesIsErased(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner := s.payer()
	leaver, removed := s.joined(owner, "member"), s.joined(owner, "owner")
	s.leave(leaver).expect(t, 204, "")
	s.remove(owner, removed.user).expect(t, 204, "")
	s.leave(owner).expect(t, 409, "last_owner")
	client := dynamo.NewClient(s.AWS, s.Platform, s.Directory)
	due, _, err := dynamo.NewOpenWork(client).Overdue(tenant.WithSweep(t.Context()), openwork.Erasure, s.clock.Now().Add(time.Second), "")
	if err != nil {
		t.Fatal(err)
	}
	whose := map[auth.UserID]auth.UserID{}
	for _, e := range due {
		found, err := dynamo.NewErasures(client).Erasure(tenant.WithTenant(t.Context(), e.Tenant), e.Tenant, e.ID)
		if err != nil || found.Subject != erasure.Member || string(e.Tenant) != owner.tenant {
			t.Errorf("%+v of %s: %v", found, e.Tenant, err)
		}
		whose[found.User] = found.AskedBy
	}
	if len(due) != 2 || whose[auth.UserID(leaver.user)] != auth.UserID(leaver.user) || whose[auth.UserID(removed.user)] != auth.UserID(owner.user) {
		t.Errorf("to be erased: %v", whose)
	}
	again := s.signIn(leaver.address).body["user"].(map[string]any)
	if again["tenant_id"] == owner.tenant || again["role"] != "owner" {
		t.Errorf("signed up again: %v", again)
	}
}

// Every call of asking and of taking back fails in turn, and each is asked for
// again: it is done, once.
func TestClosingSurvivesTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{
		Flow: "close and keep", Skip: secretRead, Parallel: true, Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled),
	}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s := newStage(t)
		owner := s.person()
		failing := s.under(plan)
		if got := failing.closeAccount(owner, owner.address); got.status != 202 {
			if again := s.closeAccount(owner, owner.address); again.status != 202 && again.status != 409 {
				t.Fatalf("asked: %d %s, then %d %s", got.status, got.raw, again.status, again.raw)
			}
		}
		if got := s.as(owner, "GET", deletionPath, "").expect(t, 200, ""); got.text("status") != "waiting" {
			t.Errorf("asked: %s", got.raw)
		}
		if got := failing.as(owner, "POST", keepPath, ""); got.status != 200 {
			s.as(owner, "POST", keepPath, "").expect(t, 200, "")
		}
		if got := s.as(owner, "GET", deletionPath, "").expect(t, 200, ""); got.text("status") != "none" {
			t.Errorf("taken back: %s", got.raw)
		}
		if asked, kept := s.audited("erasure.asked"), s.audited("erasure.canceled"); asked != 1 || kept != 1 {
			t.Errorf("%d entries that it was asked for, %d that it was taken back", asked, kept)
		}
		return failing.faults
	})
}
