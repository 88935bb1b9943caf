// Package isolation asks a deployed stack's own policies whether one tenant's
// role reaches another's data, with calls that change nothing.
package isolation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Stack is what is looked at.
type Stack struct {
	AWS    aws.Config // of somebody who may create a role, and delete it again
	Name   string     // the product's stack, or its data stack itself
	Stage  string
	Prefix string // what the names of its functions' roles begin with: the product's stack's name
	// Unseen says that leading keys are not enforced: on the emulator.
	Unseen bool
	// Session makes the policy that narrows a role; boot.SessionPolicy.
	Session func(tenant.ID, tenant.Opening) (string, error)
	// Try is how long a new role may take to be known everywhere.
	Try time.Duration
}

// Outcome is what became of one check.
type Outcome string

// The outcomes.
const (
	Held   Outcome = "held"
	Broken Outcome = "BROKEN"
	Unseen Outcome = "not to be seen here" // it rests on leading keys, which are not enforced
)

// Result is one check of one act.
type Result struct {
	Act     tenant.Act
	Check   string
	Outcome Outcome
	Detail  string
}

// Verify checks each act that has a tenant's role. It makes a role of the
// functions' kind for that and removes it.
func (s Stack) Verify(ctx context.Context) (results []Result, err error) {
	if s.Session == nil {
		s.Session = boot.SessionPolicy
	}
	outputs, err := s.outputs(ctx)
	if err != nil {
		return nil, err
	}
	function, remove, err := s.function(ctx)
	defer func() { err = errors.Join(err, remove()) }()
	if err != nil {
		return nil, err
	}
	own, other := tenant.ID(tenant.NewID()), tenant.ID(tenant.NewID())
	for _, o := range tenant.Openings() {
		if o.Role == "" {
			continue
		}
		role := outputs[o.Role+"Arn"]
		if role == "" {
			return results, fmt.Errorf("the data stack has no output %sArn", o.Role)
		}
		policy, err := s.Session(own, o)
		if err != nil {
			return results, err
		}
		narrow, err := s.become(ctx, function, role, "tenant-"+string(own), &policy)
		if err != nil {
			return results, err
		}
		results = append(results, s.checks(ctx, callsOf(narrow, outputs, o, own, other))...)
	}
	return results, nil
}

// outputs are those of the data stack.
func (s Stack) outputs(ctx context.Context) (map[string]string, error) {
	client, name := cloudformation.NewFromConfig(s.AWS), s.Name
	resource, err := client.DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{StackName: &name, LogicalResourceId: aws.String("Data")})
	if err == nil && resource.StackResourceDetail != nil {
		name = aws.ToString(resource.StackResourceDetail.PhysicalResourceId)
	}
	out, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil || len(out.Stacks) != 1 {
		return nil, fmt.Errorf("read the outputs of %s: %w", name, err)
	}
	outputs := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return outputs, nil
}

// role is a role of the kind that the tenants' roles trust: it stands where the
// functions' do. It may become those, and nothing else.
const role = `
AWSTemplateFormatVersion: "2010-09-09"
Description: Made by make verify-isolation, and removed by it.
Parameters:
  Stage: {Type: String}
  RoleName: {Type: String}
Resources:
  Function:
    Type: AWS::IAM::Role
    Properties:
      Path: !Sub /devotionalai/${Stage}/
      RoleName: !Ref RoleName
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}]
      Policies:
        - PolicyName: become
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: sts:AssumeRole, Resource: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/devotionalai/${Stage}/*"}]
Outputs:
  Arn: {Value: !GetAtt Function.Arn}
`

// function makes the role and becomes it. remove takes it away again.
func (s Stack) function(ctx context.Context) (cfg aws.Config, remove func() error, err error) {
	client, name := cloudformation.NewFromConfig(s.AWS), aws.String(s.Prefix+"-verify-isolation")
	remove = func() error {
		_, err := client.DeleteStack(context.WithoutCancel(ctx), &cloudformation.DeleteStackInput{StackName: name})
		return err
	}
	if _, err := client.CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: name, TemplateBody: aws.String(role), Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
		Parameters: []types.Parameter{
			{ParameterKey: aws.String("Stage"), ParameterValue: aws.String(s.Stage)}, {ParameterKey: aws.String("RoleName"), ParameterValue: name},
		},
	}); err != nil {
		return s.AWS, func() error { return nil }, fmt.Errorf("make the role %s: %w", *name, err)
	}
	made := &cloudformation.DescribeStacksInput{StackName: name}
	wait := cloudformation.NewStackCreateCompleteWaiter(client, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 200*time.Millisecond, 5*time.Second
	})
	if err := wait.Wait(ctx, made, 5*time.Minute); err != nil {
		return s.AWS, remove, fmt.Errorf("make the role %s: %w", *name, err)
	}
	out, err := client.DescribeStacks(ctx, made)
	if err != nil || len(out.Stacks) != 1 || len(out.Stacks[0].Outputs) != 1 {
		return s.AWS, remove, fmt.Errorf("read the role's name: %w", err)
	}
	cfg, err = s.become(ctx, s.AWS, aws.ToString(out.Stacks[0].Outputs[0].OutputValue), "verify-isolation", nil)
	return cfg, remove, err
}

// become assumes a role. One that is new is not known everywhere at once.
func (s Stack) become(ctx context.Context, as aws.Config, arn, session string, policy *string) (aws.Config, error) {
	until := time.Now().Add(s.Try)
	for {
		out, err := sts.NewFromConfig(as).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: &session, Policy: policy})
		if err == nil {
			narrow := as.Copy()
			narrow.Credentials = credentials.NewStaticCredentialsProvider(
				aws.ToString(out.Credentials.AccessKeyId), aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))
			return narrow, nil
		}
		if time.Now().After(until) {
			return as, fmt.Errorf("become %s: %w", arn, err)
		}
		select {
		case <-ctx.Done():
			return as, ctx.Err()
		case <-time.After(2 * time.Second):
		}
	}
}
