package restoring

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/infra/restore"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// dataStack is infra/data.yaml in the emulator.
type dataStack struct {
	t        *testing.T
	name     string
	template string
	cfn      *cloudformation.Client
}

func newDataStack(t *testing.T, cfg aws.Config) *dataStack {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "data.yaml"))
	harness.Must(t, err)
	s := &dataStack{t, "data-" + strings.ToLower(tenant.NewID()), string(body), cloudformation.NewFromConfig(cfg)}
	_, err = s.cfn.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: &s.name, TemplateBody: &s.template, Parameters: s.parameters(nil), Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	})
	harness.Must(t, err)
	t.Cleanup(func() {
		if _, err := s.cfn.DeleteStack(context.Background(), &cloudformation.DeleteStackInput{StackName: &s.name}); err != nil {
			t.Errorf("delete the stack: %v", err)
		}
	})
	harness.Must(t, cloudformation.NewStackCreateCompleteWaiter(s.cfn, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second
	}).Wait(t.Context(), &cloudformation.DescribeStacksInput{StackName: &s.name}, time.Minute))
	return s
}

// parameters are those of a local installation, but for what is changed.
func (s *dataStack) parameters(changed [][2]string) []types.Parameter {
	s.t.Helper()
	values := map[string]string{
		"Prefix": s.name, "Stage": "local", "Mode": "local", "AppUrl": "http://localhost", "LedgerRetentionDays": "1", "TablesProtected": "false",
		"BackupSchedule": "cron(0 3 * * ? *)", "BackupRetentionDays": "35", "PlatformTableAdopted": "", "PlatformStreamAdopted": "", "DirectoryTableAdopted": "",
		"MediaReplicaArn": "", "LedgerReplicaArn": "",
	}
	for _, c := range changed {
		values[c[0]] = c[1]
	}
	var all []types.Parameter
	for name, value := range values {
		all = append(all, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(value)})
	}
	return all
}

func (s *dataStack) deploy(changed [][2]string) {
	s.t.Helper()
	_, err := s.cfn.UpdateStack(s.t.Context(), &cloudformation.UpdateStackInput{
		StackName: &s.name, TemplateBody: &s.template, Parameters: s.parameters(changed), Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	})
	harness.Must(s.t, err)
	harness.Must(s.t, cloudformation.NewStackUpdateCompleteWaiter(s.cfn, func(o *cloudformation.StackUpdateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second
	}).Wait(s.t.Context(), &cloudformation.DescribeStacksInput{StackName: &s.name}, time.Minute))
}

// TestAStackAdoptsRestoredTables: deployed with what make restore-tables prints, the
// stack's outputs are of the restored tables; its own stay; and it goes back. That
// all else follows the outputs, a structure test says.
func TestAStackAdoptsRestoredTables(t *testing.T) {
	e := harness.Start(t)
	ctx, stack := t.Context(), newDataStack(t, e.AWS)
	service := restore.Service{DB: dynamodb.NewFromConfig(e.AWS), Say: func(string) {}}
	own, err := restore.Find(ctx, e.AWS, stack.name)
	harness.Must(t, err)
	_, err = service.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(own.Tables.Platform), Item: item{"pk": text("T#01ARZ3NDEKTSV4RRFFQ69G5FAV"), "sk": text("TENANT")},
	})
	harness.Must(t, err)
	made, err := service.AsOf(ctx, own.Tables, time.Now(), moment)
	harness.Must(t, err)
	harness.Must(t, service.SetUp(ctx, own.Tables, made, true))
	if n, err := service.Leftovers(ctx, own.Tables); n != 0 || err != nil {
		t.Fatalf("a drill takes %d restored tables for its own (%v)", n, err)
	}
	adoption, err := service.Adoption(ctx, made)
	harness.Must(t, err)

	stack.deploy(adoption)
	found, err := restore.Find(ctx, e.AWS, stack.name)
	harness.Must(t, err)
	if found.Tables != made || found.Media != own.Media || found.Ledger != own.Ledger {
		t.Errorf("in use is %+v, want %+v and the buckets as before", found, made)
	}
	if outputs := stack.outputs(); outputs["PlatformTableArn"] != adoption[0][1] || outputs["PlatformStreamArn"] != adoption[1][1] ||
		outputs["DirectoryTableArn"] != adoption[2][1] || !strings.Contains(adoption[1][1], made.Platform+"/stream/") {
		t.Errorf("outputs %v of %v", outputs, adoption)
	}
	if left, err := service.Read(ctx, own.Tables); err != nil || len(left) != 1 {
		t.Errorf("the stack's own tables hold %d items (%v)", len(left), err)
	}
	stack.deploy(nil)
	if back, err := restore.Find(ctx, e.AWS, stack.name); err != nil || back != own {
		t.Errorf("back at %+v (%v), want %+v", back, err, own)
	}
}

func (s *dataStack) outputs() map[string]string {
	s.t.Helper()
	out, err := s.cfn.DescribeStacks(s.t.Context(), &cloudformation.DescribeStacksInput{StackName: &s.name})
	harness.Must(s.t, err)
	all := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		all[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return all
}
