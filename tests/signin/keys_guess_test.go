package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// remade is a key of other parts with its checksum, so that the store is asked.
func remade(account, id, secret string) string {
	return summed("dak_" + account + "_" + id + "_" + secret)
}

func secretOf(key string) string { return key[len(key)-59:][:52] }

// guesses are keys that open nothing, made of what somebody may know: two accounts
// with two keys and one, of which some were rotated or revoked.
func (s *stage) guesses(mine, other person) map[string]string {
	s.Helper()
	one, oneID := s.key(mine)
	two, twoID := s.key(mine)
	theirs, theirID := s.key(other)
	replaced, replacedID := s.key(mine)
	current := s.as(mine, "POST", rotatePath(replacedID), "").expect(s, 200, "").text("api_key")
	graced, gracedID := s.key(mine)
	s.as(mine, "POST", rotatePath(gracedID), `{"grace_minutes":1}`).expect(s, 200, "")
	s.clock.Forward(time.Minute)
	revoked, revokedID := s.key(mine)
	s.as(mine, "DELETE", keysPath+"/"+revokedID, "").expect(s, 204, "")
	for _, key := range []string{one, two, theirs, current} {
		s.program(key).expect(s, 200, "")
	}
	return map[string]string{
		"another account's id":                remade(other.tenant, oneID, secretOf(one)),
		"another key's id":                    remade(mine.tenant, twoID, secretOf(one)),
		"another key's secret":                remade(mine.tenant, oneID, secretOf(two)),
		"another account's key id":            remade(mine.tenant, theirID, secretOf(theirs)),
		"another account's secret":            remade(mine.tenant, oneID, secretOf(theirs)),
		"my secret for their key":             remade(other.tenant, theirID, secretOf(one)),
		"an absent account":                   remade(tenant.NewID(), oneID, secretOf(one)),
		"an absent key":                       remade(mine.tenant, tenant.NewID(), secretOf(one)),
		"the account's key, never made":       remade(mine.tenant, mine.tenant, secretOf(one)),
		"a user's id":                         remade(mine.tenant, mine.user, secretOf(one)),
		"ids the other way round":             remade(oneID, mine.tenant, secretOf(one)),
		"the secret before":                   replaced,
		"the secret before, after its grace":  graced,
		"a revoked key":                       revoked,
		"a revoked key with a living secret":  remade(mine.tenant, revokedID, secretOf(one)),
		"a secret of zeros":                   remade(mine.tenant, oneID, strings.Repeat("a", 52)),
		"no checksum":                         one[:len(one)-7],
		"another checksum":                    one[:len(one)-7] + "aaaaaaa",
		"another key's checksum":              one[:len(one)-7] + two[len(two)-7:],
		"one character of the secret changed": strings.Replace(one, secretOf(one), flipped(secretOf(one)), 1),
		"a secret in capitals":                remade(mine.tenant, oneID, strings.ToUpper(secretOf(one))),
		"ids in small letters":                remade(strings.ToLower(mine.tenant), strings.ToLower(oneID), secretOf(one)),
		"a character too few":                 remade(mine.tenant, oneID, secretOf(one)[1:]),
		"a character too many":                remade(mine.tenant, oneID, secretOf(one)+"a"),
		"two keys":                            one + one,
		"two keys in a list":                  one + "," + two,
		"a key in a path":                     remade(mine.tenant+"/..", oneID, secretOf(one)),
		"a partition for an account":          remade("A#"+mine.tenant, oneID, secretOf(one)),
	}
}

// flipped changes the first character of a secret for another of its alphabet.
func flipped(secret string) string {
	if secret[0] == 'b' {
		return "c" + secret[1:]
	}
	return "b" + secret[1:]
}

// TestAGuessedKeyLearnsNothing: every guess gets one answer, and writes nothing of
// any account.
func TestAGuessedKeyLearnsNothing(t *testing.T) {
	s := newStage(t, unlimited)
	mine, other := s.person(), s.person()
	guesses := s.guesses(mine, other)
	absent := s.program(guesses["an absent key"]).expect(t, 401, "unauthenticated")
	instance := absent.text("instance")
	before := s.items(s.Platform)
	for name, key := range guesses {
		got := s.program(key)
		if got.status != absent.status || strings.Replace(got.raw, got.text("instance"), instance, 1) != absent.raw {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
		for _, header := range []string{"WWW-Authenticate", "Content-Type", "RateLimit-Policy"} {
			if got.header.Get(header) != absent.header.Get(header) {
				t.Errorf("%s: %s is %q", name, header, got.header.Get(header))
			}
		}
	}
	if s.items(s.Platform) != before {
		t.Error("a guess wrote to the platform table")
	}
	t.Logf("%d guesses", len(guesses))
}
