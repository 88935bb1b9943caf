package contract

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
)

// described is what docs/openapi.json says of problems.
type described struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Responses   map[string]struct {
			Content map[string]struct{ Schema any }
		}
	}
	Components struct{ Schemas map[string]any }
}

// codes are those that a schema gives to the member code, following references.
func (d described) codes(schema any) []string {
	var found []string
	switch s := schema.(type) {
	case []any:
		for _, inner := range s {
			found = append(found, d.codes(inner)...)
		}
	case map[string]any:
		if ref, ok := s["$ref"].(string); ok && !strings.HasSuffix(ref, "/Problem") {
			found = append(found, d.codes(d.Components.Schemas[filepath.Base(ref)])...)
		}
		if properties, ok := s["properties"].(map[string]any); ok {
			code, _ := properties["code"].(map[string]any)
			values, _ := code["enum"].([]any)
			for _, v := range append(values, code["const"]) {
				if text, ok := v.(string); ok {
					found = append(found, text)
				}
			}
		}
		for _, of := range []string{"allOf", "oneOf", "anyOf"} {
			found = append(found, d.codes(s[of])...)
		}
	}
	return found
}

// TestEveryProblemOfASampleIsDescribed holds what the samples' answers are to the
// document of the API: a route answers no problem that its entry does not list.
func TestEveryProblemOfASampleIsDescribed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d described
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	listed := map[string]map[string][]string{}
	for _, methods := range d.Paths {
		for _, operation := range methods {
			listed[operation.OperationID] = map[string][]string{}
			for status, response := range operation.Responses {
				listed[operation.OperationID][status] = d.codes(response.Content["application/problem+json"].Schema)
			}
		}
	}
	held := 0
	for _, row := range httpapi.Routes() {
		if row.Name == httpapi.RouteMissing.Name {
			continue // it is in no document: it answers what no route is for
		}
		for _, s := range samples(t, eventsOf(row.Name)) {
			want, _ := s.want.(map[string]any)
			status, _ := want["status"].(float64)
			body, _ := want["body"].(map[string]any)
			code, _ := body["code"].(string)
			if status < 400 {
				continue
			}
			held++
			codes, ok := listed[row.Name][strconv.Itoa(int(status))]
			if !ok || code != "" && code != "<any>" && !slices.Contains(codes, code) {
				t.Errorf("%s answers %s with %v %s, and docs/openapi.json has %v there", row.Name, s.name, status, code, codes)
			}
		}
	}
	if held < 100 {
		t.Errorf("%d samples of problems", held)
	}
}
