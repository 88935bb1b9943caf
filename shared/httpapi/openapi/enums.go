package openapi

import (
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// enums are the string types with a fixed set of values.
func enums() map[reflect.Type]*jsonschema.Schema {
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[auth.Role]():         enum(auth.Roles()),
		reflect.TypeFor[metering.Metric]():   enum(metering.Metrics()),
		reflect.TypeFor[render.Aspect]():     enum(render.Aspects()),
		reflect.TypeFor[render.Resolution](): enum(render.Resolutions()),
		reflect.TypeFor[render.Status]():     enum(render.Statuses()),
		reflect.TypeFor[render.Step]():       enum(render.Steps()),
		reflect.TypeFor[tenant.Plan]():       enum(tenant.Plans()),
	}
}

func enum[T ~string](values []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}
