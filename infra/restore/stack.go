package restore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// Stack is what a deployed stack uses.
type Stack struct {
	Tables Pair
	Media  string // bucket
	Ledger string // the locked bucket, with who was erased
}

// Find reads the outputs of the product's stack, or of its data stack itself. With
// adopted tables they are those.
func Find(ctx context.Context, cfg aws.Config, name string) (Stack, error) {
	client := cloudformation.NewFromConfig(cfg)
	nested, err := client.DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{StackName: &name, LogicalResourceId: aws.String("Data")})
	data := name
	if err == nil && nested.StackResourceDetail != nil {
		data = aws.ToString(nested.StackResourceDetail.PhysicalResourceId)
	}
	out, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &data})
	if err != nil || len(out.Stacks) != 1 {
		return Stack{}, fmt.Errorf("read the outputs of %s: %w", name, err)
	}
	outputs := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	found := Stack{Pair{outputs["PlatformTable"], outputs["DirectoryTable"]}, outputs["MediaBucket"], outputs["LedgerBucket"]}
	if found.Tables.Platform == "" || found.Tables.Directory == "" || found.Ledger == "" {
		return Stack{}, fmt.Errorf("the stack %s has no tables and no locked bucket among its outputs", name)
	}
	return found, nil
}

// Adoption are the parameters by which a stack takes restored tables for its own.
func (s Service) Adoption(ctx context.Context, made Pair) ([][2]string, error) {
	platform, stream, err := s.arns(ctx, made.Platform)
	if err != nil {
		return nil, err
	}
	directory, _, err := s.arns(ctx, made.Directory)
	return [][2]string{{"PlatformTableAdopted", platform}, {"PlatformStreamAdopted", stream}, {"DirectoryTableAdopted", directory}}, err
}
