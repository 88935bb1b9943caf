package stages

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

// Parameter is a parameter of the template.
type Parameter struct {
	Name     string
	Default  string
	Optional bool // it has a default
	Secret   bool // NoEcho
}

// Parameters lists a template's parameters in its order.
func Parameters(file string) ([]Parameter, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	var doc struct {
		Parameters yaml.Node `yaml:"Parameters"` // a node keeps their order
	}
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	var all []Parameter
	for name, of := range yamlnode.Pairs(&doc.Parameters) {
		p := Parameter{Name: name, Secret: yamlnode.Text(yamlnode.Child(of, "NoEcho")) == "true"}
		if node := yamlnode.Child(of, "Default"); node != nil {
			p.Default, p.Optional = node.Value, true
		}
		all = append(all, p)
	}
	return all, nil
}

// Names are those of parameters.
func Names(all []Parameter) []string {
	var list []string
	for _, p := range all {
		list = append(list, p.Name)
	}
	return list
}

// ReadSet reads SET: "Name=Value Name=Value …". A value ends where the next
// declared name begins, and so may have spaces, quotes and signs of equality in it.
func ReadSet(set string, known []string) (map[string]string, error) {
	all := map[string]string{}
	set = strings.TrimSpace(set)
	if set == "" {
		return all, nil
	}
	begins := regexp.MustCompile(`(?:^|\s)(`+strings.Join(known, "|")+`)=`).FindAllStringSubmatchIndex(set, -1)
	if len(begins) == 0 || begins[0][0] != 0 {
		name, _, _ := strings.Cut(set, "=")
		return nil, fmt.Errorf("SET begins with %q, which is no parameter of template.yaml", name)
	}
	for i, at := range begins {
		end := len(set)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		name := set[at[2]:at[3]]
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("SET gives %s twice", name)
		}
		all[name] = strings.TrimSpace(set[at[1]:end])
	}
	// Another name's "=" behind a space is most likely a slip of its writing.
	for name, value := range all {
		if slip := regexp.MustCompile(`\s([A-Z][A-Za-z0-9]+)=`).FindStringSubmatch(value); slip != nil {
			return nil, fmt.Errorf("SET gives %s, behind %s: that is no parameter of template.yaml", slip[1], name)
		}
	}
	return all, nil
}
