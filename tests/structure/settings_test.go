package structure_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// tenantRole is read by boot for the functions that work on tenants' data; the
// others must not have it.
const tenantRole = "TENANT_ROLE_ARN"

// given are settings of boot that no template sets: the platform does, or a
// test that plants faults.
var given = []string{"AWS_LAMBDA_FUNCTION_NAME", "AWS_ENDPOINT_URL", "AWS_REGION", "FAULTS"}

func TestEnvironmentIsWhatTheSettingsStructAsksFor(t *testing.T) {
	b := load(t)
	common, err := blueprint.Common(b.Root)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.Functions {
		own, err := blueprint.Own(b.Root, f)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		var asked []string
		for _, s := range slices.Concat(common, own) {
			if slices.Contains(given, s.Name) || (s.Name == tenantRole && !mayBecomeTenant(f)) {
				continue
			}
			asked = append(asked, s.Name)
		}
		sameNames(t, "settings of functions/"+f.Name, asked, "Environment of "+f.ID+" in "+f.Template.File, slices.Collect(maps.Keys(f.Environment)))
	}
}

// mayBecomeTenant reports whether a function's policies hold the right to
// assume the tenant role.
func mayBecomeTenant(f blueprint.Function) bool {
	for _, s := range statementsOf(f) {
		if slices.Contains(actionsOf(s), "sts:AssumeRole") {
			return true
		}
	}
	return false
}

func TestSecretsAreNotShown(t *testing.T) {
	for _, tmpl := range load(t).Templates {
		for name, p := range tmpl.Section("Parameters") {
			declared, _ := p.(blueprint.Map)
			secret := (strings.Contains(name, "Secret") && !strings.HasSuffix(name, "Arn")) || strings.HasSuffix(name, "Dsn")
			if secret && declared["NoEcho"] != true {
				t.Errorf("%s: %s is a secret and needs NoEcho", tmpl.File, name)
			}
		}
	}
}
