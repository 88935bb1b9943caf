package signin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/tests/harness"
)

func sortedCopy(all []string) []string { return slices.Sorted(slices.Values(all)) }

func TestAnInvitedPersonBecomesAMember(t *testing.T) {
	harness.OnBothStores(t, anInvitedPersonBecomesAMember)
}

func anInvitedPersonBecomesAMember(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner, invited := s.payer(), address()
	made := s.invite(owner, strings.ToUpper(invited), "").expect(t, 201, "")
	if made.text("email") != invited || made.text("role") != "member" || made.text("invited_by") != owner.user || made.text("id") != made.text("invitation_id") {
		t.Errorf("invited: %s", made.raw)
	}
	mail := s.mails(invited)[0]
	if !strings.Contains(mail.BodyText, owner.address+" invites you") || !strings.Contains(mail.BodyHTML, "/invitation#token=") {
		t.Errorf("the mail: %s", mail.BodyText)
	}
	if got := s.as(owner, "GET", invitationsPath, "").expect(t, 200, ""); strings.Count(got.raw, `"email"`) != 1 {
		t.Errorf("invitations: %s", got.raw)
	}
	token := s.invitation(invited)
	if strings.Contains(s.items(s.Platform)+s.items(s.Directory), token) {
		t.Error("a table holds the token")
	}
	member := s.accepted(invited)
	if member.tenant != owner.tenant || member.cookie() == "" || member.body["user"].(map[string]any)["role"] != "member" || member.body["user"].(map[string]any)["plan"] != "pro" {
		t.Errorf("accepted: %s", member.raw)
	}
	s.me(member.text("access_token")).expect(t, 200, "")
	s.refresh(member.cookie()).expect(t, 200, "")
	s.accept(token).expect(t, 401, "invitation_invalid")
	if got := s.as(owner, "GET", invitationsPath, "").expect(t, 200, ""); strings.Contains(got.raw, `"email"`) {
		t.Errorf("invitations: %s", got.raw)
	}
	got := s.as(owner, "GET", membersPath+"?limit=1", "").expect(t, 200, "")
	next := s.as(owner, "GET", membersPath+"?limit=1&cursor="+got.text("next_cursor"), "").expect(t, 200, "")
	if both := got.raw + next.raw; strings.Count(both, `"you":true`) != 1 || !strings.Contains(both, member.user) || !strings.Contains(both, owner.user) {
		t.Errorf("members: %s %s", got.raw, next.raw)
	}
	if again := s.signIn(invited); again.body["user"].(map[string]any)["user_id"] != member.user {
		t.Errorf("signs in to %s", again.raw)
	}
	for action, want := range map[string]int{"invitation.sent": 1, "member.joined": 1, "account.created": 1} {
		if got := s.audited(action); got != want {
			t.Errorf("%d entries %s, want %d", got, action, want)
		}
	}
	s.settle(t, owner.tenant)
}

