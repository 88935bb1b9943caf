package signin_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// Callers who each ask for a link of one new address and use it, all at once:
// whichever of them gets in, there is one account.
func TestManyLinksOfANewAddressMakeOneTenant(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 3, manyLinksOfANewAddressMakeOneTenant)
}

func manyLinksOfANewAddressMakeOneTenant(t *testing.T, db harness.Database) {
	s := newStageOn(t, db, "MAGIC_LINK_PER_ADDRESS_PER_HOUR=1000")
	person := address()
	won := atOnce(t, some(40), func(int) answer {
		s.request(person).expect(t, 202, "")
		mails := s.mails(person)
		for len(mails) == 0 { // each was overtaken so far: only the newest link is mailed
			s.request(person).expect(t, 202, "")
			mails = s.mails(person)
		}
		return s.verify(tokenIn(t, mails[len(mails)-1]))
	})
	next := s.ask(person)
	won += atOnce(t, 4, func(int) answer { return s.verify(next.token) })
	s.accounts(t, 1, 1)
	if won == 0 || won != s.audited("session.opened") {
		t.Errorf("%d signed in, %d entries", won, s.audited("session.opened"))
	}
}

// accounts fails unless there are so many accounts and users, each with what
// belongs to it.
func (s *stage) accounts(t *testing.T, tenants, users int) {
	t.Helper()
	platform, directory := s.items(s.Platform), s.items(s.Directory)
	for name, c := range map[string]struct{ got, want int }{
		"accounts":      {strings.Count(platform, `"TENANT"`), tenants},
		"created":       {s.audited("account.created"), tenants},
		"users":         {strings.Count(platform, `"USER#`), users},
		"addresses":     {strings.Count(directory, `"ADDR#`), users},
		"opened":        {s.audited("session.opened"), strings.Count(platform, `"SESSION#`)},
		"subscriptions": {strings.Count(platform, `"SUBSCRIPTION"`), tenants},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
}

// The first sign-in of an address and the acceptance of its invitation, at once:
// the address ends in an account of its own or in the one that invited it, with
// all that belongs to that and nothing of the other.
func TestAFirstSignInRacesAnInvitation(t *testing.T) {
	harness.Proof(t)
	harness.RepeatOnBothStores(t, 5, aFirstSignInRacesAnInvitation)
}

func aFirstSignInRacesAnInvitation(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	pairs, own := some(16), 0
	for i := range pairs {
		host, target := s.payer(), address()
		s.invite(host, target, "member").expect(t, 201, "")
		invitation, m := s.invitation(target), s.ask(target)
		var entered, joined answer
		var both sync.WaitGroup
		both.Go(func() {
			if i%2 == 0 {
				entered = s.verify(m.token) // it takes fewer calls than accepting, and mostly wins
			} else {
				entered = s.enter(m) // it takes more, and mostly loses
			}
		})
		both.Go(func() { joined = s.accept(invitation) })
		both.Wait()
		home, _ := entered.expect(t, 200, "").body["user"].(map[string]any)
		if joined.status == 200 { // then the sign-in is that of a member
			if home["tenant_id"] != host.tenant || home["role"] != "member" {
				t.Errorf("joined %s, and signed in to %s", joined.raw, entered.raw)
			}
			continue
		}
		own++
		joined.expect(t, 409, "address_in_use")
		if home["tenant_id"] == host.tenant || home["role"] != "owner" {
			t.Errorf("signed in to %s", entered.raw)
		}
	}
	s.accounts(t, pairs+own, 2*pairs)
	if got := s.audited("member.joined"); got != pairs-own {
		t.Errorf("%d joined, want %d", got, pairs-own)
	}
	t.Logf("%d of %d invited addresses have an account of their own", own, pairs)
}
