package signin_test

import (
	"fmt"
	"testing"
	"time"
)

// visitor is somebody who calls, and how.
type visitor struct {
	name string
	call func() answer
}

// visitors are two of each kind that has a rate: users and keys of one tenant, a
// user of another, and addresses. The users call from the first address.
func (s *stage) visitors() []visitor {
	s.Helper()
	from := func(address string) []string {
		return []string{"X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", address}
	}
	person, stranger := s.person(), s.person()
	first, _ := s.key(person)
	second, _ := s.key(person)
	with := func(path, name, value, address string) func() answer {
		return func() answer { return s.call("GET", path, "", append(from(address), name, value)...) }
	}
	again := s.signIn(stranger.address)
	return []visitor{
		{"a user", with("/api/auth/me", "Authorization", "Bearer "+person.text("access_token"), "203.0.113.1")},
		{"a user of another tenant", with("/api/auth/me", "Authorization", "Bearer "+again.text("access_token"), "203.0.113.1")},
		{"a key", with("/api/programs", "X-API-Key", first, "203.0.113.1")},
		{"another key of the same tenant", with("/api/programs", "X-API-Key", second, "203.0.113.1")},
		{"an address", func() answer { return s.call("GET", "/api/health", "", from("203.0.113.1")...) }},
		{"another address", func() answer { return s.call("GET", "/api/health", "", from("203.0.113.2")...) }},
	}
}

// standing is what a visitor sees of its own rate.
func standing(a answer) string {
	return fmt.Sprint(a.status, " ", a.header.Get("RateLimit"), " ", a.header.Get("RateLimit-Policy"), " ", a.header.Get("Retry-After"))
}

// TestAFloodCostsOthersNothing: while one calls without end, everybody else is
// answered, and told of a rate, as if that one were not there.
func TestAFloodCostsOthersNothing(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_ANONYMOUS_PER_MINUTE=60")
	all := s.visitors()
	rounds := 3
	look := func(between func()) map[string][]string {
		seen := map[string][]string{}
		for range rounds {
			between()
			for _, v := range all {
				seen[v.name] = append(seen[v.name], standing(v.call()))
			}
		}
		return seen
	}
	s.clock.Forward(65 * time.Second)
	quiet := look(func() {})
	for _, flooder := range all {
		t.Run(flooder.name, func(t *testing.T) {
			s.clock.Forward(65 * time.Second)
			refused := 0
			loud := look(func() {
				for range 100 {
					if flooder.call().status == 429 {
						refused++
					}
				}
			})
			if refused < 200 {
				t.Errorf("of 300 calls only %d were refused", refused)
			}
			for _, v := range all {
				if v.name != flooder.name && fmt.Sprint(loud[v.name]) != fmt.Sprint(quiet[v.name]) {
					t.Errorf("%s sees %q, without the flood %q", v.name, loud[v.name], quiet[v.name])
				}
			}
		})
	}
}