// What an invitation that does not work has become is not told.
func TestInvitationsEnd(t *testing.T) {
	s := newStage(t)
	owner, other := s.payer(), s.payer()
	replaced, revoked, expired := address(), address(), address()
	s.invite(owner, replaced, "member").expect(t, 201, "")
	first := s.invitation(replaced)
	s.invite(owner, replaced, "owner").expect(t, 201, "")
	id := s.invite(owner, revoked, "member").expect(t, 201, "").text("id")
	s.as(other, "DELETE", invitationsPath+"/"+id, "").expect(t, 404, "not_found")
	s.as(owner, "DELETE", invitationsPath+"/"+id, "").expect(t, 204, "")
	s.as(owner, "DELETE", invitationsPath+"/"+id, "").expect(t, 404, "not_found")
	s.as(owner, "DELETE", invitationsPath+"/nothing", "").expect(t, 404, "not_found")
	s.invite(owner, expired, "member").expect(t, 201, "")
	dead := []string{first, s.invitation(revoked), strings.Repeat("a", 52), "short"}
	var bodies []string
	for _, token := range dead {
		got := s.accept(token).expect(t, 401, "invitation_invalid")
		bodies = append(bodies, got.text("detail")+got.text("title"))
	}
	for range 50 {
		for _, method := range []string{"GET", "HEAD"} {
			if got := s.call(method, "/api/auth/invitations/accept?token="+s.invitation(replaced), ""); got.status == 200 {
				t.Fatalf("%s accepts", method)
			}
		}
	}
	if got := s.accepted(replaced).body["user"].(map[string]any)["role"]; got != "owner" {
		t.Errorf("joined as %v", got)
	}
	s.clock.Forward(7 * 24 * time.Hour)
	got := s.accept(s.invitation(expired)).expect(t, 401, "invitation_invalid")
	bodies = append(bodies, got.text("detail")+got.text("title"))
	if len(slices.Compact(bodies)) != 1 {
		t.Errorf("told apart: %q", bodies)
	}
	if got := s.audited("invitation.revoked"); got != 1 {
		t.Errorf("%d entries of a withdrawal", got)
	}
	s.settle(t, owner.tenant)
}

func TestWhoMayInvite(t *testing.T) {
	s := newStage(t)
	free, owner := s.person(), s.payer()
	member := s.joined(owner, "member")
	s.invite(free, address(), "").expect(t, 403, "feature_not_in_plan")
	s.invite(member, address(), "").expect(t, 403, "forbidden")
	s.remove(member, owner.user).expect(t, 403, "forbidden")
	s.setRole(member, member.user, "owner").expect(t, 403, "forbidden")
	s.as(member, "GET", membersPath, "").expect(t, 403, "forbidden")
	s.invite(owner, owner.address, "").expect(t, 409, "already_member")
	s.invite(owner, member.address, "").expect(t, 409, "already_member")
	s.invite(owner, "no address", "").expect(t, 400, "invalid_input")
	s.invite(owner, address(), "admin").expect(t, 400, "invalid_input")
	// Members who are in stay after a downgrade, and an invitation that is out works.
	open := address()
	s.invite(owner, open, "").expect(t, 201, "")
	s.setTenant(owner, "plan", text("free"))
	s.invite(owner, address(), "").expect(t, 403, "feature_not_in_plan")
	s.accepted(open)
	s.me(member.text("access_token")).expect(t, 200, "")
}

// An address that has an account of its own keeps it, with all that is in it.
func TestAnAddressWithAnAccountOfItsOwnLosesNothing(t *testing.T) {
	harness.OnBothStores(t, anAddressWithAnAccountOfItsOwnLosesNothing)
}

func anAddressWithAnAccountOfItsOwnLosesNothing(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner, other := s.payer(), s.person()
	unknown := s.invite(owner, address(), "").expect(t, 201, "")
	known := s.invite(owner, other.address, "").expect(t, 201, "")
	if len(unknown.body) != len(known.body) || len(unknown.header) != len(known.header) {
		t.Errorf("the answers differ: %s %s", unknown.raw, known.raw)
	}
	token := s.invitation(other.address)
	platform, directory := s.items(s.Platform), s.items(s.Directory)
	for range 2 {
		got := s.accept(token).expect(t, 409, "address_in_use")
		if got.cookie() != "" {
			t.Error("a refused invitation opened a session")
		}
	}
	if s.items(s.Platform) != platform || !sameBut(s.items(s.Directory), directory, "RATE#") {
		t.Error("a refused invitation changed something")
	}
	s.me(other.text("access_token")).expect(t, 200, "")
	// Whoever is the only one in an account cannot leave it; as one of two, he can,
	// and the invitation works then.
	s.leave(other).expect(t, 409, "last_owner")
	s.setTenant(other, "plan", text("pro"))
	s.joined(other, "owner")
	s.leave(other).expect(t, 204, "")
	if joined := s.accepted(other.address); joined.tenant != owner.tenant {
		t.Errorf("joined %s", joined.raw)
	}
	s.settle(t, owner.tenant)
	s.settle(t, other.tenant)
}

