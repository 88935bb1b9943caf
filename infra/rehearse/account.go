package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/devotionalai/platform/infra/local/settings"
)

func caller(ctx context.Context, p place) finding {
	in := p.AWS
	if in.Region == "" {
		in.Region = fallback
	}
	out, err := sts.NewFromConfig(in).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		said := "AWS does not know who asks"
		if c := code(err); c != "" {
			said += " (" + c + ")"
		}
		return finding{State: lacks, Said: said, Commands: []string{"aws configure sso", "aws sts get-caller-identity"}}
	}
	return finding{State: ok, Said: "account " + aws.ToString(out.Account)}
}

// region: firewalls before CloudFront are kept in us-east-1, whatever the stack's.
func region(_ context.Context, p place) finding {
	if p.AWS.Region == "us-east-1" {
		return finding{State: ok, Said: "us-east-1, where the stack makes its own firewall"}
	}
	if p.Values["WebAclArn"] != "" {
		return finding{State: ok, Said: p.AWS.Region + ", with a firewall of yours (WebAclArn)"}
	}
	return finding{
		State: less, Said: p.AWS.Region + ": the stack makes no firewall outside of us-east-1",
		Commands: []string{
			"aws wafv2 create-web-acl --region us-east-1 --scope CLOUDFRONT --name " + p.Wish.Stack + "-edge --default-action Allow={} \\\n" +
				"  --visibility-config SampledRequestsEnabled=false,CloudWatchMetricsEnabled=true,MetricName=" + p.Wish.Stack + "-edge --query Summary.ARN --output text",
		},
		Give: []string{"WebAclArn=<what it prints>"},
	}
}

func noRegion(context.Context, place) finding {
	return finding{State: less, Said: "no region is chosen: it would be us-east-1", Commands: []string{"export AWS_REGION=us-east-1"}}
}

// stack: one that failed at its first creation can only be deleted.
func stack(ctx context.Context, p place) finding {
	now, f := deployed(ctx, p)
	status := now.Status
	switch {
	case f != nil:
		return *f
	case status == "":
		return finding{State: ok, Said: p.Wish.Stack + " is not there yet; the first deployment makes it"}
	case onlyToDelete(status):
		return finding{
			State: less, Said: p.Wish.Stack + " is " + status + ": it can only be deleted, which make deploy does first",
			Commands: []string{"aws cloudformation delete-stack --stack-name " + p.Wish.Stack, "aws cloudformation wait stack-delete-complete --stack-name " + p.Wish.Stack},
		}
	case status == "UPDATE_ROLLBACK_FAILED":
		return finding{State: lacks, Said: p.Wish.Stack + " is " + status, Commands: []string{"aws cloudformation continue-update-rollback --stack-name " + p.Wish.Stack}}
	case strings.HasSuffix(status, "_IN_PROGRESS"):
		return finding{State: less, Said: p.Wish.Stack + " is " + status + ", for which make deploy waits", Commands: []string{"aws cloudformation describe-stacks --stack-name " + p.Wish.Stack + " --query 'Stacks[0].StackStatus'"}}
	}
	return finding{State: ok, Said: p.Wish.Stack + " is " + status}
}

// onlyToDelete reports whether a stack is the rest of one.
func onlyToDelete(status string) bool {
	return slices.Contains([]string{"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"}, status)
}

// standing is how a stack stands; without a status it is not there.
type standing struct {
	Status                    string
	Outputs, Parameters, Tags map[string]string
}

// deployed is how the stack stands, or why nobody knows.
func deployed(ctx context.Context, p place) (standing, *finding) {
	now := standing{Outputs: map[string]string{}, Parameters: map[string]string{}, Tags: map[string]string{}}
	out, err := cloudformation.NewFromConfig(p.AWS).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(p.Wish.Stack)})
	if code(err) == "ValidationError" { // CloudFormation's word for a stack that does not exist
		return now, nil
	}
	if err != nil {
		f := blind("cloudformation:DescribeStacks", err)
		return now, &f
	}
	if len(out.Stacks) == 0 {
		return now, nil
	}
	for _, o := range out.Stacks[0].Outputs {
		now.Outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	for _, o := range out.Stacks[0].Parameters {
		now.Parameters[aws.ToString(o.ParameterKey)] = aws.ToString(o.ParameterValue)
	}
	for _, o := range out.Stacks[0].Tags {
		now.Tags[aws.ToString(o.Key)] = aws.ToString(o.Value)
	}
	now.Status = string(out.Stacks[0].StackStatus)
	return now, nil
}

// secrets: a name that is on its way out cannot be made anew.
func secrets(ctx context.Context, p place) finding {
	name := settings.SigningSecret(p.Wish.Stage)
	out, err := secretsmanager.NewFromConfig(p.AWS).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(name)})
	switch {
	case code(err) == "ResourceNotFoundException":
		return finding{State: ok, Said: name + " is not there yet; the first deployment makes it"}
	case err != nil:
		return blind("secretsmanager:DescribeSecret", err)
	case out.DeletedDate != nil:
		return finding{
			State: less, Said: fmt.Sprintf("%s goes on %s, and its name is taken until then; make deploy takes it back", name, out.DeletedDate.UTC().Format(time.DateOnly)),
			Commands: []string{"aws secretsmanager restore-secret --secret-id " + name},
		}
	}
	return finding{State: ok, Said: name + " is there"}
}
