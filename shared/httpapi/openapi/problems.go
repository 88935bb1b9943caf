package openapi

import (
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// extended names the component of each code that has further members.
func extended() map[problem.Code]string {
	return map[problem.Code]string{problem.QuotaExceeded: "QuotaProblem", problem.FeatureNotInPlan: "FeatureProblem"}
}

// problemSchemas are the components of problem documents.
func problemSchemas() object {
	str := func(description string) object { return object{"type": "string", "description": description} }
	amount := func(description string) object { return object{"type": "number", "description": description} }
	return object{
		"Problem": object{
			"type":        "object",
			"description": "RFC 9457 problem details. Further members are described at each code.",
			"required":    []any{"type", "title", "status", "code", "detail", "instance"},
			"properties": object{
				"type": str("The page that describes the code"), "title": str("Constant for each code"),
				"status": object{"type": "integer"}, "code": str("Stable, for programs"),
				"detail": str("This occurrence, for a person"), "instance": str("urn:request:<request id>"),
				"errors": object{"type": "array", "items": object{
					"type": "object", "required": []any{"field", "message"},
					"properties": object{"field": object{"type": "string"}, "message": object{"type": "string"}},
				}},
			},
		},
		"QuotaProblem": problemWith(problem.QuotaExceeded, object{
			"metric": enum(metering.Metrics()), "used": amount("Settled this month, in the metric's unit as all amounts here"),
			"reserved": amount("Held by what is being made"), "requested": amount("What the call would take"),
			"limit": amount("Of the plan"), "period_end": object{"type": []any{"string", "null"}, "description": "When the month's amounts begin anew; null for storage_mb"}, "upgrade_url": str("The page where the plan is changed"),
		}),
		"FeatureProblem": problemWith(problem.FeatureNotInPlan, object{
			"feature": str("What the plan lacks"), "upgrade_url": str("The page where the plan is changed"),
		}),
	}
}

// problemWith is a problem document of one code, with its members.
func problemWith(code problem.Code, members object) object {
	required := append([]string{"code"}, slices.Sorted(maps.Keys(members))...)
	members["code"] = object{"const": code}
	return object{"allOf": []any{
		reference("Problem"),
		object{"type": "object", "required": required, "properties": members},
	}}
}

// oneProblemOf describes the answer of a status that several codes share.
func oneProblemOf(codes []string) object {
	var shapes []any
	var plain []string
	for _, code := range codes {
		if name, ok := extended()[problem.Code(code)]; ok {
			shapes = append(shapes, reference(name))
		} else {
			plain = append(plain, code)
		}
	}
	if len(plain) > 0 {
		shapes = append(shapes, object{"allOf": []any{
			reference("Problem"),
			object{"properties": object{"code": object{"enum": plain}}},
		}})
	}
	if len(shapes) == 1 {
		return shapes[0].(object)
	}
	return object{"anyOf": shapes}
}