// sameBut compares two tables without the items of a kind.
func sameBut(a, b, kind string) bool {
	rest := func(all string) string {
		lines := slices.DeleteFunc(strings.Split(all, "\n"), func(l string) bool { return strings.Contains(l, `"`+kind) })
		return strings.Join(sortedCopy(lines), "\n")
	}
	return rest(a) == rest(b)
}

func TestAClosingAccountTakesNobodyIn(t *testing.T) {
	s := newStage(t)
	owner, invited := s.payer(), address()
	s.invite(owner, invited, "").expect(t, 201, "")
	s.setTenant(owner, "status", text("frozen"))
	s.accept(s.invitation(invited)).expect(t, 403, "forbidden")
	s.setTenant(owner, "status", text("active"))
	s.accepted(invited)
}

// Whoever is removed is out at once, everywhere; the address is free.
func TestARemovedMemberIsOutAtOnce(t *testing.T) {
	harness.OnBothStores(t, aRemovedMemberIsOutAtOnce)
}

func aRemovedMemberIsOutAtOnce(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	owner := s.payer()
	member := s.joined(owner, "member")
	second, link := s.signIn(member.address), s.token(member.address)
	stranger := s.payer()
	s.remove(stranger, member.user).expect(t, 404, "not_found")
	s.remove(owner, stranger.user).expect(t, 404, "not_found")
	s.remove(owner, "nothing").expect(t, 404, "not_found")
	s.remove(owner, member.user).expect(t, 204, "")
	s.remove(owner, member.user).expect(t, 404, "not_found")
	s.setRole(owner, member.user, "owner").expect(t, 404, "not_found")
	for _, in := range []answer{member.answer, second} {
		s.me(in.text("access_token")).expect(t, 401, "session_ended")
		s.refresh(in.cookie()).expect(t, 401, "session_ended")
	}
	// A link that was mailed before opens an account of its own.
	own := s.verify(link).expect(t, 200, "").body["user"].(map[string]any)
	if own["tenant_id"] == owner.tenant || own["role"] != "owner" || own["user_id"] == member.user {
		t.Errorf("the link opened %v", own)
	}
	if got := s.as(owner, "GET", membersPath, ""); strings.Contains(got.raw, member.user) {
		t.Errorf("still listed: %s", got.raw)
	}
	if got := s.audited("member.removed"); got != 1 {
		t.Errorf("%d entries of the removal", got)
	}
	// Who was removed can be invited again, and is somebody new.
	again := s.joined(owner, "member")
	s.remove(owner, again.user).expect(t, 204, "")
	s.invite(owner, again.address, "").expect(t, 201, "")
	if back := s.accepted(again.address); back.user == again.user || back.tenant != owner.tenant {
		t.Errorf("came back as %s", back.raw)
	}
	if _, members := s.settle(t, owner.tenant); len(members) != 2 {
		t.Errorf("members: %v", members)
	}
}

// The matrix of the last owner.
func TestTheLastOwnerStays(t *testing.T) {
	harness.OnBothStores(t, theLastOwnerStays)
}

func theLastOwnerStays(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	acts := map[string]func(p person) answer{
		"leave":         s.leave,
		"remove myself": func(p person) answer { return s.remove(p, p.user) },
		"demote myself": func(p person) answer { return s.setRole(p, p.user, "member") },
	}
	for name, act := range acts {
		for _, owners := range []int{1, 2} {
			for _, older := range []bool{false, true} { // an account from before owners were kept
				t.Run(fmt.Sprintf("%s of %d, older=%v", name, owners, older), func(t *testing.T) {
					p := s.payer()
					if older {
						s.withoutOwners(p)
					}
					other := s.joined(p, map[int]string{1: "member", 2: "owner"}[owners])
					got := act(p)
					if owners == 1 {
						got.expect(t, 409, "last_owner")
						s.me(p.text("access_token")).expect(t, 200, "")
						s.setRole(p, other.user, "owner").expect(t, 200, "")
						got = act(p)
					}
					if got.status >= 300 {
						t.Fatalf("%d %s", got.status, got.raw)
					}
					if owners, _ := s.settle(t, p.tenant); len(owners) != 1 || owners[0] != other.user {
						t.Errorf("owners: %v", owners)
					}
				})
			}
		}
	}
}

