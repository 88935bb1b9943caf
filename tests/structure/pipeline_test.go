package structure_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/stages"
	"github.com/devotionalai/platform/tests/blueprint"
)

// pipelineFile is one workflow of .github/workflows.
type pipelineFile struct {
	name, text  string
	Permissions map[string]string
	Concurrency *serial
	Jobs        map[string]pipelineJob
}

type serial struct {
	Group  string
	Cancel *bool `yaml:"cancel-in-progress"`
}

type pipelineJob struct {
	Needs       string
	Environment string
	Uses        string
	Timeout     int `yaml:"timeout-minutes"`
	Permissions map[string]string
	Concurrency *serial
	Env         map[string]string
	Steps       []struct {
		ID, If, Uses, Run string
		With              map[string]string
		Env               map[string]string
	}
}

// deploys reports whether a job reaches an account of AWS.
func (j pipelineJob) deploys() bool {
	return strings.Contains(j.Uses, "stage.yml") || j.Environment != ""
}

func pipelines(t *testing.T) map[string]pipelineFile {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(blueprint.Root(), ".github", "workflows", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows (%v)", err)
	}
	all := map[string]pipelineFile{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p := pipelineFile{name: filepath.Base(file), text: string(text)}
		if err := yaml.Unmarshal(text, &p); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		all[p.name] = p
	}
	return all
}

// TestAPipelineMayNoMoreThanItsJobsNeed: nothing by itself, and a token for AWS only
// where something is deployed.
func TestAPipelineMayNoMoreThanItsJobsNeed(t *testing.T) {
	for name, p := range pipelines(t) {
		if p.Permissions == nil || len(p.Permissions) > 0 {
			t.Errorf("%s gives all its jobs %v", name, p.Permissions)
		}
		for id, j := range p.Jobs {
			if j.Permissions == nil {
				t.Errorf("%s: %s does not say what it may", name, id)
			}
			for right, how := range j.Permissions {
				if how != "read" && (right != "id-token" || !j.deploys()) {
					t.Errorf("%s: %s may %s %s", name, id, how, right)
				}
			}
			if j.Uses == "" && j.Timeout == 0 {
				t.Errorf("%s: %s may take six hours", name, id)
			}
		}
	}
}

