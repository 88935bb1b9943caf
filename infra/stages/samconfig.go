// Package stages reads what is written down of a stage before anybody asks AWS: its
// section of samconfig.toml, the parameters of template.yaml, and SET.
package stages

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// DomainTag on a stack is the domain that it was given, also while that has no
// certificate.
const DomainTag = "domain"

// Production reports whether a stage is people's own: what they left there no command
// removes.
func Production(stage string) bool { return stage == "production" || stage == "prod" }

// Domains are a mail address's domain and those above it, the nearest first. SES lets
// an account that has one of them verified send from all below.
func Domains(address string) []string {
	_, domain, _ := strings.Cut(address, "@")
	var all []string
	for strings.Contains(domain, ".") {
		all = append(all, domain)
		_, domain, _ = strings.Cut(domain, ".")
	}
	return all
}

// Section is what samconfig.toml says of a stage. A stage may go without.
type Section struct {
	Region     string
	Stack      string
	Parameters map[string]string
	Tags       map[string]string
}

// ReadSection reads a stage's section of the file, in the form that SAM CLI takes.
func ReadSection(file, stage string) (Section, error) {
	// file[stage][command]["parameters"]
	var all map[string]any
	if _, err := toml.DecodeFile(file, &all); err != nil {
		return Section{}, fmt.Errorf("read %s: %w", file, err)
	}
	of := func(command string) map[string]any {
		commands, _ := all[stage].(map[string]any)
		found, _ := commands[command].(map[string]any)
		parameters, _ := found["parameters"].(map[string]any)
		return parameters
	}
	global, deploying := of("global"), of("deploy")
	region, _ := global["region"].(string)
	own, _ := deploying["region"].(string)
	name, _ := deploying["stack_name"].(string)
	s := Section{Region: cmp.Or(own, region), Stack: cmp.Or(name, "devotional-"+stage)}
	var err error
	if s.Parameters, err = pairsOf(deploying["parameter_overrides"]); err != nil {
		return s, fmt.Errorf("%s, parameter_overrides of %s: %w", file, stage, err)
	}
	if s.Tags, err = pairsOf(deploying["tags"]); err != nil {
		return s, fmt.Errorf("%s, tags of %s: %w", file, stage, err)
	}
	return s, nil
}

// pairsOf reads a list of "Name=Value"; what is behind the first sign is the value.
func pairsOf(list any) (map[string]string, error) {
	all := map[string]string{}
	if list == nil {
		return all, nil
	}
	texts, ok := list.([]any)
	if !ok {
		return nil, fmt.Errorf("%v is no list of \"Name=Value\"", list)
	}
	for _, text := range texts {
		pair, _ := text.(string)
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("%v is not \"Name=Value\"", text)
		}
		all[name] = value
	}
	return all, nil
}
