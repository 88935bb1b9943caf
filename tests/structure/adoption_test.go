package structure_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// adoptable are the attributes of the tables, with the parameter that takes the
// place of each when a restored table is adopted.
var adoptable = map[string]map[string]string{
	"Platform":  {"": "PlatformTableAdopted", "Arn": "PlatformTableAdopted", "StreamArn": "PlatformStreamAdopted"},
	"Directory": {"": "DirectoryTableAdopted", "Arn": "DirectoryTableAdopted"},
}

// named is the table and the attribute that a value names; "" for another value.
func named(m blueprint.Map) (table, attribute string) {
	if id, ok := m["Ref"].(string); ok && adoptable[id] != nil {
		return id, ""
	}
	at, _ := m["Fn::GetAtt"].([]any)
	if len(at) == 2 {
		id, _ := at[0].(string)
		attribute, _ = at[1].(string)
		if adoptable[id] != nil {
			return id, attribute
		}
	}
	return "", ""
}

// TestAnAdoptedTableReachesAllThatUsesTables: the stack's own table is named only
// beside the restored one that may take its place, and all else hears of either by
// the data stack's outputs: no role, function or stream is left on the old one.
func TestAnAdoptedTableReachesAllThatUsesTables(t *testing.T) {
	b := load(t)
	for _, tmpl := range b.Templates {
		var chosen []blueprint.Map // names that stand beside their replacement
		blueprint.Walk(tmpl.Doc, func(m blueprint.Map) {
			choice, _ := m["Fn::If"].([]any)
			if len(choice) != 3 {
				return
			}
			own, _ := choice[1].(blueprint.Map)
			table, attribute := named(own)
			if table == "" {
				return
			}
			chosen = append(chosen, own)
			replacement := adoptable[table][attribute]
			if choice[0] != "Own"+table || replacement == "" || !refersTo(choice[2], replacement) {
				t.Errorf("%s: %v is not replaced by %s where Own%s is false", tmpl.File, own, replacement, table)
			}
		})
		seen := 0
		blueprint.Walk(tmpl.Doc, func(m blueprint.Map) {
			table, _ := named(m)
			if table == "" {
				return
			}
			seen++
			if !slices.ContainsFunc(chosen, func(c blueprint.Map) bool { return reflect.ValueOf(c).Pointer() == reflect.ValueOf(m).Pointer() }) {
				t.Errorf("%s: %v stays the stack's own when a restored table is adopted: !If [Own%s, …, !Ref %sTableAdopted]", tmpl.File, m, table, table)
			}
		})
		if (seen > 0) != (tmpl.File == "infra/data.yaml") {
			t.Errorf("%s names the tables %d times", tmpl.File, seen)
		}
	}
	fromOutputs(t, b)
}

// refersTo reports whether a parameter is in a value, by !Ref or in a !Sub.
func refersTo(v any, parameter string) bool {
	found := false
	blueprint.Walk(v, func(m blueprint.Map) {
		text, _ := m["Fn::Sub"].(string)
		found = found || m["Ref"] == parameter || text == "${"+parameter+"}/"
	})
	return found
}

// fromOutputs holds what functions and streams are told to the data stack's outputs.
func fromOutputs(t *testing.T, b *blueprint.Blueprint) {
	t.Helper()
	is := func(v any, output string) bool {
		m, _ := v.(blueprint.Map)
		at, _ := m["Fn::GetAtt"].([]any)
		return m["Ref"] == output || len(at) == 2 && at[0] == "Data" && at[1] == "Outputs."+output
	}
	functions, streams := 0, 0
	for _, f := range b.Functions {
		for variable, output := range map[string]string{
			"PLATFORM_TABLE": "PlatformTable", "DIRECTORY_TABLE": "DirectoryTable", "PLATFORM_TABLE_ARN": "PlatformTableArn", "DIRECTORY_TABLE_ARN": "DirectoryTableArn",
		} {
			if v, told := f.Environment[variable]; told {
				functions++
				if !is(v, output) {
					t.Errorf("%s: %s is %v, not the data stack's %s", f.Name, variable, v, output)
				}
			}
		}
		for _, event := range f.EventsOf("DynamoDB") {
			streams++
			if !is(event["Stream"], "PlatformStreamArn") {
				t.Errorf("%s reads %v, not the stream of the table in use", f.Name, event["Stream"])
			}
		}
	}
	for _, nested := range b.Resources("AWS::Serverless::Application") {
		parameters, _ := nested.Properties["Parameters"].(blueprint.Map)
		for _, name := range []string{"PlatformTable", "PlatformTableArn", "PlatformStreamArn", "DirectoryTable", "DirectoryTableArn"} {
			if v, passed := parameters[name]; passed && !is(v, name) {
				t.Errorf("%s is passed %v as %s", nested.ID, v, name)
			}
		}
	}
	if functions < 100 || streams < 2 {
		t.Errorf("%d settings of tables and %d streams: this looks at nothing", functions, streams)
	}
}