// TestActionsArePinned by their commit, with the version that it was.
func TestActionsArePinned(t *testing.T) {
	pinned := regexp.MustCompile(`^ +- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	versions := map[string]string{}
	for name, p := range pipelines(t) {
		for line := range strings.Lines(p.text) {
			line = strings.TrimRight(line, "\n")
			switch {
			case !strings.Contains(line, "uses: ") || strings.Contains(line, "uses: ./.github/workflows/"):
			case !pinned.MatchString(line):
				t.Errorf("%s: %s is not pinned by its commit", name, strings.TrimSpace(line))
			default:
				action, commit, _ := strings.Cut(strings.TrimSpace(line), "@")
				if other, seen := versions[action]; seen && other != commit {
					t.Errorf("%s has two versions", action)
				}
				versions[action] = commit
			}
		}
		for id, j := range p.Jobs {
			if _, err := os.Stat(filepath.Join(blueprint.Root(), j.Uses)); err != nil {
				t.Errorf("%s: %s uses %s, which is not there", name, id, j.Uses)
			}
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
					t.Errorf("%s: %s leaves the token of its checkout to all later steps", name, id)
				}
			}
		}
	}
}

// TestWhatAPipelineRuns: targets that there are, and nothing that is put into a
// command's text from outside: a title of a pull request could be a command.
func TestWhatAPipelineRuns(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(blueprint.Root(), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]int{}
	for name, p := range pipelines(t) {
		if strings.Contains(p.text, "secrets.") || strings.Contains(p.text, "secrets:") {
			t.Errorf("%s takes a secret: GitHub is to keep none", name)
		}
		for id, j := range p.Jobs {
			for _, s := range j.Steps {
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: %s puts an expression into the text of a command: %s", name, id, s.Run)
				}
				for _, target := range regexp.MustCompile(`\bmake ([a-z-]+)`).FindAllStringSubmatch(s.Run, -1) {
					ran[target[1]]++
					if !regexp.MustCompile(`(?m)^` + target[1] + `:`).Match(makefile) {
						t.Errorf("%s: %s runs make %s, which is no target", name, id, target[1])
					}
				}
				if program, _, _ := strings.Cut(s.Run, " "); strings.HasPrefix(program, ".") {
					if info, err := os.Stat(filepath.Join(blueprint.Root(), program)); err != nil || info.Mode()&0o100 == 0 {
						t.Errorf("%s: %s runs %s, which is no program", name, id, program)
					}
				}
			}
		}
	}
	if ran["release"] != 1 || ran["build"] != 0 {
		t.Errorf("it is built %d times: stages must get the same", ran["release"]+ran["build"])
	}
	if ran["deploy"] != 2 || ran["rehearse"] != 1 {
		t.Errorf("of %v: a deployment is rehearsed, done, and done with what was before when it fails", ran)
	}
}

// TestStagesFollowEachOther: one deployment at a time, production after staging and
// each behind its environment.
func TestStagesFollowEachOther(t *testing.T) {
	all := pipelines(t)
	chain := all["deploy.yml"]
	for job, needs := range map[string]string{"build": "test", "staging": "build", "production": "staging"} {
		if got := chain.Jobs[job].Needs; got != needs {
			t.Errorf("%s needs %q, want %s", job, got, needs)
		}
	}
	stage := all["stage.yml"].Jobs["deploy"]
	if stage.Environment != "${{ inputs.stage }}" {
		t.Errorf("a stage's environment is %q: nobody would be asked", stage.Environment)
	}
	for where, s := range map[string]*serial{"deploy.yml": chain.Concurrency, "stage.yml": stage.Concurrency} {
		if s == nil || s.Group == "" || s.Cancel == nil || *s.Cancel {
			t.Errorf("%s: two deployments at a time, or one stopped half way", where)
		}
	}
	if stage.Env["BUILT"] != "1" || stage.Env["YES"] != "1" {
		t.Errorf("a stage builds by itself, or asks: %v", stage.Env)
	}
	back := stage.Steps[len(stage.Steps)-1]
	if !strings.Contains(back.Run, "make deploy") || !strings.Contains(back.If, "failure()") || !strings.Contains(back.If, "steps.before.outputs.run") {
		t.Errorf("a failure ends with %q if %q", back.Run, back.If)
	}
	if set, given := back.Env["SET"]; !given || set != "" {
		t.Error("an older state is given today's SET, whose names it may not know")
	}
	if again := stage.Steps[len(stage.Steps)-2]; !strings.HasPrefix(again.Uses, "aws-actions/configure-aws-credentials@") || again.If != back.If {
		t.Errorf("going back begins with the credentials that the deployment has used up: %s if %q", again.Uses, again.If)
	}
}

// pipelineRole reads infra/pipeline.yaml.
func pipelineRole(t *testing.T) (string, map[string]yaml.Node) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "pipeline.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Resources map[string]yaml.Node `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return string(text), doc.Resources
}

// TestTheRoleIsOneEnvironmentsAlone: a token of another repository, branch or pull
// request does not get it, and each star has its reason.
func TestTheRoleIsOneEnvironmentsAlone(t *testing.T) {
	text, resources := pipelineRole(t)
	if !strings.Contains(text, "token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:environment:${Stage}\n") ||
		!strings.Contains(text, "token.actions.githubusercontent.com:aud: sts.amazonaws.com\n") || strings.Contains(text, "StringLike:\n                token.actions") {
		t.Error("the role is not one repository's and one environment's alone")
	}
	for i, line := range strings.Split(text, "\n") {
		if strings.Contains(line, `Resource: "*"`) && !strings.Contains(line, "# ") {
			t.Errorf("infra/pipeline.yaml:%d: a star without its reason", i+1)
		}
		if strings.Contains(line, `Action: "*"`) || strings.Contains(line, "iam:*") || strings.Contains(line, "s3:*") {
			t.Errorf("infra/pipeline.yaml:%d: %s", i+1, strings.TrimSpace(line))
		}
	}
	for id, node := range resources {
		var policy struct {
			Type       string `yaml:"Type"`
			Properties struct {
				PolicyDocument map[string]any `yaml:"PolicyDocument"`
			} `yaml:"Properties"`
		}
		if err := node.Decode(&policy); err != nil {
			t.Fatal(err)
		}
		if policy.Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		document, err := json.Marshal(policy.Properties.PolicyDocument)
		if err != nil {
			t.Fatal(err)
		}
		if size := len(strings.ReplaceAll(strings.ReplaceAll(string(document), "${AWS::AccountId}", "000000000000"), "${Stack}", strings.Repeat("s", stages.LongestStack))); size > 6144 {
			t.Errorf("%s: %d characters, and IAM takes 6,144", id, size)
		}
	}
}

// TestTheRoleReachesEveryServiceOfTheStack: a resource of a service that the role
// knows nothing of fails in the middle of a deployment.
func TestTheRoleReachesEveryServiceOfTheStack(t *testing.T) {
	text, _ := pipelineRole(t)
	prefixes := map[string]string{
		"ApiGatewayV2": "apigateway", "CE": "ce", "Serverless": "cloudformation", "StepFunctions": "states", "SES": "ses", "CloudWatch": "cloudwatch",
	}
	needed := map[string]string{"apigateway": "HttpApi", "lambda": "Function", "states": "StateMachine", "events": "Schedule"} // what the transform makes
	for _, r := range load(t).Resources() {
		service := strings.Split(r.Type, "::")[1]
		prefix, named := prefixes[service]
		if !named {
			prefix = strings.ToLower(service)
		}
		needed[prefix] = r.Type
	}
	for _, prefix := range slices.Sorted(maps.Keys(needed)) {
		if !regexp.MustCompile(`[\s\[]` + prefix + `:[A-Z*]`).MatchString(text) {
			t.Errorf("infra/pipeline.yaml gives no right of %s, which %s needs", prefix, fmt.Sprint(needed[prefix]))
		}
	}
}

// roleStatement is one of the role's.
type roleStatement struct {
	Action    oneOrMore      `yaml:"Action"`
	Resource  oneOrMore      `yaml:"Resource"`
	Condition map[string]any `yaml:"Condition"`
}

// oneOrMore are one or several.
type oneOrMore []string

func (w *oneOrMore) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		var many []string
		err := node.Decode(&many)
		*w = many
		return err
	}
	*w = []string{node.Value}
	return nil
}

