package signin_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// callers is how many callers act at once.
const callers = 64

// together lets n callers act at once, and answers what each got.
func together(n int, act func(i int) answer) []answer {
	got := make([]answer, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { got[i] = act(i) })
	}
	all.Wait()
	return got
}

// tally counts answers by status and code, and fails for one that is not allowed.
func tally(t testing.TB, got []answer, allowed ...string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, a := range got {
		counts[strings.TrimSpace(fmt.Sprint(a.status, " ", a.text("code")))]++
	}
	for what := range counts {
		if !strings.Contains(strings.Join(allowed, ","), what) {
			t.Errorf("answers: %v, allowed are %v", counts, allowed)
		}
	}
	return counts
}

// owners is an account with n owners who are signed in: the first by a first
// sign-in, the others stand in the tables as invitations leave them.
func (s *stage) owners(n int) []person {
	s.Helper()
	first := s.payer()
	all, named := make([]person, n), []string{first.user}
	for i := range all {
		if all[i] = first; i > 0 {
			all[i] = person{address: address(), tenant: first.tenant, user: tenant.NewID()}
			named = append(named, all[i].user)
		}
	}
	for _, p := range all[1:] {
		s.put(s.Platform, map[string]types.AttributeValue{
			"pk": text("A#" + p.tenant), "sk": text("USER#" + p.user), "email": text(p.address), "role": text("owner"), "status": text("active"),
			"member_status": text("active"), "sessions": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}},
		})
		s.put(s.Directory, map[string]types.AttributeValue{"pk": text("ADDR#" + p.address), "tenant": text(p.tenant), "user": text(p.user)})
	}
	s.setTenant(first, "owners", &types.AttributeValueMemberSS{Value: named})
	for i, in := range together(n-1, func(i int) answer { return s.signIn(all[i+1].address) }) {
		all[i+1].answer = in
	}
	return all
}

func (s *stage) put(table string, it map[string]types.AttributeValue) {
	s.Helper()
	if _, err := dynamodb.NewFromConfig(s.AWS).PutItem(s.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: it}); err != nil {
		s.Fatal(err)
	}
}

// Of 64 owners each removes the next, or each makes the next a member, at once.
// Whatever the order, one is left at least; who was removed removes nobody after.
func TestOwnersWhoRemoveEachOtherLeaveOne(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 2, ownersWhoRemoveEachOtherLeaveOne)
}

func ownersWhoRemoveEachOtherLeaveOne(t *testing.T, db harness.Database) {
	allowed := []string{"200", "204", "409 last_owner", "401 session_ended", "403 forbidden", "404 not_found"}
	n := callers
	if !harness.InFull() {
		n = callers / 4
	}
	acts := map[string]func(s *stage, all []person, i int) answer{
		"remove the next": func(s *stage, all []person, i int) answer { return s.remove(all[i], all[(i+1)%n].user) },
		"demote the next": func(s *stage, all []person, i int) answer {
			return s.setRole(all[i], all[(i+1)%n].user, "member")
		},
		"leave": func(s *stage, all []person, i int) answer { return s.leave(all[i]) },
	}
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			s := newStageOn(t, db)
			all := s.owners(n)
			counts := tally(t, together(n, func(i int) answer { return act(s, all, i) }), allowed...)
			owners, _ := s.settle(t, all[0].tenant)
			if done := counts["200"] + counts["204"]; done != n-len(owners) || name == "leave" && len(owners) != 1 {
				t.Errorf("%d acts done, %d owners left: %v", done, len(owners), counts)
			}
			t.Logf("%s: %d owners left, %v", name, len(owners), counts)
		})
	}
}

// Everybody removes everybody else: exactly one is left, and he is in.
func TestEverybodyRemovesEverybody(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, everybodyRemovesEverybody)
}

func everybodyRemovesEverybody(t *testing.T, db harness.Database) {
	const people = 8
	for _, act := range []string{"remove", "demote"} {
		t.Run(act, func(t *testing.T) {
			s := newStageOn(t, db, "RATE_LIMIT_USER_PER_SECOND=100")
			all := s.owners(people)
			got := together(people*people, func(i int) answer {
				by, whom := all[i/people], all[i%people]
				if act == "remove" {
					return s.remove(by, whom.user)
				}
				return s.setRole(by, whom.user, "member")
			})
			counts := tally(t, got, "200", "204", "409 last_owner", "401 session_ended", "403 forbidden", "404 not_found")
			owners, members := s.settle(t, all[0].tenant)
			if len(owners) != 1 || act == "remove" && len(members) != 1 {
				t.Errorf("%d owners of %d members are left: %v", len(owners), len(members), counts)
			}
			for _, p := range all {
				if slices.Contains(owners, p.user) {
					s.me(p.text("access_token")).expect(t, 200, "")
				}
			}
		})
	}
}

func TestAnInvitationIsAcceptedOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, anInvitationIsAcceptedOnce)
}

func anInvitationIsAcceptedOnce(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner, invited := s.payer(), address()
	s.invite(owner, invited, "owner").expect(t, 201, "")
	token := s.invitation(invited)
	counts := tally(t, together(callers, func(int) answer { return s.accept(token) }), "200", "401 invitation_invalid")
	if counts["200"] != 1 || s.audited("member.joined") != 1 || s.audited("session.opened") != 2 {
		t.Errorf("%v, %d joined, %d sessions", counts, s.audited("member.joined"), s.audited("session.opened"))
	}
	if owners, members := s.settle(t, owner.tenant); len(owners) != 2 || len(members) != 2 {
		t.Errorf("owners %v, members %v", owners, members)
	}
}

// Members and open invitations are bounded together, whoever invites at once.
func TestInvitationsEndAtTheBound(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 2, invitationsEndAtTheBound)
}

func invitationsEndAtTheBound(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "RATE_LIMIT_USER_PER_SECOND=1000")
	owner, again := s.payer(), address()
	s.invite(owner, again, "").expect(t, 201, "")
	s.takeSeats(owner, auth.MaxSeats-2-10)
	counts := tally(t, together(18, func(int) answer { return s.invite(owner, address(), "") }), "201", "409 too_many_members")
	if counts["201"] != 10 {
		t.Errorf("%v, want 10 invitations", counts)
	}
	s.clock.Forward(2 * time.Hour)
	owner.answer = s.signIn(owner.address)
	s.invite(owner, again, "").expect(t, 201, "") // it has its seat
	s.invite(owner, address(), "").expect(t, 409, "too_many_members")
	s.clock.Forward(auth.InvitationLife)
	owner.answer = s.signIn(owner.address)
	s.invite(owner, address(), "").expect(t, 201, "") // those that expired make room
}

// takeSeats fills seats of the account's roster with invitations that are open.
func (s *stage) takeSeats(p person, n int) {
	s.Helper()
	db := dynamodb.NewFromConfig(s.AWS)
	for i := range n {
		id := fmt.Sprintf("01ARZ3NDEKTSV4RRFFQ69G%04d", i)
		valid := &types.AttributeValueMemberN{Value: fmt.Sprint(s.clock.Now().Add(auth.InvitationLife).UnixMicro())}
		s.put(s.Platform, map[string]types.AttributeValue{"pk": text("A#" + p.tenant), "sk": text("INVITATION#" + id), "valid_until": valid, "hash": text("none")})
		if _, err := db.UpdateItem(s.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String(s.Platform), Key: map[string]types.AttributeValue{"pk": text("A#" + p.tenant), "sk": text("ROSTER")},
			UpdateExpression: aws.String("SET seats.#n = :v"), ExpressionAttributeNames: map[string]string{"#n": id},
			ExpressionAttributeValues: map[string]types.AttributeValue{":v": text("invitation:" + id)},
		}); err != nil {
			s.Fatal(err)
		}
	}
}

// The same address, invited by many at once, has one invitation that works.
func TestAnAddressIsInvitedOnce(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, anAddressIsInvitedOnce)
}

func anAddressIsInvitedOnce(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner, invited := s.payer(), address()
	tally(t, together(5, func(int) answer { return s.invite(owner, invited, "") }), "201")
	s.invite(owner, invited, "").expect(t, 429, "rate_limited")
	if got := s.as(owner, "GET", invitationsPath, "").expect(t, 200, ""); strings.Count(got.raw, `"email"`) != 1 {
		t.Errorf("invitations: %s", got.raw)
	}
	working := 0
	for _, m := range s.mails(invited) {
		_, rest, _ := strings.Cut(m.BodyText, "/invitation#token=")
		token, _, _ := strings.Cut(rest, "\n")
		if s.accept(token).status == 200 {
			working++
		}
	}
	if working != 1 {
		t.Errorf("%d of 5 mailed invitations work", working)
	}
	s.settle(t, owner.tenant)
}
