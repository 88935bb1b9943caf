package youtube_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/technologies/youtube"
)

// answering is a client of somebody who gives one answer to everything.
func answering(t *testing.T, status int, header http.Header, body string) *youtube.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return youtube.New(youtube.Config{ClientID: "client", Base: server.URL, Secret: func(context.Context) (string, error) { return "secret", nil }})
}

func reason(r string) string {
	return `{"error":{"message":"Said by YouTube.","errors":[{"reason":"` + r + `"}]}}`
}

// What YouTube answers to an upload: which of it may pass, and which is told.
func TestWhatAnUploadIsAnswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		body   string
		code   problem.Code
		final  bool
	}{
		{"an outage", 503, "", problem.Unavailable, false},
		{"too many calls", 429, "", problem.Unavailable, false},
		{"too many calls, as 403", 403, reason("rateLimitExceeded"), problem.Unavailable, false},
		{"the day's quota", 403, reason("quotaExceeded"), problem.PublishFailed, true},
		{"the channel's limit", 400, reason("uploadLimitExceeded"), problem.PublishFailed, true},
		{"a title that it refuses", 400, reason("invalidTitle"), problem.PublishFailed, true},
		{"no channel", 401, reason("youtubeSignupRequired"), problem.PublishFailed, true},
		{"no session", 200, "", problem.Unavailable, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := answering(t, c.status, nil, c.body).Open(t.Context(), "access", publish.Details{Title: "t"}, 5)
			var p *problem.Error
			if !errors.As(err, &p) || p.Code != c.code || p.Final != c.final {
				t.Fatalf("got %v", err)
			}
		})
	}
	if _, err := answering(t, 401, nil, reason("authError")).Open(t.Context(), "access", publish.Details{}, 5); !errors.Is(err, publish.ErrAccess) {
		t.Errorf("a refused token: %v", err)
	}
	for _, gone := range []int{404, 410} {
		c := answering(t, gone, nil, "")
		if _, err := c.Ask(t.Context(), "access", c.Base+"/session", 5); !errors.Is(err, publish.ErrSessionGone) {
			t.Errorf("%d: %v", gone, err)
		}
	}
}

// A session that refuses is told from a refusal that is not about the session.
func TestWhatASessionRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		body    string
		refuses bool
	}{
		{400, "", true}, {403, reason("forbidden"), true}, {412, "", true},
		{401, reason("authError"), false}, {404, "", false}, {410, "", false}, {408, "", false}, {429, "", false}, {503, "", false},
		{403, reason("quotaExceeded"), false}, {403, reason("userRateLimitExceeded"), false}, {400, reason("uploadLimitExceeded"), false},
	} {
		client := answering(t, c.status, nil, c.body)
		if _, err := client.Ask(t.Context(), "access", client.Base+"/session", 5); err == nil || errors.Is(err, publish.ErrSessionRefused) != c.refuses {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
}

// The access token goes where the session is: nowhere but to Google.
func TestASessionElsewhereIsNone(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []string{"https://example.com/upload", "/upload", ""} {
		_, err := answering(t, 200, http.Header{"Location": {elsewhere}}, "").Open(t.Context(), "access", publish.Details{}, 5)
		if !problem.Is(err, problem.Unavailable) {
			t.Errorf("%q: %v", elsewhere, err)
		}
	}
}

// An installation without a client says so.
func TestWithoutAClientNothingIsSetUp(t *testing.T) {
	t.Parallel()
	_, err := youtube.New(youtube.Config{}).ConsentPage("state", "challenge")
	if !problem.Is(err, problem.YouTubeNotSetUp) || problem.Status(problem.YouTubeNotSetUp) != 409 {
		t.Errorf("got %v", err)
	}
}

// An error of a call quotes no address: a session's gives access.
func TestAnErrorQuotesNoAddress(t *testing.T) {
	t.Parallel()
	c := youtube.New(youtube.Config{})
	for _, session := range []string{"http://127.0.0.1:1/secret-session", "http://[::1/secret-session"} {
		if _, err := c.Ask(t.Context(), "secret-token", session, 5); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
	}
}
