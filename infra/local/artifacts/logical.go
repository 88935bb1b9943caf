package artifacts

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

// LogicalID answers what a template calls the function built from
// functions/<name>. A function of a nested stack is named with the path to it,
// as SAM CLI wants it: Workers/RenderPlan.
func LogicalID(template, name string) (string, error) {
	id, err := logicalID(template, name)
	if err == nil && id == "" {
		return "", fmt.Errorf("%s has no function with CodeUri functions/%s/", template, name)
	}
	return id, err
}

func logicalID(template, name string) (string, error) {
	source, err := os.ReadFile(template)
	if err != nil {
		return "", fmt.Errorf("read template: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(source, &doc); err != nil || len(doc.Content) == 0 {
		return "", fmt.Errorf("read template %s: %w", template, err)
	}
	for id, resource := range yamlnode.Pairs(yamlnode.Child(doc.Content[0], "Resources")) {
		properties := yamlnode.Child(resource, "Properties")
		switch yamlnode.Text(yamlnode.Child(resource, "Type")) {
		case "AWS::Serverless::Function":
			if filepath.Base(yamlnode.Text(yamlnode.Child(properties, "CodeUri"))) == name {
				return id, nil
			}
		case "AWS::Serverless::Application":
			location := yamlnode.Child(properties, "Location")
			if !local(location) {
				continue
			}
			inner, err := logicalID(filepath.Join(filepath.Dir(template), location.Value), name)
			if err != nil || inner != "" {
				return id + "/" + inner, err
			}
		}
	}
	return "", nil
}
