package signin_test

import (
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// Whoever is no owner any more lets nobody in, and least of all himself: what he
// sent before is worth as little as what he sends now.
func TestAnInvitationIsWorthNoMoreThanWhoSentIt(t *testing.T) {
	harness.OnBothStores(t, anInvitationIsWorthNoMoreThanWhoSentIt)
}

func anInvitationIsWorthNoMoreThanWhoSentIt(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, unlimited)
	for end, do := range map[string]func(owner, sender person){
		"removed": func(owner, sender person) { s.remove(owner, sender.user).expect(t, 204, "") },
		"demoted": func(owner, sender person) { s.setRole(owner, sender.user, "member").expect(t, 200, "") },
		"left":    func(_, sender person) { s.leave(sender).expect(t, 204, "") },
	} {
		owner := s.payer()
		sender := s.joined(owner, "owner")
		asOwner, asMember, byOwner := address(), address(), address()
		s.invite(sender, asOwner, "owner").expect(t, 201, "")
		s.invite(sender, asMember, "member").expect(t, 201, "")
		s.invite(owner, byOwner, "member").expect(t, 201, "")
		do(owner, sender)
		for _, invited := range []string{asOwner, asMember} {
			s.accept(s.invitation(invited)).expect(t, 401, "invitation_invalid")
			if got := s.signsIn(t, invited); got != "" {
				t.Errorf("%s: %s signs in to %s", end, invited, got)
			}
		}
		s.accepted(byOwner)
		s.invite(owner, asMember, "member").expect(t, 201, "")
		s.accepted(asMember)
		if owners, _ := s.settle(t, owner.tenant); len(owners) != 1 {
			t.Errorf("%s: owners %v", end, owners)
		}
	}
}
