package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/httpapi"
)

var pathParam = regexp.MustCompile(`\{([^}.]+)`)

// parameters describes what a route reads beside its body. An empty value of a
// query parameter is an absent one.
func parameters(r httpapi.Route) ([]any, error) {
	var list []any
	add := func(in string, params ...httpapi.Param) error {
		for _, p := range params {
			schema := object{"type": "string"}
			maps.Copy(schema, p.Rule)
			if p.Values != nil {
				schema["enum"] = p.Values
			}
			if len(schema) == 1 {
				return fmt.Errorf("%s parameter %s has neither values nor a rule: add what the code holds it to, or httpapi.Any", in, p.Name)
			}
			param := object{"name": p.Name, "in": in, "required": p.Required, "schema": schema}
			if p.Description != "" {
				param["description"] = p.Description
			}
			if in == "query" {
				param["allowEmptyValue"] = true
			}
			list = append(list, param)
		}
		return nil
	}
	for _, m := range pathParam.FindAllStringSubmatch(r.Pattern, -1) {
		if err := add("path", httpapi.Param{Name: m[1], Required: true, Rule: r.ID}); err != nil {
			return nil, err
		}
	}
	headers := r.Headers
	if r.Idempotent {
		headers = append(slices.Clip(headers), httpapi.KeyParam())
	}
	if r.Credentials.Take(httpapi.Cookie) && !r.Credentials.Identify() {
		headers = append(slices.Clip(headers), httpapi.OwnSiteParam())
	}
	if err := add("query", r.Query...); err != nil {
		return nil, err
	}
	if err := add("header", headers...); err != nil {
		return nil, err
	}
	return list, nil
}

// rule puts rules into the schema of a body. A text, number or list without
// one is refused, as is a rule of a member that is not there.
func rule(tree object, rules httpapi.Rules) error {
	properties, _ := tree["properties"].(object)
	for path := range rules {
		name, _, _ := strings.Cut(path, ".")
		if _, ok := properties[strings.TrimSuffix(name, "[]")]; !ok && name != "" {
			return fmt.Errorf("the rule of %s is of no member", path)
		}
	}
	for name, member := range properties {
		schema := member.(object)
		if wanting(schema) && rules[name] == nil {
			return fmt.Errorf("%s has no rule: add what the code holds it to to the Rules of its row, or httpapi.Any", name)
		}
		if err := lay(schema, rules[name]); err != nil {
			return err
		}
	}
	return lay(tree, rules[""])
}

// wanting reports whether a schema says no more than a type of many values.
func wanting(schema object) bool {
	types, many := schema["type"].([]any)
	if !many {
		types = []any{schema["type"]}
	}
	bounded := schema["enum"] != nil
	return !bounded && slices.ContainsFunc(types, func(t any) bool {
		return slices.Contains([]any{"string", "integer", "number", "array"}, t)
	})
}

// lay puts a rule over a schema. That the member may be null stays.
func lay(schema object, r httpapi.Rule) error {
	over, err := plain(r)
	if err != nil {
		return err
	}
	maps.Copy(schema, over)
	return nil
}

// rulesOf are the rules of the members of inner, which t is directly made of.
func rulesOf(inner, t reflect.Type, rules httpapi.Rules) httpapi.Rules {
	own := httpapi.Rules{}
	if t.Kind() != reflect.Struct || len(rules) == 0 {
		return own
	}
	for _, field := range reflect.VisibleFields(t) {
		part, listed := field.Type, ""
		for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice}, part.Kind()) {
			if part.Kind() == reflect.Slice {
				listed = "[]"
			}
			part = part.Elem()
		}
		if part != inner {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		for path, r := range rules {
			if below, ok := strings.CutPrefix(path, name+listed); ok && (below == "" && listed != "" || strings.HasPrefix(below, ".")) {
				own[strings.TrimPrefix(below, ".")] = r
			}
		}
	}
	return own
}

// plain is a value as its JSON reads.
func plain(value any) (object, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var tree object
	err = json.Unmarshal(raw, &tree)
	return tree, err
}
