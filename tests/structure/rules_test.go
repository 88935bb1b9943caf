package structure_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// demand is what the templates must hold once they are transformed.
type demand struct {
	says   string
	faults func(deployed) []string
	breaks map[string]func(deployed) // each must be found
}

// TestTheTemplatesHoldTheRules: each rule finds nothing in what would be deployed,
// and finds each of its breaks.
func TestTheTemplatesHoldTheRules(t *testing.T) {
	for about, rules := range map[string][]demand{
		"deploying": deployingRules(), "mail": slices.Concat(mailRules(), hearingRules()), "what is left": slices.Concat(leftRules(), encryptionRules()),
		"outcomes": slices.Concat(outcomeRules(), alarmRules()), "concurrency": concurrencyRules(),
		"the edge": slices.Concat(edgeRules(), wayRules()), "what is sent": sentRules(),
	} {
		for _, r := range rules {
			t.Run(about+": "+r.says, func(t *testing.T) { hold(t, r) })
		}
	}
}

func hold(t *testing.T, r demand) {
	t.Helper()
	faults := r.faults(production(t))
	if len(faults) > 0 {
		t.Errorf("it does not hold: %v", faults)
	}
	if len(r.breaks) == 0 {
		t.Error("nothing shows that the rule finds anything")
	}
	for name, planted := range r.breaks {
		d := production(t)
		planted(d)
		if len(r.faults(d)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

// resourcesOf is what a template makes, to be broken.
func (d deployed) resourcesOf(file string) blueprint.Map { return at(d[file], "Resources") }

// parameters calls look with each parameter of each template.
func (d deployed) parameters(look func(file, name string, declared blueprint.Map)) {
	for file, doc := range d {
		for name := range at(doc, "Parameters") {
			look(file, name, at(at(doc, "Parameters"), name))
		}
	}
}

// first answers the properties of the first resource of a type that has a wanted
// part, to be broken.
func (d deployed) first(kind string, wanted func(blueprint.Map) bool) blueprint.Map {
	var found blueprint.Map
	d.each(kind, func(_, _ string, properties blueprint.Map) {
		if found == nil && wanted(properties) {
			found = properties
		}
	})
	return found
}

func anyOf(blueprint.Map) bool { return true }

func variables(function blueprint.Map) blueprint.Map {
	return at(at(function, "Environment"), "Variables")
}

func sends(function blueprint.Map) bool { return variables(function)["MAIL_FROM"] != nil }

// allowing lists the statements of a document that allow an action.
func allowing(document any, action string) []blueprint.Map {
	var all []blueprint.Map
	blueprint.Walk(document, func(m blueprint.Map) {
		if m["Effect"] != "Allow" {
			return
		}
		for _, a := range actionsOf(m) {
			if a == action {
				all = append(all, m)
			}
		}
	})
	return all
}

func asText(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(raw)
}

// behindTheAPI are the functions that the API may call, by their ids in the root.
func behindTheAPI(d deployed) map[string]blueprint.Map {
	found := map[string]blueprint.Map{}
	d.each("AWS::Lambda::Permission", func(file, _ string, properties blueprint.Map) {
		id, _ := dig(properties, "FunctionName", "Ref").(string)
		if properties["Principal"] == "apigateway.amazonaws.com" {
			found[id] = at(d.resource(file, id), "Properties")
		}
	})
	return found
}
