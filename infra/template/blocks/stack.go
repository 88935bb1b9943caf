package blocks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/settingsof"
)

// stack is what the root template declares by hand.
type stack struct {
	root       string
	parameters map[string]bool
	resources  map[string]bool
	outputs    map[string]string // of nested stacks: name to "Stack.Outputs.Name"
	given      []string          // settings that Globals give to every function
}

// document is the part of a template that is read here; the values below stay
// nodes, because they hold CloudFormation's own tags.
type document struct {
	Parameters map[string]yaml.Node `yaml:"Parameters"`
	Globals    struct {
		Function struct {
			Environment struct {
				Variables map[string]yaml.Node `yaml:"Variables"`
			} `yaml:"Environment"`
		} `yaml:"Function"`
	} `yaml:"Globals"`
	Resources map[string]struct {
		Type       string    `yaml:"Type"`
		Properties yaml.Node `yaml:"Properties"`
	} `yaml:"Resources"`
	Outputs map[string]yaml.Node `yaml:"Outputs"`
}

func readDocument(file string) (document, error) {
	var d document
	raw, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	if byHand, err := replace(raw, ""); err == nil {
		raw = byHand // what is written here may be broken: by a merge, or by hand
	}
	// A loop (Fn::ForEach) is a list where a resource is expected, and no part of this.
	var unexpected *yaml.TypeError
	if err := yaml.Unmarshal(raw, &d); err != nil && !errors.As(err, &unexpected) {
		return d, fmt.Errorf("read %s: %w", file, err)
	}
	return d, nil
}

func readStack(root string) (*stack, error) {
	d, err := readDocument(filepath.Join(root, "template.yaml"))
	if err != nil {
		return nil, err
	}
	s := &stack{root: root, parameters: map[string]bool{}, resources: map[string]bool{}, outputs: map[string]string{}}
	for name := range d.Parameters {
		s.parameters[name] = true
	}
	for name := range d.Globals.Function.Environment.Variables {
		s.given = append(s.given, name)
	}
	for id, r := range d.Resources {
		s.resources[id] = true
		if r.Type != "AWS::Serverless::Application" {
			continue
		}
		var nested struct {
			Location string `yaml:"Location"`
		}
		if err := r.Properties.Decode(&nested); err != nil {
			return nil, fmt.Errorf("read %s of template.yaml: %w", id, err)
		}
		inner, err := readDocument(filepath.Join(root, nested.Location))
		if err != nil {
			return nil, err
		}
		for name := range inner.Outputs {
			s.outputs[name] = id + ".Outputs." + name
		}
	}
	return s, nil
}

// value is where a setting comes from: the parameter of that name, or the
// output of that name of a nested stack.
func (s *stack) value(setting string) (string, bool) {
	name := camel(setting)
	if s.parameters[name] {
		return "!Ref " + name, true
	}
	output, ok := s.outputs[name]
	return "!GetAtt " + output, ok
}

// environment is the settings of a function that Globals do not give, in the
// order of its struct, each with its value.
func (s *stack) environment(function string) ([][2]string, error) {
	asked, err := settingsof.Own(s.root, filepath.Join(s.root, "functions", function))
	if err != nil {
		return nil, err
	}
	var list [][2]string
	for _, setting := range asked {
		if slices.Contains(s.given, setting.Name) {
			continue
		}
		value, ok := s.value(setting.Name)
		if !ok {
			return nil, fmt.Errorf("functions/%s asks for %s: declare the parameter %s in template.yaml, or an output of that name in a template that it nests",
				function, setting.Name, camel(setting.Name))
		}
		list = append(list, [2]string{setting.Name, value})
	}
	return list, nil
}

// camel is a setting's name as a parameter's: QUOTA_IMAGES_COUNT becomes
// QuotaImagesCount.
func camel(setting string) string { return joined(strings.ToLower(setting), "_") }

// joined writes the parts of a name together, each with a capital.
func joined(name, separator string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, separator) {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}
