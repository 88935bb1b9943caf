package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// section is what samconfig.toml says of a stage. A stage may go without.
type section struct {
	Region     string
	Stack      string
	Parameters map[string]string
	Tags       map[string]string
}

// readSection reads a stage's section of the file, in the form that SAM CLI takes.
func readSection(file, stage string) (section, error) {
	// file[stage][command]["parameters"]
	var all map[string]any
	if _, err := toml.DecodeFile(file, &all); err != nil {
		return section{}, fmt.Errorf("read %s: %w", file, err)
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
	s := section{Region: cmp.Or(own, region), Stack: cmp.Or(name, "devotional-"+stage)}
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
