package signin_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// No secret, token, link or address may reach a log, on any path.
func TestLogsHoldNoSecretAndNoAddress(t *testing.T) {
	s := newStage(t)
	person, ip := address(), "203.0.113.77"
	token := s.token(person)
	first := s.verify(token).expect(t, 200, "")
	s.verify(token).expect(t, 401, "")
	second := s.refresh(first.cookie()).expect(t, 200, "")
	s.me(second.text("access_token")).expect(t, 200, "")
	s.me(second.text("access_token")+"x").expect(t, 401, "")
	s.call("GET", "/api/health?secret=hush", "", "X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", ip)
	s.clock.Forward(time.Minute)
	s.refresh(first.cookie()).expect(t, 401, "")
	s.logout(second.cookie(), "").expect(t, 204, "")
	mail := s.ask(person)
	pending := mail.token
	s.typed(person, wrong(mail.code), mail.attempt).expect(t, 401, "")
	broken := s.deploy(`FAULTS=[{"nth":2,"kind":"throttled","forever":true}]`)
	broken.verify(pending).expect(t, 503, "")
	broken.enter(mail).expect(t, 503, "")
	broken.request(person).expect(t, 503, "")
	broken.refresh(first.cookie()).expect(t, 503, "")
	broken.call("GET", "/api/health", "", "X-Origin-Secret", "the-origin-secret", "X-Viewer-Address", ip).expect(t, 503, "")
	unverified := s.deploy("MAIL_FROM=nobody@unverified.example")
	unverified.request(person).expect(t, 503, "mail_failed")
	s.call("POST", "/api/auth/magic-link/request", `{"email":"`+person+`","nxt":1}`).expect(t, 400, "")

	logs := s.logs.String()
	name, _, _ := strings.Cut(person, "@")
	for what, value := range map[string]string{
		"the address": person, "its local part": name, "the sender": "unverified.example", "a used token": token, "a pending token": pending,
		"a code": mail.code, "an attempt": mail.attempt,
		"a link": "#token=", "a refresh token": first.cookie(), "its seal": first.cookie()[strings.LastIndex(first.cookie(), ".")+1:],
		"its successor": second.cookie(), "an access token": second.text("access_token"), "the JWT secret": secret,
		"the origin's secret": "the-origin-secret", "a network address": ip, "a query": "hush",
	} {
		if strings.Contains(logs, value) {
			t.Errorf("%s is in the logs", what)
		}
	}
	lines := strings.Split(strings.TrimSpace(logs), "\n")
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a JSON line: %s", line)
		}
	}
	if len(lines) < 20 {
		t.Fatalf("only %d lines: the test looked at nothing", len(lines))
	}
}
