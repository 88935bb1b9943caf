// Package stepfn runs the render's state machine. It implements render.Workflow.
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
	"github.com/devotionalai/platform/shared/domains/render"
)

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

// Start implements render.Workflow.
func (m *Machine) Start(ctx context.Context, name string, in render.WorkflowInput) error {
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
	return failed("start execution", err)
}

// Stop implements render.Workflow.
func (m *Machine) Stop(ctx context.Context, name string) error {
	_, err := m.sfn.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: m.executionARN(name), Error: aws.String(string(problem.RenderInterrupted))})
	if absent(err) || ended(err) {
		return nil
	}
	return failed("stop execution", err)
}

// State implements render.Workflow.
func (m *Machine) State(ctx context.Context, name string) (render.ExecutionState, error) {
	out, err := m.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: m.executionARN(name)})
	if absent(err) {
		return render.ExecutionAbsent, nil
	}
	if err != nil {
		return render.ExecutionAbsent, failed("describe execution", err)
	}
	switch out.Status {
	case types.ExecutionStatusRunning, types.ExecutionStatusPendingRedrive:
		return render.ExecutionRunning, nil
	case types.ExecutionStatusSucceeded:
		return render.ExecutionSucceeded, nil
	}
	return render.ExecutionDied, nil
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

func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return problem.Wrap(problem.Unavailable, "The workflow service does not answer right now. Try again in a moment.", fmt.Errorf("%s: %w", doing, err))
}
