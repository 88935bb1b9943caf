package structure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// wanting is a name that the next stack of the same name would want too: given by a
// property of the resource itself.
func wanting(r blueprint.Resource) (string, bool) {
	for _, property := range []string{"TableName", "BucketName", "BackupVaultName", "LogGroupName", "Name"} {
		v, named := r.Properties[property]
		if named && !strings.Contains(fmt.Sprint(v), "AWS::StackId") {
			return property, true
		}
	}
	return "", false
}

// TestAFailedDeploymentLeavesNothingInTheWay: what is kept is kept from its first
// whole creation on, can be removed until then, and has no name that the next stack
// would want.
func TestAFailedDeploymentLeavesNothingInTheWay(t *testing.T) {
	kept := map[string]int{}
	for _, r := range load(t).Resources() {
		deletion, replace := r.Doc["DeletionPolicy"], r.Doc["UpdateReplacePolicy"]
		if deletion == nil && replace == nil {
			continue
		}
		kept[r.Type]++
		if deletion != "RetainExceptOnCreate" || replace != "Retain" {
			t.Errorf("%s: %s has DeletionPolicy %v and UpdateReplacePolicy %v", r.Template.File, r.ID, deletion, replace)
		}
		if property, wants := wanting(r); wants {
			t.Errorf("%s: %s is kept under a %s that the next stack wants", r.Template.File, r.ID, property)
		}
		if protected, has := r.Properties["DeletionProtectionEnabled"]; has && fmt.Sprint(protected) != "map[Fn::If:[Protected true false]]" {
			t.Errorf("%s: %s is protected by %v: a creation that fails cannot remove it", r.Template.File, r.ID, protected)
		}
	}
	for _, kind := range []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Backup::BackupVault", "AWS::KMS::Key"} {
		if kept[kind] == 0 {
			t.Errorf("no %s is kept", kind)
		}
	}
	parameter := at(rootTemplate(t).Section("Parameters"), "TablesProtected")
	if parameter["Default"] != "false" {
		t.Errorf("TablesProtected is %v where nobody says more: the first creation could not be taken back", parameter["Default"])
	}
}

// TestNoFunctionMakesItsOwnLogGroup: the group that Lambda makes stays when the
// stack goes, without an end to its lines, and refuses the next stack its name.
func TestNoFunctionMakesItsOwnLogGroup(t *testing.T) {
	b := load(t)
	for _, f := range b.Functions {
		group := "Log"
		if f.Template.File != "template.yaml" {
			group = "LogGroup"
		}
		want := fmt.Sprintf("map[Fn::If:[OnAws map[LogGroup:map[Ref:%s]] map[Ref:AWS::NoValue]]]", group)
		if got := fmt.Sprint(f.Properties["LoggingConfig"]); got != want {
			t.Errorf("%s: its LoggingConfig is %s", f.Name, got)
		}
	}
	for _, r := range b.Resources("AWS::Logs::LogGroup") {
		if name := fmt.Sprint(r.Properties["LogGroupName"]); strings.Contains(name, "/aws/lambda/") {
			t.Errorf("%s: %s has the name %s, which a function can take first", r.Template.File, r.ID, name)
		}
		if r.Properties["RetentionInDays"] == nil {
			t.Errorf("%s: %s keeps its lines for ever", r.Template.File, r.ID)
		}
	}
}

func rootTemplate(t *testing.T) *blueprint.Template {
	t.Helper()
	for _, tmpl := range load(t).Templates {
		if tmpl.File == "template.yaml" {
			return tmpl
		}
	}
	t.Fatal("there is no template.yaml")
	return nil
}
