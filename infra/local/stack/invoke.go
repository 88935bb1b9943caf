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
		out, err := s.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(id), Payload: payload})
		if err != nil {
			return nil, fmt.Errorf("invoke %s: %w", name, err)
		}
		if out.FunctionError != nil {
			return nil, fmt.Errorf("invoke %s: %.500s", name, out.Payload)
		}
		return out.Payload, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoFunction, name)
}
