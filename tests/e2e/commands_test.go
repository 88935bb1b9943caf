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

// answered is what each command of the guide's first block of runbooks prints; one that
// the page gains says here what.
var answered = map[string]struct {
	says  string // a pattern
	fails bool
}{
	"tenant":         {says: "750"},
	"mail-release":   {says: "mail (is|was) sent to it"},
	"webhook-replay": {says: "make webhook-replay: ", fails: true},
	"reconcile":      {says: `tenants, 0 differences`},
	"tenants":        {says: "in US dollars: what was used"},
	"audit-verify":   {says: `tenants, 0 findings`},
	"erasure-replay": {says: "erasures read"},
}

// TestTheOperatorsCommands runs what the guide's runbooks begin with, as it stands there
// but for the address, on a product in which somebody has signed in.
func TestTheOperatorsCommands(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "SAAS_DEPLOYMENT.md"))
	harness.Must(t, err)
	block := regexp.MustCompile("(?s)\n## Runbooks\n\n[^\n]*(?:\n[^\n]+)*\n\n```sh\n(.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the guide's runbooks do not begin with what can be tried")
	}
	p := shared(t)
	const email = "operated@example.com"
	if r := newClient(t, p.URL).do("POST", "/api/auth/magic-link/request", map[string]string{"email": email}); r.status != 202 {
		t.Fatalf("ask for a link: %d %s", r.status, r.body)
	}
	c := newClient(t, p.URL)
	c.must(200, "POST", "/api/auth/magic-link/verify", map[string]string{"token": c.linkToken(email)})
	ran := map[string]bool{}
	for line := range strings.Lines(strings.ReplaceAll(string(block[1]), "you@example.com", email)) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "make" {
			t.Errorf("%q is no command of make's", line)
			continue
		}
		o, known := answered[words[1]]
		ran[words[1]] = true
		out, err := command(t, p, nil, "sh", "-c", "make -s "+strings.TrimPrefix(line, "make "))
		if !known || (err != nil) != o.fails || !regexp.MustCompile(o.says).MatchString(out) || strings.Contains(out, "start the product") {
			t.Errorf("%s(%v): %v\n%s", line, known, err, out)
		}
	}
	for target := range answered {
		if !ran[target] {
			t.Errorf("the guide's runbooks have no make %s", target)
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
