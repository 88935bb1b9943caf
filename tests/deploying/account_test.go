// Package deploying proves that make deploy and make teardown work on an account in
// which nothing was done before, again and again, and ask nothing where nobody is.
package deploying

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// account is an emulator of its own, empty, and what make needs to reach it.
type account struct {
	t   *testing.T
	AWS aws.Config
	url string
	web string // a web app that is built already
}

func emptyAccount(t *testing.T) *account {
	t.Helper()
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	harness.Must(t, err)
	port, err := harness.FreePort(os.Getenv("EMULATOR_PORT_TEST"))
	harness.Must(t, err)
	process, err := emulator.Start(t.Context(), emulator.Config{Python: tools.Python, Port: port, Dir: t.TempDir()})
	harness.Must(t, err)
	t.Cleanup(func() {
		if err := process.Stop(); err != nil {
			t.Error(err)
		}
	})
	a := &account{t, emulator.Client(process.Endpoint), process.Endpoint, t.TempDir()}
	for name, body := range map[string]string{"index.html": `<script src="/assets/app.js"></script>`, "assets/app.js": "start()"} {
		file := filepath.Join(a.web, name)
		harness.Must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		harness.Must(t, os.WriteFile(file, []byte(body), 0o644))
	}
	return a
}

// make runs a target as a pipeline does: nobody is there to answer. It answers all
// that was said.
func (a *account) make(target string, variables ...string) (string, error) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "make", append([]string{"-s", target}, variables...)...)
	cmd.Dir = blueprint.Root()
	cmd.WaitDelay = 10 * time.Second
	own := []string{"AWS_", "STAGE=", "MAIL=", "DOMAIN=", "SET=", "MAKE", "MFLAGS="}
	for _, variable := range os.Environ() {
		if !slices.ContainsFunc(own, func(prefix string) bool { return strings.HasPrefix(variable, prefix) }) {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "AWS_ENDPOINT_URL="+a.url, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true")
	began := time.Now()
	out, err := cmd.CombinedOutput()
	a.t.Logf("make %s %v (%.1f s)\n%s", target, variables, time.Since(began).Seconds(), out)
	return string(out), err
}

func (a *account) must(target string, variables ...string) string {
	a.t.Helper()
	said, err := a.make(target, variables...)
	if err != nil {
		a.t.Fatalf("make %s %v: %v", target, variables, err)
	}
	return said
}
