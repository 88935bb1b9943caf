// Package openapi writes the OpenAPI 3.1 document of the API from its route
// rows: the types that handlers decode and answer with are the schemas. It runs
// when the document is generated, never in a function.
package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/httpapi"
)

// object keeps this file readable; encoding/json writes its keys sorted, so the
// document is the same whenever the rows are.
type object = map[string]any

// everywhere are the codes that any route may answer.
var everywhere = []problem.Code{problem.RateLimited, problem.Unavailable, problem.Internal}

// Generate writes the document for routes, indented, with a final newline. The
// $default route is not part of it.
func Generate(routes []httpapi.Route) ([]byte, error) {
	g := generator{schemas: problemSchemas()}
	paths := object{}
	for _, r := range routes {
		if r.Pattern == "/" {
			continue
		}
		operation, err := g.operation(r)
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", r.Name, err)
		}
		item, _ := paths[r.Pattern].(object)
		if item == nil {
			item = object{}
			paths[r.Pattern] = item
		}
		item[strings.ToLower(r.Method)] = operation
	}
	doc := object{
		"openapi": "3.1.0",
		"info": object{
			"title": "DevotionalAI Platform", "version": "1",
			"description": "Write a devotional, get a narrated video of it. Times are RFC 3339 in UTC. Errors are application/problem+json with a stable code. Lists page with limit and cursor.",
			"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers": []any{object{"url": "/", "description": "The origin that serves this document"}},
		"tags":    tags(routes),
		"paths":   paths,
		"components": object{
			"schemas":         g.schemas,
			"securitySchemes": securitySchemes(routes),
		},
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	return append(b, '\n'), err
}

// securitySchemes describes the credentials that routes take.
func securitySchemes(routes []httpapi.Route) object {
	schemes := object{
		"bearer": object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The access token of POST /api/auth/magic-link/verify; it lives 10 minutes."},
		"key":    object{"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A key of the account, for programs."},
		"cookie": object{"type": "apiKey", "in": "cookie", "name": "refresh_token", "description": "Set by sign-in and refresh; calls that change something need the header X-Requested-With with it."},
	}
	for kind, name := range schemeNames() {
		if !slices.ContainsFunc(routes, func(r httpapi.Route) bool { return r.Credentials.Take(kind) }) {
			delete(schemes, name)
		}
	}
	return schemes
}

func schemeNames() map[httpapi.Credentials]string {
	return map[httpapi.Credentials]string{httpapi.Session: "bearer", httpapi.Key: "key", httpapi.Cookie: "cookie"}
}

func tags(routes []httpapi.Route) []any {
	var names []string
	for _, r := range routes {
		if r.Tag != "" && !slices.Contains(names, r.Tag) {
			names = append(names, r.Tag)
		}
	}
	list := []any{}
	for _, name := range names {
		list = append(list, object{"name": name})
	}
	return list
}

type generator struct{ schemas object }

func (g generator) operation(r httpapi.Route) (object, error) {
	op := object{"operationId": r.Name, "summary": r.Summary, "security": security(r)}
	if words := described(r); words != "" {
		op["description"] = words
	}
	if r.Role != "" {
		op["x-role"] = r.Role
	}
	if r.Feature != "" {
		op["x-feature"] = r.Feature
	}
	if r.Tag != "" {
		op["tags"] = []any{r.Tag}
	}
	params, err := parameters(r)
	if err != nil {
		return nil, err
	}
	if len(params) > 0 {
		op["parameters"] = params
	}
	if r.Body != nil {
		schema, err := g.schema(r.Body, r.Rules, true)
		if err != nil {
			return nil, err
		}
		if err := lay(schema, r.BodyRule); err != nil {
			return nil, err
		}
		op["requestBody"] = object{"required": !r.MayBeEmpty, "content": object{"application/json": object{"schema": schema}}}
	}
	responses, err := g.responses(r)
	op["responses"] = responses
	return op, err
}

// security lists the credentials of a route, any one of which will do.
func security(r httpapi.Route) []any {
	list := []any{}
	for _, kind := range []httpapi.Credentials{httpapi.Session, httpapi.Key, httpapi.Cookie} {
		if r.Credentials.Take(kind) && (kind != httpapi.Cookie || r.Method == "GET" || !r.Credentials.Identify()) {
			list = append(list, object{schemeNames()[kind]: []any{}})
		}
	}
	if r.Credentials.Take(httpapi.Optional) {
		list = append(list, object{})
	}
	return list
}

// described is what a row says in words, with what its role and feature mean.
func described(r httpapi.Route) string {
	words := []string{r.Description}
	if r.Role != "" {
		words = append(words, "For the role "+string(r.Role)+" only.")
	}
	if r.Feature != "" {
		words = append(words, "Needs a plan with "+string(r.Feature)+".")
	}
	if r.Secret {
		words = append(words, "Takes no Idempotency-Key: the answer holds a secret, which is not kept.")
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func (g generator) responses(r httpapi.Route) (object, error) {
	success := object{"description": "Success"}
	if r.Answer != nil {
		schema, err := g.schema(r.Answer, nil, false)
		if err != nil {
			return nil, err
		}
		content := object{contentType(r): object{"schema": schema}}
		if r.Shown {
			content["text/html"] = object{"schema": object{"type": "string"}}
		}
		success["content"] = content
	} else if r.ContentType != "" {
		kind := "string"
		if strings.HasSuffix(r.ContentType, "json") {
			kind = "object"
		}
		success["content"] = object{r.ContentType: object{"schema": object{"type": kind}}}
	}
	out := object{strconv.Itoa(r.Status): success}
	if r.Later != 0 {
		later := maps.Clone(success)
		later["description"] = "Success; the work still goes on"
		out[strconv.Itoa(r.Later)] = later
	}
	for status, codes := range byStatus(r) {
		out[strconv.Itoa(status)] = object{
			"description": "Problem: " + strings.Join(codes, ", "),
			"content":     object{"application/problem+json": object{"schema": oneProblemOf(codes)}},
		}
	}
	return out, nil
}

func contentType(r httpapi.Route) string {
	if r.ContentType != "" {
		return r.ContentType
	}
	return "application/json"
}

// byStatus groups what a route may answer: its own codes, those of its
// audience and body, and those of every route.
func byStatus(r httpapi.Route) map[int][]string {
	codes := slices.Concat(r.Problems, everywhere)
	if r.Credentials.Identify() {
		codes = append(codes, problem.Unauthenticated, problem.SessionEnded, problem.Forbidden)
	}
	if r.Credentials.Take(httpapi.Cookie) {
		codes = append(codes, problem.CrossSite)
	}
	if r.Feature != "" {
		codes = append(codes, problem.FeatureNotInPlan)
	}
	if r.Body != nil {
		codes = append(codes, problem.InvalidInput, problem.MalformedBody, problem.BodyTooLarge, problem.UnsupportedMedia)
	}
	if r.RefusesBody() {
		codes = append(codes, problem.MalformedBody, problem.BodyTooLarge)
	}
	if r.Idempotent {
		codes = append(codes, problem.InvalidInput, problem.IdempotencyKeyReused, problem.IdempotencyInProgress)
	}
	if strings.Contains(r.Pattern, "{") {
		codes = append(codes, problem.NotFound)
	}
	grouped := map[int][]string{}
	slices.Sort(codes)
	for _, c := range slices.Compact(codes) {
		grouped[problem.Status(c)] = append(grouped[problem.Status(c)], string(c))
	}
	return grouped
}

// schema describes the type of value: by reference when it has a name, and then
// it is a component of its own.
func (g generator) schema(value any, rules httpapi.Rules, request bool) (object, error) {
	t := reflect.TypeOf(value)
	if t.Name() == "" {
		return g.describe(t, rules, request)
	}
	if err := g.component(t, rules, request); err != nil {
		return nil, err
	}
	return reference(componentName(t, request)), nil
}

// component adds the schema of a named type.
func (g generator) component(t reflect.Type, rules httpapi.Rules, request bool) error {
	tree, err := g.describe(t, rules, request)
	if err != nil {
		return err
	}
	name := componentName(t, request)
	if known, ok := g.schemas[name]; ok && !reflect.DeepEqual(known, tree) {
		return fmt.Errorf("two types are called %s", name)
	}
	g.schemas[name] = tree
	return nil
}

// describe writes the schema of t. Named structs inside it become components,
// so that clients have names for them too.
func (g generator) describe(t reflect.Type, rules httpapi.Rules, request bool) (object, error) {
	known := fixedTypes()
	for _, inner := range members(t) {
		if err := namedString(inner, known); err != nil {
			return nil, err
		}
		if inner.Kind() != reflect.Struct {
			continue
		}
		if err := g.component(inner, rulesOf(inner, t, rules), request); err != nil {
			return nil, err
		}
		known[inner] = &jsonschema.Schema{Ref: componentPrefix + componentName(inner, request)}
	}
	s, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: known})
	if err != nil {
		return nil, err
	}
	tree, err := plain(s)
	if err != nil {
		return nil, err
	}
	if request {
		if err := rule(tree, rules); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name(), err)
		}
		optional(tree)
	} else {
		lists(tree)
	}
	tidy(tree)
	if !request {
		open(tree)
	}
	return tree, nil
}

