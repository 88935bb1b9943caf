package publishing_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

const anyRole = "arn:aws:iam::000000000000:role/workflow"

// deployed is the state machine as it is deployed, whose functions are these steps.
type deployed struct {
	*product
	machine *stepfn.Machine

	mu    sync.Mutex
	calls []string // of which function, with what
}

// deploy makes the state machine on the emulator.
func deploy(p *product) *deployed {
	p.Helper()
	d := &deployed{product: p}
	text, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "statemachines", "publish.asl.json"))
	harness.Must(p.T, err)
	definition := strings.NewReplacer(
		"${PublishUploadArn}", d.function("upload", func(ctx context.Context, in workflow.Ending) (any, error) { return p.upload.Run(ctx, in.Input) }),
		"${PublishSettleArn}", d.function("settle", func(ctx context.Context, in workflow.Ending) (any, error) { return p.settle.Run(ctx, in) }),
	).Replace(string(text))
	made, err := sfn.NewFromConfig(p.store.AWS).CreateStateMachine(p.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("publish-" + strings.ToLower(tenant.NewID())), Type: types.StateMachineTypeStandard, RoleArn: aws.String(anyRole), Definition: aws.String(definition),
	})
	harness.Must(p.T, err)
	d.machine = stepfn.New(p.store.AWS, aws.ToString(made.StateMachineArn))
	return d
}

// function makes a function that the emulator hands to run, and answers its ARN. It
// has five minutes, as the template gives it.
func (d *deployed) function(name string, run func(context.Context, workflow.Ending) (any, error)) string {
	d.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event map[string]any
		var in workflow.Ending
		broken := json.NewDecoder(r.Body).Decode(&event)
		text, _ := json.Marshal(event) // in one order and without blanks
		if broken != nil || json.Unmarshal(text, &in) != nil {
			d.Errorf("%s is told %s", name, text)
		}
		d.mu.Lock()
		d.calls = append(d.calls, name+" "+string(text))
		d.mu.Unlock()
		ctx, done := context.WithDeadline(d.Context(), d.clock.Now().Add(5*time.Minute))
		defer done()
		out, err := run(ctx, in)
		if err != nil {
			d.Errorf("%s: %v", name, err)
		}
		_ = json.NewEncoder(w).Encode(out)
	}))
	d.Cleanup(server.Close)
	var code bytes.Buffer
	harness.Must(d.T, zip.NewWriter(&code).Close())
	made, err := lambda.NewFromConfig(d.store.AWS).CreateFunction(d.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String(name + "-" + strings.ToLower(tenant.NewID())), Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String("bootstrap"),
		Role: aws.String(anyRole), Timeout: aws.Int32(60), Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"MINISTACK_LAMBDA_PROXY_URL": server.URL}},
	})
	harness.Must(d.T, err)
	return aws.ToString(made.FunctionArn)
}

// TestTheStateMachineRunsTheStepUntilAllIsSent: the machine as it is deployed goes
// back to the step while that says that there is more, tells it the same each time,
// and settles once.
func TestTheStateMachineRunsTheStepUntilAllIsSent(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	p.upload.Files = slow{p.upload.Files, w.clock} // a run has time for two pieces of three
	harness.Must(t, p.connect())
	d := deploy(p)
	p.starter.Machine = d.machine
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	run := job.Run(w.who.Tenant)
	state := workflow.Running
	for end := time.Now().Add(time.Minute); state == workflow.Running && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		state, err = d.machine.State(p.ctx(), run.Execution())
		harness.Must(t, err)
	}
	told := `{"attempt":1,"job_id":"` + run.JobID + `","tenant_id":"` + string(run.TenantID) + `"}`
	if want := []string{"upload " + told, "upload " + told, "settle " + told}; state != workflow.Succeeded || !slices.Equal(d.calls, want) {
		t.Fatalf("it ended as %d after %q, want %q", state, d.calls, want)
	}
	p.settled(p.job(job.ID))
	if w.site.Received() != size {
		t.Errorf("%d bytes arrived of %d", w.site.Received(), size)
	}
}
