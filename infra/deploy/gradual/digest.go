package gradual

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

// digest is another when a function's code or configuration is: its files, what its
// block and the Globals say, and the values of all parameters that these come to,
// also by conditions and by nested stacks. SAM's own looks at names of parameters,
// not at their values, and would leave an alias on the old ones. Too much in it makes
// a version without need; too little would leave callers on an old configuration.
func (t *template) digest(properties *yaml.Node) (string, error) {
	sum := sha256.New()
	code := yamlnode.Text(yamlnode.Child(properties, "CodeUri"))
	if code == "" || strings.Contains(code, "://") {
		return "", fmt.Errorf("CodeUri %q is no folder that sam build wrote", code)
	}
	if err := files(sum, filepath.Join(t.dir, code)); err != nil {
		return "", err
	}
	seen := map[string]bool{}
	for _, part := range []*yaml.Node{properties, yamlnode.Child(yamlnode.Child(t.root, "Globals"), "Function")} {
		if err := t.part(sum, part, seen); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// files are a folder's, by their names, in one order.
func files(sum hash.Hash, folder string) error {
	some := false
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		some = true
		fmt.Fprintf(sum, "%s %d\n", strings.TrimPrefix(path, folder), len(raw))
		sum.Write(raw)
		return err
	})
	if err == nil && !some {
		err = fmt.Errorf("%s is empty", folder)
	}
	return err
}

// part is a piece of the template and all that it comes to, each once.
func (t *template) part(sum hash.Hash, n *yaml.Node, seen map[string]bool) error {
	if n == nil {
		return nil
	}
	body, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	sum.Write(body)
	for name := range names(n) {
		if seen[name] {
			continue
		}
		seen[name] = true
		if err := t.name(sum, name, seen); err != nil {
			return err
		}
	}
	return nil
}

// name is what a name of the template stands for.
func (t *template) name(sum hash.Hash, name string, seen map[string]bool) error {
	if value, parameter := t.values[name]; parameter {
		fmt.Fprintf(sum, "%s=%q\n", name, value)
	}
	if err := t.part(sum, yamlnode.Child(yamlnode.Child(t.root, "Conditions"), name), seen); err != nil {
		return err
	}
	stack := yamlnode.Child(yamlnode.Child(t.root, "Resources"), name)
	if kind := yamlnode.Text(yamlnode.Child(stack, "Type")); kind != "AWS::Serverless::Application" && kind != "AWS::CloudFormation::Stack" {
		return nil
	}
	properties := yamlnode.Child(stack, "Properties")
	for _, key := range []string{"Location", "TemplateURL"} {
		if location := yamlnode.Text(yamlnode.Child(properties, key)); location != "" {
			raw, err := os.ReadFile(filepath.Join(t.dir, location))
			if err != nil {
				return fmt.Errorf("read what %s nests: %w", name, err)
			}
			sum.Write(raw)
		}
	}
	return t.part(sum, yamlnode.Child(properties, "Parameters"), seen)
}

var placed = regexp.MustCompile(`\$\{([A-Za-z0-9]+)`)

// names are the names that a piece of a template speaks of, in short or long form;
// a word that only looks like one does no harm.
func names(n *yaml.Node) iter.Seq[string] {
	return func(yield func(string) bool) { speaks(n, yield) }
}

func speaks(n *yaml.Node, yield func(string) bool) bool {
	if n.Kind == yaml.ScalarNode {
		first, _, _ := strings.Cut(n.Value, ".")
		if !yield(first) {
			return false
		}
		for _, m := range placed.FindAllStringSubmatch(n.Value, -1) {
			if !yield(m[1]) {
				return false
			}
		}
		return true
	}
	for _, inner := range n.Content {
		if !speaks(inner, yield) {
			return false
		}
	}
	return true
}
