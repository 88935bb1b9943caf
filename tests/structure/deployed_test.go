package structure_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// deployed are the templates as CloudFormation makes resources of them, by file:
// transformed, with the conditions of a production stack decided.
type deployed map[string]blueprint.Map

// production is what a stack of the stage production is made from, with whatever
// can be asked for. Each call answers a copy of its own, to be broken at will.
func production(t *testing.T) deployed {
	t.Helper()
	raw, err := decided()
	if err != nil {
		t.Fatal(err)
	}
	var d deployed
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// decided is production, as JSON: made once.
var decided = sync.OnceValues(func() ([]byte, error) {
	all, err := transformed()
	if err != nil {
		return nil, err
	}
	d := deployed{}
	for file, raw := range all {
		var doc blueprint.Map
		if err := json.Unmarshal(raw, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		d[file] = doc
	}
	values := map[string]string{"AWS::Region": "us-east-1"}
	for name, p := range at(d["template.yaml"], "Parameters") {
		declared, _ := p.(blueprint.Map)
		values[name] = "given"
		if fallback, has := declared["Default"]; has {
			values[name] = fmt.Sprint(fallback)
		}
	}
	maps.Copy(values, map[string]string{
		"Mode": "aws", "Stage": "production", "AlarmMail": "given", "CertificateArn": "given", "AccessLogBucket": "given", "CanaryKeyArn": "given",
		"FirewallCommon": "block", "FirewallBadInputs": "block", "FirewallReputation": "block",
	})
	for _, doc := range d {
		decide(doc, values)
	}
	return json.Marshal(d)
})

// transformed are the templates of this checkout after their transforms.
var transformed = sync.OnceValues(func() (map[string][]byte, error) {
	tools, _, err := toolbox.Install(context.Background(), blueprint.Root(), func(string) {})
	if err != nil {
		return nil, err
	}
	return artifacts.Transformed(blueprint.Root(), artifacts.Expander{Python: tools.Python, Cache: filepath.Join(blueprint.Root(), ".build", "expanded")})
})

// decide settles a template's conditions: each Fn::If becomes what it chooses, and
// resources that are not made are gone.
func decide(doc blueprint.Map, values map[string]string) {
	conditions := at(doc, "Conditions")
	resources := at(doc, "Resources")
	for id, r := range resources {
		resource, _ := r.(blueprint.Map)
		if name, has := resource["Condition"].(string); has && !holds(blueprint.Map{"Condition": name}, conditions, values) {
			delete(resources, id)
			continue
		}
		resources[id] = chosen(resource, conditions, values)
	}
}

// absent is what Ref AWS::NoValue leaves.
type absent struct{}

func chosen(v any, conditions blueprint.Map, values map[string]string) any {
	switch v := v.(type) {
	case []any:
		var kept []any
		for _, e := range v {
			if c := chosen(e, conditions, values); c != (any)(absent{}) {
				kept = append(kept, c)
			}
		}
		return kept
	case blueprint.Map:
		if v["Ref"] == "AWS::NoValue" {
			return absent{}
		}
		if choice, ok := v["Fn::If"].([]any); ok && len(choice) == 3 {
			if holds(blueprint.Map{"Condition": choice[0]}, conditions, values) {
				return chosen(choice[1], conditions, values)
			}
			return chosen(choice[2], conditions, values)
		}
		kept := blueprint.Map{}
		for k, e := range v {
			switch c := chosen(e, conditions, values).(type) {
			case absent:
			default:
				kept[k] = c
			}
		}
		return kept
	}
	return v
}

// holds evaluates a condition. What only a deployment knows is equal to nothing.
func holds(c any, conditions blueprint.Map, values map[string]string) bool {
	m, _ := c.(blueprint.Map)
	if name, ok := m["Condition"].(string); ok {
		return holds(conditions[name], conditions, values)
	}
	each := func(key string) (all []bool) {
		parts, _ := m[key].([]any)
		for _, p := range parts {
			all = append(all, holds(p, conditions, values))
		}
		return all
	}
	switch {
	case m["Fn::Not"] != nil:
		return !slices.Contains(each("Fn::Not"), true)
	case m["Fn::And"] != nil:
		return !slices.Contains(each("Fn::And"), false)
	case m["Fn::Or"] != nil:
		return slices.Contains(each("Fn::Or"), true)
	}
	sides, _ := m["Fn::Equals"].([]any)
	return len(sides) == 2 && known(sides[0], values) == known(sides[1], values)
}

func known(v any, values map[string]string) string {
	m, ok := v.(blueprint.Map)
	if !ok {
		return fmt.Sprint(v)
	}
	if value, ok := values[fmt.Sprint(m["Ref"])]; ok {
		return value
	}
	return "known to the deployment alone: " + fmt.Sprint(m)
}

// each calls look with every resource of a type; of all types when it is "".
func (d deployed) each(kind string, look func(file, id string, properties blueprint.Map)) {
	for _, file := range slices.Sorted(maps.Keys(d)) {
		resources := at(d[file], "Resources")
		for _, id := range slices.Sorted(maps.Keys(resources)) {
			if r := at(resources, id); kind == "" || r["Type"] == kind {
				look(file, id, at(r, "Properties"))
			}
		}
	}
}

// resource is one resource of a file, to be looked at or broken.
func (d deployed) resource(file, id string) blueprint.Map {
	return at(at(d[file], "Resources"), id)
}

// dig goes down a document by keys, and by places in lists ("0").
func dig(v any, path ...string) any {
	for _, step := range path {
		switch inner := v.(type) {
		case blueprint.Map:
			v = inner[step]
		case []any:
			i := strings.Index("0123456789", step)
			if i < 0 || i >= len(inner) {
				return nil
			}
			v = inner[i]
		default:
			return nil
		}
	}
	return v
}

// largest is how many resources a template may make: AWS takes 500, and one that
// grows must be divided before.
const largest = 450

func TestNoStackIsTooLarge(t *testing.T) {
	all, err := transformed()
	if err != nil {
		t.Fatal(err)
	}
	for file, raw := range all {
		var doc blueprint.Map
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		if n := len(at(doc, "Resources")); n > largest || n == 0 {
			t.Errorf("%s makes %d resources, at most %d", file, n, largest)
		}
		if len(raw) > 1_000_000 {
			t.Errorf("%s has %d bytes after its transform; AWS takes a million", file, len(raw))
		}
	}
}

// silenced lists the lines that take a rule of a scanner away without a reason in the
// same line.
func silenced(text string) (lines []string) {
	for line := range strings.Lines(text) {
		for _, mark := range []string{"ignore_checks", "checkov:skip", "cfn-lint:"} {
			if _, reason, _ := strings.Cut(line, "#"); strings.Contains(line, mark) && len(strings.Fields(reason)) < 4 {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

func TestNoRuleIsTakenAwayWithoutAReason(t *testing.T) {
	for _, tmpl := range load(t).Templates {
		text, err := os.ReadFile(filepath.Join(blueprint.Root(), tmpl.File))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range silenced(string(text)) {
			t.Errorf("%s: %s", tmpl.File, line)
		}
	}
	for line, want := range map[string]int{
		"ignore_checks: [E1]": 1, "ignore_checks: [E1] # since": 1, "ignore_checks: [E1] # the service takes what the rule refuses": 0, "a: b": 0,
	} {
		if got := silenced(line); len(got) != want {
			t.Errorf("%q: %q", line, got)
		}
	}
}
