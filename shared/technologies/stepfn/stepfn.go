// Package stepfn runs state machines. It implements workflow.Machine.
package stepfn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// replaced is the error that a stopped execution ends with: another one goes on
// with its run.
const replaced = "replaced"

// Machine is one state machine.
type Machine struct {
	sfn *sfn.Client
	arn string
}

// New makes a Machine from its ARN.
func New(cfg aws.Config, arn string) *Machine { return &Machine{sfn: sfn.NewFromConfig(cfg), arn: arn} }

// executionARN follows from the machine's: …:stateMachine:name → …:execution:name:execution.
func (m *Machine) executionARN(name string) *string {
	return aws.String(strings.Replace(m.arn, ":stateMachine:", ":execution:", 1) + ":" + name)
}

// Start implements workflow.Machine.
func (m *Machine) Start(ctx context.Context, name string, in workflow.Input) error {
	input, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode input: %w", err)
	}
	_, err = m.sfn.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(m.arn), Name: aws.String(name), Input: aws.String(string(input)),
	})
	var exists *types.ExecutionAlreadyExists
	if errors.As(err, &exists) {
		return nil
	}
	return m.failed("start execution", err)
}

// Stop implements workflow.Machine.
func (m *Machine) Stop(ctx context.Context, name string) error {
	_, err := m.sfn.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: m.executionARN(name), Error: aws.String(replaced)})
	if absent(err) || ended(err) {
		return nil
	}
	return m.failed("stop execution", err)
}

// State implements workflow.Machine.
func (m *Machine) State(ctx context.Context, name string) (workflow.State, error) {
	out, err := m.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: m.executionARN(name)})
	if absent(err) {
		return workflow.Absent, nil
	}
	if err != nil {
		return workflow.Absent, m.failed("describe execution", err)
	}
	switch out.Status {
	case types.ExecutionStatusRunning, types.ExecutionStatusPendingRedrive:
		return workflow.Running, nil
	case types.ExecutionStatusSucceeded:
		return workflow.Succeeded, nil
	}
	return workflow.Died, nil
}

func absent(err error) bool {
	var gone *types.ExecutionDoesNotExist
	return errors.As(err, &gone)
}

// ended: the emulator refuses to stop what has ended; AWS does not mind.
func ended(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationException"
}

// failed tells an outage, which is worth another try, from a right that the
// function does not have, which is not: that one is ours to mend, and the log
// says what was refused, and where.
func (m *Machine) failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	doing += " of " + m.arn[strings.LastIndex(m.arn, ":")+1:]
	if refused := problem.MissingRight(doing, err); refused != nil {
		return refused
	}
	return problem.Wrap(problem.Unavailable, "The workflow service does not answer right now. Try again in a moment.", fmt.Errorf("%s: %w", doing, err))
}
