package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/stages"
	"github.com/devotionalai/platform/tests/blueprint"
)

// newAccount stands in for one whose functions have such a limit, as JSON; "" is one in
// which nobody may ask. It has quotas of pictures and voices that are larger.
func newAccount(t *testing.T, limit string) account {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case limit == "":
			w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"message": "no right"}`)
		case strings.HasSuffix(r.URL.Path, "/account-settings"):
			fmt.Fprintf(w, `{"AccountLimit": %s}`, limit)
		default:
			fmt.Fprint(w, `{}`)
		}
	}))
	t.Cleanup(server.Close)
	return account{AWS: aws.Config{
		Region: fallback, BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}}
}

// TestAFirstDeploymentKeepsToTheAccount: one that nobody tells how much runs at once
// takes what the account has places for, and says so; a value that somebody gave, and
// what a stack has, stays.
func TestAFirstDeploymentKeepsToTheAccount(t *testing.T) {
	const ten = `{"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}`
	for name, c := range map[string]struct {
		limit, set, section string
		before              *deployed
		want, said          string
	}{
		"a new account":         {ten, "", "", nil, "RenderWidth=1 MaxRunningJobs=1 EncodersReserved=0 UploadChecksAtOnce=2", "MaxRunningJobs=1"},
		"a width given":         {ten, "RenderWidth=2", "", nil, "RenderWidth= MaxRunningJobs=1 EncodersReserved=0 UploadChecksAtOnce=2", "MaxRunningJobs=1"},
		"renders by samconfig":  {ten, "", "MaxRunningJobs=3", nil, "RenderWidth=1 MaxRunningJobs= EncodersReserved=0 UploadChecksAtOnce=2", "RenderWidth=1"},
		"others have their own": {`{"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 100}`, "VoiceProvider=espeak", "", nil, "RenderWidth=3 MaxRunningJobs=8 EncodersReserved=0 UploadChecksAtOnce=2", "MaxRunningJobs=8"},
		"an old account":        {`{"ConcurrentExecutions": 1000}`, "VoiceProvider=espeak", "", nil, "RenderWidth=3 MaxRunningJobs=48 EncodersReserved=144 UploadChecksAtOnce=20", "MaxRunningJobs=48"},
		"Polly's quota":         {`{"ConcurrentExecutions": 1000}`, "", "", nil, "RenderWidth=3 MaxRunningJobs=8 EncodersReserved=24 UploadChecksAtOnce=20", "MaxRunningJobs=8"},
		"nobody may ask":        {"", "", "", nil, "RenderWidth= MaxRunningJobs= EncodersReserved= UploadChecksAtOnce=", "no right"},
		"a stack that is there": {ten, "", "", &deployed{}, "RenderWidth= MaxRunningJobs= EncodersReserved= UploadChecksAtOnce=", ""},
	} {
		var out strings.Builder
		d := &deployment{account: newAccount(t, c.limit), declared: template(t), before: c.before, made: map[string]string{}, steps: progress.To(&out, 1)}
		d.set, d.section.Parameters = given(t, d.declared, c.set), given(t, d.declared, c.section)
		if _, err := d.findRoom(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, parameter := range []string{"RenderWidth", "MaxRunningJobs", "EncodersReserved", "UploadChecksAtOnce"} {
			got = append(got, parameter+"="+d.made[parameter])
		}
		if is := strings.Join(got, " "); is != c.want || !strings.Contains(out.String(), c.said) || (c.said == "") != (out.Len() == 0) {
			t.Errorf("%s: %s, want %s; said: %s", name, is, c.want, &out)
		}
	}
}

func given(t *testing.T, all []stages.Parameter, set string) map[string]string {
	t.Helper()
	values, err := stages.ReadSet(set, stages.Names(all))
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// TestTheEmulatorIsGivenNoBoundsOfQueues: it would compare them as text, and ask no
// queue any more. On AWS they are there.
func TestTheEmulatorIsGivenNoBoundsOfQueues(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "workers.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	reduced, left := reduce(source, nil)
	if !slices.Contains(left, "bounds of queues") || strings.Contains(string(reduced), "MaximumConcurrency") || !strings.Contains(string(reduced), "ReportBatchItemFailures") {
		t.Errorf("left out: %v", left)
	}
}
