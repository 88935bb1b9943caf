package e2e_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// command runs one as it stands in the docs, in the checkout, against the running
// product, and answers what it said.
func command(t *testing.T, p *launch.Running, more []string, name string, args ...string) (string, error) {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), 5*time.Minute)
	defer done()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = blueprint.Root()
	cmd.Env = append(os.Environ(), "PORT="+portOf(p.URL), "EMULATOR_PORT="+portOf(p.Product.Emulator.Endpoint))
	cmd.Env = append(cmd.Env, more...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTheOperatorsCommands are those that runbooks name, tried on a product in which
// somebody has signed in.
func TestTheOperatorsCommands(t *testing.T) {
	p := shared(t)
	const email = "operated@example.com"
	if r := newClient(t, p.URL).do("POST", "/api/auth/magic-link/request", map[string]string{"email": email}); r.status != 202 {
		t.Fatalf("ask for a link: %d %s", r.status, r.body)
	}
	c := newClient(t, p.URL)
	c.must(200, "POST", "/api/auth/magic-link/verify", map[string]string{"token": c.linkToken(email)})
	commands := []struct {
		target string
		with   []string
		says   string // a pattern of what it prints
		fails  bool
	}{
		{target: "tenant", with: []string{"EMAIL=" + email, "PLAN=pro", "UNTIL=2099-01-31", "LIMITS=images_count=750"}, says: "750"},
		{target: "mail-release", with: []string{"EMAIL=" + email}, says: `\S`},
		{target: "webhook-replay", with: []string{"ID=evt_unknown"}, says: "make webhook-replay: ", fails: true},
		{target: "reconcile", says: `tenants, 0 differences`},
		{target: "tenants", says: "in US dollars: what was used"},
		{target: "audit-verify", says: `tenants, 0 findings`},
		{target: "erasure-replay", says: "erasures read"},
	}
	for _, o := range commands {
		out, err := command(t, p, nil, "make", append([]string{"-s", o.target}, o.with...)...)
		if (err != nil) != o.fails || !regexp.MustCompile(o.says).MatchString(out) || strings.Contains(out, "start the product") {
			t.Errorf("make %s %s: %v\n%s", o.target, strings.Join(o.with, " "), err, out)
		}
	}
}

// TestReadmesFirstCall sends what README.md shows, in its order: a link is asked for,
// the mail's token taken, the usage read.
func TestReadmesFirstCall(t *testing.T) {
	p := shared(t)
	page, err := os.ReadFile(filepath.Join(blueprint.Root(), "README.md"))
	harness.Must(t, err)
	block := regexp.MustCompile("(?s)## A first call\n\n```sh\n(.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("README.md has no first call")
	}
	c := newClient(t, p.URL)
	ask, rest, _ := strings.Cut(strings.ReplaceAll(string(block[1]), "http://localhost:8000", p.URL), "\n# the token is in the mail")
	_, rest, _ = strings.Cut(rest, "\n")
	verify, usage, both := strings.Cut(rest, "\n\n")
	before := len(c.mails("user@example.com"))
	sent := func(script string, env ...string) string {
		out, err := command(t, p, env, "sh", "-c", "set -eu\n"+strings.ReplaceAll(script, "curl ", "curl -fsS "))
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, script, out)
		}
		return out
	}
	sent(ask)
	token := linkLine.FindStringSubmatch(c.mail("user@example.com", before))
	if token == nil || !both {
		t.Fatal("the mail has no token, or README.md no third call")
	}
	answer := sent(strings.Replace(verify, `"..."`, `"`+token[2]+`"`, 1))
	access := regexp.MustCompile(`"access_token": ?"([^"]+)"`).FindStringSubmatch(answer)
	if access == nil {
		t.Fatalf("no access token in %s", answer)
	}
	if got := sent(usage, "JWT="+access[1]); !strings.Contains(got, "images_count") {
		t.Errorf("the usage is %s", got)
	}
}
