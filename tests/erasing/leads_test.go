package erasing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// leftovers are items of the directory that an account leads to, as they come back when
// a delete was lost or a write comes late; by key.
func (a account) leftovers(e erasure.Erasure) map[string]item {
	own := func() item { return item{"tenant": str(string(a.id)), "user": str(string(a.user))} }
	return map[string]item{
		"ADDR#" + a.address: own(), "GUESS#" + a.address: {}, "SUPPRESS#" + a.address: {"reason": str("bounce")},
		"MAILRATE#" + a.address:         {"link": str("anew" + a.ids["link"])},
		"LINK#anew" + a.ids["link"]:     {"email": str(a.address)},
		"LINK#" + a.ids["link"]:         {"email": str(a.address)}, // which the item of the address does not name any more
		"INVITE#" + a.ids["hash"]:       {"tenant": str(string(a.id))},
		"CUSTOMER#" + a.ids["customer"]: {"tenant": str(string(a.id))},
		"KEEP#" + string(e.Keep):        {"tenant": str(string(a.id)), "erasure": str(e.ID)},
	}
}

// What the directory holds still, or again, when all that led there has gone, is found
// by the last scan and removed before the certificate is written.
func TestTheLastScanLooksAtTheDirectory(t *testing.T) {
	w := newWorld(t)
	for _, left := range []string{"ADDR", "MAILRATE", "LINK", "GUESS", "SUPPRESS", "INVITE", "CUSTOMER", "KEEP"} {
		t.Run(left, func(t *testing.T) {
			w := w.in(t)
			a := w.account("USER#", "TENANT", "BILLING", "INVITATION#")
			w.put(w.store.Directory, item{"pk": str("INVITE#" + a.ids["hash"]), "tenant": str(string(a.id))})
			others := w.everything().without(a)
			e := w.ask(a)
			w.clock.Forward(24 * time.Hour)
			p, scans := w.process(), 0
			p.before = func(step erasure.Step) {
				if step != erasure.StepScan {
					return
				}
				if scans++; scans > 1 {
					return
				}
				for key, it := range a.leftovers(e) {
					kind, _, _ := strings.Cut(key, "#")
					if anew := strings.HasPrefix(key, "LINK#anew"); kind == left && !anew || anew && left == "MAILRATE" {
						it["pk"] = str(key)
						w.put(w.store.Directory, it)
					}
				}
			}
			harness.Must(t, p.run(a.id, e))
			p.gone(a, others, e)
			if scans != 2 {
				t.Errorf("it was scanned %d times", scans)
			}
		})
	}
}

// An address that leads elsewhere by then is theirs who have it, and no leftover.
func TestTheLastScanLeavesWhatIsAnothers(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p, scans := w.process(), 0
	theirs := item{"pk": str("ADDR#" + a.address), "tenant": str(tenant.NewID()), "user": str(tenant.NewID())}
	link := item{"pk": str("MAILRATE#" + a.address), "link": str("of-somebody-else")}
	p.before = func(step erasure.Step) {
		if step == erasure.StepScan {
			scans++
			w.put(w.store.Directory, theirs)
			w.put(w.store.Directory, link)
		}
	}
	harness.Must(t, p.run(a.id, e))
	now := w.everything()
	if scans != 1 || now["ADDR#"+a.address] != printed(theirs) || now["MAILRATE#"+a.address] != printed(link) {
		t.Errorf("after %d scans there is %v", scans, now.of(a))
	}
}

// A member's own erasure looks again as well, and leaves the rest of the account.
func TestTheLastScanOfAMembersErasureLooksAtTheDirectory(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	member := account{id: a.id, user: auth.UserID(tenant.NewID()), address: "member-" + tenant.NewID() + "@example.org", ids: map[string]string{"link": "memberlink" + tenant.NewID()}}
	w.member(member)
	e := erasure.New(erasure.Member, member.user, a.user, w.clock.Now(), w.clock.Now())
	w.askMember(member, e)
	p, scans := w.process(), 0
	p.before = func(step erasure.Step) {
		if step != erasure.StepScan {
			return
		}
		if scans++; scans == 1 {
			w.put(w.store.Directory, item{"pk": str("ADDR#" + member.address), "tenant": str(string(a.id)), "user": str(string(member.user))})
			w.put(w.store.Directory, item{"pk": str("LINK#" + member.ids["link"]), "email": str(member.address)})
		}
	}
	harness.Must(t, p.run(a.id, e))
	now := w.everything()
	for _, key := range []string{"ADDR#" + member.address, "LINK#" + member.ids["link"]} {
		if now[key] != "" {
			t.Errorf("left: %s %s", key, now[key])
		}
	}
	if scans != 2 || now["ADDR#"+a.address] == "" || now["LINK#"+a.ids["link"]] == "" {
		t.Errorf("after %d scans the owner has %v", scans, now.of(a))
	}
}