// members are the named types of our own that t is directly made of.
func members(t reflect.Type) []reflect.Type {
	var list []reflect.Type
	add := func(part reflect.Type) {
		for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map}, part.Kind()) {
			part = part.Elem()
		}
		_, ownJSON := reflect.Zero(part).Interface().(json.Marshaler) // a time is a string
		if part.PkgPath() != "" && !ownJSON {
			list = append(list, part)
		}
	}
	if t.Kind() != reflect.Struct {
		add(t)
		return list
	}
	for _, field := range reflect.VisibleFields(t) {
		if field.IsExported() && !field.Anonymous {
			add(field.Type)
		}
	}
	return list
}

// open lets answers grow: a client must ignore members that it does not know.
func open(node any) {
	switch n := node.(type) {
	case object:
		if closed, ok := n["additionalProperties"]; ok {
			if m, isObject := closed.(object); (isObject && len(m) == 1 && m["not"] != nil) || closed == false {
				delete(n, "additionalProperties")
			}
		}
		for _, child := range n {
			open(child)
		}
	case []any:
		for _, child := range n {
			open(child)
		}
	}
}

// lists says that those of answers are never null: they have [] instead.
func lists(node any) {
	switch n := node.(type) {
	case object:
		if types, _ := n["type"].([]any); slices.Contains(types, any("array")) {
			n["type"] = "array"
		}
		for _, child := range n {
			lists(child)
		}
	case []any:
		for _, child := range n {
			lists(child)
		}
	}
}

