package edge

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestMediaLetsSignedReadsAndFormsThrough: nothing else of the emulator can be
// reached where it is not on loopback.
func TestMediaLetsSignedReadsAndFormsThrough(t *testing.T) {
	var got, host string
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, host = r.Method+" "+r.RequestURI+" "+string(body), r.Host
	}))
	defer emulator.Close()
	media, err := Media(emulator.URL, "media")
	if err != nil {
		t.Fatal(err)
	}
	const signed = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab"
	form := func(field string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\nv\r\n" +
			"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + strings.Repeat("x", 1<<16) + "\r\n--b--\r\n"
	}
	for _, c := range []struct {
		method, path, body string
		header             map[string]string
		through            bool
	}{
		{"GET", "/media/tenants/a/video.mp4" + signed, "", nil, true},
		{"HEAD", "/media/tenants/a/video.mp4" + signed, "", nil, true},
		{"POST", "/media", form("X-Amz-Signature"), nil, true},
		{"OPTIONS", "/media/tenants/a/video.mp4" + signed, "", map[string]string{"Origin": "http://localhost:8000"}, true},
		{"GET", "/media/tenants/a/video.mp4", "", nil, false},
		{"GET", "/media/tenants/a/video.mp4?X-Amz-Signature=ab", "", nil, false}, // of an algorithm that the emulator does not check
		{"GET", "/media" + signed, "", nil, false},                               // a list
		{"GET", "/mediaother/a" + signed, "", nil, false},
		{"GET", "/media/../ledger/a" + signed, "", nil, false},
		{"GET", "/media/%2e%2e/ledger/a" + signed, "", nil, false},
		{"GET", "/media/a" + signed, "", map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=test"}, false},
		{"GET", "/media/a" + signed + "&response-content-type=video%2Fmp4", "", nil, true},
		{"GET", "/media/a" + signed + "&Action=ListUsers", "", nil, false},
		{"GET", "/_ministack/ses/messages", "", nil, false},
		{"PUT", "/media/a" + signed, "x", nil, false},
		{"DELETE", "/media/a" + signed, "", nil, false},
		{"POST", "/media", form("key"), nil, false},
		{"POST", "/media?delete", form("X-Amz-Signature"), nil, false},
		{"POST", "/", "Action=ListUsers", nil, false},
	} {
		got, host = "", ""
		r := httptest.NewRequest(c.method, "http://127.0.0.1:4566"+c.path, strings.NewReader(c.body))
		if c.method == "POST" {
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		}
		for name, value := range c.header {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		media.ServeHTTP(w, r)
		want := ""
		if c.through {
			want = c.method + " " + c.path + " " + c.body
		}
		if got != want || (c.through && host != "127.0.0.1:4566") || (!c.through && w.Code != http.StatusNotFound) {
			t.Errorf("%s %s: %d, the emulator was asked for %.100q of %q", c.method, c.path, w.Code, got, host)
		}
	}
}

// TestMediaTakesNoOtherServicesCall: the emulator goes by this header and the body
// before it looks at the path.
func TestMediaTakesNoOtherServicesCall(t *testing.T) {
	var came http.Header
	var said []byte
	emulator := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		came = r.Header
		said, _ = io.ReadAll(r.Body)
	}))
	defer emulator.Close()
	media, err := Media(emulator.URL, "media")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/media/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab", strings.NewReader(`{"TableName":"platform"}`))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.Scan")
	r.Header.Set("Range", "bytes=0-9")
	media.ServeHTTP(httptest.NewRecorder(), r)
	if came.Get("Range") != "bytes=0-9" || came.Get("X-Amz-Target") != "" || len(said) > 0 {
		t.Errorf("the emulator was sent %v %q", came, said)
	}
}

// TestOutsideIsWhereTheProductIsReachedBesideLoopback.
func TestOutsideIsWhereTheProductIsReachedBesideLoopback(t *testing.T) {
	for bind, want := range map[string]string{"": "", "127.0.0.1": "", "::1": "", "192.0.2.7": "192.0.2.7"} {
		if got, err := Outside(bind); err != nil || strings.Join(got, ",") != want {
			t.Errorf("%q: %v %v", bind, got, err)
		}
	}
	all, err := Outside("0.0.0.0")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range all {
		if strings.HasPrefix(address, "127.") || address == "::1" {
			t.Errorf("loopback is outside: %v", all)
		}
	}
	if _, err := Outside("everywhere"); err == nil {
		t.Error("a name is taken for an address")
	}
}
