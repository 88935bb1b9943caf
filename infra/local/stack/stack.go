// Package stack puts the packaged template into the emulator, as a deployment
// would put it into AWS, and adds what the emulator leaves out.
package stack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/emulator"
)

// Bucket holds archives and templates. It is the runner's own, not the stack's.
const Bucket = "artifacts"

// Product is the name of the product's own stack, and the first part of its
// resources' names.
const Product = "devotional"

// contentTag on the stack says what is deployed. It is part of the emulator's
// saved state, and so goes back with it when a run is killed.
const contentTag = "content"

// Stack is the product's stack in one emulator.
type Stack struct {
	Name string
	AWS  aws.Config

	cfn    *cloudformation.Client
	s3     *s3.Client
	api    *apigatewayv2.Client
	lambda *lambda.Client
}

// In answers the stack called name in the emulator at endpoint.
func In(endpoint, name string) *Stack {
	cfg := emulator.Client(endpoint)
	return &Stack{
		Name: name, AWS: cfg,
		cfn:    cloudformation.NewFromConfig(cfg),
		s3:     s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }),
		api:    apigatewayv2.NewFromConfig(cfg),
		lambda: lambda.NewFromConfig(cfg),
	}
}

// Deploy makes the stack what the package and the parameters say, and answers
// whether anything had to change. Tables and buckets keep their data.
func (s *Stack) Deploy(ctx context.Context, p artifacts.Package, parameters map[string]string, say func(string)) (bool, error) {
	want := content(p, parameters)
	now, err := s.describe(ctx, s.Name)
	if err != nil {
		return false, err
	}
	if now != nil && tag(now, contentTag) == want && complete(now.StackStatus) {
		return false, nil
	}
	if err := s.Upload(ctx, p, say); err != nil {
		return false, err
	}
	if now != nil && !updatable(now.StackStatus) {
		say("removing a stack that is " + string(now.StackStatus))
		if err := s.remove(ctx); err != nil {
			return false, err
		}
		now = nil
	}
	say("creating resources")
	since := time.Now()
	if now == nil {
		err = s.create(ctx, p, parameters, want)
	} else {
		err = s.update(ctx, p, parameters, want)
	}
	if err != nil {
		return false, err
	}
	if err := s.await(ctx, since, say); err != nil {
		return false, err
	}
	return true, s.prune(ctx, p)
}

// content identifies a deployment: the templates carry their archives' digests
// in their own names.
func content(p artifacts.Package, parameters map[string]string) string {
	sum := sha256.New()
	fmt.Fprintln(sum, p.Template)
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		fmt.Fprintf(sum, "%s=%q\n", name, parameters[name])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Upload puts what a package points at into the bucket of artifacts.
func (s *Stack) Upload(ctx context.Context, p artifacts.Package, say func(string)) error {
	if _, err := s.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(Bucket)}); err != nil && !named(err, "BucketAlreadyOwnedByYou", "BucketAlreadyExists") {
		return fmt.Errorf("create artifacts bucket: %w", err)
	}
	for i, file := range p.Files {
		say(fmt.Sprintf("uploading %d of %d", i+1, len(p.Files)))
		// Keys name their content: what is there is right.
		if _, err := s.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(Bucket), Key: aws.String(file.Key)}); err == nil {
			continue
		}
		body := file.Body
		if file.Path != "" {
			var err error
			if body, err = os.ReadFile(file.Path); err != nil {
				return fmt.Errorf("read artifact: %w", err)
			}
		}
		_, err := s.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(Bucket), Key: aws.String(file.Key), Body: bytes.NewReader(body)})
		if err != nil {
			return fmt.Errorf("upload %s: %w", file.Key, err)
		}
	}
	return nil
}

func (s *Stack) create(ctx context.Context, p artifacts.Package, parameters map[string]string, want string) error {
	_, err := s.cfn.CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: aws.String(s.Name), TemplateURL: aws.String(s.url(p.Template)), Parameters: list(parameters),
		Capabilities: capabilities(), OnFailure: types.OnFailureDoNothing,
		Tags: []types.Tag{{Key: aws.String(contentTag), Value: aws.String(want)}},
	})
	if err != nil {
		return fmt.Errorf("create stack: %w", plain(err))
	}
	return nil
}

func (s *Stack) update(ctx context.Context, p artifacts.Package, parameters map[string]string, want string) error {
	_, err := s.cfn.UpdateStack(ctx, &cloudformation.UpdateStackInput{
		StackName: aws.String(s.Name), TemplateURL: aws.String(s.url(p.Template)), Parameters: list(parameters),
		Capabilities: capabilities(),
		Tags:         []types.Tag{{Key: aws.String(contentTag), Value: aws.String(want)}},
	})
	if err != nil && !strings.Contains(err.Error(), "No updates are to be performed") {
		return fmt.Errorf("update stack: %w", plain(err))
	}
	return nil
}

func capabilities() []types.Capability {
	return []types.Capability{types.CapabilityCapabilityNamedIam, types.CapabilityCapabilityAutoExpand}
}

func (s *Stack) url(key string) string {
	return aws.ToString(s.AWS.BaseEndpoint) + "/" + Bucket + "/" + key
}

