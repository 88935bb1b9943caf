package signin_test

import (
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
)

// When no attempt of an act's transaction brings an answer, the act's entry in the
// audit trail tells whether it was made. Else the person is told that it failed,
// and a second time that there is nobody to do it to, or that he is out.
func TestAnActOnMembersWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	s := newStage(t, unlimited)
	lost := func() *app {
		return s.under([]calls.Fault{{Operation: "DynamoDB.TransactWriteItems", Nth: 1, Kind: calls.LostAfter}})
	}
	owner, invited, withdrawn := s.payer(), address(), address()
	leaver, removed := s.joined(owner, "owner"), s.joined(owner, "member")
	lost().invite(owner, invited, "").expect(t, 201, "")
	s.accepted(invited)
	id := s.invite(owner, withdrawn, "").expect(t, 201, "").text("id")
	lost().as(owner, "DELETE", invitationsPath+"/"+id, "").expect(t, 204, "")
	s.accept(s.invitation(withdrawn)).expect(t, 401, "invitation_invalid")
	lost().setRole(owner, removed.user, "owner").expect(t, 200, "")
	lost().remove(owner, removed.user).expect(t, 204, "")
	s.me(removed.text("access_token")).expect(t, 401, "session_ended")
	lost().leave(leaver).expect(t, 204, "")
	s.me(leaver.text("access_token")).expect(t, 401, "session_ended")
	second := s.signIn(owner.address)
	lost().end(owner.text("access_token"), sessionIn(second)).expect(t, 204, "")
	s.me(second.text("access_token")).expect(t, 401, "session_ended")
	for action, want := range map[string]int{
		"invitation.sent": 4, "invitation.revoked": 1, "member.role_changed": 1, "member.removed": 1, "member.left": 1, "session.ended": 1,
	} {
		if got := s.audited(action); got != want {
			t.Errorf("%d entries %s, want %d", got, action, want)
		}
	}
	s.settle(t, owner.tenant)
}
