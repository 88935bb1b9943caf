// Package container_test holds infra/container to what engines take, and to the
// rules of what runs with no more rights than it needs.
package container_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

var linters = sync.OnceValues(func() (toolbox.ContainerLinters, error) {
	return toolbox.InstallContainerLinters(context.Background(), blueprint.Root(), func(string) {})
})

func folder(parts ...string) string {
	return filepath.Join(append([]string{blueprint.Root(), "infra", "container"}, parts...)...)
}

// TestHadolintFindsNothing in the Dockerfile; in one with a known fault it does.
func TestHadolintFindsNothing(t *testing.T) {
	tools, err := linters()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tools.Hadolint, folder("Dockerfile")).CombinedOutput(); err != nil {
		t.Errorf("hadolint: %v\n%s", err, out)
	}
	bad := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.WriteFile(bad, []byte("FROM debian\nRUN cd /tmp\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tools.Hadolint, bad).CombinedOutput(); err == nil || !strings.Contains(string(out), "DL3006") {
		t.Errorf("hadolint lets an image without a version pass: %v %s", err, out)
	}
}

// manifests are the documents that kustomization.yaml names, by file.
func manifests(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, name := range resources(t) {
		all[name] = read(t, folder("kubernetes", name))
	}
	return all
}

func resources(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, name := range read(t, folder("kubernetes", "kustomization.yaml"))["resources"].([]any) {
		names = append(names, name.(string))
	}
	return names
}

func read(t *testing.T, file string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Through JSON: a schema knows no types of YAML's.
	var doc map[string]any
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if raw, err = json.Marshal(doc); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	doc = nil
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestKustomizationNamesEveryManifest.
func TestKustomizationNamesEveryManifest(t *testing.T) {
	files, err := filepath.Glob(folder("kubernetes", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	named := resources(t)
	for _, file := range files {
		if name := filepath.Base(file); name != "kustomization.yaml" && !slices.Contains(named, name) {
			t.Errorf("kustomization.yaml does not name %s", name)
		}
	}
}

// TestManifestsAreWhatKubernetesTakes, unknown fields refused, by its oldest
// version that is to be had and its newest.
func TestManifestsAreWhatKubernetesTakes(t *testing.T) {
	tools, err := linters()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range tools.Schemas {
		check := definitions(t, version)
		for file, doc := range manifests(t) {
			if err := check(doc); err != nil {
				t.Errorf("%s by %s: %v", file, filepath.Base(version), err)
			}
		}
		broken := manifests(t)["statefulset.yaml"]
		broken["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)["serviceAccountToken"] = false
		if check(broken) == nil {
			t.Errorf("%s lets a field pass that there is not", filepath.Base(version))
		}
	}
}

// kinds are those of the manifests, as the definitions call them.
func kinds() map[string]string {
	return map[string]string{
		"Namespace": "core.v1.Namespace", "Service": "core.v1.Service", "StatefulSet": "apps.v1.StatefulSet", "NetworkPolicy": "networking.v1.NetworkPolicy",
	}
}

// definitions answers a check of a document by its kind.
func definitions(t *testing.T, file string) func(map[string]any) error {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	// References are to the file itself, under an address that it has elsewhere.
	if err := json.Unmarshal(bytes.ReplaceAll(raw, []byte(`"/api/_definitions.json#`), []byte(`"#`)), &all); err != nil {
		t.Fatal(err)
	}
	used, properties := map[string]json.RawMessage{}, map[string]any{}
	var take func(name string)
	take = func(name string) {
		if _, have := used[name]; have {
			return
		}
		used[name] = all.Defs[name]
		for _, found := range reference.FindAllSubmatch(all.Defs[name], -1) {
			take(string(found[1]))
		}
	}
	for kind, name := range kinds() {
		take("io.k8s.api." + name)
		properties[kind] = map[string]any{"$ref": "#/$defs/io.k8s.api." + name}
	}
	whole, err := json.Marshal(map[string]any{"$defs": used, "properties": properties, "additionalProperties": false})
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(whole, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(doc map[string]any) error { return resolved.Validate(map[string]any{doc["kind"].(string): doc}) }
}

var reference = regexp.MustCompile(`"#/\$defs/([^"]+)"`)
