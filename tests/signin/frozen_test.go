package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// frozen begins the erasure of a person's account, as its first step does.
func (s *stage) frozen(t *testing.T, owner person) {
	t.Helper()
	id := s.closeAccount(owner, owner.address).expect(t, 202, "").text("erasure_id")
	client, at := dynamo.NewClient(s.AWS, s.Platform, s.Directory), s.clock.Now().Add(coolOff)
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Erase), tenant.ID(owner.tenant))
	in := workflow.Input{TenantID: tenant.ID(owner.tenant), JobID: id, Attempt: 1}
	if _, err := dynamo.NewErasures(client).Begin(ctx, in, at, at.Add(time.Minute), audit.New(at, audit.ErasureBegun, audit.Product, "", id)); err != nil {
		t.Fatal(err)
	}
	if err := dynamo.NewErasable(client).Freeze(ctx, in.TenantID); err != nil {
		t.Fatal(err)
	}
}

// What let somebody in before an account was frozen lets nobody in afterwards, and
// nothing that lies in a mailbox does.
func TestOldCredentialsDieWithTheAccount(t *testing.T) {
	s := newStage(t)
	owner := s.payer()
	member, other := s.joined(owner, "member"), s.person()
	key, _ := s.key(owner)
	s.invite(owner, address(), "member").expect(t, 201, "")
	invited := address()
	s.invite(owner, invited, "member").expect(t, 201, "")
	link, cookie := s.token(owner.address), owner.cookie()
	s.frozen(t, owner)
	for name, got := range map[string]answer{
		"an access token": s.me(owner.text("access_token")), "a member's": s.me(member.text("access_token")),
		"a refresh cookie": s.refresh(cookie), "a key": s.program(key), "a link": s.verify(link),
		"an invitation": s.accept(s.invitation(invited)), "asking again": s.closeAccount(owner, owner.address),
		"keeping": s.as(owner, "POST", keepPath, ""), "a new link": s.verify(s.token(member.address)),
	} {
		if got.status != 401 && got.status != 403 {
			t.Errorf("%s is answered %d %s", name, got.status, got.raw)
		}
	}
	s.keep(s.closing(owner.address)[0]).expect(t, 401, "link_invalid")
	if got := s.items(s.Platform); strings.Count(got, `"member.joined"`) != 1 {
		t.Error("somebody joined")
	}
	s.me(other.text("access_token")).expect(t, 200, "")
}
