package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// client is one person or program at the product's front door.
type client struct {
	t     testing.TB
	base  string
	http  *http.Client
	token string
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any // nil when the body is not a JSON object
}

func newClient(t testing.TB, base string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, base: base, http: &http.Client{Jar: jar, Timeout: 60 * time.Second}}
}

// do sends one request; body may be nil, a string (sent as it is) or a value for JSON.
func (c *client) do(method, path string, body any, headers ...string) reply {
	c.t.Helper()
	r, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (c *client) try(method, path string, body any, headers ...string) (reply, error) {
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, c.base+path, content)
	if err != nil {
		return reply{}, err
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: res.StatusCode, header: res.Header, body: raw}
	_ = json.Unmarshal(raw, &r.json) // not every answer is an object
	return r, nil
}

// must is do with an expected status.
func (c *client) must(status int, method, path string, body any, headers ...string) map[string]any {
	c.t.Helper()
	r := c.do(method, path, body, headers...)
	if r.status != status {
		c.t.Fatalf("%s %s: status %d, want %d: %s", method, path, r.status, status, r.body)
	}
	return r.json
}

var linkLine = regexp.MustCompile(`(?m)^(\S+)/auth/verify#token=(\S+)$`)

// mail returns the text part of the newest mail to address that came after the
// given number of mails, waiting up to 20 s.
func (c *client) mail(address string, after int) string {
	c.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if texts := c.mails(address); len(texts) > after {
			return texts[0]
		}
	}
	c.t.Fatalf("no mail to %s", address)
	return ""
}

// mails lists the text parts of all mails to address, newest first.
func (c *client) mails(address string) []string {
	c.t.Helper()
	r := c.do("GET", "/mailbox.json?to="+url.QueryEscape(address), nil)
	var box struct {
		Messages []struct {
			To   []string `json:"to"`
			Text string   `json:"text"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(r.body, &box); err != nil {
		c.t.Fatalf("mailbox: %v: %s", err, r.body)
	}
	var texts []string
	for _, m := range box.Messages {
		for _, to := range m.To {
			if to == address {
				texts = append(texts, m.Text)
			}
		}
	}
	return texts
}

// token asks for a magic link and reads its token from the mail.
func (c *client) linkToken(address string) string {
	c.t.Helper()
	before := len(c.mails(address))
	c.must(http.StatusAccepted, "POST", "/api/auth/magic-link/request", map[string]string{"email": address})
	m := linkLine.FindStringSubmatch(c.mail(address, before))
	if m == nil {
		c.t.Fatalf("no link in the mail to %s", address)
	}
	if m[1] != c.base {
		c.t.Fatalf("the link leads to %s, not to %s", m[1], c.base)
	}
	return m[2]
}

// signIn returns a client with a fresh account.
func signIn(t testing.TB, base string) *client {
	t.Helper()
	c := newClient(t, base)
	address := fmt.Sprintf("person-%d@example.com", time.Now().UnixNano())
	answer := c.must(http.StatusOK, "POST", "/api/auth/magic-link/verify", map[string]string{"token": c.linkToken(address)})
	c.token, _ = answer["access_token"].(string)
	if c.token == "" {
		t.Fatalf("no access token in %v", answer)
	}
	return c
}

// project creates a short project and returns its id.
func (c *client) project(texts ...string) string {
	c.t.Helper()
	var scenes []map[string]string
	for _, text := range texts {
		scenes = append(scenes, map[string]string{"text": text, "image_prompt": "a quiet lake at dawn"})
	}
	answer := c.must(http.StatusCreated, "POST", "/api/v1/projects", map[string]any{
		"title": "Still waters", "scenes": scenes, "voice": "default", "resolution": "720p", "aspect": "1:1", "captions": true,
	})
	id, _ := answer["project_id"].(string)
	if id == "" || id != answer["id"] {
		c.t.Fatalf("no project id in %v", answer)
	}
	return id
}

// ended waits for a job's end and returns it.
func (c *client) ended(job string, within time.Duration) map[string]any {
	c.t.Helper()
	var last map[string]any
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		// A restart of the product in between is part of some tests.
		r, err := c.try("GET", "/api/v1/jobs/"+job, nil)
		if err != nil || r.status >= 500 {
			continue
		}
		if r.status == http.StatusUnauthorized {
			c.refresh()
			continue
		}
		last = r.json
		switch last["status"] {
		case "succeeded", "failed", "canceled":
			return last
		}
	}
	c.t.Fatalf("job %s has not ended: %v", job, last)
	return nil
}

// renew refreshes if the session is known.
func (c *client) renew() bool {
	c.t.Helper()
	r := c.do("POST", "/api/auth/refresh", nil, "X-Requested-With", "e2e")
	if r.status == http.StatusOK {
		c.token, _ = r.json["access_token"].(string)
	}
	return r.status == http.StatusOK
}

func (c *client) refresh() {
	c.t.Helper()
	answer := c.must(http.StatusOK, "POST", "/api/auth/refresh", nil, "X-Requested-With", "e2e")
	c.token, _ = answer["access_token"].(string)
}

// usage returns used and reserved of a metric, in its display unit.
func (c *client) usage(metric string) (used, reserved float64) {
	c.t.Helper()
	answer := c.must(http.StatusOK, "GET", "/api/usage", nil)
	list, _ := answer["metrics"].([]any)
	for _, m := range list {
		row, _ := m.(map[string]any)
		if row["metric"] == metric {
			used, _ = row["used"].(float64)
			reserved, _ = row["reserved"].(float64)
			return used, reserved
		}
	}
	c.t.Fatalf("no metric %s in %v", metric, answer)
	return 0, 0
}
