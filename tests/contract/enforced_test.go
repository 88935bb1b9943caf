package contract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/policy"
)

// enforced is a function under its own policies; run checks it as its contract does.
type enforced struct {
	name string
	act  tenant.Act
	run  func(*testing.T, *stage)
}

// behindAPI is a function of a row, with the build of its main.
func behindAPI[C any](row httpapi.Route, build boot.HTTPBuild[C]) enforced {
	return enforced{row.Name, row.Act, func(t *testing.T, s *stage) { httpOn(t, s, row.Name, build) }}
}

// behindURL is a function behind a URL of its own.
func behindURL[C any](name string, act tenant.Act, build boot.HTTPBuild[C]) enforced {
	return enforced{name, act, func(t *testing.T, s *stage) {
		urlSamples(t, s, newRules(t, s, name), name, s.environ(t, name), eventsOf(name), func(ctx context.Context, rt *boot.Runtime, c C) (http.Handler, error) {
			rt.Does(act)
			return build(ctx, rt, c)
		})
	}}
}

// behindNone is any other function.
func behindNone[C, In, Out any](name string, act tenant.Act, build boot.WorkerBuild[C, In, Out]) enforced {
	return enforced{name, act, func(t *testing.T, s *stage) {
		workerOn(t, s, name, func(ctx context.Context, rt *boot.Runtime, c C) (func(context.Context, In) (Out, error), error) {
			rt.Does(act)
			return build(ctx, rt, c)
		})
	}}
}

// enforcing is a stage on an emulator that enforces policies: the roles of
// infra/data.yaml, and for each function a role with the policies of its own.
func enforcing(t *testing.T) *stage {
	t.Helper()
	cfg, outputs := policy.Enforcing(t)
	s := &stage{aws: cfg, filled: map[string]string{}, address: "person@example.com", outputs: map[string]string{}}
	for name, value := range outputs {
		s.outputs["Data.Outputs."+name] = value
	}
	s.outputs["Workers.Outputs.RenderStateMachineArn"] = s.workflow(t, "enforced", outputs["FunctionArn"])
	s.outputs["Workers.Outputs.MailConfigurationSet"] = "" // as where SES is emulated
	s.checks(t)
	return s
}

// actAs has this process's own AWS calls made as a role with a function's own
// policies.
func actAs(t *testing.T, s *stage, name string) {
	t.Helper()
	s.environ(t, name) // makes what the policies name
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	f, _ := b.Function(name)
	own, err := policy.OwnEmulated(f)
	if err != nil {
		t.Fatal(err)
	}
	document, err := own.Text(func(resource string) string { return s.deployed(resource) })
	if err != nil {
		t.Fatal(err)
	}
	made := aws.String("policies-" + name)
	stacks := cloudformation.NewFromConfig(s.aws)
	_, err = stacks.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: made, Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam}, TemplateBody: aws.String(fmt.Sprintf(`{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{
			"RoleName":%q,"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}]},
			"Policies":[{"PolicyName":"own","PolicyDocument":%s}]}}},"Outputs":{"Arn":{"Value":{"Fn::GetAtt":["Role","Arn"]}}}}`, *made, document)),
	})
	var again *types.AlreadyExistsException // the SDK may have sent the call twice
	if err != nil && !errors.As(err, &again) {
		t.Fatal(err)
	}
	asked := &cloudformation.DescribeStacksInput{StackName: made}
	if err := cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, time.Second
	}).Wait(t.Context(), asked, time.Minute); err != nil {
		t.Fatal(err)
	}
	out, err := stacks.DescribeStacks(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	role, err := sts.NewFromConfig(s.aws).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: out.Stacks[0].Outputs[0].OutputValue, RoleSessionName: made})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]*string{
		"AWS_ACCESS_KEY_ID": role.Credentials.AccessKeyId, "AWS_SECRET_ACCESS_KEY": role.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN": role.Credentials.SessionToken, "AWS_ENDPOINT_URL": s.aws.BaseEndpoint,
	} {
		t.Setenv(name, aws.ToString(value))
	}
}

