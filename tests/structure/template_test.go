package structure_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// apiWaits is how long an HTTP API waits for a function, in seconds; it cannot
// be raised.
const apiWaits = 30

func load(t *testing.T) *blueprint.Blueprint {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFolderIsOneFunction(t *testing.T) {
	b := load(t)
	mains, err := filepath.Glob(filepath.Join(b.Root, "functions", "*", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	var folders, deployed []string
	for _, m := range mains {
		folders = append(folders, filepath.Base(filepath.Dir(m)))
	}
	for _, f := range b.Functions {
		deployed = append(deployed, f.Name)
		if _, err := os.Stat(filepath.Join(f.Code, "main.go")); err != nil {
			t.Errorf("%s: CodeUri of %s names a folder without main.go", f.Template.File, f.ID)
		}
	}
	sameNames(t, "folders in functions/", folders, "functions in template.yaml and what it nests", deployed)
}

func sameNames(t *testing.T, this string, a []string, that string, b []string) {
	t.Helper()
	for _, n := range a {
		if !slices.Contains(b, n) {
			t.Errorf("%s: in the %s but not in the %s", n, this, that)
		}
	}
	for _, n := range b {
		if !slices.Contains(a, n) {
			t.Errorf("%s: in the %s but not in the %s", n, that, this)
		}
	}
}

func TestFunctionsAreBuiltAndRunAlike(t *testing.T) {
	b := load(t)
	first := b.Functions[0]
	for _, f := range b.Functions {
		// What `sam validate --lint` lets through: an unknown runtime.
		if f.Properties["Runtime"] != "provided.al2023" {
			t.Errorf("%s: runtime %v", f.ID, f.Properties["Runtime"])
		}
		if f.Properties["Handler"] != "bootstrap" {
			t.Errorf("%s: handler %v; sam build names the binary bootstrap", f.ID, f.Properties["Handler"])
		}
		metadata, _ := f.Doc["Metadata"].(blueprint.Map)
		if metadata["BuildMethod"] != "go1.x" {
			t.Errorf("%s: without Metadata BuildMethod go1.x sam build ships sources", f.ID)
		}
		for _, property := range []string{"Architectures", "RolePath"} {
			if fmt.Sprint(f.Properties[property]) != fmt.Sprint(first.Properties[property]) {
				t.Errorf("%s: %s is %v, elsewhere %v", f.ID, property, f.Properties[property], first.Properties[property])
			}
		}
		want := blueprint.Map{"Fn::Sub": prefixOf(f.Template) + "-" + f.Name}
		if fmt.Sprint(f.Properties["FunctionName"]) != fmt.Sprint(want) {
			t.Errorf("%s: FunctionName is %v; logs and alarms go by %v", f.ID, f.Properties["FunctionName"], want)
		}
		if f.ID != pascal(f.Name) {
			t.Errorf("%s: the logical id of %s is %s", f.ID, f.Name, pascal(f.Name))
		}
	}
}

func prefixOf(t *blueprint.Template) string {
	if t.File == "template.yaml" {
		return "${AWS::StackName}"
	}
	return "${Prefix}"
}

func pascal(name string) string {
	var s strings.Builder
	for _, part := range strings.Split(name, "-") {
		s.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return s.String()
}

func TestTimeoutsAreBelowTheCallers(t *testing.T) {
	for _, f := range load(t).Functions {
		if f.Timeout == 0 {
			t.Errorf("%s has no timeout", f.Name)
		}
		if onAPI(f) && f.Timeout >= apiWaits {
			t.Errorf("%s: %d s; the API gives up after %d s and answers for it", f.Name, f.Timeout, apiWaits)
		}
		if _, raw := f.URL(); raw && f.Timeout >= webhookWaits {
			t.Errorf("%s: %d s; who sends to a Function URL may give up after %d s and send again", f.Name, f.Timeout, webhookWaits)
		}
	}
}

func TestFunctionsCalledByEventsKeepWhatFails(t *testing.T) {
	for _, f := range load(t).Functions {
		for _, fault := range lossesOf(f) {
			t.Errorf("%s %s", f.Name, fault)
		}
	}
}

func onAPI(f blueprint.Function) bool { return len(routesOf(f)) > 0 }

func calledByWorkflow(f blueprint.Function) bool {
	called := false
	for _, r := range f.Template.Resources() {
		if r.Type == "AWS::Serverless::StateMachine" {
			blueprint.Walk(r.Properties["DefinitionSubstitutions"], func(m blueprint.Map) {
				if at, ok := m["Fn::GetAtt"].([]any); ok && at[0] == f.ID {
					called = true
				}
			})
		}
	}
	return called
}

func TestNestedParametersArePassedAsDeclared(t *testing.T) {
	b := load(t)
	for _, r := range b.Resources("AWS::Serverless::Application") {
		nested, ok := b.Nested(r)
		if !ok {
			t.Errorf("%s names no template of this checkout", r.ID)
			continue
		}
		passed, _ := r.Properties["Parameters"].(blueprint.Map)
		sameNames(t, "parameters passed by "+r.ID, slices.Collect(maps.Keys(passed)),
			"parameters of "+nested.File, slices.Collect(maps.Keys(nested.Section("Parameters"))))
		for name, p := range nested.Section("Parameters") {
			declared, _ := p.(blueprint.Map)
			if _, has := declared["Default"]; has {
				t.Errorf("%s: %s has a default; a nested default hides a parameter that was forgotten", nested.File, name)
			}
		}
	}
}

// TestNoDefaultIsSomebodyElses: whoever forgets such a parameter would deploy
// something that belongs to nobody. That the others are given, infra/deploy tests.
func TestNoDefaultIsSomebodyElses(t *testing.T) {
	parameters := load(t).Templates[0].Section("Parameters")
	for name, p := range parameters {
		declared, _ := p.(blueprint.Map)
		fallback, has := declared["Default"]
		if text, _ := fallback.(string); strings.Contains(text, ".example") || strings.Contains(text, ".local") {
			t.Errorf("template.yaml: the default of %s is a name that nobody has; let it have none", name)
		}
		if has && (name == "Stage" || name == "AppUrl" || name == "MailFrom") {
			t.Errorf("template.yaml: %s has the default %v; a deployment that forgets it would be taken for another one", name, fallback)
		}
	}
}

func TestEveryParameterSaysWhatItIsAndIsUsed(t *testing.T) {
	for _, tmpl := range load(t).Templates {
		text, err := os.ReadFile(filepath.Join(blueprint.Root(), tmpl.File))
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range tmpl.Section("Parameters") {
			declared, _ := p.(blueprint.Map)
			if declared["Description"] == nil {
				t.Errorf("%s: parameter %s has no description", tmpl.File, name)
			}
			if !strings.Contains(string(text), "!Ref "+name) && !strings.Contains(string(text), "${"+name+"}") {
				t.Errorf("%s: parameter %s is not used", tmpl.File, name)
			}
		}
	}
}
