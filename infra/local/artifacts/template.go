package artifacts

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

// Package is a stack made ready: its templates rewritten to point at uploaded
// files, and those files.
type Package struct {
	Template   string     // the root's key among Files
	Files      []File     // every object to upload, nested templates before those that use them
	Parameters []string   // declared by the root template
	Routes     []Route    // of the HTTP API, from the functions' own events
	Raw        []Route    // of the Function URLs, where the local edge serves them
	Functions  []Function // deployed functions, in the order of the templates
	API        Resource   // the HTTP API
}

// File is one object of the artifacts bucket.
type File struct {
	Key  string
	Path string // on disk; or
	Body []byte
}

// Resource is a resource's place: its logical id and the nested stacks to it.
type Resource struct {
	Stack []string
	ID    string
}

// Function is a deployed function.
type Function struct {
	Resource
	Name string // its folder's
}

// Route is one HttpApi event.
type Route struct {
	Method   string // ANY with the path $default
	Path     string
	Function Resource
}

// Key is the route's name in API Gateway.
func (r Route) Key() string {
	if r.Path == "$default" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// Alter changes a template's source before it is read, for tests that need a
// stack with a fault.
type Alter func(file string, source []byte) []byte

type packer struct {
	bucketURL string
	bucket    string
	functions Functions
	expander  Expander
	alter     Alter
	out       Package
}

// Pack rewrites the template file and what it nests. What they point at will
// lie in the bucket of the emulator at endpoint.
func Pack(template, endpoint, bucket string, functions Functions, expander Expander, alter Alter) (Package, error) {
	p := packer{
		bucketURL: endpoint + "/" + bucket + "/", bucket: bucket,
		functions: functions, expander: expander, alter: alter,
	}
	key, err := p.pack(template, nil)
	if err != nil {
		return Package{}, err
	}
	p.out.Template = key
	if p.out.API.ID == "" {
		return Package{}, fmt.Errorf("%s declares no AWS::Serverless::HttpApi", template)
	}
	return p.out, nil
}

func (p *packer) pack(file string, stack []string) (string, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read template: %w", err)
	}
	if p.alter != nil {
		source = p.alter(file, source)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(source, &doc); err != nil {
		return "", fmt.Errorf("read template %s: %w", file, err)
	}
	if len(doc.Content) == 0 {
		return "", fmt.Errorf("template %s is empty", file)
	}
	root := doc.Content[0]
	if stack == nil {
		p.out.Parameters = names(yamlnode.Child(root, "Parameters"))
	}
	for id, resource := range yamlnode.Pairs(yamlnode.Child(root, "Resources")) {
		if err := p.resource(filepath.Dir(file), Resource{stack, id}, resource); err != nil {
			return "", fmt.Errorf("%s: %s: %w", file, id, err)
		}
	}
	body, err := yaml.Marshal(&doc)
	if err != nil {
		return "", fmt.Errorf("write template %s: %w", file, err)
	}
	if stack != nil && yamlnode.Child(root, "Transform") != nil {
		if body, err = p.expander.Expand(body); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
	}
	return p.add(File{Key: "templates/" + digest(body), Body: body}), nil
}

func (p *packer) add(f File) string {
	if !slices.ContainsFunc(p.out.Files, func(have File) bool { return have.Key == f.Key }) {
		p.out.Files = append(p.out.Files, f)
	}
	return f.Key
}

func (p *packer) resource(dir string, at Resource, resource *yaml.Node) error {
	properties := yamlnode.Child(resource, "Properties")
	switch yamlnode.Text(yamlnode.Child(resource, "Type")) {
	case "AWS::Serverless::HttpApi":
		p.out.API = at
	case "AWS::Serverless::Function":
		if err := p.raw(at, resource); err != nil {
			return err
		}
		return p.function(dir, at, properties)
	case "AWS::Serverless::Application":
		return p.nested(dir, at, yamlnode.Child(properties, "Location"))
	case "AWS::CloudFormation::Stack":
		return p.nested(dir, at, yamlnode.Child(properties, "TemplateURL"))
	case "AWS::Serverless::StateMachine":
		return p.definition(dir, yamlnode.Child(properties, "DefinitionUri"))
	case "AWS::Serverless::LayerVersion":
		p.layer(yamlnode.Child(properties, "ContentUri"))
	}
	return nil
}

func (p *packer) function(dir string, at Resource, properties *yaml.Node) error {
	code := yamlnode.Child(properties, "CodeUri")
	if !local(code) {
		return errors.New("CodeUri is not a folder of this checkout")
	}
	name := filepath.Base(filepath.Join(dir, code.Value))
	sum, built := p.functions.Digest[name]
	if !built {
		return fmt.Errorf("functions/%s/main.go does not exist", name)
	}
	key := p.add(File{Key: "functions/" + name + "/" + sum + ".zip", Path: p.functions.Archive(name)})
	code.Value = "s3://" + p.bucket + "/" + key
	p.out.Functions = append(p.out.Functions, Function{at, name})
	for event, e := range yamlnode.Pairs(yamlnode.Child(properties, "Events")) {
		if yamlnode.Text(yamlnode.Child(e, "Type")) != "HttpApi" {
			continue
		}
		r := yamlnode.Child(e, "Properties")
		route := Route{Method: strings.ToUpper(yamlnode.Text(yamlnode.Child(r, "Method"))), Path: yamlnode.Text(yamlnode.Child(r, "Path")), Function: at}
		if route.Path == "" || route.Path == "$default" {
			route.Path, route.Method = "$default", "ANY"
		}
		if route.Method == "" {
			return fmt.Errorf("event %s has no Method", event)
		}
		if route.Method == "*" {
			route.Method = "ANY"
		}
		p.out.Routes = append(p.out.Routes, route)
	}
	return nil
}

// raw notes where the local edge serves a Function URL: Metadata LocalRoute,
// "POST /webhooks/x".
func (p *packer) raw(at Resource, resource *yaml.Node) error {
	if yamlnode.Child(yamlnode.Child(resource, "Properties"), "FunctionUrlConfig") == nil {
		return nil
	}
	method, path, ok := strings.Cut(yamlnode.Text(yamlnode.Child(yamlnode.Child(resource, "Metadata"), "LocalRoute")), " ")
	if !ok {
		return errors.New("a FunctionUrlConfig needs a Metadata LocalRoute, like POST /webhooks/name")
	}
	p.out.Raw = append(p.out.Raw, Route{Method: method, Path: path, Function: at})
	return nil
}

func (p *packer) nested(dir string, at Resource, location *yaml.Node) error {
	if !local(location) {
		return nil
	}
	key, err := p.pack(filepath.Join(dir, location.Value), append(slices.Clone(at.Stack), at.ID))
	if err != nil {
		return err
	}
	location.Value = p.bucketURL + key
	return nil
}

func (p *packer) definition(dir string, uri *yaml.Node) error {
	if !local(uri) {
		return nil
	}
	body, err := os.ReadFile(filepath.Join(dir, uri.Value))
	if err != nil {
		return fmt.Errorf("read state machine: %w", err)
	}
	key := p.add(File{Key: "statemachines/" + digest(body) + filepath.Ext(uri.Value), Body: body})
	uri.Value = "s3://" + p.bucket + "/" + key
	return nil
}

// layer points a layer at an object that does not exist: layers are for AWS, where sam build makes them; here the condition
// OnAws keeps them from being created.
func (p *packer) layer(uri *yaml.Node) {
	if local(uri) {
		uri.Value = "s3://" + p.bucket + "/layers/not-built-locally.zip"
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// local says whether the node is a plain path, not a URL and not a function
// such as !Ref.
func local(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value != "" && !strings.Contains(n.Value, "://")
}
