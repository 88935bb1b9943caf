package httpapi

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// TestParametersAtAndPastTheirBounds holds what rows say of parameters to the
// code that reads them.
func TestParametersAtAndPastTheirBounds(t *testing.T) {
	long := strings.Repeat("k", 255)
	for _, c := range []struct {
		rule    Rule
		read    func(string) bool
		samples []string
	}{
		{anID(), tenant.ValidID, []string{"01K0000000000000000000000C", "81K0000000000000000000000C", "01K000000000000000000000C", "01K0000000000000000000000CC", "01K0000000000000000000000U", ""}},
		{matching(archive.MonthPattern), func(s string) bool { _, ok := archive.ParseMonth(s); return ok }, []string{"2026-11", "2026-00", "2026-13", "2026-1", "26-11", "2026-11-01", "x"}},
		{KeyParam().Rule, func(s string) bool { _, ok := idempotency.ParseKey(s); return ok }, []string{
			"a", "a b", `"a"`, `"a`, `a"`, `""`, `"a\"b"`, `"a\b"`, "", "ü", "\x07", long, long + "k", `"` + long + `"`, `"` + long + `k"`,
		}},
		{matching(versionPattern), func(s string) bool {
			r := httptest.NewRequest(http.MethodPatch, "/", nil)
			r.Header.Set("If-Match", s)
			return (&Call{http: r}).IfMatch() > 0
		}, []string{"1", `"1"`, "0", "-1", "x", `"12`[:2] + `x"`, "", `W/"1"`, "*"}},
	} {
		form := regexp.MustCompile(c.rule["pattern"].(string))
		for _, s := range c.samples {
			if form.MatchString(s) != c.read(s) {
				t.Errorf("%q: %s says %v, the code otherwise", s, form, !c.read(s))
			}
		}
	}
}

func TestTheLongestCursorIsAsLongAsStated(t *testing.T) {
	most := strings.Repeat("x", longestPlace)
	cursor := cursorAfter(auth.Caller{}, "list", most)
	if len(*cursor) != longestCursor || !regexp.MustCompile(pageParams()[1].Rule["pattern"].(string)).MatchString(*cursor) {
		t.Errorf("%d characters, stated are %d: %s", len(*cursor), longestCursor, *cursor)
	}
	if after, err := afterCursor(*cursor, auth.Caller{}, "list"); err != nil || after != most {
		t.Errorf("got %q, %v", after, err)
	}
}
