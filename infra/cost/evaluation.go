package main

import (
	"fmt"
	"strings"
)

// later stands for what only a deployment knows, such as an ARN. It is not empty.
const later = "known when it is deployed"

// evaluation resolves a template's own functions, as far as parameters and
// conditions go.
type evaluation struct {
	region     string
	values     map[string]any // of parameters
	conditions map[string]any
}

// nothing is AWS::NoValue.
type nothing struct{}

func (e evaluation) value(v any) any {
	switch v := v.(type) {
	case []any:
		var list []any
		for _, one := range v {
			if got := e.value(one); !absent(got) {
				list = append(list, got)
			}
		}
		return list
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if got, is := e.function(name, argument); is {
					return got
				}
			}
		}
		m := map[string]any{}
		for name, one := range v {
			if got := e.value(one); !absent(got) {
				m[name] = got
			}
		}
		return m
	}
	return v
}

func absent(v any) bool { _, is := v.(nothing); return is }

// function is the value of one of CloudFormation's functions.
func (e evaluation) function(name string, argument any) (any, bool) {
	switch name {
	case "Ref":
		return e.ref(fmt.Sprint(argument)), true
	case "Fn::If":
		of, _ := argument.([]any)
		if len(of) != 3 {
			return later, true
		}
		if e.holds(map[string]any{"Condition": of[0]}) {
			return e.value(of[1]), true
		}
		return e.value(of[2]), true
	case "Fn::Sub":
		if text, plain := argument.(string); plain {
			return text, true // names in it do not matter here
		}
		return later, true
	}
	if strings.HasPrefix(name, "Fn::") {
		return later, true
	}
	return nil, false
}

func (e evaluation) ref(name string) any {
	switch name {
	case "AWS::NoValue":
		return nothing{}
	case "AWS::Region":
		return e.region
	}
	if v, ok := e.values[name]; ok && v != nil {
		return fmt.Sprint(v)
	}
	return later
}

// holds evaluates a condition.
func (e evaluation) holds(c any) bool {
	m, _ := c.(map[string]any)
	for name, argument := range m {
		of, _ := argument.([]any)
		switch name {
		case "Condition":
			return e.holds(e.conditions[fmt.Sprint(argument)])
		case "Fn::Equals":
			return len(of) == 2 && fmt.Sprint(e.value(of[0])) == fmt.Sprint(e.value(of[1]))
		case "Fn::Not":
			return len(of) == 1 && !e.holds(of[0])
		case "Fn::And", "Fn::Or":
			for _, one := range of {
				if e.holds(one) == (name == "Fn::Or") {
					return name == "Fn::Or"
				}
			}
			return name == "Fn::And"
		}
	}
	return false
}
