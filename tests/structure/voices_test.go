package structure_test

import (
	"reflect"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestVoicesComeWithTheirLayer: on AWS nothing but Polly speaks without files of its
// own, and the functions that speak have room for them and for nothing else.
func TestVoicesComeWithTheirLayer(t *testing.T) {
	equals := func(parameter, value string) blueprint.Map {
		return blueprint.Map{"Fn::Equals": []any{blueprint.Map{"Ref": parameter}, value}}
	}
	not := func(one any) blueprint.Map { return blueprint.Map{"Fn::Not": []any{one}} }
	rule, _ := ofRoot(t).Section("Rules")["VoicesAreThere"].(blueprint.Map)
	if want := (blueprint.Map{"Fn::And": []any{equals("Mode", "aws"), not(equals("VoiceProvider", "polly"))}}); !reflect.DeepEqual(rule["RuleCondition"], want) {
		t.Errorf("the rule holds where %v", rule["RuleCondition"])
	}
	assertions, _ := rule["Assertions"].([]any)
	if len(assertions) != 1 || !reflect.DeepEqual(assertions[0].(blueprint.Map)["Assert"], not(equals("VoiceLayerArn", ""))) {
		t.Errorf("the rule asserts %v", assertions)
	}
	layer := []any{blueprint.Map{"Fn::If": []any{"VoiceLayer", blueprint.Map{"Ref": "VoiceLayerArn"}, blueprint.Map{"Ref": "AWS::NoValue"}}}}
	speak := 0
	for _, f := range load(t).Functions {
		if _, speaks := f.Environment["KOKORO_MODEL"]; !speaks {
			continue
		}
		speak++
		if layers := f.Properties["Layers"]; !reflect.DeepEqual(layers, layer) {
			t.Errorf("%s has the layers %v", f.Name, layers)
		}
		if memory, _ := f.Properties["MemorySize"].(int); memory < 1024 {
			t.Errorf("%s has %v MB; the model takes 390", f.Name, f.Properties["MemorySize"])
		}
	}
	if speak < 2 {
		t.Errorf("%d functions speak; what does this test look at?", speak)
	}
}
