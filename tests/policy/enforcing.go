package policy

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// Enforcing is an emulator of the test's own that enforces policies, with
// infra/data.yaml deployed to it, whose outputs it answers.
func Enforcing(t testing.TB) (aws.Config, map[string]string) {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), 5*time.Minute)
	defer done()
	tools, _, err := toolbox.Install(ctx, blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatalf("install the pinned tools: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	running, err := emulator.Start(ctx, emulator.Config{Python: tools.Python, Port: port, Dir: t.TempDir(), Auth: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Errorf("stop the emulator: %v", err)
		}
	})
	cfg := harness.At(running.Endpoint).AWS
	return cfg, deploy(t, cfg)
}

// function is a function's role: the roles of the stack trust no other kind.
const function = `
  Function:
    Type: AWS::IAM::Role
    Properties:
      RoleName: policies-function
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: "*"}}]
      Policies:
        - PolicyName: become
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: sts:AssumeRole, Resource: "*"}]

Outputs:
  FunctionArn: {Value: !GetAtt Function.Arn}
`

// ofTheDataStack are the parameters of infra/data.yaml.
func ofTheDataStack() map[string]string {
	return map[string]string{
		"Prefix": "policies", "Stage": "local", "Mode": "local", "AppUrl": "http://localhost", "LedgerRetentionDays": "1", "TablesProtected": "false",
		"BackupSchedule": "cron(0 3 * * ? *)", "BackupRetentionDays": "1", "PlatformTableAdopted": "", "PlatformStreamAdopted": "", "DirectoryTableAdopted": "",
		"MediaReplicaArn": "", "LedgerReplicaArn": "",
	}
}

// deploy creates the data stack, with a function's role beside it, and answers
// its outputs.
func deploy(t testing.TB, cfg aws.Config) map[string]string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "data.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	in := &cloudformation.CreateStackInput{
		StackName: aws.String("policies"), TemplateBody: aws.String(strings.Replace(string(body), "\nOutputs:\n", function, 1)), Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	}
	for name, value := range ofTheDataStack() {
		in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(value)})
	}
	stacks := cloudformation.NewFromConfig(cfg)
	if _, err := stacks.CreateStack(t.Context(), in); err != nil {
		t.Fatalf("deploy infra/data.yaml: %v", err)
	}
	asked := &cloudformation.DescribeStacksInput{StackName: in.StackName}
	if err := cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, time.Second
	}).Wait(t.Context(), asked, time.Minute); err != nil {
		t.Fatalf("deploy infra/data.yaml: %v", err)
	}
	out, err := stacks.DescribeStacks(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	outputs := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return outputs
}
