package mockpay

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// FuzzForm: a form or flat object is read as what it says, or refused as the
// caller's mistake.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "a=b", "a=b&a=c", "%zz", "a;b", "{}", `{"a":"b"}`, `{"a":1}`, "null", "[]", "a[b][c]=d", "\x00=\xff", strings.Repeat("a=b&", 1000)} {
		f.Add(seed, seed, "application/x-www-form-urlencoded")
		f.Add("", seed, "application/json")
	}
	f.Fuzz(func(t *testing.T, query, body, kind string) {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.URL.RawQuery = query
		r.Header = http.Header{"Content-Type": {kind}}
		form, err := read(r, []byte(body))
		if err != nil {
			w := httptest.NewRecorder()
			if err := refuse(w, err); err != nil && problem.Status(problem.From(err).Code) >= 500 {
				t.Errorf("%q, %q: %v", query, body, err)
			}
			return
		}
		again, err := url.ParseQuery(form.Encode())
		if err != nil || again.Encode() != form.Encode() {
			t.Errorf("%q, %q reads as %v", query, body, form)
		}
	})
}
