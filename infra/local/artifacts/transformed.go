package artifacts

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

// Transformed is the root template and each that it nests as CloudFormation
// reads them: JSON, with the transforms applied, by the file it is in. What they
// are built from is named and not made.
func Transformed(root string, expander Expander) (map[string][]byte, error) {
	all := map[string][]byte{}
	return all, transform(root, "template.yaml", expander, all)
}

func transform(root, file string, expander Expander, all map[string][]byte) error {
	source, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(source, &doc); err != nil || len(doc.Content) == 0 {
		return fmt.Errorf("read template %s: %w", file, err)
	}
	for id, resource := range yamlnode.Pairs(yamlnode.Child(doc.Content[0], "Resources")) {
		properties := yamlnode.Child(resource, "Properties")
		for _, built := range []string{"CodeUri", "ContentUri", "DefinitionUri"} {
			if uri := yamlnode.Child(properties, built); local(uri) {
				uri.Value = "s3://artifacts/" + id
			}
		}
		if location := yamlnode.Child(properties, "Location"); local(location) {
			if err := transform(root, filepath.Join(filepath.Dir(file), location.Value), expander, all); err != nil {
				return err
			}
		}
	}
	body, err := yaml.Marshal(&doc)
	if err != nil {
		return fmt.Errorf("write template %s: %w", file, err)
	}
	if all[filepath.ToSlash(file)], err = expander.Expand(body); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
