package blocks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/template/blocks"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

const marks = `# ---- written by ` + "`make template`" + ` from the rows of shared/httpapi and each function's settings; do not edit ----
%broken: [
    # ---- end of what ` + "`make template`" + ` writes ----
`

// checkout is a tree with one function, whose settings struct is given.
func checkout(t *testing.T, settings string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range map[string]string{
		"template.yaml": `Parameters:
  QuotaImagesCount: {Type: Number}
Globals: {Function: {Environment: {Variables: {STAGE: local}}}}
Resources:
  Data: {Type: AWS::Serverless::Application, Properties: {Location: infra/data.yaml}}
  AnonymousAccess: {Type: AWS::IAM::ManagedPolicy}
  CredentialAccess: {Type: AWS::IAM::ManagedPolicy}
  ` + marks,
		"infra/data.yaml":             "Outputs:\n  TenantRoleArn: {Value: x}\n  MediaBucket: {Value: x}\n",
		"infra/workers.yaml":          "Parameters:\n  LedgerRoleArn: {Type: String}\nResources:\n  " + marks,
		"functions/thing-get/main.go": "package main\n\ntype config struct {\n" + settings + "\n}\n",
		"functions/a-worker/main.go":  "package main\n",
	} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func thing() httpapi.Route {
	return httpapi.Route{Name: "thing-get", Method: "GET", Pattern: "/api/v1/things/{id}", Credentials: httpapi.Session}
}

func TestABlockSaysWhatRowAndSettingsSay(t *testing.T) {
	t.Parallel()
	root := checkout(t, "Stage string `env:\"STAGE\"`\nBucket string `env:\"MEDIA_BUCKET,required\"`\nQuota int `env:\"QUOTA_IMAGES_COUNT\"`")
	row := thing()
	row.Timeout, row.Memory = 28, 512
	stale, err := blocks.Stale(root, []httpapi.Route{row})
	if err != nil || len(stale) != 3 {
		t.Fatalf("%d files to write (%v)", len(stale), err)
	}
	const want = `
  TenantAccess:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: Become the tenant role, to work on one tenant's data.
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Resource: !GetAtt Data.Outputs.TenantRoleArn

  ThingGet:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x, BuildProperties: {TrimGoPath: true}}
    Properties:
      FunctionName: !Sub ${AWS::StackName}-thing-get
      CodeUri: functions/thing-get/
      MemorySize: 512
      Timeout: 28
      Policies: [!Ref AnonymousAccess, !Ref CredentialAccess, !Ref TenantAccess]
      Environment:
        Variables:
          TENANT_ROLE_ARN: !GetAtt Data.Outputs.TenantRoleArn
          MEDIA_BUCKET: !GetAtt Data.Outputs.MediaBucket
          QUOTA_IMAGES_COUNT: !Ref QuotaImagesCount
      Events:
        Call: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: "/api/v1/things/{id}"}}

`
	for _, f := range stale {
		switch filepath.Base(f.Path) {
		case "template.yaml":
			if !strings.Contains(string(f.Content), want) || strings.Contains(string(f.Content), "broken") {
				t.Errorf("got %s", f.Content)
			}
		case "workers.yaml":
			if got := string(f.Content); !strings.Contains(got, "  LedgerAccess:") || !strings.Contains(got, "!Ref LedgerRoleArn") || strings.Contains(got, "TenantAccess") {
				t.Errorf("got %s", f.Content)
			}
		}
		if err := os.WriteFile(f.Path, f.Content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := blocks.Stale(root, []httpapi.Route{row}); err != nil || len(again) != 0 {
		t.Errorf("written, and still stale: %v (%v)", again, err)
	}
}

func TestWhatIsNotDeclaredIsNamed(t *testing.T) {
	t.Parallel()
	manages, enters := thing(), thing()
	manages.Act, enters.Act = tenant.Manage, tenant.SignIn
	for name, c := range map[string]struct {
		settings string
		row      httpapi.Route
		want     []string
	}{
		"a setting":          {"Mail string `env:\"MAIL_FROM\"`", thing(), []string{"thing-get", "MAIL_FROM", "declare the parameter MailFrom"}},
		"a role":             {"", manages, []string{"thing-get", "manage", "AccountRoleArn in infra/data.yaml"}},
		"the name of a role": {"", enters, []string{"thing-get", "sign-in", "shared/domains/tenant/act.go"}},
	} {
		_, err := blocks.Stale(checkout(t, c.settings), []httpapi.Route{c.row})
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q in it", name, err, want)
			}
		}
	}
}

// Every act that a row may have brings its role's policy along, whether a row has
// it today or not.
func TestEveryActBringsThePolicyOfItsRole(t *testing.T) {
	t.Parallel()
	for _, o := range tenant.Openings() {
		if o.Role == "" {
			continue
		}
		root, row := checkout(t, ""), thing()
		row.Act = o.Act
		data := filepath.Join(root, "infra", "data.yaml")
		if err := os.WriteFile(data, []byte("Outputs:\n  "+o.Role+"Arn: {Value: x}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		stale, err := blocks.Stale(root, []httpapi.Route{row})
		if err != nil {
			t.Fatalf("%q: %v", o.Act, err)
		}
		made := ""
		for _, f := range stale {
			if filepath.Base(f.Path) == "template.yaml" {
				made = string(f.Content)
			}
		}
		access := strings.TrimSuffix(o.Role, "Role") + "Access"
		for _, want := range []string{"  " + access + ":\n    Type: AWS::IAM::ManagedPolicy", "!Ref " + access, "Resource: !GetAtt Data.Outputs." + o.Role + "Arn", "TENANT_ROLE_ARN: !GetAtt Data.Outputs." + o.Role + "Arn"} {
			if !strings.Contains(made, want) {
				t.Errorf("%q: no %s in %s", o.Act, want, made)
			}
		}
	}
}
