// Package blueprint reads template.yaml and the templates that it nests, for
// tests: which functions there are, with which environment, limits, policies
// and routes. It resolves nothing that only a deployment can know.
package blueprint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Map is a mapping of a template. A short form such as !Ref X reads as its
// long form, {"Ref": "X"}.
type Map = map[string]any

// Template is one file.
type Template struct {
	File string // relative to the checkout
	Dir  string // absolute
	Doc  Map
}

// Resource is one resource of a template.
type Resource struct {
	Template   *Template
	ID         string
	Type       string
	Properties Map // with the template's Globals merged in
	Doc        Map
}

// Function is a function of a template. Code is what folder it is built from.
type Function struct {
	Resource
	Name        string // its folder's
	Code        string // absolute path
	Environment Map    // variable: value, Globals merged in
	Timeout     int    // seconds
}

// Blueprint is the root template and what it nests.
type Blueprint struct {
	Root      string // the checkout
	Templates []*Template
	Functions []Function
}

// began is where the process began: a test's in the folder of its package.
var began, _ = os.Getwd()

// Root is the checkout that the process began in. Programs know no path of the files
// that they were made of (-trimpath), so that they are the same wherever that lies.
func Root() string {
	for dir := began; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			panic("start this in the checkout: no go.mod lies above " + began)
		}
	}
}

// Load reads the templates of a checkout. This one's are read once in a process
// and answered to all who ask: nobody changes them.
func Load(root string) (*Blueprint, error) {
	if root == Root() {
		return ours()
	}
	return read(root)
}

// ours: every test that makes tables asks for it, and reading takes a tenth of a
// second under the race detector.
var ours = sync.OnceValues(func() (*Blueprint, error) { return read(Root()) })

func read(root string) (*Blueprint, error) {
	b := &Blueprint{Root: root}
	if err := b.add(filepath.Join(root, "template.yaml")); err != nil {
		return nil, err
	}
	return b, nil
}

// Function finds a function by its folder's name.
func (b *Blueprint) Function(name string) (Function, bool) {
	i := slices.IndexFunc(b.Functions, func(f Function) bool { return f.Name == name })
	if i < 0 {
		return Function{}, false
	}
	return b.Functions[i], true
}

// Resources lists every resource of one of the given types, in no order; every
// resource when no type is given.
func (b *Blueprint) Resources(types ...string) []Resource {
	var list []Resource
	for _, t := range b.Templates {
		for _, r := range t.Resources() {
			if len(types) == 0 || slices.Contains(types, r.Type) {
				list = append(list, r)
			}
		}
	}
	return list
}

// Nested answers the template that a nested stack's resource names.
func (b *Blueprint) Nested(r Resource) (*Template, bool) {
	location, ok := r.Properties["Location"].(string)
	if !ok {
		return nil, false
	}
	file := filepath.Join(r.Template.Dir, location)
	i := slices.IndexFunc(b.Templates, func(t *Template) bool { return filepath.Join(b.Root, t.File) == file })
	if i < 0 {
		return nil, false
	}
	return b.Templates[i], true
}

func (b *Blueprint) add(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(raw, &node); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	doc, ok := value(&node).(Map)
	if !ok {
		return fmt.Errorf("%s is no template", file)
	}
	name, err := filepath.Rel(b.Root, file)
	if err != nil {
		return err
	}
	t := &Template{File: filepath.ToSlash(name), Dir: filepath.Dir(file), Doc: doc}
	b.Templates = append(b.Templates, t)
	for _, r := range t.Resources() {
		switch r.Type {
		case "AWS::Serverless::Function":
			b.Functions = append(b.Functions, function(r))
		case "AWS::Serverless::Application":
			location, _ := r.Properties["Location"].(string)
			if err := b.add(filepath.Join(t.Dir, location)); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(b.Functions, func(x, y Function) int { return strings.Compare(x.Name, y.Name) })
	return nil
}

func function(r Resource) Function {
	code, _ := r.Properties["CodeUri"].(string)
	f := Function{Resource: r, Name: filepath.Base(code), Code: filepath.Join(r.Template.Dir, code)}
	environment, _ := r.Properties["Environment"].(Map)
	f.Environment, _ = environment["Variables"].(Map)
	f.Timeout, _ = r.Properties["Timeout"].(int)
	return f
}

// EventsOf lists the properties of a function's events of one type: HttpApi,
// SQS, DynamoDB, Schedule.
func (f Function) EventsOf(kind string) []Map {
	var list []Map
	for _, raw := range section(f.Properties, "Events") {
		if event, ok := raw.(Map); ok && event["Type"] == kind {
			list = append(list, section(event, "Properties"))
		}
	}
	return list
}

// URL is the function's FunctionUrlConfig, if it stands behind a Function URL.
func (f Function) URL() (Map, bool) {
	m, ok := f.Properties["FunctionUrlConfig"].(Map)
	return m, ok
}

// LocalRoute is where the local edge serves the Function URL: "POST /webhooks/x",
// from the function's Metadata.
func (f Function) LocalRoute() string {
	route, _ := section(f.Doc, "Metadata")["LocalRoute"].(string)
	return route
}

// Target is the resource of the function's own template that !GetAtt or !Ref
// names; what a parameter brings from elsewhere is not found.
func (f Function) Target(v any) (Resource, bool) {
	m, _ := v.(Map)
	id, _ := m["Ref"].(string)
	if at, ok := m["Fn::GetAtt"].([]any); ok && len(at) > 0 {
		id, _ = at[0].(string)
	}
	for _, r := range f.Template.Resources() {
		if r.ID == id {
			return r, true
		}
	}
	return Resource{}, false
}

// Resources lists a template's resources; loops (Fn::ForEach) are left out.
func (t *Template) Resources() []Resource {
	var list []Resource
	for id, raw := range section(t.Doc, "Resources") {
		doc, ok := raw.(Map)
		if !ok {
			continue
		}
		kind, _ := doc["Type"].(string)
		properties, _ := doc["Properties"].(Map)
		if kind == "AWS::Serverless::Function" {
			properties = merge(section(section(t.Doc, "Globals"), "Function"), properties)
		}
		list = append(list, Resource{Template: t, ID: id, Type: kind, Properties: properties, Doc: doc})
	}
	return list
}

// Section answers a top-level mapping of the template; an absent one is empty.
func (t *Template) Section(name string) Map { return section(t.Doc, name) }

func section(doc Map, name string) Map {
	m, _ := doc[name].(Map)
	return m
}

// merge lays own over global the way SAM does: maps join, everything else
// replaces.
func merge(global, own Map) Map {
	out := Map{}
	for k, v := range global {
		out[k] = v
	}
	for k, v := range own {
		below, isMap := out[k].(Map)
		above, both := v.(Map)
		if isMap && both && !intrinsic(below) && !intrinsic(above) {
			v = merge(below, above)
		}
		out[k] = v
	}
	return out
}

func intrinsic(m Map) bool {
	for k := range m {
		return len(m) == 1 && (k == "Ref" || strings.HasPrefix(k, "Fn::"))
	}
	return false
}
