// Package load_test sends people to a product of its own, some of whom render, beside
// somebody who takes all he can.
package load_test

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/crowd"
	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// TestPeopleBesideAnAbuser: every call of theirs is answered, every render ends with a
// video, and afterwards the ledger agrees with the counters. How long they wait is
// printed and not judged: the machine may have other work.
func TestPeopleBesideAnAbuser(t *testing.T) {
	harness.Proof(t)
	locust, err := toolbox.InstallLoad(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	p := launch.ForTest(t, launch.Options{})
	var out bytes.Buffer
	plan := crowd.Plan{
		Root: blueprint.Root(), Locust: locust, URL: p.URL, Data: p.Data, Edge: os.Getpid(),
		Users: 10, Rate: 10, Length: 18 * time.Second, Every: 10 * time.Second, Out: &out,
	}
	if harness.InFull() {
		plan.Users, plan.Rate, plan.Length, plan.Every, plan.Abuser = 40, 20, 70*time.Second, time.Minute, 40*time.Second
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	seen, err := crowd.Run(ctx, plan, &running.Product{Stack: p.Stack, Out: &out})
	t.Logf("%s", &out)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d people, p99 %v quiet, %v beside the abuser; %d renders of theirs ended, the ledger of %d tenants held",
		plan.Users, seen.Quiet.P99, seen.Loud.P99, seen.Jobs, len(seen.Ledger.Tenants))
	for _, wrong := range seen.Wrong() {
		t.Error(wrong)
	}
}
