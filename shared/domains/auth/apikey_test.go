package auth

import (
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// TestAKeyWithoutItsChecksumAsksNobody: this gate has no store, and a call to it
// would panic.
func TestAKeyWithoutItsChecksumAsksNobody(t *testing.T) {
	gate := Gatekeeper{Now: time.Now}
	key := keyText(APIKey{Tenant: tenant.ID(tenant.NewID()), ID: KeyID(tenant.NewID())}, string(NewLinkToken()))
	if _, ok := parseAPIKey(key); !ok {
		t.Fatal("a sound key is refused")
	}
	for i := range key {
		for _, c := range []byte("a2Z_") {
			wrong := key[:i] + string(c) + key[i+1:]
			if wrong == key {
				continue
			}
			if _, _, err := gate.Key(t.Context(), wrong); !problem.Is(err, problem.Unauthenticated) {
				t.Fatalf("character %d changed: %v", i, err)
			}
		}
	}
	for _, wrong := range []string{"", "dak_", "dak____", key[:len(key)-1], key + "a", " " + key, strings.ToUpper(key)} {
		if _, _, err := gate.Key(t.Context(), wrong); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// TestAKeyAcceptsTwoSecretsAtMost and the one before only until its time.
func TestAKeyAcceptsTwoSecretsAtMost(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for name, c := range map[string]struct {
		key  APIKey
		hash KeyHash
		want bool
	}{
		"its own":               {APIKey{Hash: "a"}, "a", true},
		"another":               {APIKey{Hash: "a"}, "b", false},
		"the one before":        {APIKey{Hash: "a", Old: "b", OldUntil: now.Add(1)}, "b", true},
		"its own, in the grace": {APIKey{Hash: "a", Old: "b", OldUntil: now.Add(1)}, "a", true},
		"a third":               {APIKey{Hash: "a", Old: "b", OldUntil: now.Add(1)}, "c", false},
		"the one before, late":  {APIKey{Hash: "a", Old: "b", OldUntil: now}, "b", false},
		"nothing before":        {APIKey{Hash: "a", OldUntil: now.Add(1)}, "", false},
	} {
		if got := c.key.accepts(c.hash, now); got != c.want {
			t.Errorf("%s: accepted is %v", name, got)
		}
	}
}
