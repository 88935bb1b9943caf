package signin_test

import (
	"context"
	"testing"

	"github.com/devotionalai/platform/shared/domains/audit"
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

func (l lateInvitations) Withdraw(ctx context.Context, i auth.Invitation, caller auth.User, e audit.Entry) error {
	l.meddle()
	return l.InvitationStore.Withdraw(ctx, i, caller, e)
}

type lateKeys struct {
	auth.APIKeyStore
	meddle func()
}

func (l lateKeys) AddKey(ctx context.Context, k auth.APIKey, most int, e audit.Entry) error {
	l.meddle()
	return l.APIKeyStore.AddKey(ctx, k, most, e)
}

func (l lateKeys) ReplaceSecret(ctx context.Context, k auth.APIKey, before auth.KeyHash, e audit.Entry) error {
	l.meddle()
	return l.APIKeyStore.ReplaceSecret(ctx, k, before, e)
}

func (l lateKeys) DropKey(ctx context.Context, t tenant.ID, id auth.KeyID, by auth.UserID, e audit.Entry) error {
	l.meddle()
	return l.APIKeyStore.DropKey(ctx, t, id, by, e)
}

// Whoever is no owner any more, or out, does nothing as one: not even an act that
// was let in before.
func TestAnOwnersActIsHeldToTheRoleAtItsWrite(t *testing.T) {
	harness.OnBothStores(t, anOwnersActIsHeldToTheRoleAtItsWrite)
}

func anOwnersActIsHeldToTheRoleAtItsWrite(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, unlimited)
	for change, code := range map[string]problem.Code{"demote": problem.Forbidden, "remove": problem.SessionEnded} {
		for _, act := range []string{"remove", "set role", "invite", "withdraw", "make a key", "rotate a key", "revoke a key"} {
			owner := s.payer()
			late, victim := s.joined(owner, "owner"), s.joined(owner, "member")
			key, id := s.key(owner)
			open := s.invite(owner, address(), "").expect(t, 201, "").text("id")
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
			keys := &auth.APIKeys{Store: lateKeys{dynamo.NewAPIKeys(s.client(nil)), meddle}, Now: s.clock.Now}
			ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Remove), caller.Tenant)
			var err error
			switch act {
			case "remove":
				err = members.Remove(ctx, caller, victim.user)
			case "set role":
				_, err = members.SetRole(ctx, caller, victim.user, auth.Owner)
			case "invite":
				ctx = tenant.WithTenant(tenant.Doing(t.Context(), tenant.Invite), caller.Tenant)
				_, err = inviter.Invite(ctx, caller, address(), auth.Member, idempotency.Claim{})
			case "withdraw":
				ctx = tenant.WithTenant(tenant.Doing(t.Context(), tenant.Invite), caller.Tenant)
				err = inviter.Withdraw(ctx, caller, open)
			case "make a key":
				_, err = keys.Create(ctx, caller, "late")
			case "rotate a key":
				_, err = keys.Rotate(ctx, caller, auth.KeyID(id), 0)
			case "revoke a key":
				err = keys.Revoke(ctx, caller, auth.KeyID(id))
			}
			if !done || !problem.Is(err, code) {
				t.Errorf("%s after %s: %v, want %s", act, change, err, code)
			}
			if kept := s.kept(owner); len(kept.keys) != 1 || kept.acts["key.rotated"] != 0 {
				t.Errorf("%s after %s: %+v", act, change, kept)
			}
			s.program(key).expect(t, 200, "")
			s.me(victim.text("access_token")).expect(t, 200, "")
			if owners, _ := s.settle(t, owner.tenant); len(owners) != 1 {
				t.Errorf("%s after %s: owners %v", act, change, owners)
			}
		}
	}
}
