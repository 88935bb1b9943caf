package signin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

// memberFlow is an act on members whose calls fail in turn.
type memberFlow struct {
	name   string
	begin  func(s *stage) (by, target person) // before anything fails
	act    func(s *stage, a *app, by, target person) answer
	repeat func(s *stage, by, target person) // what a person does after a 503; it must end right
	done   map[string]int                    // entries of the trail in the end, also under a fault
}

func invitationFlows() []memberFlow {
	return []memberFlow{
		{
			name:  "invite",
			begin: func(s *stage) (person, person) { return s.payer(), person{address: address()} },
			act: func(_ *stage, a *app, by, target person) answer {
				return a.invite(by, target.address, "owner", "Idempotency-Key", "one")
			},
			repeat: func(s *stage, by, target person) {
				s.invite(by, target.address, "owner", "Idempotency-Key", "one").expect(s, 201, "")
				s.accepted(target.address)
			},
			done: map[string]int{"member.joined": 1},
		},
		{
			name: "accept",
			begin: func(s *stage) (person, person) {
				owner, target := s.payer(), person{address: address()}
				s.invite(owner, target.address, "owner").expect(s, 201, "")
				return owner, target
			},
			act: func(s *stage, a *app, _, target person) answer { return a.accept(s.invitation(target.address)) },
			repeat: func(s *stage, by, target person) {
				if got := s.accept(s.invitation(target.address)); got.status != 200 { // it was done, and the answer lost
					got.expect(s, 401, "invitation_invalid")
				}
				if in := s.signIn(target.address); in.body["user"].(map[string]any)["tenant_id"] != by.tenant {
					s.Errorf("joined %s", in.raw)
				}
			},
			done: map[string]int{"member.joined": 1, "account.created": 1},
		},
		{
			name: "revoke",
			begin: func(s *stage) (person, person) {
				owner, target := s.payer(), person{address: address()}
				target.user = s.invite(owner, target.address, "").expect(s, 201, "").text("id")
				return owner, target
			},
			act: func(_ *stage, a *app, by, target person) answer {
				return a.as(by, "DELETE", invitationsPath+"/"+target.user, "")
			},
			repeat: func(s *stage, by, target person) {
				if got := s.as(by, "DELETE", invitationsPath+"/"+target.user, ""); got.status != 204 {
					got.expect(s, 404, "not_found")
				}
				s.accept(s.invitation(target.address)).expect(s, 401, "invitation_invalid")
			},
			done: map[string]int{"invitation.revoked": 1},
		},
	}
}

func memberFlows() []memberFlow {
	pair := func(role string) func(*stage) (person, person) {
		return func(s *stage) (person, person) {
			owner := s.payer()
			return owner, s.joined(owner, role)
		}
	}
	return []memberFlow{
		{
			name: "remove", begin: pair("owner"),
			act: func(_ *stage, a *app, by, target person) answer { return a.remove(by, target.user) },
			repeat: func(s *stage, by, target person) {
				if got := s.remove(by, target.user); got.status != 204 {
					got.expect(s, 404, "not_found")
				}
				s.me(target.text("access_token")).expect(s, 401, "session_ended")
			},
			done: map[string]int{"member.removed": 1},
		},
		{
			name: "leave", begin: pair("owner"),
			act: func(_ *stage, a *app, _, target person) answer { return a.leave(target) },
			repeat: func(s *stage, _, target person) {
				if got := s.leave(target); got.status != 204 {
					got.expect(s, 401, "session_ended")
				}
			},
			done: map[string]int{"member.left": 1},
		},
		{
			name: "change a role", begin: pair("member"),
			act:    func(_ *stage, a *app, by, target person) answer { return a.setRole(by, target.user, "owner") },
			repeat: func(s *stage, by, target person) { s.setRole(by, target.user, "owner").expect(s, 200, "") },
			done:   map[string]int{"member.role_changed": 1},
		},
	}
}

// Every call of every act on members fails in turn. There is never half a member,
// an act without its entry or one with two; and the same act again ends right.
func TestMembersSurviveTheFailureOfAnyCall(t *testing.T) {
	harness.Proof(t)
	for _, flow := range harness.SomeOf(slices.Concat(invitationFlows(), memberFlows())) {
		harness.Sweep{
			Flow: flow.name, Skip: secretRead, Parallel: true,
			Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
		}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			s := newStage(t)
			by, target := flow.begin(s)
			broken := s.under(plan)
			got := flow.act(s, broken, by, target)
			if got.status >= 300 && (got.status != 503 || got.cookie() != "") {
				t.Fatalf("under the fault: %d %s", got.status, got.raw)
			}
			s.settle(t, by.tenant)
			if got.status == 503 || flow.name == "invite" {
				flow.repeat(s, by, target)
			}
			s.settle(t, by.tenant)
			for action, want := range flow.done {
				if got := s.audited(action); got != want {
					t.Errorf("%d entries %s, want %d", got, action, want)
				}
			}
			if got := s.audited("invitation.sent"); got == 0 {
				t.Error("no entry invitation.sent")
			}
			if got := strings.Count(s.items(s.Platform), `"Value":"TENANT"`); got != 1 {
				t.Errorf("%d accounts", got)
			}
			return broken.faults
		})
	}
}
