package structure_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/deploy/gradual"
	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// builtFolder is what sam build writes: the templates, and a program for each
// function.
func builtFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	b := load(t)
	write := func(name string, content []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tmpl := range b.Templates {
		raw, err := os.ReadFile(filepath.Join(b.Root, tmpl.File))
		if err != nil {
			t.Fatal(err)
		}
		write(tmpl.File, raw)
	}
	for _, f := range b.Functions {
		write(filepath.Join("functions", f.Name, "bootstrap"), []byte("the program of "+f.Name))
	}
	return dir
}

// wanted are the parameters without a default, and some others.
func wanted(others ...string) map[string]string {
	all := map[string]string{"Stage": "prod", "AppUrl": "https://x.example", "MailFrom": "a@x.example", "JwtSecretArn": "arn", "OriginSecret": "s"}
	for _, o := range others {
		name, value, _ := strings.Cut(o, "=")
		all[name] = value
	}
	return all
}

// released is a release, and the digest of each function's version in it.
func released(t *testing.T, dir, shift string, parameters map[string]string) ([]byte, map[string]string) {
	t.Helper()
	made, err := gradual.Template(filepath.Join(dir, "template.yaml"), parameters, shift)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Resources map[string]struct {
			Properties struct {
				Digest      string `yaml:"AutoPublishCodeSha256"`
				Description string `yaml:"Description"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(made, &doc); err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for id, r := range doc.Resources {
		if sum := r.Properties.Digest; sum != "" {
			versions[id] = sum
			// Lambda publishes nothing of a function that is as it was, and CloudFormation takes that for a failure.
			if !strings.Contains(r.Properties.Description, sum[:12]) {
				t.Errorf("%s: a version may come without a change of the function", id)
			}
		}
	}
	return made, versions
}

// TestAVersionIsMadeOfWhatChanged: of the function whose program is another, of those
// that a parameter's value reaches, by whatever way, and of no others.
func TestAVersionIsMadeOfWhatChanged(t *testing.T) {
	dir := builtFolder(t)
	_, before := released(t, dir, gradual.AllAtOnce, wanted())
	if len(before) < 45 {
		t.Fatalf("%d functions have versions", len(before))
	}
	changed := func(after map[string]string) (ids []string) {
		for id, sum := range after {
			if before[id] != sum {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return ids
	}
	for name, c := range map[string]struct {
		parameters map[string]string
		every      bool     // all of them
		some       []string // these among a few
	}{
		"nothing":                      {wanted(), false, nil},
		"a default, said":              {wanted("MaxRunningJobs=50"), false, nil},
		"a secret of all":              {wanted("OriginSecret=other"), true, nil},
		"a table, by a nested stack":   {wanted("PlatformTableAdopted=arn:aws:dynamodb:us-east-1:1:table/x", "PlatformStreamAdopted=y"), true, nil},
		"a setting of one":             {wanted("BillingTrialDays=14"), false, []string{"BillingCheckout"}},
		"a setting of the edge":        {wanted("RequestsPerFiveMinutes=1"), false, nil},
		"a secret, by a condition":     {wanted("YoutubeSecretArn=arn:x"), false, []string{"YoutubeConnect"}},
		"where people come from, Mail": {wanted("MailFrom=b@y.example"), false, []string{"MagicLinkRequest"}},
	} {
		_, after := released(t, dir, gradual.AllAtOnce, c.parameters)
		got := changed(after)
		if c.every != (len(got) == len(before)) || !c.every && (len(c.some) > 0) != (len(got) > 0) {
			t.Errorf("%s: %v have new versions", name, got)
		}
		for _, id := range c.some {
			if !slices.Contains(got, id) {
				t.Errorf("%s: %s has no new version", name, id)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "functions", "job-cancel", "bootstrap"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, after := released(t, dir, gradual.AllAtOnce, wanted()); !slices.Equal(changed(after), []string{"JobCancel"}) {
		t.Errorf("of one program that is another, %v have new versions", changed(after))
	}
}

// asDeployed is a release after the transform.
func asDeployed(t *testing.T, made []byte) deployed {
	t.Helper()
	dir := builtFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "template.yaml"), made, 0o600); err != nil {
		t.Fatal(err)
	}
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	all, err := artifacts.Transformed(dir, artifacts.Expander{Python: tools.Python, Cache: filepath.Join(blueprint.Root(), ".build", "expanded")})
	if err != nil {
		t.Fatal(err)
	}
	var doc blueprint.Map
	if err := json.Unmarshal(all["template.yaml"], &doc); err != nil {
		t.Fatal(err)
	}
	return deployed{"template.yaml": doc}
}

// TestAReleaseGoesStepByStepAndBack: each version is let in by CodeDeploy, which goes
// back when the API fails; the API calls the alias and may; and there is room left.
func TestAReleaseGoesStepByStepAndBack(t *testing.T) {
	made, versions := released(t, builtFolder(t), "Canary10Percent5Minutes", wanted())
	d := asDeployed(t, made)
	if n := len(d.resourcesOf("template.yaml")); n > largest {
		t.Errorf("the root makes %d resources with its aliases, at most %d", n, largest)
	}
	body := asText(at(d.resource("template.yaml", "Api"), "Properties")["Body"])
	if len(versions) < 45 || len(versions) > 60 {
		t.Errorf("%d functions are let in step by step", len(versions))
	}
	for id, sum := range versions {
		group := asText(d.resource("template.yaml", id+"DeploymentGroup"))
		for _, needed := range []string{"Canary10Percent5Minutes", "${AWS::StackName}-api-failing", "DEPLOYMENT_STOP_ON_ALARM", "ReleaseRole"} {
			if !strings.Contains(group, needed) {
				t.Errorf("%s is let in without %s", id, needed)
			}
		}
		alias := d.resource("template.yaml", id+"Aliaslive")
		if version := dig(alias, "Properties", "FunctionVersion", "Fn::GetAtt", "0"); version != id+"Version"+sum[:10] || !strings.Contains(asText(alias["UpdatePolicy"]), id+"DeploymentGroup") {
			t.Errorf("%s: its alias is at %v", id, version)
		}
		may := dig(d.resource("template.yaml", id+"CallPermission"), "Properties", "FunctionName", "Ref")
		if may != id+"Aliaslive" || !strings.Contains(body, "${"+id+"Aliaslive}") {
			t.Errorf("%s: the API calls another than the one it may", id)
		}
	}
	if name := asText(at(d.resource("template.yaml", "ApiFailing"), "Properties")["AlarmName"]); !strings.Contains(name, "${AWS::StackName}-api-failing") {
		t.Errorf("the alarm's name is %s", name)
	}
	if loop := circle(d.resourcesOf("template.yaml")); loop != "" {
		t.Errorf("%s needs itself", loop)
	}
	planted := d.resourcesOf("template.yaml")
	at(planted, "JobCancelDeploymentGroup")["DependsOn"] = "ApiFailing"
	if circle(planted) == "" {
		t.Error("a group that waits for the API's alarm, and the API for the group's alias: not seen")
	}
}

// TestTheAlarmIsThereBeforeTheStepsThatItGuards: a release all at once between two that
// go step by step keeps the alarm and the role as they are. The alarm reads the API's
// id, so that one made anew comes after all aliases, and would watch over none.
func TestTheAlarmIsThereBeforeTheStepsThatItGuards(t *testing.T) {
	const steps = "Canary10Percent5Minutes"
	dir, before := builtFolder(t), map[string]string{}
	for i, shift := range []string{steps, gradual.AllAtOnce, steps} {
		made, _ := released(t, dir, shift, wanted())
		var doc struct {
			Resources map[string]any `yaml:"Resources"`
		}
		if err := yaml.Unmarshal(made, &doc); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"ApiFailing", "ReleaseRole"} {
			now := asText(doc.Resources[id])
			if doc.Resources[id] == nil || i > 0 && now != before[id] {
				t.Errorf("release %d, %s: %s is another or gone", i, shift, id)
			}
			before[id] = now
		}
		if guarded := strings.Contains(string(made), "DeploymentPreference"); guarded != (shift != gradual.AllAtOnce) {
			t.Errorf("release %d, %s: step by step is %v", i, shift, guarded)
		}
	}
}

// circle answers a resource that needs itself to be made.
func circle(resources blueprint.Map) string {
	needs := map[string][]string{}
	for id, r := range resources {
		text := asText(r)
		for other := range resources {
			if other != id && (strings.Contains(text, `"`+other+`"`) || strings.Contains(text, "${"+other+"}") || strings.Contains(text, "${"+other+".")) {
				needs[id] = append(needs[id], other)
			}
		}
	}
	for len(needs) > 0 { // take away what needs nothing that is left
		left := len(needs)
		for _, id := range slices.Sorted(maps.Keys(needs)) {
			if !slices.ContainsFunc(needs[id], func(other string) bool { _, is := needs[other]; return is }) {
				delete(needs, id)
			}
		}
		if len(needs) == left {
			return slices.Sorted(maps.Keys(needs))[0]
		}
	}
	return ""
}

func TestAReleaseIsRefusedWithoutItsParameters(t *testing.T) {
	dir := builtFolder(t)
	for name, c := range map[string]struct {
		shift      string
		parameters map[string]string
		want       string
	}{
		"another way":         {"Suddenly", wanted(), "no way to let callers over"},
		"a word not declared": {gradual.AllAtOnce, wanted("Colour=red"), "no parameter Colour"},
		"none given":          {gradual.AllAtOnce, nil, "has no value"},
	} {
		if _, err := gradual.Template(filepath.Join(dir, "template.yaml"), c.parameters, c.shift); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, "functions", "job-cancel")); err != nil {
		t.Fatal(err)
	}
	if _, err := gradual.Template(filepath.Join(dir, "template.yaml"), wanted(), gradual.AllAtOnce); err == nil || !strings.Contains(err.Error(), "JobCancel") {
		t.Errorf("a function that was not built: %v", err)
	}
}