// optional says of a request's members that need not be there what reads as if
// they were not: null and, unless the code tells them apart, "".
func optional(tree object) {
	properties, _ := tree["properties"].(object)
	required, _ := tree["required"].([]any)
	for name, member := range properties {
		schema := member.(object)
		one, single := schema["type"].(string)
		if !single || one == "null" || slices.Contains(required, any(name)) {
			continue
		}
		schema["type"] = []any{"null", one}
		if values, fixed := schema["enum"].([]any); fixed {
			schema["enum"] = append(values, "")
		}
		if form, ok := schema["pattern"].(string); ok && one == "string" && !regexp.MustCompile(form).MatchString("") {
			schema["pattern"] = "^$|" + form
		}
	}
}

// tidy mends what the schema of a Go type says about null. A pointer to a
// component is the component or null, and one to a fixed value may be null.
func tidy(node any) {
	switch n := node.(type) {
	case object:
		types, _ := n["type"].([]any)
		nullable := slices.Contains(types, any("null"))
		values, fixed := n["enum"].([]any)
		to, refers := n["$ref"]
		switch {
		case refers && (nullable || n["type"] == "null"):
			delete(n, "$ref")
			delete(n, "type")
			n["anyOf"] = []any{object{"$ref": to}, object{"type": "null"}}
		case fixed && nullable:
			n["enum"] = append(values, nil)
		}
		for _, child := range n {
			tidy(child)
		}
	case []any:
		for _, child := range n {
			tidy(child)
		}
	}
}

const componentPrefix = "#/components/schemas/"

func reference(name string) object { return object{"$ref": componentPrefix + name} }

// componentName is the type's own name, its type parameters folded in. What a
// request holds is called a request: answers may grow, requests may not.
func componentName(t reflect.Type, request bool) string {
	name, parameter, generic := strings.Cut(t.Name(), "[")
	if generic {
		parameter = strings.TrimSuffix(parameter, "]")
		parameter = parameter[strings.LastIndexAny(parameter, "./")+1:]
		if name == "Page" { // ProjectPage, not PageProjectAnswer
			name, parameter = strings.TrimSuffix(strings.TrimSuffix(parameter, "Answer"), "Use"), name
		}
		name += parameter
	}
	if request {
		name = strings.TrimSuffix(strings.TrimSuffix(name, "Body"), "Request") + "Request"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
