// Package policy evaluates IAM policies for tests: as much of the language as
// the templates and the session policies use. What it does not know is an
// error, not an answer.
package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Document is a policy, or several that are attached together.
type Document []Statement

// Statement is one statement. Conditions hold together.
type Statement struct {
	Allow              bool
	Actions, Resources []string
	Conditions         []Condition
}

// Condition compares what the request says about Key with Values.
type Condition struct {
	EachValue bool // ForAllValues: true for a request that says nothing about Key
	Patterns  bool // StringLike, else StringEquals
	Key       string
	Values    []string
}

// Request is what is asked of a policy. Keys holds the values of condition
// keys; one that is absent is absent in the request.
type Request struct {
	Action, Resource string
	Keys             map[string][]string
}

// Allows reports whether d allows r: a statement allows it and none denies it.
func (d Document) Allows(r Request) bool {
	allowed := false
	for _, s := range d {
		if !s.applies(r) {
			continue
		}
		if !s.Allow {
			return false
		}
		allowed = true
	}
	return allowed
}

// Allow reports whether all policies allow r, as a role's and its session's must.
func Allow(r Request, all ...Document) bool {
	return !slices.ContainsFunc(all, func(d Document) bool { return !d.Allows(r) })
}

func (s Statement) applies(r Request) bool {
	return anyLike(s.Actions, r.Action) && anyLike(s.Resources, r.Resource) &&
		!slices.ContainsFunc(s.Conditions, func(c Condition) bool { return !c.holds(r) })
}

func (c Condition) holds(r Request) bool {
	said := r.Keys[c.Key]
	matches := func(v string) bool {
		if c.Patterns {
			return anyLike(c.Values, v)
		}
		return slices.Contains(c.Values, v)
	}
	if c.EachValue {
		return !slices.ContainsFunc(said, func(v string) bool { return !matches(v) })
	}
	return slices.ContainsFunc(said, matches)
}

func anyLike(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return like(p, s) })
}

// like matches IAM's wildcards: * is any text, slashes included, ? one character.
func like(pattern, s string) bool {
	if pattern == "" {
		return s == ""
	}
	switch pattern[0] {
	case '*':
		return like(pattern[1:], s) || s != "" && like(pattern, s[1:])
	case '?':
		return s != "" && like(pattern[1:], s[1:])
	}
	return s != "" && s[0] == pattern[0] && like(pattern[1:], s[1:])
}

// Parse reads a policy's JSON.
func Parse(text string) (Document, error) {
	var raw map[string]any
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	return read(raw, func(v any) []string { return texts(v, plain) })
}

func plain(v any) []string {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	return []string{s}
}

// texts reads one value or a list of them.
func texts(v any, one func(any) []string) []string {
	list, ok := v.([]any)
	if !ok {
		return one(v)
	}
	var all []string
	for _, e := range list {
		all = append(all, one(e)...)
	}
	return all
}

// read turns a policy document into statements; values reads its texts.
func read(raw map[string]any, values func(any) []string) (Document, error) {
	list, _ := raw["Statement"].([]any)
	var d Document
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok || m["NotAction"] != nil || m["NotResource"] != nil {
			return nil, fmt.Errorf("a statement is beyond this evaluator: %v", e)
		}
		s := Statement{Allow: m["Effect"] == "Allow", Actions: values(m["Action"]), Resources: values(m["Resource"])}
		conditions, _ := m["Condition"].(map[string]any)
		for operator, tests := range conditions {
			keyed, _ := tests.(map[string]any)
			for key, v := range keyed {
				compares, each := strings.CutPrefix(operator, "ForAllValues:")
				compares = strings.TrimPrefix(compares, "ForAnyValue:") // as holds reads several values without it
				c := Condition{EachValue: each, Patterns: compares == "StringLike", Key: key, Values: values(v)}
				if !c.Patterns && compares != "StringEquals" {
					return nil, fmt.Errorf("condition operator %s is beyond this evaluator", operator)
				}
				s.Conditions = append(s.Conditions, c)
			}
		}
		d = append(d, s)
	}
	return d, nil
}

// Text is the policy as JSON, each of its texts changed by name: the names of the
// evaluator become those of a deployment.
func (d Document) Text(name func(string) string) (string, error) {
	type statement struct {
		Effect           string
		Action, Resource []string
		Condition        map[string]map[string][]string `json:",omitempty"`
	}
	doc := struct {
		Version   string
		Statement []statement
	}{Version: "2012-10-17"}
	for _, s := range d {
		out := statement{Effect: "Deny", Action: s.Actions}
		if s.Allow {
			out.Effect = "Allow"
		}
		for _, r := range s.Resources {
			out.Resource = append(out.Resource, name(r))
		}
		for _, c := range s.Conditions {
			operator := "StringEquals"
			if c.Patterns {
				operator = "StringLike"
			}
			if c.EachValue {
				operator = "ForAllValues:" + operator
			}
			if out.Condition == nil {
				out.Condition = map[string]map[string][]string{}
			}
			if out.Condition[operator] == nil {
				out.Condition[operator] = map[string][]string{}
			}
			out.Condition[operator][c.Key] = c.Values
		}
		doc.Statement = append(doc.Statement, out)
	}
	text, err := json.Marshal(doc)
	return string(text), err
}