// A mail that fails leaves an invitation behind that the same request mends; an
// address that takes no mail looks like any other.
func TestAnInvitationWhoseMailFails(t *testing.T) {
	s := newStage(t)
	owner, invited, silent := s.payer(), address(), address()
	down := s.under([]calls.Fault{{Operation: "SESv2.SendEmail", Nth: 1, Kind: calls.TimedOut}})
	down.invite(owner, invited, "", "Idempotency-Key", "k").expect(t, 503, "mail_failed")
	if len(s.mails(invited)) != 0 {
		t.Fatal("a mail came")
	}
	made := s.invite(owner, invited, "", "Idempotency-Key", "k").expect(t, 201, "")
	if got := s.as(owner, "GET", invitationsPath, "").raw; len(s.mails(invited)) != 1 || strings.Count(got, `"email"`) != 1 || !strings.Contains(got, made.text("id")) {
		t.Errorf("%d mails, invitations %s", len(s.mails(invited)), got)
	}
	third := s.invite(owner, invited, "", "Idempotency-Key", "k").expect(t, 201, "")
	if third.text("id") != made.text("id") || third.header.Get("Idempotent-Replayed") != "true" || len(s.mails(invited)) != 1 {
		t.Errorf("a third time: %s, %d mails", third.raw, len(s.mails(invited)))
	}
	s.accepted(invited)
	s.invite(owner, invited, "", "Idempotency-Key", "k").expect(t, 404, "not_found") // what it made is closed
	s.put(s.Directory, map[string]types.AttributeValue{"pk": text("SUPPRESS#" + silent), "reason": text("complaint")})
	quiet := s.invite(owner, silent, "", "Idempotency-Key", "q").expect(t, 201, "")
	again := s.invite(owner, silent, "", "Idempotency-Key", "q").expect(t, 201, "")
	if len(quiet.body) != len(made.body) || again.text("id") != quiet.text("id") || again.header.Get("Idempotent-Replayed") != "true" || len(s.mails(silent)) != 0 {
		t.Errorf("%s, again %s, %d mails", quiet.raw, again.raw, len(s.mails(silent)))
	}
	s.invite(owner, silent, "owner", "Idempotency-Key", "q").expect(t, 422, "idempotency_key_reused")
	// A mail goes out for it all the same, to nobody and of no worth, or the time of
	// the answer would tell.
	decoys := slices.DeleteFunc(s.mails(string(auth.Nowhere)), func(m sent) bool { return !strings.Contains(m.BodyText, owner.address) })
	if len(decoys) != 1 {
		t.Fatalf("%d mails instead of the one that is not wanted", len(decoys))
	}
	_, token, _ := strings.Cut(decoys[0].BodyText, "/invitation#token=")
	token, _, _ = strings.Cut(token, "\n")
	s.accept(token).expect(t, 401, "invitation_invalid")
}

// Invitations have limits of their own: sign-in links to the address go on.
func TestInvitationsAreLimited(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=1000")
	owner, other, invited := s.payer(), s.payer(), address()
	for range 5 {
		s.invite(owner, invited, "").expect(t, 201, "")
	}
	if got := s.invite(other, invited, "").expect(t, 429, "rate_limited"); got.header.Get("Retry-After") == "" {
		t.Errorf("%v", got.header)
	}
	for range 15 {
		s.invite(owner, address(), "").expect(t, 201, "")
	}
	s.invite(owner, address(), "").expect(t, 429, "rate_limited")
	s.accepted(invited)
	s.signIn(invited)
}
