package signin_test

import (
	"context"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// lateMembers and lateInvitations do something between what an owner's act was
// decided from and its write.
type lateMembers struct {
	auth.MemberStore
	meddle func()
}

func (l lateMembers) ChangeMember(ctx context.Context, c auth.MemberChange) error {
	l.meddle()
	return l.MemberStore.ChangeMember(ctx, c)
}

type lateInvitations struct {
	auth.InvitationStore
	meddle func()
}

func (l lateInvitations) Invite(ctx context.Context, o auth.Offer) error {
	l.meddle()
	return l.InvitationStore.Invite(ctx, o)
}

// Whoever is no owner any more, or out, does nothing as one: not even an act that
// was let in before.
func TestAnOwnersActIsHeldToTheRoleAtItsWrite(t *testing.T) {
	harness.OnBothStores(t, anOwnersActIsHeldToTheRoleAtItsWrite)
}

func anOwnersActIsHeldToTheRoleAtItsWrite(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	for change, code := range map[string]problem.Code{"demote": problem.Forbidden, "remove": problem.SessionEnded} {
		for _, act := range []string{"remove", "set role", "invite"} {
			owner := s.payer()
			late, victim := s.joined(owner, "owner"), s.joined(owner, "member")
			done := false
			meddle := func() {
				if done {
					return
				}
				done = true
				if change == "demote" {
					s.setRole(owner, late.user, "member").expect(t, 200, "")
				} else {
					s.remove(owner, late.user).expect(t, 204, "")
				}
			}
			caller := auth.Caller{Tenant: tenant.ID(late.tenant), Principal: auth.Principal{User: auth.UserID(late.user), Email: late.address}, Role: auth.Owner}
			members := &auth.Members{Store: lateMembers{dynamo.NewMembers(s.client(nil)), meddle}, Now: s.clock.Now}
			inviter := &auth.Inviter{Store: lateInvitations{dynamo.NewInvitations(s.client(nil)), meddle}, Mail: nil, AppURL: appURL, Now: s.clock.Now}
			ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Remove), caller.Tenant)
			want := code
			var err error
			switch act {
			case "remove":
				err = members.Remove(ctx, caller, victim.user)
			case "set role":
				_, err = members.SetRole(ctx, caller, victim.user, auth.Owner)
			case "invite":
				ctx = tenant.WithTenant(tenant.Doing(t.Context(), tenant.Invite), caller.Tenant)
				_, err = inviter.Invite(ctx, caller, address(), auth.Member, idempotency.Claim{})
				want = problem.Forbidden
			}
			if !done || !problem.Is(err, want) {
				t.Errorf("%s after %s: %v, want %s", act, change, err, want)
			}
			s.me(victim.text("access_token")).expect(t, 200, "")
			if owners, _ := s.settle(t, owner.tenant); len(owners) != 1 {
				t.Errorf("%s after %s: owners %v", act, change, owners)
			}
		}
	}
}
