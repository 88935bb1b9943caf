package deploying

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/tests/harness"
)

const stackName = "devotional-trial"

// TestATrialComesAndGoes: on an empty account a stage is made, deployed once more,
// taken down, and made again beside what stayed; then nothing is left of it. Nobody
// is asked anything, and a creation that failed before is no obstacle.
func TestATrialComesAndGoes(t *testing.T) {
	harness.Proof(t)
	if !harness.InFull() {
		t.Log("three deployments of all functions take minutes: make proofs")
		return
	}
	a := emptyAccount(t)
	a.failBefore()
	first := a.must("deploy", "STAGE=trial", "MAIL=owner@example.com", "WEB="+a.web)
	holds(t, first, "stack "+stackName+" is ROLLBACK_COMPLETE", "it is removed first", "devotional/trial/jwt", "made in Secrets Manager", "so that is given: RenderWidth=",
		"once more, with the name that CloudFront gave", "health, keys, web app; 403 past the edge", "the emulator does not make AWS::SecretsManager::RotationSchedule")
	tables := a.tables()
	if len(tables) != 2 {
		t.Fatalf("a stage has the tables %v", tables)
	}
	a.protects(tables, "first")

	again := a.must("deploy", "STAGE=trial", "WEB="+a.web, `SET=BillingContactUrl={"say": "a=b"} LogRetentionDays=7`)
	holds(t, again, "found in Secrets Manager", "health, keys, web app; 403 past the edge")
	a.keeps(tables)
	down := a.must("teardown", "STAGE=trial")
	for _, table := range tables {
		holds(t, down, table)
	}
	anew := a.must("deploy", "STAGE=trial", "MAIL=owner@example.com", "WEB="+a.web)
	holds(t, anew, "not there yet", "found in Secrets Manager", "health, keys, web app; 403 past the edge")
	for _, said := range []string{first, again, down, anew} {
		if strings.Contains(said, "[y/N]") {
			t.Errorf("a pipeline was asked:\n%s", said)
		}
	}
	a.must("teardown", "STAGE=trial", "PURGE=1", "YES=1")
	if left := slices.DeleteFunc(a.tables(), func(n string) bool { return slices.Contains(tables, n) }); len(left) > 0 {
		t.Errorf("purged, and there are %v", left)
	}
	for _, bucket := range a.buckets() {
		if strings.HasPrefix(bucket, stackName) && !strings.Contains(down, bucket) {
			t.Errorf("purged, and there is the bucket %s", bucket)
		}
	}
	for _, stage := range []string{"production", "prod"} {
		if said, err := a.make("teardown", "STAGE="+stage, "PURGE=1", "YES=1"); err == nil || !strings.Contains(said, "by hand") {
			t.Errorf("%s was taken down: %v", stage, err)
		}
	}
}

func holds(t *testing.T, said string, wanted ...string) {
	t.Helper()
	for _, text := range wanted {
		if !strings.Contains(said, text) {
			t.Errorf("%q was not said", text)
		}
	}
}

// failBefore leaves a stack of that name whose creation failed.
func (a *account) failBefore() {
	a.t.Helper()
	client := cloudformation.NewFromConfig(a.AWS)
	_, err := client.CreateStack(a.t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String(stackName), OnFailure: types.OnFailureRollback,
		TemplateBody: aws.String(`{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "none", "S3Key": "none"}, "Role": {"Fn::GetAtt": ["Q", "Missing"]}}}, "Q": {"Type": "AWS::SQS::Queue"}}}`),
	})
	harness.Must(a.t, err)
	for {
		out, err := client.DescribeStacks(a.t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(stackName)})
		harness.Must(a.t, err)
		if !strings.HasSuffix(string(out.Stacks[0].StackStatus), "_IN_PROGRESS") {
			return
		}
	}
}

// keeps holds the stack to its first tables, protected by now, and to what SET said.
func (a *account) keeps(tables []string) {
	a.t.Helper()
	if now := a.tables(); !slices.Equal(now, tables) {
		a.t.Errorf("a second deployment made %v of the tables %v", now, tables)
	}
	a.protects(tables, "second")
	out, err := cloudformation.NewFromConfig(a.AWS).DescribeStacks(a.t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(stackName)})
	harness.Must(a.t, err)
	for _, p := range out.Stacks[0].Parameters {
		want := map[string]string{"Stage": "trial", "BillingContactUrl": `{"say": "a=b"}`, "LogRetentionDays": "7", "AlarmMail": "owner@example.com", "TablesProtected": "true"}
		if value, ok := want[aws.ToString(p.ParameterKey)]; ok && aws.ToString(p.ParameterValue) != value {
			a.t.Errorf("%s is %q, not %q", aws.ToString(p.ParameterKey), aws.ToString(p.ParameterValue), value)
		}
	}
}

func (a *account) protects(tables []string, deployment string) {
	a.t.Helper()
	for _, table := range tables {
		out, err := dynamodb.NewFromConfig(a.AWS).DescribeTable(a.t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		harness.Must(a.t, err)
		if !aws.ToBool(out.Table.DeletionProtectionEnabled) {
			a.t.Errorf("%s can be deleted after the %s deployment", table, deployment)
		}
	}
}

func (a *account) tables() []string {
	a.t.Helper()
	out, err := dynamodb.NewFromConfig(a.AWS).ListTables(context.Background(), &dynamodb.ListTablesInput{})
	harness.Must(a.t, err)
	slices.Sort(out.TableNames)
	return out.TableNames
}

func (a *account) buckets() []string {
	a.t.Helper()
	out, err := s3.NewFromConfig(a.AWS).ListBuckets(context.Background(), &s3.ListBucketsInput{})
	harness.Must(a.t, err)
	var names []string
	for _, b := range out.Buckets {
		names = append(names, aws.ToString(b.Name))
	}
	return names
}
