package contract

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/policy"
)

// filed are the settings of a function that has files.
type filed struct {
	edge.Settings
	Bucket string `env:"MEDIA_BUCKET"`
}

// built is a function as its main builds it.
type built struct {
	row   httpapi.Route
	build boot.HTTPBuild[filed]
}

// enforceable are functions of different rights: items alone, files, and one of
// each act of an account's people.
func enforceable() []built {
	return append(ofPeople(), []built{
		{httpapi.UploadComplete.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			inspector := upload.NewInspector(dynamo.NewUploads(c.Store(rt)), s3files.New(rt.AWS, c.Bucket), rt.Now, rt.Warn)
			return edge.Serve(rt, c.Settings, httpapi.UploadComplete, httpapi.Uploads{AppURL: c.AppURL}.Complete(inspector))
		}},
		projectGet(),
		{httpapi.JobGet.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			library := render.NewLibrary(dynamo.NewJobs(c.Store(rt)), s3files.New(rt.AWS, c.Bucket), rt.Now)
			return edge.Serve(rt, c.Settings, httpapi.JobGet, httpapi.Jobs{AppURL: c.AppURL}.Get(publish.Library{Renders: library, Store: dynamo.NewPublications(c.Store(rt))}))
		}},
		{httpapi.JobCancel.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			return edge.Serve(rt, c.Settings, httpapi.JobCancel, httpapi.Jobs{AppURL: c.AppURL}.Cancel(
				render.NewSettler(dynamo.NewJobs(c.Store(rt)), rt.Now), publish.Settler{Store: dynamo.NewPublications(c.Store(rt)), Now: rt.Now},
			))
		}},
		{httpapi.ImageDelete.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			album := render.NewAlbum(dynamo.NewImages(c.Store(rt)), s3files.New(rt.AWS, c.Bucket), rt.Now)
			return edge.Serve(rt, c.Settings, httpapi.ImageDelete, httpapi.DeleteImage(album))
		}},
	}...)
}

func projectGet() built {
	return built{httpapi.ProjectGet.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
		return edge.Serve(rt, c.Settings, httpapi.ProjectGet, httpapi.GetProject(project.NewService(dynamo.NewProjects(c.Store(rt)), nil, rt.Now)))
	}}
}

// ofPeople are functions of the acts Manage, Invite, Remove and Mailbox. Joining, which
// comes before any credential, and the mail of an invitation are not among them.
func ofPeople() []built {
	return []built{
		{httpapi.InvitationRevoke.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			inviter := &auth.Inviter{Store: dynamo.NewInvitations(c.Store(rt)), AppURL: c.AppURL, Now: rt.Now}
			return edge.Serve(rt, c.Settings, httpapi.InvitationRevoke, httpapi.RevokeInvitation(inviter))
		}},
		{httpapi.SessionEnd.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			open := &auth.OpenSessions{Store: dynamo.NewCredentials(c.Store(rt)), Now: rt.Now}
			return edge.Serve(rt, c.Settings, httpapi.SessionEnd, httpapi.EndSession(open))
		}},
		{httpapi.MailboxGet.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			return edge.Serve(rt, c.Settings, httpapi.MailboxGet, httpapi.LookAtMailbox(&auth.Mailbox{Store: dynamo.NewSuppressions(c.Store(rt)), Now: rt.Now}))
		}},
		{httpapi.MemberLeave.Route, func(_ context.Context, rt *boot.Runtime, c filed) (http.Handler, error) {
			return edge.Serve(rt, c.Settings, httpapi.MemberLeave, httpapi.LeaveAccount(&auth.Members{Store: dynamo.NewMembers(c.Store(rt)), Now: rt.Now}))
		}},
	}
}

// enforcing is a stage on an emulator that enforces policies: the roles of
// infra/data.yaml, and for each function a role with the policies of its own.
func enforcing(t *testing.T) (s *stage, outputs map[string]string) {
	t.Helper()
	cfg, outputs := policy.Enforcing(t)
	s = &stage{aws: cfg, filled: map[string]string{}, address: "person@example.com", outputs: map[string]string{}}
	for name, value := range outputs {
		s.outputs["Data.Outputs."+name] = value
	}
	s.choose(t)
	return s, outputs
}

// actAs has this process's own AWS calls made as a role with a function's own
// policies.
func actAs(t *testing.T, s *stage, name string, outputs map[string]string) {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	f, _ := b.Function(name)
	own, err := policy.Own(f)
	if err != nil {
		t.Fatal(err)
	}
	document, err := own.Text(func(resource string) string { return deployedName(resource, outputs) })
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
	if err != nil {
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

// deployedName is what a name of the evaluator is called in the deployment.
func deployedName(resource string, outputs map[string]string) string {
	const tables = "arn:aws:dynamodb:us-east-1:000000000000:table/"
	names := []string{
		policy.Platform, tables + outputs["PlatformTable"], policy.Directory, tables + outputs["DirectoryTable"],
		policy.Media, "arn:aws:s3:::" + outputs["MediaBucket"], policy.Ledger, "arn:aws:s3:::" + outputs["LedgerBucket"],
	}
	for name, value := range outputs {
		names = append(names, "${Data.Outputs."+name+"}", value)
	}
	return strings.NewReplacer(names...).Replace(resource)
}

// TestIsolationUnderEnforcedPolicies runs the matrix where the emulator enforces
// what the function's own role, the tenant's and the session policy say. What is
// every caller's own must pass them; leading keys are the evaluator's.
func TestIsolationUnderEnforcedPolicies(t *testing.T) {
	harness.Proof(t)
	s, outputs := enforcing(t)
	for _, f := range harness.SomeOf(enforceable()) {
		t.Run(f.row.Name, func(t *testing.T) {
			actAs(t, s, f.row.Name, outputs)
			handler, rt, err := boot.NewHTTP(t.Context(), s.environ(t, f.row.Name), io.Discard, f.build)
			if err != nil {
				t.Fatal(err)
			}
			isolate(t, s, f.row, boot.Proxy(rt, handler), newRules(t, s, f.row.Name))
		})
	}
	t.Run("without rights", func(t *testing.T) {
		f := projectGet()
		actAs(t, s, "health-get", outputs) // it may count addresses, and nothing else
		handler, rt, err := boot.NewHTTP(t.Context(), s.environ(t, f.row.Name), io.Discard, f.build)
		if err != nil {
			t.Fatal(err)
		}
		m := newMatrix(t, s, f.row, boot.Proxy(rt, handler), newRules(t, s, f.row.Name))
		m.run(t)
		if found := strings.Join(m.faults, "\n"); !strings.Contains(found, "owner, their own: 5") {
			t.Errorf("a function without rights works: %.600s", found)
		}
	})
}
