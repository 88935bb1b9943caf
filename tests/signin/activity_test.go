package signin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

const auditBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

func (a *app) activity(access, query string) answer {
	a.t.Helper()
	return a.call("GET", "/api/account/audit"+query, "", "Authorization", "Bearer "+access)
}

// auditActs are the actions of a page, in its order.
func (a answer) auditActs() (all []string) {
	for _, it := range a.auditItems() {
		all = append(all, it["action"].(string))
	}
	return all
}

func (a answer) auditItems() (all []map[string]any) {
	list, _ := a.body["items"].([]any)
	for _, it := range list {
		all = append(all, it.(map[string]any))
	}
	return all
}

func (a answer) auditActor(i int, name string) string {
	actor, _ := a.auditItems()[i]["actor"].(map[string]any)
	return actor[name].(string)
}

func TestTheOwnerSeesWhoDidWhatFromWhere(t *testing.T) {
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db)
		who := address()
		in := s.call("POST", "/api/auth/magic-link/verify", `{"token":"`+s.token(who)+`"}`, "User-Agent", auditBrowser).expect(t, 200, "")
		access := in.text("access_token")
		me := s.me(access).expect(t, 200, "")
		first := s.activity(access, "").expect(t, 200, "")
		if got := first.auditActs(); !slices.Contains(got, "account.created") || !slices.Contains(got, "session.opened") {
			t.Fatalf("after the first sign-in: %s", first.raw)
		}
		s.clock.Forward(time.Minute)
		change := billing.TermsChange{TenantID: tenant.ID(me.text("tenant_id")), Plan: tenant.Pro}
		if _, err := billing.ChangeTerms(t.Context(), dynamo.NewTerms(dynamo.NewClient(s.AWS, s.Platform, s.Directory)), change, s.clock.Now()); err != nil {
			t.Fatal(err)
		}
		all := s.activity(access, "").expect(t, 200, "")
		newest, last := all.auditItems()[0], len(all.auditItems())-1
		if newest["action"] != "terms.changed" || newest["detail"] != "pro" || newest["result"] != "done" || all.auditActor(0, "kind") != "operator" || all.auditActor(0, "id") != "" || newest["device"] != "" {
			t.Errorf("the operator's act: %v", newest)
		}
		if all.auditActor(last, "kind") != "user" || all.auditActor(last, "label") != who || !strings.Contains(all.raw, `"id":"`+all.auditActor(last, "id")+`"`) {
			t.Errorf("the person's act: %s", all.raw)
		}
		if opened := all.auditItems()[slices.Index(all.auditActs(), "session.opened")]; !strings.Contains(opened["device"].(string), "Firefox") && opened["place"] == "" {
			t.Errorf("from where: %v", opened)
		}
	})
}

func TestTheTrailIsPagedWithinItsMonth(t *testing.T) {
	s := newStage(t)
	s.clock.Set(time.Date(2027, 3, 31, 23, 58, 0, 0, time.UTC))
	who := address()
	s.signIn(who)
	access := s.signIn(who).text("access_token")
	whole := s.activity(access, "").expect(t, 200, "").auditActs()
	var paged []string
	for query, pages := "?limit=1", 0; query != "" && pages < 10; pages++ {
		page := s.activity(access, query).expect(t, 200, "")
		paged = append(paged, page.auditActs()...)
		query = ""
		if next := page.text("next_cursor"); next != "" {
			query = "?limit=1&cursor=" + next
		}
		if pages == 0 {
			s.clock.Forward(5 * time.Minute) // a page that is asked for in April still goes on in March
		}
	}
	if !slices.Equal(paged, whole) || len(paged) < 3 {
		t.Errorf("page by page %v, at once %v", paged, whole)
	}
	if now := s.activity(access, ""); len(now.auditItems()) != 0 {
		t.Errorf("in April: %s", now.raw)
	}
	if march := s.activity(access, "?month=2027-03"); !slices.Equal(march.auditActs(), whole) {
		t.Errorf("of March: %s", march.raw)
	}
}

func TestTheTrailIsTheOwnersAlone(t *testing.T) {
	s := newStage(t)
	p := s.person()
	access := p.text("access_token")
	stranger := s.signIn(address()).text("access_token")
	for _, month := range []string{"2026-13", "2026-1", "x", "2026-11%23"} {
		s.activity(access, "?month="+month).expect(t, 400, "invalid_input")
	}
	if other := s.activity(stranger, "").expect(t, 200, ""); strings.Contains(other.raw, p.user) {
		t.Errorf("another's trail: %s", other.raw)
	}
	if next := s.activity(access, "?limit=1").text("next_cursor"); next == "" {
		t.Error("there is no second page")
	} else {
		s.activity(stranger, "?limit=1&cursor="+next).expect(t, 400, "invalid_cursor")
		s.activity(access, "?month=2026-01&limit=1&cursor="+next).expect(t, 400, "invalid_cursor")
	}
	s.call("GET", "/api/account/audit", "").expect(t, http.StatusUnauthorized, "unauthenticated")
	s.clock.Forward(time.Second)
	s.change(p, "USER#"+p.user, map[string]string{"role": "member"})
	s.activity(access, "").expect(t, http.StatusForbidden, "")
}

// What was erased of a person and a session is not made up.
func TestWhatIsForgottenIsEmpty(t *testing.T) {
	s := newStage(t)
	p := s.person()
	access := p.text("access_token")
	before := s.activity(access, "").expect(t, 200, "")
	s.change(p, "USER#"+p.user, map[string]string{"email": ""})
	after := s.activity(access, "").expect(t, 200, "")
	if after.auditActor(0, "label") != "" || after.auditActor(0, "id") != p.user || len(after.auditItems()) != len(before.auditItems()) {
		t.Errorf("%s", after.raw)
	}
}
