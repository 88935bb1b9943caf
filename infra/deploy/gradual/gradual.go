// Package gradual makes of a built template one that lets the callers of the API
// over to new functions step by step, and back when the API fails.
package gradual

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

// AllAtOnce lets everybody over at once. Functions keep their alias, and the alarm and
// the role stay beside them, so that the next release can be gradual: made with that
// one, the alarm would be there only after everybody has been let over.
const AllAtOnce = "AllAtOnce"

// Shifts are the ways in which callers are let over; the names are CodeDeploy's.
func Shifts() []string {
	return []string{AllAtOnce, "Canary10Percent5Minutes", "Canary10Percent15Minutes", "Linear10PercentEvery1Minute", "Linear10PercentEvery3Minutes"}
}

// What a gradual release needs beside the functions.
//
//go:embed gradual.yaml
var needed []byte

// reads are those without which no page begins. Of the others a person is told to
// try again, and an alias of each would make the stack too large.
var reads = []string{
	"/.well-known/jwks.json", "/api/auth/me", "/api/usage", "/api/v1/jobs", "/api/v1/jobs/{id}", "/api/v1/projects",
	"/api/v1/projects/{id}", "/api/v1/templates", "/api/v1/voices",
}

// Template reads the root template that sam build wrote and answers the one to
// deploy in its place, from the same folder. Parameters are those of the
// deployment: whoever changes one of a function makes a version of it.
func Template(file string, parameters map[string]string, shift string) ([]byte, error) {
	if !slices.Contains(Shifts(), shift) {
		return nil, fmt.Errorf("%q is no way to let callers over: %s", shift, strings.Join(Shifts(), ", "))
	}
	t, err := read(file, parameters)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	var bad []error
	for id, resource := range yamlnode.Pairs(yamlnode.Child(t.root, "Resources")) {
		properties := yamlnode.Child(resource, "Properties")
		route, called := called(properties)
		if !called {
			continue
		}
		found[route.path] = true
		if route.method == "GET" && !slices.Contains(reads, route.path) || route.method == "ANY" {
			continue
		}
		bad = append(bad, t.version(id, properties, shift))
	}
	for _, path := range reads {
		if !found[path] {
			bad = append(bad, fmt.Errorf("no function is called for GET %s", path))
		}
	}
	bad = append(bad, t.add(needed))
	if err := errors.Join(bad...); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err = encoder.Encode(t.doc)
	return out.Bytes(), errors.Join(err, encoder.Close())
}

// version gives a function its alias, and a version whenever its digest is another.
func (t *template) version(id string, properties *yaml.Node, shift string) error {
	sum, err := t.digest(properties)
	if err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	text := "{AutoPublishAlias: live, AutoPublishCodeSha256: " + sum + ", VersionDeletionPolicy: Delete, Description: release " + sum[:12] + "}"
	if shift != AllAtOnce {
		text = text[:len(text)-1] + ", DeploymentPreference: {Type: " + shift +
			`, Role: !GetAtt ReleaseRole.Arn, Alarms: [!Sub "${AWS::StackName}-api-failing"]}}`
	}
	return merge(properties, []byte(text))
}

// add puts more resources into the template.
func (t *template) add(resources []byte) error {
	return merge(yamlnode.Child(t.root, "Resources"), resources)
}

// merge adds the pairs of a mapping to another, which must have none of them.
func merge(into *yaml.Node, text []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return err
	}
	for name := range yamlnode.Pairs(doc.Content[0]) {
		if yamlnode.Child(into, name) != nil {
			return fmt.Errorf("there is a %s already", name)
		}
	}
	into.Content = append(into.Content, doc.Content[0].Content...)
	return nil
}

// route is how the API calls a function.
type route struct{ method, path string }

func called(properties *yaml.Node) (route, bool) {
	for _, event := range yamlnode.Pairs(yamlnode.Child(properties, "Events")) {
		if yamlnode.Text(yamlnode.Child(event, "Type")) == "HttpApi" {
			p := yamlnode.Child(event, "Properties")
			return route{strings.ToUpper(yamlnode.Text(yamlnode.Child(p, "Method"))), yamlnode.Text(yamlnode.Child(p, "Path"))}, true
		}
	}
	return route{}, false
}

type template struct {
	dir    string
	doc    *yaml.Node
	root   *yaml.Node
	values map[string]string // of the parameters, defaults included
}

func read(file string, parameters map[string]string) (*template, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the built template (make build): %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	t := &template{dir: filepath.Dir(file), doc: &doc, root: doc.Content[0], values: map[string]string{}}
	declared := yamlnode.Child(t.root, "Parameters")
	for name := range parameters {
		if yamlnode.Child(declared, name) == nil {
			return nil, fmt.Errorf("%s has no parameter %s", file, name)
		}
	}
	for name, p := range yamlnode.Pairs(declared) {
		value, given := parameters[name]
		fallback := yamlnode.Child(p, "Default")
		if !given && fallback == nil {
			return nil, fmt.Errorf("%s has no value: what it is goes into the versions of functions", name)
		}
		if !given {
			value = fallback.Value
		}
		t.values[name] = value
	}
	return t, nil
}
