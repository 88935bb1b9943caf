package workflow_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
	"github.com/devotionalai/platform/tests/harness"
)

// TestStepFunctionsIsAMachine: an execution that waits is started once, seen and
// stopped once, by name alone.
func TestStepFunctionsIsAMachine(t *testing.T) {
	cfg := harness.Start(t).AWS
	client := sfn.NewFromConfig(cfg)
	made, err := client.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("books-" + strings.ToLower(tenant.NewID())), Type: types.StateMachineTypeStandard, RoleArn: aws.String("arn:aws:iam::000000000000:role/workflow"),
		Definition: aws.String(`{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": true}}}`),
	})
	harness.Must(t, err)
	var m workflow.Machine = stepfn.New(cfg, aws.ToString(made.StateMachineArn))
	run := workflow.Run{Input: workflow.Input{TenantID: tenant.ID(tenant.NewID()), JobID: tenant.NewID(), Attempt: 2}, Restarts: 1}
	name := run.Execution()
	want := func(want workflow.State) {
		t.Helper()
		if got, err := m.State(t.Context(), name); err != nil || got != want {
			t.Errorf("state %d %v, want %d", got, err, want)
		}
	}

	want(workflow.Absent)
	harness.Must(t, m.Stop(t.Context(), name))
	for range 2 {
		harness.Must(t, m.Start(t.Context(), name, run.Input))
		want(workflow.Running)
	}
	listed, err := client.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: made.StateMachineArn})
	harness.Must(t, err)
	if len(listed.Executions) != 1 || aws.ToString(listed.Executions[0].Name) != run.JobID+"-2-1" {
		t.Fatalf("%+v", listed.Executions)
	}
	execution, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: listed.Executions[0].ExecutionArn})
	harness.Must(t, err)
	// What the state machines pass on by name.
	if got := aws.ToString(execution.Input); got != `{"tenant_id":"`+string(run.TenantID)+`","job_id":"`+run.JobID+`","attempt":2}` {
		t.Errorf("the execution was told %s", got)
	}
	for range 2 {
		harness.Must(t, m.Stop(t.Context(), name))
		want(workflow.Died)
	}
}
