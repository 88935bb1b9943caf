package stepfn

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// refusing is a machine of a service that refuses every call with a code.
func refusing(t *testing.T, status int, code string) *Machine {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", code)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":%q,"message":"arn:aws:sts::1:assumed-role/x may not"}`, code)
	}))
	t.Cleanup(server.Close)
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.AnonymousCredentials{},
	}
	return New(cfg, "arn:aws:states:us-east-1:000000000000:stateMachine:trial")
}

// calls are the machine's three.
func calls(t *testing.T, m *Machine) map[string]error {
	in := workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: tenant.NewID(), Attempt: 1}
	_, state := m.State(t.Context(), in.JobID)
	return map[string]error{
		"start execution": m.Start(t.Context(), in.JobID, in), "stop execution": m.Stop(t.Context(), in.JobID), "describe execution": state,
	}
}

func TestAMissingRightIsNoOutage(t *testing.T) {
	for _, code := range []string{"AccessDeniedException", "AccessDenied", "KmsAccessDeniedException"} {
		for doing, err := range calls(t, refusing(t, http.StatusBadRequest, code)) {
			if !problem.Is(err, problem.Internal) {
				t.Errorf("%s after %s: %v, want internal", doing, code, err)
			}
			for _, part := range []string{doing, "trial", code} {
				if !strings.Contains(fmt.Sprint(err), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if strings.Contains(fmt.Sprint(err), "arn:") {
				t.Errorf("the log gets what the service wrote: %v", err)
			}
		}
	}
}

func TestAnOutageIsWorthAnotherTry(t *testing.T) {
	for _, code := range []string{"ThrottlingException", "InternalServerError"} {
		for doing, err := range calls(t, refusing(t, http.StatusServiceUnavailable, code)) {
			if !problem.Is(err, problem.Unavailable) {
				t.Errorf("%s after %s: %v", doing, code, err)
			}
		}
	}
}

func TestWhatIsThereOrGoneAlreadyIsSuccess(t *testing.T) {
	in := workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: tenant.NewID(), Attempt: 1}
	if err := refusing(t, http.StatusBadRequest, "ExecutionAlreadyExists").Start(t.Context(), in.JobID, in); err != nil {
		t.Errorf("start: %v", err)
	}
	gone := refusing(t, http.StatusBadRequest, "ExecutionDoesNotExist")
	if err := gone.Stop(t.Context(), in.JobID); err != nil {
		t.Errorf("stop: %v", err)
	}
	if state, err := gone.State(t.Context(), in.JobID); err != nil || state != workflow.Absent {
		t.Errorf("state: %v %v", state, err)
	}
}