// afresh takes away what the function before has left: a stage has its tables for
// itself.
func (s *stage) afresh(t *testing.T) {
	t.Helper()
	s.filled, s.whole, s.site = map[string]string{}, t, nil
	db := dynamodb.NewFromConfig(s.aws)
	for _, output := range []string{"PlatformTable", "DirectoryTable"} {
		table := aws.String(s.outputs["Data.Outputs."+output])
		pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: table})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page.Items {
				key := item{"pk": it["pk"]}
				if it["sk"] != nil {
					key["sk"] = it["sk"]
				}
				if _, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: table, Key: key}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	s.choose(t)
}

// log is what a function logs.
type log struct {
	sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.text.Write(p)
}

// refusal is the first line that tells of a call that AWS refused.
func (l *log) refusal() string {
	l.Lock()
	defer l.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, "AccessDenied") {
			return line
		}
	}
	return ""
}

// deployed is what a name of the evaluator is called in the deployment.
func (s *stage) deployed(resource string) string {
	const tables = "arn:aws:dynamodb:us-east-1:000000000000:table/"
	data := func(name string) string { return s.outputs["Data.Outputs."+name] }
	names := []string{
		policy.Platform, tables + data("PlatformTable"), policy.Directory, tables + data("DirectoryTable"),
		policy.Media, "arn:aws:s3:::" + data("MediaBucket"), policy.Ledger, "arn:aws:s3:::" + data("LedgerBucket"),
		"${JwtSecretArn}", s.chosen["JwtSecretArn"], "${StripeSecretArn}", s.chosen["StripeSecretArn"],
		"${BillingOrders.Arn}", "arn:aws:sqs:us-east-1:000000000000:" + path.Base(s.outputs["Workers.Outputs.BillingQueueUrl"]),
		"${UploadChecks.Arn}", "arn:aws:sqs:us-east-1:000000000000:" + path.Base(s.outputs["Workers.Outputs.UploadQueueUrl"]),
	}
	for name, value := range s.outputs {
		_, parameter, _ := strings.Cut(name, ".Outputs.")
		names = append(names, "${"+name+"}", value, "${"+parameter+"}", value)
	}
	return strings.NewReplacer(names...).Replace(resource)
}

// TestIsolationUnderEnforcedPolicies runs a function of each act, its samples and
// its matrix, where the emulator enforces what the function's own role, the
// tenant's and the session policy say. What is every caller's own must pass them;
// leading keys are the evaluator's.
func TestIsolationUnderEnforcedPolicies(t *testing.T) {
	harness.Proof(t)
	all := slices.Concat(ofPeople(), ofWork(), ofMoney(), ofRights(), ofBackups(), ofNobody())
	for _, o := range tenant.Openings() {
		if !slices.ContainsFunc(all, func(f enforced) bool { return f.act == o.Act }) {
			t.Errorf("no function of the act %q is among them", o.Act)
		}
	}
	s := enforcing(t)
	for _, f := range harness.SomeOf(all) {
		t.Run(f.name, func(t *testing.T) {
			s.afresh(t)
			actAs(t, s, f.name)
			var said log
			s.log = &said
			f.run(t, s)
			if line := said.refusal(); line != "" { // some failures are tried again later, and no answer tells
				t.Errorf("a right is missing: %s", line)
			}
		})
	}
	t.Run("without rights", func(t *testing.T) {
		s.afresh(t)
		actAs(t, s, "health-get") // it may count addresses, and nothing else
		row := httpapi.ProjectGet.Route
		handler, rt, err := boot.NewHTTP(t.Context(), s.environ(t, row.Name), io.Discard, getProject)
		if err != nil {
			t.Fatal(err)
		}
		m := newMatrix(t, s, row, boot.Proxy(rt, handler), newRules(t, s, row.Name))
		m.run(t)
		if found := strings.Join(m.faults, "\n"); !strings.Contains(found, "owner, their own: 5") {
			t.Errorf("a function without rights works: %.600s", found)
		}
	})
}
