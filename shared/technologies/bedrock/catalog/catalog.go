// Package catalog asks Bedrock which models it offers. It links the service's
// control plane, which no function needs: it is for operators, before a deploy.
package catalog

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"
)

// State is how long a model can still be counted on.
type State int

// The states.
const (
	Absent State = iota // not offered in the region, or withdrawn
	Legacy              // offered, but to be withdrawn
	Active
)

// Offered looks a model up in a region.
func Offered(ctx context.Context, cfg aws.Config, region, model string) (State, error) {
	client := bedrock.NewFromConfig(cfg, func(o *bedrock.Options) { o.Region = region })
	out, err := client.GetFoundationModel(ctx, &bedrock.GetFoundationModelInput{ModelIdentifier: &model})
	var missing *types.ResourceNotFoundException
	var invalid *types.ValidationException
	switch {
	case errors.As(err, &missing), errors.As(err, &invalid):
		return Absent, nil
	case err != nil:
		return Absent, fmt.Errorf("get foundation model: %w", err)
	case out.ModelDetails == nil || out.ModelDetails.ModelLifecycle == nil:
		return Absent, errors.New("get foundation model: the answer has no lifecycle")
	case out.ModelDetails.ModelLifecycle.Status == types.FoundationModelLifecycleStatusActive:
		return Active, nil
	}
	return Legacy, nil
}