func list(parameters map[string]string) []types.Parameter {
	var all []types.Parameter
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		all = append(all, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(parameters[name])})
	}
	return all
}

func (s *Stack) remove(ctx context.Context) error {
	if _, err := s.cfn.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: aws.String(s.Name)}); err != nil {
		return fmt.Errorf("delete stack: %w", err)
	}
	for {
		now, err := s.describe(ctx, s.Name)
		if err != nil {
			return err
		}
		if now == nil || now.StackStatus == types.StackStatusDeleteComplete {
			return nil
		}
		if now.StackStatus == types.StackStatusDeleteFailed {
			return fmt.Errorf("delete stack: %s (make reset starts afresh)", aws.ToString(now.StackStatusReason))
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// await shows the resources as they come and ends with the first reason of a
// failure: the stack's own only says that something failed.
func (s *Stack) await(ctx context.Context, since time.Time, say func(string)) error {
	for {
		now, err := s.describe(ctx, s.Name)
		if err != nil {
			return err
		}
		if now == nil {
			return errors.New("stack vanished while it was made")
		}
		if complete(now.StackStatus) {
			return nil
		}
		done, failed := s.events(ctx, s.Name, since)
		say(fmt.Sprintf("%d resources ready", done))
		if !strings.HasSuffix(string(now.StackStatus), "_IN_PROGRESS") {
			if failed == "" {
				failed = aws.ToString(now.StackStatusReason)
			}
			return fmt.Errorf("stack is %s: %s", now.StackStatus, failed)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// events counts finished resources and answers the earliest failure, looking
// into nested stacks for it.
func (s *Stack) events(ctx context.Context, stack string, since time.Time) (done int, failed string) {
	out, err := s.cfn.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: aws.String(stack)})
	if err != nil {
		return 0, ""
	}
	for _, e := range out.StackEvents { // newest first
		if aws.ToTime(e.Timestamp).Before(since.Add(-time.Second)) {
			continue
		}
		switch e.ResourceStatus {
		case types.ResourceStatusCreateComplete, types.ResourceStatusUpdateComplete:
			done++
		case types.ResourceStatusCreateFailed, types.ResourceStatusUpdateFailed:
			failed = aws.ToString(e.LogicalResourceId) + ": " + aws.ToString(e.ResourceStatusReason)
			if id := aws.ToString(e.PhysicalResourceId); aws.ToString(e.ResourceType) == "AWS::CloudFormation::Stack" && id != "" && id != aws.ToString(e.StackId) {
				if _, inner := s.events(ctx, id, since); inner != "" {
					failed = aws.ToString(e.LogicalResourceId) + " / " + inner
				}
			}
		}
	}
	return done, failed
}

// describe answers nil for a stack that does not exist.
func (s *Stack) describe(ctx context.Context, name string) (*types.Stack, error) {
	out, err := s.cfn.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name)})
	if err != nil {
		if strings.Contains(err.Error(), "does not exist") {
			return nil, nil
		}
		return nil, fmt.Errorf("describe stack: %w", err)
	}
	if len(out.Stacks) == 0 {
		return nil, nil
	}
	return &out.Stacks[0], nil
}

// Output answers an output of the stack.
func (s *Stack) Output(ctx context.Context, key string) (string, error) {
	now, err := s.describe(ctx, s.Name)
	if err != nil || now == nil {
		return "", errors.Join(err, fmt.Errorf("stack has no output %s", key))
	}
	for _, o := range now.Outputs {
		if aws.ToString(o.OutputKey) == key {
			return aws.ToString(o.OutputValue), nil
		}
	}
	return "", fmt.Errorf("stack has no output %s", key)
}

// Physical answers a resource's own name, and "" for one that its condition
// keeps from existing here.
func (s *Stack) Physical(ctx context.Context, r artifacts.Resource) (string, error) {
	stack := s.Name
	for _, nested := range r.Stack {
		id, err := s.resource(ctx, stack, nested)
		if err != nil || id == "" {
			return "", err
		}
		stack = id
	}
	return s.resource(ctx, stack, r.ID)
}

func (s *Stack) resource(ctx context.Context, stack, id string) (string, error) {
	out, err := s.cfn.DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{
		StackName: aws.String(stack), LogicalResourceId: aws.String(id),
	})
	if err != nil {
		if strings.Contains(err.Error(), "does not exist") {
			return "", nil
		}
		return "", fmt.Errorf("look up %s: %w", id, err)
	}
	return aws.ToString(out.StackResourceDetail.PhysicalResourceId), nil
}

func complete(status types.StackStatus) bool {
	return status == types.StackStatusCreateComplete || status == types.StackStatusUpdateComplete
}

// updatable: a stack whose creation failed cannot be updated, here as on AWS.
func updatable(status types.StackStatus) bool {
	return complete(status) || status == types.StackStatusUpdateRollbackComplete
}

func tag(s *types.Stack, key string) string {
	for _, t := range s.Tags {
		if aws.ToString(t.Key) == key {
			return aws.ToString(t.Value)
		}
	}
	return ""
}

func named(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// plain keeps an API error's own sentence: the SDK's wrapping is longer than
// what it wraps.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return errors.New(api.ErrorMessage())
	}
	return err
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(250 * time.Millisecond):
		return nil
	}
}
