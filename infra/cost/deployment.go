package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/devotionalai/platform/infra/local/artifacts"
)

// resource is one that a deployment makes.
type resource struct {
	id, kind   string
	properties map[string]any
	memory     float64 // MB, of the function that a rule calls
}

// deployment is what the templates make with given parameters.
type deployment struct {
	resources []resource
	stacks    map[string]int    // resources of each stack, by its template's path of ids
	values    map[string]string // of the root's parameters
}

// templates are the root's template and those that it nests, after the transform.
type templates struct {
	root   map[string]any
	nested map[string]map[string]any // by the end of their address
}

// transformed reads the templates of a checkout as AWS transforms them. The functions
// need not be built.
func transformed(root string, expander artifacts.Expander) (templates, error) {
	all := templates{nested: map[string]map[string]any{}}
	functions := artifacts.Functions{Dir: "built", Digest: map[string]string{}}
	mains, err := filepath.Glob(filepath.Join(root, "functions", "*", "main.go"))
	if err != nil {
		return all, err
	}
	for _, m := range mains {
		functions.Digest[filepath.Base(filepath.Dir(m))] = "0"
	}
	pack, err := artifacts.Pack(filepath.Join(root, "template.yaml"), "https://bucket", "bucket", functions, expander, nil)
	if err != nil {
		return all, err
	}
	for _, f := range pack.Files {
		if !strings.HasPrefix(f.Key, "templates/") {
			continue
		}
		body, err := expander.Expand(f.Body) // of one that has no transform, it reads the short forms
		if err != nil {
			return all, err
		}
		var doc map[string]any
		if err := json.Unmarshal(body, &doc); err != nil {
			return all, fmt.Errorf("read %s: %w", f.Key, err)
		}
		all.nested[f.Key] = doc
	}
	all.root = all.nested[pack.Template]
	return all, nil
}

// deployed is what the templates make. Parameters that are not given have their
// defaults; what only a deployment knows is a text of its own.
func (t templates) deployed(region string, given map[string]string) (deployment, error) {
	d := deployment{stacks: map[string]int{}, values: map[string]string{}}
	values := map[string]any{}
	for name, p := range section(t.root, "Parameters") {
		values[name] = later
		if v := at(p, "Default"); v != nil {
			values[name] = fmt.Sprint(v)
		}
		if v, ok := given[name]; ok {
			values[name] = v
		}
		d.values[name] = fmt.Sprint(values[name])
	}
	err := d.add(t, "template.yaml", t.root, evaluation{region: region, values: values, conditions: section(t.root, "Conditions")})
	return d, err
}

func (d *deployment) add(t templates, stack string, doc map[string]any, e evaluation) error {
	made := section(doc, "Resources")
	for id, raw := range made {
		if c, conditional := at(raw, "Condition").(string); conditional && !e.holds(map[string]any{"Condition": c}) {
			continue
		}
		d.stacks[stack]++
		properties, _ := e.value(at(raw, "Properties")).(map[string]any)
		r := resource{id: stack + " " + id, kind: fmt.Sprint(at(raw, "Type")), properties: properties}
		d.resources = append(d.resources, e.called(r, made, raw))
		if r.kind != "AWS::CloudFormation::Stack" {
			continue
		}
		address := fmt.Sprint(properties["TemplateURL"])
		inner, known := t.nested[address[max(strings.Index(address, "templates/"), 0):]]
		if !known {
			return fmt.Errorf("%s: its template is not there", r.id)
		}
		passed, _ := properties["Parameters"].(map[string]any)
		values := map[string]any{}
		for name, p := range section(inner, "Parameters") {
			values[name] = at(p, "Default")
			if v, given := passed[name]; given {
				values[name] = v
			}
		}
		if err := d.add(t, stack+"/"+id, inner, evaluation{region: e.region, values: values, conditions: section(inner, "Conditions")}); err != nil {
			return err
		}
	}
	return nil
}

// called notes the memory of the function that a rule calls.
func (e evaluation) called(r resource, made map[string]any, raw any) resource {
	r.memory = 256
	if r.kind != "AWS::Events::Rule" {
		return r
	}
	targets := fmt.Sprint(at(raw, "Properties", "Targets"))
	for id, f := range made {
		if at(f, "Type") == "AWS::Lambda::Function" && strings.Contains(targets, "["+id+" Arn]") {
			_, _ = fmt.Sscan(fmt.Sprint(at(f, "Properties", "MemorySize")), &r.memory)
		}
	}
	return r
}

func section(doc map[string]any, name string) map[string]any {
	m, _ := doc[name].(map[string]any)
	return m
}
