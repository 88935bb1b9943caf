package mailbox

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// What is mailed to nobody is not shown: it would look like a mail that works.
func TestADecoyIsNotShown(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"messages":{"1":[{"MessageId":"a","To":["person@example.com"],"Subject":"s"},{"MessageId":"b","To":["` + string(auth.Nowhere) + `"],"Subject":"s"}]}}`))
	}))
	t.Cleanup(server.Close)
	box, err := Open(t.TempDir(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := box.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if all := box.List(""); len(all) != 1 || all[0].ID != "a" {
		t.Fatalf("the box shows %+v", all)
	}
}
