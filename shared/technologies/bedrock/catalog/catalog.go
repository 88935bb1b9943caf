// Package catalog asks Bedrock which models it offers, and whether the account may
// use them. It links the service's control plane, which no function needs: it is
// for operators, before a deploy.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"
)

// State is how long a model can still be counted on.
type State int

// The states.
const (
	Absent State = iota // not offered in the region, or withdrawn
	Closed              // offered, and not to this account yet
	Legacy              // offered, but to be withdrawn
	Active
)

// String says it for an operator.
func (s State) String() string {
	switch s {
	case Closed:
		return "offered, but this account has not agreed to its terms or may not use it"
	case Legacy:
		return "offered, but about to be withdrawn"
	case Active:
		return "offered"
	}
	return "not offered"
}

// Catalog is Bedrock's list of models in one region.
type Catalog struct{ client *bedrock.Client }

// In returns a region's catalog.
func In(cfg aws.Config, region string) Catalog {
	return Catalog{client: bedrock.NewFromConfig(cfg, func(o *bedrock.Options) { o.Region = region })}
}

// Offered looks a model up.
func (c Catalog) Offered(ctx context.Context, model string) (State, error) {
	out, err := c.client.GetFoundationModel(ctx, &bedrock.GetFoundationModelInput{ModelIdentifier: &model})
	switch {
	case absent(err):
		return Absent, nil
	case err != nil:
		return Absent, fmt.Errorf("get foundation model: %w", err)
	case out.ModelDetails == nil || out.ModelDetails.ModelLifecycle == nil:
		return Absent, errors.New("get foundation model: the answer has no lifecycle")
	}
	open, err := c.open(ctx, model)
	switch {
	case err != nil:
		return Absent, err
	case !open:
		return Closed, nil
	case out.ModelDetails.ModelLifecycle.Status == types.FoundationModelLifecycleStatusActive:
		return Active, nil
	}
	return Legacy, nil
}

// open reports whether the account may use a model.
func (c Catalog) open(ctx context.Context, model string) (bool, error) {
	out, err := c.client.GetFoundationModelAvailability(ctx, &bedrock.GetFoundationModelAvailabilityInput{ModelId: &model})
	switch {
	case absent(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("get foundation model availability: %w", err)
	}
	agreed := out.AgreementAvailability == nil || out.AgreementAvailability.Status == types.AgreementStatusAvailable
	return agreed && out.AuthorizationStatus == types.AuthorizationStatusAuthorized && out.RegionAvailability == types.RegionAvailabilityAvailable, nil
}

// Painters lists the models that make pictures from a text on demand, by id.
func (c Catalog) Painters(ctx context.Context) ([]string, error) {
	out, err := c.client.ListFoundationModels(ctx, &bedrock.ListFoundationModelsInput{
		ByOutputModality: types.ModelModalityImage, ByInferenceType: types.InferenceTypeOnDemand,
	})
	if err != nil {
		return nil, fmt.Errorf("list foundation models: %w", err)
	}
	var ids []string
	for _, m := range out.ModelSummaries {
		if slices.Contains(m.InputModalities, types.ModelModalityText) {
			ids = append(ids, aws.ToString(m.ModelId))
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func absent(err error) bool {
	var missing *types.ResourceNotFoundException
	var invalid *types.ValidationException
	return errors.As(err, &missing) || errors.As(err, &invalid)
}
