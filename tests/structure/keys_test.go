package structure_test

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
)

// TestKeysDoTheWorkAndManageNothing: a key calls every route of the creator that
// a session calls, and none of an account, of sign-in, of a person's channel, or for
// an owner.
func TestKeysDoTheWorkAndManageNothing(t *testing.T) {
	taken := 0
	for _, r := range httpapi.Routes() {
		takes := r.Credentials.Take(httpapi.Key)
		work := strings.HasPrefix(r.Pattern, "/api/v1/") || r.Pattern == "/api/usage" || strings.HasPrefix(r.Pattern, "/api/usage/")
		// A channel is a person's own, and so is what is published on it.
		personal := strings.HasPrefix(r.Pattern, "/api/v1/youtube") || r.Name == httpapi.ProjectPublish.Name
		manages := personal || strings.HasPrefix(r.Pattern, "/api/account/") || strings.HasPrefix(r.Pattern, "/api/auth/") || r.Role == auth.Owner
		switch {
		case takes && (manages || !work):
			t.Errorf("%s takes a key", r.Name)
		case work && !personal && r.Credentials.Take(httpapi.Session) && !takes:
			t.Errorf("%s takes a session and no key", r.Name)
		case takes:
			taken++
		}
	}
	if taken < 20 {
		t.Errorf("only %d rows take a key", taken)
	}
}
