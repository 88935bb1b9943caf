package structure_test

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/httpapi"
)

// TestKeysDoTheWorkAndManageNothing: a key calls every route of the creator that
// a session calls, but for connecting a channel, where a person consents; and none of
// an account, of sign-in, or for an owner.
func TestKeysDoTheWorkAndManageNothing(t *testing.T) {
	taken := 0
	for _, r := range httpapi.Routes() {
		takes := r.Credentials.Take(httpapi.Key)
		work := strings.HasPrefix(r.Pattern, "/api/v1/") || r.Pattern == "/api/usage" || strings.HasPrefix(r.Pattern, "/api/usage/")
		personal := r.Name == httpapi.YouTubeConnect.Name // a person consents at Google
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
