package httpapi_test

import (
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
)

// TestARowSaysWhatIsBelowIt: the local edge hands on the whole path, the Function
// URL's callers may leave out its beginning.
func TestARowSaysWhatIsBelowIt(t *testing.T) {
	t.Parallel()
	row := httpapi.Raw{Path: "/mock/pay/"}
	for path, want := range map[string]string{
		"/mock/pay/v1/customers": "v1/customers", "/v1/customers": "v1/customers", "/mock/pay/": "", "/mock/pay": "", "/": "",
		"/mock/pay/a/": "a/", "/mock/other/a": "mock/other/a",
	} {
		if got := row.Inside(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if !row.Below() || (httpapi.Raw{Path: "/webhooks/x"}).Below() {
		t.Error("what ends in a slash stands for all below it, and nothing else does")
	}
}
