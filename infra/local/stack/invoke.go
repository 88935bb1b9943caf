package stack

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/devotionalai/platform/infra/local/artifacts"
)

// ErrNoFunction is answered for a function that the stack does not have.
var ErrNoFunction = errors.New("stack has no such function")

// Invoke calls the function built from functions/<name> and answers what it
// returned.
func (s *Stack) Invoke(ctx context.Context, p artifacts.Package, name string, payload []byte) ([]byte, error) {
	for _, f := range p.Functions {
		if f.Name != name {
			continue
		}
		id, err := s.Physical(ctx, f.Resource)
		if err != nil {
			return nil, err
		}
		if id == "" {
			continue
		}
		return s.invoke(ctx, id, payload)
	}
	return nil, fmt.Errorf("%w: %s", ErrNoFunction, name)
}

// Call is Invoke for whoever has no package at hand: functions are named after
// the stack and their folder.
func (s *Stack) Call(ctx context.Context, name string, payload []byte) ([]byte, error) {
	out, err := s.invoke(ctx, s.Name+"-"+name, payload)
	if named(err, "ResourceNotFoundException") {
		return nil, fmt.Errorf("%w: %s", ErrNoFunction, name)
	}
	return out, err
}

func (s *Stack) invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	out, err := s.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(function), Payload: payload})
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", function, err)
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("invoke %s: %.500s", function, out.Payload)
	}
	return out.Payload, nil
}
