package capacity

import (
	"strings"
	"testing"
)

var most = Room{Width: 3, Jobs: 50, Checks: 20}

// TestTheApiKeepsHalf whatever the account may run at once, and however many uploads
// wait to be decoded.
func TestTheApiKeepsHalf(t *testing.T) {
	for atOnce, want := range map[int]Room{
		10: {1, 1, 0, 2}, 20: {1, 4, 0, 2}, 50: {2, 5, 0, 2}, 100: {3, 8, 0, 2}, 200: {3, 16, 0, 4}, 400: {3, 19, 57, 8}, 1000: {3, 48, 144, 20}, 5000: {3, 50, 150, 20},
	} {
		got := Of(atOnce, most, Rates{})
		if got != want {
			t.Errorf("%d at once: %+v, want %+v", atOnce, got, want)
		}
		if rest := atOnce - got.Checks - got.Reserved - 2*got.Width*got.Jobs - got.Jobs*min(1, got.Reserved); rest < atOnce/2 {
			t.Errorf("%d at once: of %+v the API keeps %d", atOnce, got, rest)
		}
		if got.Checks < 2 {
			t.Errorf("%d at once: Lambda bounds no queue to %d", atOnce, got.Checks)
		}
	}
}

// TestRendersAtOnceAreTheLeastOfAllQuotas: of functions, pictures and voices the one
// that allows the fewest says how many.
func TestRendersAtOnceAreTheLeastOfAllQuotas(t *testing.T) {
	for _, c := range []struct {
		atOnce int
		by     Rates
		want   Room
		bound  string
	}{
		{1000, Rates{}, Room{3, 48, 144, 20}, ""},
		{1000, Rates{Pictures: 90, Speech: 8}, Room{3, 7, 21, 20}, "pictures suffice for 7 renders"},
		{1000, Rates{Pictures: 900, Speech: 8}, Room{3, 8, 24, 20}, "Polly suffices for 8 renders"},
		{1000, Rates{Speech: 80}, Room{3, 48, 144, 20}, ""},
		{1000, Rates{Pictures: 600}, Room{3, 48, 144, 20}, ""},
		{1000, Rates{Pictures: 4}, Room{1, 1, 1, 20}, "pictures suffice for 1 renders"},
		{1000, Rates{Pictures: 1}, Room{1, 1, 1, 20}, "pictures suffice for 1 renders"},
		{100, Rates{Pictures: 90, Speech: 8}, Room{3, 7, 0, 2}, "pictures suffice for 7 renders"},
		{10, Rates{Pictures: 90, Speech: 8}, Room{1, 1, 0, 2}, ""},
	} {
		got := Of(c.atOnce, most, c.by)
		said := c.by.bound(got, Of(c.atOnce, most, Rates{}))
		if got != c.want || !strings.Contains(said, c.bound) || (c.bound == "") != (said == "") {
			t.Errorf("%d at once, %+v: %+v (%s), want %+v", c.atOnce, c.by, got, said, c.want)
		}
	}
}
