package crowd

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/toolbox"
)

// TestNobodyIsMissingWithoutAWord: whoever does not get in at the first request, or by a
// mail without a link, is told of, and not only left out of what people met.
func TestNobodyIsMissingWithoutAWord(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	locust, err := toolbox.InstallLoad(t.Context(), root, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	closed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/mailbox.json":
			_, _ = w.Write([]byte(`{"messages": [{"text": "no link"}]}`))
		case strings.HasPrefix(r.RemoteAddr, "127.1.0.1:"):
			w.WriteHeader(http.StatusAccepted)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer closed.Close()
	p := Plan{Root: root, Locust: locust, URL: closed.URL, Users: 3, Rate: 3, Length: 4 * time.Second, Every: time.Minute}
	file := filepath.Join(t.TempDir(), "record")
	if _, err := p.send(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	calls, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	if o := p.judge(calls); o.Lost != 3 || len(o.Failed) < 2 {
		t.Errorf("%d of 3 people are told of as lost, %d calls as refused: %+v", o.Lost, len(o.Failed), calls)
	}
}
