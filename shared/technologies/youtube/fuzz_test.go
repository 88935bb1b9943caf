package youtube

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
)

// FuzzAnswer: whatever a session answers, it is a video, a place to go on at, or an
// error that a job knows what to do with; what is repeated of it is short text.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{"", "{}", "null", `{"id":""}`, `{"id":"x"}`, `{"error":{"message":"m","errors":[{"reason":"quotaExceeded"}]}}`, `{"error":{"errors":[]}}`, `{"error":{"message":"` + strings.Repeat("ü", 500) + `"}}`, `{"error":"x"}`} {
		for _, status := range []int{200, 201, 308, 400, 401, 404, 410, 403, 429, 500, 0, 302} {
			f.Add(status, body, "bytes=0-42")
		}
	}
	for _, span := range []string{"", "bytes=0-", "bytes=0--1", "bytes=0-+5", "bytes=0-9223372036854775807", "bytes=1-5", "bytes 0-5"} {
		f.Add(308, "", span)
	}
	f.Fuzz(func(t *testing.T, status int, body, span string) {
		a := answer{status: status, body: []byte(body), header: http.Header{"Range": {span}}}
		got, err := a.standing()
		if err == nil {
			if got.VideoID == "" && status != resumeIncomplete || got.Received < 0 {
				t.Errorf("%d %q %q is %+v", status, body, span, got)
			}
			return
		}
		known := errors.Is(err, publish.ErrSessionGone) || errors.Is(err, publish.ErrSessionRefused) || errors.Is(err, publish.ErrAccess)
		if code := problem.From(err).Code; !known && code == problem.Internal {
			t.Errorf("%d %q: %v", status, body, err)
		}
		var p *problem.Error
		if errors.As(err, &p) && (len(p.Detail) > maxSaid+len("…") || !utf8.ValidString(p.Detail)) {
			t.Errorf("%d %q is told as %q", status, body, p.Detail)
		}
	})
}

// FuzzSession: a video, and the token with it, goes to Google's hosts alone.
func FuzzSession(f *testing.F) {
	for _, session := range []string{
		"", "https://www.googleapis.com/upload/x", "http://www.googleapis.com/x", "https://googleapis.com.evil.example/", "https://evilgoogleapis.com", "https://www.googleapis.com@evil.example/", "https://evil.example/.googleapis.com", "//www.googleapis.com/x",
		"https://evil.example#.googleapis.com", "https://evil.example\\.googleapis.com", "https://.googleapis.com", "https://a.google.com:443/x", "https://[::1].google.com", "HTTPS://A.GOOGLE.COM/", "https://a.google.com\n.evil.example/", "https://evil.example%2f.google.com/", "https://@.google.com", "https://a:b@www.googleapis.com/x",
	} {
		f.Add(session)
	}
	c := New(Config{})
	f.Fuzz(func(t *testing.T, session string) {
		if !c.isOurs(session) {
			return
		}
		req, err := http.NewRequest(http.MethodPut, session, nil)
		if err != nil {
			return // nothing is sent
		}
		u, _ := url.Parse(session)
		host := req.URL.Hostname()
		if req.URL.Scheme != "https" || !strings.HasSuffix(host, ".googleapis.com") && !strings.HasSuffix(host, ".google.com") || strings.ContainsAny(host, "/\\@#? ") || u.User != nil {
			t.Errorf("%q is sent to %q", session, req.URL)
		}
	})
}
