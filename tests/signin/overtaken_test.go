package signin_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// TestALinkThatWasOvertakenLeavesNoneBehind: of two requests at once the later one is
// stored first. The link that worked before both is found by nobody then: it must go
// with the one that came too late.
func TestALinkThatWasOvertakenLeavesNoneBehind(t *testing.T) {
	s := newStage(t)
	links, to, now := dynamo.NewLinks(dynamo.NewClient(s.AWS, s.Platform, s.Directory)), auth.Address(address()), s.clock.Now()
	supersede := func() (l auth.MagicLink, older auth.LinkHash) {
		l = auth.MagicLink{Hash: auth.NewLinkToken().Hash(), Address: to, ExpiresAt: now.Add(time.Minute), Attempt: "attempt", Code: "code"}
		_, older, err := links.Supersede(t.Context(), to, l.Hash, ratelimit.PerMinute(10), now, l.ExpiresAt)
		harness.Must(t, err)
		return l, older
	}
	first, none := supersede()
	harness.Must(t, links.SaveLink(t.Context(), to, first, none+"none"))
	late, afterFirst := supersede()
	last, afterLate := supersede()
	harness.Must(t, links.SaveLink(t.Context(), to, last, afterLate))
	if err := links.SaveLink(t.Context(), to, late, afterFirst); !errors.Is(err, auth.ErrLinkSpent) {
		t.Errorf("the overtaken link was stored: %v", err)
	}
	if stored := s.items(s.Directory); strings.Count(stored, `"LINK#`) != 1 || !strings.Contains(stored, "LINK#"+string(last.Hash)) {
		t.Errorf("want the last link alone: %s", stored)
	}
}
