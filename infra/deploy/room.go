package main

import (
	"context"
	"maps"
	"strings"

	"github.com/devotionalai/platform/infra/capacity"
)

// findRoom has a first deployment begin with what the account may run at once, where
// nobody has said more: a new account has ten places, of which the defaults would let
// a single render take most. Later deployments leave what the stack has.
func (d *deployment) findRoom(ctx context.Context, _ func(string)) (string, error) {
	if d.before != nil {
		return "as the stack has it", nil
	}
	given, values := d.given(), map[string]string{}
	for _, p := range d.declared {
		values[p.Name] = p.Default
	}
	defaults := maps.Clone(values)
	maps.Copy(values, given)
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := capacity.Account{AWS: d.AWS, Values: values, New: true}.Look(ctx, capacity.Most(defaults))
	if err != nil { // whoever may not ask deploys all the same
		d.steps.Note("      how many functions the account may run at once could not be read (lambda:GetAccountSettings: %v): "+
			"renders and uploads are bounded by the defaults of template.yaml, which suit a thousand; make rehearse says what suits", plain(err))
		return "not known", nil
	}
	var chosen []string
	for _, p := range found.Parameters() {
		if _, fixed := given[p.Name]; fixed {
			continue
		}
		if _, declared := values[p.Name]; declared {
			d.made[p.Name] = p.Value
			chosen = append(chosen, p.Name+"="+p.Value)
		}
	}
	if len(chosen) > 0 {
		d.steps.Note("      so that is given: %s; SET=\"…\" gives another, and make rehearse says what suits once AWS has raised a quota", strings.Join(chosen, " "))
	}
	return found.Says(), nil
}
