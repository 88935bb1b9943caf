package signin_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

// Mail scanners and link previews open every link, some with HEAD, some with a
// body: only a POST of the very route uses one up.
func TestScannersLeaveTheLinkAlive(t *testing.T) {
	s := newStage(t)
	m := s.ask(address())
	agents := []string{
		"Mozilla/5.0 (compatible; Microsoft Office/16.0; SafeLinks)", "Mimecast-URLProtect/1.0", "Barracuda Sentinel (EE)",
		"Mozilla/5.0 (compatible; Proofpoint URL Defense)", "GoogleImageProxy", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
		"facebookexternalhit/1.1", "Twitterbot/1.0", "WhatsApp/2.23.20.0 A", "TelegramBot (like TwitterBot)", "Discordbot/2.0",
		"LinkedInBot/1.0", "SkypeUriPreview Preview/0.5", "Mozilla/5.0 (iPhone) AppleWebKit/605 Messages-LinkPreview", "curl/8.5.0",
	}
	targets := []string{
		"/api/auth/magic-link/verify", "/api/auth/magic-link/request", "/auth/verify", "/api/auth/refresh", "/api/auth/logout", "/api/auth/me", "/api/health",
		"/.well-known/jwks.json",
	}
	for i := range 50 {
		agent := agents[i%len(agents)]
		for _, method := range []string{"GET", "HEAD"} {
			target := targets[i%len(targets)] + "?token=" + m.token + "&email=" + m.person + "&code=" + m.code
			got := s.opened(method, target, fmt.Sprintf(`{"token":%q}`, m.token), "User-Agent", agent, "Cookie", "sign_in_attempt="+m.attempt)
			if strings.Contains(target, "magic-link") && got.status != 404 && got.status != 405 || got.header.Get("Set-Cookie") != "" || strings.Contains(got.raw, "access_token") {
				t.Fatalf("%s %s by %s: %d %s", method, target, agent, got.status, got.raw)
			}
		}
	}
	again := s.ask(m.person)
	for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS"} {
		s.opened(method, "/api/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, again.token))
	}
	s.typed(again.person, again.code, again.attempt).expect(t, 200, "")
	s.verify(s.ask(m.person).token).expect(t, 200, "")
}

// opened is a call whose answer need not be JSON.
func (s *stage) opened(method, target, body string, headers ...string) answer {
	s.Helper()
	quiet := &app{t: silent{s.TB}, http: s.http}
	return quiet.call(method, target, body, headers...)
}

// silent lets a page of plain text pass.
type silent struct{ testing.TB }

func (silent) Errorf(string, ...any) {}

// No row that a link, a picture or a preview can open may touch links at all.
func TestOnlyASignInMayTouchLinks(t *testing.T) {
	posts := 0
	for _, r := range httpapi.Routes() {
		opens := r.Act.Opens()
		if !tenant.Among(slices.Concat(opens.Before, opens.Directory), tenant.LinkPrefix+"x") {
			continue
		}
		if r.Method != "POST" {
			t.Errorf("%s %s may touch links", r.Method, r.Pattern)
		}
		posts++
	}
	if posts < 2 {
		t.Errorf("%d rows touch links", posts)
	}
}

// hostile are values of headers that a mail must not take an address from.
func hostile() map[string]string {
	return map[string]string{
		"another host": "evil.example", "with a port": "evil.example:443", "ours as a label": "localhost:8000.evil.example",
		"ours as a user": "localhost:8000@evil.example", "a path": "evil.example/", "no scheme": "//evil.example", "a scheme": "https://evil.example",
		"a tab": "evil.example\t", "upper case": "EVIL.example", "an address": "127.0.0.1", "a v6 address": "[::1]", "a fragment": "evil.example#",
		"a query": "evil.example?", "another script": "xn--vil-ema.example", "two hosts": "evil.example, localhost:8000",
		"ours first": "localhost:8000, evil.example", "a parameter": "evil.example;a=b", "quoted": `"evil.example"`, "escaped": "evil%2eexample",
		"a backslash": "evil.example\\", "a space": "a b", "markup": "evil.example\"><b>", "nothing": "", "a dot": ".", "trailing dot": "evil.example.",
	}
}

