package openapi

import (
	"fmt"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
)

// fixedTypes are the schemas of string types: those with a fixed set of values
// name them, from the domain's own list; the others may hold anything.
func fixedTypes() map[reflect.Type]*jsonschema.Schema {
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[auth.Role]():         enum(auth.Roles()),
		reflect.TypeFor[erasure.Status]():    enum(erasure.Statuses()),
		reflect.TypeFor[erasure.Step]():      enum(erasure.Steps()),
		reflect.TypeFor[erasure.Subject]():   enum(erasure.Subjects()),
		reflect.TypeFor[metering.Metric]():   enum(metering.Metrics()),
		reflect.TypeFor[metering.Unit]():     enum(metering.Units()),
		reflect.TypeFor[publish.Kind]():      enum(publish.Kinds()),
		reflect.TypeFor[render.Aspect]():     enum(render.Aspects()),
		reflect.TypeFor[render.Resolution](): enum(render.Resolutions()),
		reflect.TypeFor[render.Status]():     enum(render.Statuses()),
		reflect.TypeFor[render.Step]():       enum(render.Steps()),
		reflect.TypeFor[tenant.Plan]():       enum(tenant.Plans()),
		reflect.TypeFor[tenant.Feature]():    enum(tenant.Features()),
		reflect.TypeFor[billing.Mode]():      enum(billing.Modes()),
		reflect.TypeFor[billing.Status]():    enum(billing.Statuses()),
		reflect.TypeFor[export.Status]():     enum(export.Statuses()),
		reflect.TypeFor[export.Step]():       enum(export.Steps()),
		reflect.TypeFor[upload.Kind]():       enum(upload.Kinds()),
		reflect.TypeFor[upload.Status]():     enum(upload.Statuses()),
		reflect.TypeFor[project.Choice]():    {Types: []string{"string", "null"}},

		reflect.TypeFor[audit.Action]():           {Type: "string"}, // more may come
		reflect.TypeFor[language.Language]():      {Type: "string"}, // likewise
		reflect.TypeFor[audit.ActorKind]():        enum(audit.ActorKinds()),
		reflect.TypeFor[auth.SuppressionReason](): enum([]auth.SuppressionReason{auth.Bounced, auth.Complained}), // those that are told
		reflect.TypeFor[audit.Result]():           enum([]audit.Result{audit.Done, audit.Refused}),
		reflect.TypeFor[auth.KeyID]():             {Type: "string"},
		reflect.TypeFor[auth.UserID]():            {Type: "string"},
		reflect.TypeFor[problem.Code]():           {Type: "string"}, // more may come
		reflect.TypeFor[tenant.ID]():              {Type: "string"},
	}
}

// namedString refuses a string type that nobody has thought about: it would
// read as any string, although it may have few values.
func namedString(t reflect.Type, known map[reflect.Type]*jsonschema.Schema) error {
	if t.Kind() == reflect.String && known[t] == nil {
		return fmt.Errorf("%s is not in fixedTypes (shared/httpapi/openapi/enums.go): add its values, or that it has none", t)
	}
	return nil
}

func enum[T ~string](values []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}