// roleStatements are all of the role's.
func roleStatements(t *testing.T) []roleStatement {
	t.Helper()
	_, resources := pipelineRole(t)
	var all []roleStatement
	for _, node := range resources {
		var policy struct {
			Properties struct {
				PolicyDocument struct {
					Statement []roleStatement `yaml:"Statement"`
				} `yaml:"PolicyDocument"`
			} `yaml:"Properties"`
		}
		if err := node.Decode(&policy); err != nil {
			t.Fatal(err)
		}
		all = append(all, policy.Properties.PolicyDocument.Statement...)
	}
	return all
}

// roleAllows lists the role's statements that allow an action by its name.
func roleAllows(t *testing.T, action string) []roleStatement {
	t.Helper()
	return slices.DeleteFunc(roleStatements(t), func(s roleStatement) bool { return !slices.Contains(s.Action, action) })
}

// TestTheRoleMakesAKey: a key that is made has no tag yet by which a right could be
// given, and the calls right after may meet tags that KMS does not know yet. Who could
// give any key the stage's tag would have all keys.
func TestTheRoleMakesAKey(t *testing.T) {
	makes := func(action, key, value string) bool {
		return slices.ContainsFunc(roleAllows(t, action), func(s roleStatement) bool {
			by, _ := s.Condition["StringEquals"].(map[string]any)
			return slices.Equal(s.Resource, oneOrMore{"*"}) && len(by) == 1 && by[key] == value
		})
	}
	for _, action := range []string{"kms:CreateKey", "kms:TagResource"} {
		if !makes(action, "aws:RequestTag/stage", "Stage") {
			t.Errorf("%s is not allowed where a key is made", action)
		}
	}
	for _, action := range []string{"kms:DescribeKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"} {
		if !makes(action, "aws:CalledViaFirst", "cloudformation.amazonaws.com") {
			t.Errorf("%s rests on tags that KMS may not know yet", action)
		}
	}
	for _, s := range roleAllows(t, "kms:TagResource") {
		by, _ := s.Condition["StringEquals"].(map[string]any)
		without, _ := s.Condition["Null"].(map[string]any)
		if by["aws:ResourceTag/stage"] != "Stage" && without["aws:ResourceTag/stage"] != true {
			t.Errorf("the key of another stage could be given this one's tag: %+v", s)
		}
	}
}

// TestTheRoleMakesAVault: AWS Backup tries these rights where a vault is made. Those
// to keys come by the service and to its own key, which bears no tag; what is no call
// to a key knows no condition of KMS, and would never be allowed under one.
func TestTheRoleMakesAVault(t *testing.T) {
	for _, action := range []string{"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:RetireGrant"} {
		if !slices.ContainsFunc(roleAllows(t, action), func(s roleStatement) bool {
			by, _ := s.Condition["StringLike"].(map[string]any)
			return slices.Equal(s.Resource, oneOrMore{"*"}) && by["kms:ViaService"] == "backup.${AWS::Region}.amazonaws.com"
		}) {
			t.Errorf("AWS Backup is not allowed %s with its own key", action)
		}
	}
	if mounts := roleAllows(t, "backup-storage:MountCapsule"); len(mounts) != 1 || mounts[0].Condition != nil {
		t.Errorf("of MountCapsule: %+v", mounts)
	}
}

// TestTheRoleReadsTheOriginsSecretsAlone: a pipeline that could read what signs people
// in could be anybody.
func TestTheRoleReadsTheOriginsSecretsAlone(t *testing.T) {
	reads := roleAllows(t, "secretsmanager:GetSecretValue")
	if len(reads) != 1 || len(reads[0].Resource) != 1 || !strings.HasSuffix(reads[0].Resource[0], ":secret:devotional/${Stage}/origin*") {
		t.Errorf("it reads %+v", reads)
	}
	for _, action := range []string{"secretsmanager:*", "secretsmanager:Get*", "secretsmanager:BatchGetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"} {
		if given := roleAllows(t, action); len(given) > 0 {
			t.Errorf("%s is given, and no deployment calls it: %+v", action, given)
		}
	}
}