func TestNoHeaderReachesTheMail(t *testing.T) {
	s := newStage(t)
	for name, value := range hostile() {
		t.Run(name, func(t *testing.T) {
			person := address()
			s.request(person, "Host", value, "X-Forwarded-Host", value, "X-Forwarded-Proto", value, "X-Forwarded-Port", value, "X-Forwarded-Server", value,
				"X-Forwarded-For", value, "X-Forwarded-Prefix", value, "X-Original-URL", value, "X-Original-Host", value, "X-Rewrite-URL", value, "X-Host", value,
				"Forwarded", "host="+value, "Origin", value, "Referer", value, "X-HTTP-Host-Override", value, "X-GoLambdaProxy-ApiGw-Context", value,
				"X-Viewer-Address", value, "X-Forwarded-Scheme", value, "True-Client-IP", value, "Via", value,
			).expect(t, 202, "")
			mails := s.mails(person)
			if len(mails) != 1 {
				t.Fatalf("%d mails", len(mails))
			}
			link := appURL + "/auth/verify#token=" + tokenIn(t, mails[0])
			text := strings.ReplaceAll(mails[0].BodyText, link, "") + strings.ReplaceAll(mails[0].BodyHTML, link, "")
			for _, trace := range []string{"://", "evil", "127.0.0.1", "::1", "vil-ema"} {
				if strings.Contains(strings.ToLower(text), trace) {
					t.Errorf("%q is in the mail: %s", trace, text)
				}
			}
		})
	}
}

func TestNextLeadsToNoOtherSite(t *testing.T) {
	s := newStage(t)
	for name, next := range map[string]string{
		"a site": "https://evil.example", "no scheme": "//evil.example", "three slashes": "///evil.example", "a backslash": `/\evil.example`,
		"two backslashes": `\\evil.example`, "a backslash first": `\/evil.example`, "a script": "javascript:alert(1)", "data": "data:text/html,x",
		"a tab inside": "/\t/evil.example", "a line break": "/\n/evil.example", "a carriage return": "/\r/evil.example", "a space first": " //evil.example",
		"a null": "/\x00/evil.example", "no slash": "evil.example", "a relative path": "videos", "up": "/../evil", "up inside": "/videos/../../evil",
		"here": "/./evil", "two slashes inside": "/videos//evil.example", "a user": "//localhost:8000@evil.example", "ours as a user": "http://localhost:8000@evil.example",
		"our own origin": appURL + "/videos", "upper case": "HTTPS://evil.example", "one slash": "https:/evil.example", "an escaped slash": "/%2f/evil.example",
		"an escaped backslash": "/%5cevil.example", "beyond ASCII": "/é", "a full-width slash": "／／evil.example", "too long": "/" + strings.Repeat("a", 512),
		"a broken escape": "/%zz", "a mail": "mailto:a@evil.example", "escaped dots": "/%2e%2e/evil",
	} {
		person := address()
		got := s.call("POST", "/api/auth/magic-link/request", fmt.Sprintf(`{"email":%q,"next":%s}`, person, quoted(next)))
		if got.status != 400 || got.text("code") != "invalid_input" || !strings.Contains(got.raw, `"field":"next"`) || len(got.cookies) > 0 {
			t.Errorf("%s: %q answers %d %s", name, next, got.status, got.raw)
		}
		if got := len(s.mails(person)); got != 0 {
			t.Errorf("%s: %d mails", name, got)
		}
	}
	person := address()
	const own = "/projects/abc?tab=scenes#two"
	s.call("POST", "/api/auth/magic-link/request", fmt.Sprintf(`{"email":%q,"next":%q}`, person, own)).expect(t, 202, "")
	if got := s.verify(tokenIn(t, s.mails(person)[0])).expect(t, 200, ""); got.text("next") != own {
		t.Errorf("next is %q", got.text("next"))
	}
}

// quoted is a text as JSON has it.
func quoted(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
