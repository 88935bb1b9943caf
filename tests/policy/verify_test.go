package policy_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/isolation"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/policy"
)

// TestVerifyIsolationOnTheEmulator runs what make verify-isolation runs on an
// account. The emulator hands over no leading keys: what rests on them is told as
// not to be seen, and everything else must hold, and is found when it does not.
func TestVerifyIsolationOnTheEmulator(t *testing.T) {
	t.Parallel()
	cfg, _ := policy.Enforcing(t)
	stack := isolation.Stack{AWS: cfg, Name: "policies", Stage: "local", Prefix: "policies", Unseen: true, Try: 5 * time.Second}
	results, err := stack.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := isolation.Report(&out, results); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	unseen := 0
	for _, r := range results {
		if r.Outcome == isolation.Unseen {
			unseen++
		}
		if r.Outcome == isolation.Unseen && !strings.Contains(r.Check, "Item of") && !strings.Contains(r.Check, "Query of") {
			t.Errorf("%s rests on no leading key", r.Check)
		}
	}
	if unseen == 0 || unseen == len(results) {
		t.Errorf("%d of %d checks are told as not to be seen", unseen, len(results))
	}
	t.Log(out.String()[strings.LastIndex(strings.TrimSpace(out.String()), "\n")+1:])

	stack.Session = func(tenant.ID, tenant.Opening) (string, error) {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:*","s3:*"],"Resource":"*"}]}`, nil
	}
	wide, err := stack.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := isolation.Report(&out, wide); err == nil || !strings.Contains(out.String(), "PutObject of another's") {
		t.Errorf("a session of every tenant is not found: %v\n%s", err, out.String())
	}
}
