package structure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestTheWidthOfARenderIsASetting: a new account has as few as ten functions at
// once, so that no Map has a number of its own. CloudFormation puts the digits in
// before it reads the definition; a mark in quotes would come out as text, which
// Step Functions refuses there.
func TestTheWidthOfARenderIsASetting(t *testing.T) {
	found := false
	for _, m := range machines(t) {
		if m.ID != "Render" {
			continue
		}
		found = true
		maps := strings.Count(m.text, `"Type": "Map"`)
		if wide := strings.Count(m.text, `"MaxConcurrency": ${RenderWidth},`); wide != maps || maps == 0 {
			t.Errorf("%s: %d of its %d Maps are as wide as the stack's parameter says", m.file, wide, maps)
		}
		given, _ := m.Properties["DefinitionSubstitutions"].(blueprint.Map)
		if got := fmt.Sprint(given["RenderWidth"]); got != "map[Ref:RenderWidth]" {
			t.Errorf("%s is given a RenderWidth of %s", m.ID, got)
		}
	}
	if !found {
		t.Fatal("no state machine is called Render")
	}
	width := at(rootTemplate(t).Section("Parameters"), "RenderWidth")
	if width["Type"] != "Number" || width["MinValue"] != 1 || width["Default"] == nil {
		t.Errorf("RenderWidth is %v: 0 would be as wide as there are scenes", width)
	}
}

// TestNothingIsSetAsideInANewAccount: of ten at once AWS lets nobody reserve any,
// and the deployment would fail. Where more is allowed, encoders have their own
// part, and leave the API the rest.
func TestNothingIsSetAsideInANewAccount(t *testing.T) {
	reserving := map[string]string{}
	for _, f := range load(t).Functions {
		if r, has := f.Properties["ReservedConcurrentExecutions"]; has {
			reserving[f.Name] = fmt.Sprint(r)
		}
	}
	const want = "map[Fn::If:[SetAside map[Ref:EncodersReserved] map[Ref:AWS::NoValue]]]"
	if len(reserving) != 1 || reserving["render-segment"] != want {
		t.Errorf("these reserve concurrency: %v; want render-segment alone, with %s", reserving, want)
	}
	segment, _ := load(t).Function("render-segment")
	if got := fmt.Sprint(segment.Template.Section("Conditions")["SetAside"]); got != "map[Fn::Not:[map[Fn::Equals:[map[Ref:EncodersReserved] 0]]]]" {
		t.Errorf("SetAside is %s", got)
	}
	if d := at(rootTemplate(t).Section("Parameters"), "EncodersReserved")["Default"]; d != 0 {
		t.Errorf("EncodersReserved is %v where nobody says more", d)
	}
}
