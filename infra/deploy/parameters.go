package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/devotionalai/platform/infra/stages"
)

// sources are where a parameter's value may come from, in the order in which they
// are asked.
type sources struct {
	made     map[string]string // by the command: addresses, secrets, protection
	set      map[string]string // SET
	section  map[string]string // samconfig.toml
	existing map[string]string // the stack's present values; nil for a stack that is not there
	former   map[string]string // the defaults of the template that the stack was made from
}

// ours are the parameters that nobody but the command gives.
var ours = []string{"Stage", "OriginSecret", "OriginSecretOther", "TablesProtected", "PlatformTableAdopted", "PlatformStreamAdopted", "DirectoryTableAdopted"}

// choose answers the whole list of parameters, as CloudFormation is to get it. What
// the stack has stays; but for a value that was a default when the stack was made:
// nobody chose it, and it follows the template.
func (s sources) choose(all []stages.Parameter) ([]types.Parameter, error) {
	if err := s.check(all); err != nil {
		return nil, err
	}
	var list []types.Parameter
	var missing []error
	for _, d := range all {
		value, given := s.given(d.Name)
		now, has := s.existing[d.Name]
		former, wasOptional := s.former[d.Name]
		switch {
		case given:
			list = append(list, types.Parameter{ParameterKey: aws.String(d.Name), ParameterValue: aws.String(value)})
		case has && (d.Secret || !d.Optional || !wasOptional || now != former):
			list = append(list, types.Parameter{ParameterKey: aws.String(d.Name), UsePreviousValue: aws.Bool(true)})
		case !d.Optional:
			missing = append(missing, fmt.Errorf("template.yaml needs %s, and nobody gives it: SET=\"%s=…\"", d.Name, d.Name))
		}
	}
	return list, errors.Join(missing...)
}

// values are the parameters as the stack will have them, but for defaults.
func (s sources) values(all []stages.Parameter) (map[string]string, error) {
	list, err := s.choose(all)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, p := range list {
		name := aws.ToString(p.ParameterKey)
		values[name] = aws.ToString(p.ParameterValue)
		if aws.ToBool(p.UsePreviousValue) {
			values[name] = s.existing[name]
		}
	}
	return values, nil
}

func (s sources) given(name string) (string, bool) {
	for _, from := range []map[string]string{s.made, s.set, s.section} {
		if value, ok := from[name]; ok {
			return value, true
		}
	}
	return "", false
}

// check refuses what template.yaml does not have, which CloudFormation would refuse
// late or SAM CLI leave out without a word, and what is the command's own business.
func (s sources) check(all []stages.Parameter) error {
	known := stages.Names(all)
	for where, from := range map[string]map[string]string{"SET": s.set, "samconfig.toml": s.section} {
		for _, name := range slices.Sorted(maps.Keys(from)) {
			if !slices.Contains(known, name) {
				return fmt.Errorf("%s gives %s, which is no parameter of template.yaml", where, name)
			}
			if slices.Contains(ours, name) && from[name] != s.made[name] {
				return fmt.Errorf("%s gives %s: the command gives that one itself", where, name)
			}
		}
	}
	return nil
}

// kept names the optional parameters that keep a value of the stack's, other than
// the template's default.
func kept(list []types.Parameter, all []stages.Parameter) []string {
	var names []string
	for _, p := range list {
		i := slices.IndexFunc(all, func(d stages.Parameter) bool { return d.Name == aws.ToString(p.ParameterKey) })
		if aws.ToBool(p.UsePreviousValue) && all[i].Optional && !all[i].Secret {
			names = append(names, all[i].Name)
		}
	}
	return names
}
