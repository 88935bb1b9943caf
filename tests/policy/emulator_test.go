package policy_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
)

// enforcing is an emulator of this test's own that enforces policies, with
// infra/data.yaml deployed to it.
func enforcing(t *testing.T) (aws.Config, map[string]string) {
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
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(running.Endpoint), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
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

// deploy creates the data stack, with a function's role beside it, and answers
// its outputs.
func deploy(t *testing.T, cfg aws.Config) map[string]string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "data.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	in := &cloudformation.CreateStackInput{
		StackName: aws.String("policies"), TemplateBody: aws.String(strings.Replace(string(body), "\nOutputs:\n", function, 1)), Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	}
	for name, value := range map[string]string{"Prefix": "policies", "Stage": "local", "Mode": "local", "AppUrl": "http://localhost", "LedgerRetentionDays": "1"} {
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

// become assumes the role of an act, narrowed to one tenant as functions do.
func become(t *testing.T, cfg aws.Config, role string, o tenant.Opening) aws.Config {
	t.Helper()
	session, err := boot.SessionPolicy(mine, o)
	if err != nil {
		t.Fatal(err)
	}
	return assume(t, cfg, role, aws.String(session))
}

func assume(t *testing.T, cfg aws.Config, role string, session *string) aws.Config {
	t.Helper()
	out, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(role), RoleSessionName: aws.String("tenant-" + mine), Policy: session,
	})
	if err != nil {
		t.Fatalf("assume %s: %v", role, err)
	}
	narrow := cfg.Copy()
	narrow.Credentials = credentials.NewStaticCredentialsProvider(
		aws.ToString(out.Credentials.AccessKeyId), aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))
	return narrow
}

// TestEnforcedSessions has the emulator enforce the roles of infra/data.yaml and
// the session policies. It knows actions, resources and S3 prefixes; it hands
// over no leading keys, so that those are the evaluator's above.
func TestEnforcedSessions(t *testing.T) {
	t.Parallel()
	cfg, outputs := enforcing(t)
	media, ledger, platform := outputs["MediaBucket"], outputs["LedgerBucket"], aws.String(outputs["PlatformTable"])
	if _, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(outputs["AccountRoleArn"]), RoleSessionName: aws.String("tenant-" + mine),
	}); err == nil {
		t.Error("the account role trusts what is no function")
	}
	lambda := assume(t, cfg, outputs["FunctionArn"], nil)
	for _, o := range tenant.Openings() {
		if o.Role == "" {
			continue
		}
		narrow := become(t, lambda, outputs[o.Role+"Arn"], o)
		files := s3.NewFromConfig(narrow, func(o *s3.Options) { o.UsePathStyle = true })
		db := dynamodb.NewFromConfig(narrow)
		put := func(bucket, name string) error {
			_, err := files.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String(bucket), Key: aws.String(name), Body: strings.NewReader("x"), IfNoneMatch: aws.String("*"),
			})
			return err
		}
		list := func(prefix string) error {
			_, err := files.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(media), Prefix: aws.String(prefix)})
			return err
		}
		_, scan := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: platform})
		_, partiQL := db.ExecuteStatement(t.Context(), &dynamodb.ExecuteStatementInput{Statement: aws.String(`SELECT * FROM "` + *platform + `"`)})
		_, query := db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: platform, KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": key(ownData)["pk"]},
		})
		_, batch := db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]dynamotypes.WriteRequest{
			*platform: {{DeleteRequest: &dynamotypes.DeleteRequest{Key: key(ownData)}}},
		}})
		name := "/" + string(o.Act) + "x"
		for call, c := range map[string]struct {
			err error
			may bool
		}{
			"own object":            {put(media, "tenants/"+mine+name), true},
			"foreign object":        {put(media, "tenants/"+theirs+name), false},
			"object without tenant": {put(media, "voices"+name), false},
			"own listing":           {list("tenants/" + mine + "/"), true},
			"foreign listing":       {list("tenants/" + theirs + "/"), false},
			"listing of all":        {list("tenants/"), false},
			"own segment":           {put(ledger, "tenants/"+mine+name), o.Act == tenant.Archive},
			"foreign segment":       {put(ledger, "tenants/"+theirs+name), false},
			"query":                 {query, true},
			"deleting a batch":      {batch, true},
			"scan":                  {scan, false},
			"PartiQL":               {partiQL, false},
		} {
			var refusal smithy.APIError
			refused := errors.As(c.err, &refusal) && strings.HasPrefix(refusal.ErrorCode(), "AccessDenied")
			if refused == c.may || c.may && c.err != nil {
				t.Errorf("%q, %s: %v", o.Act, call, c.err)
			}
		}
	}
}
