package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"go.yaml.in/yaml/v3"

	local "github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

// silently is what the emulator takes and does not do (there is no list to ask for).
var silently = []string{
	"layers, aliases' weights, reserved concurrency", "policies (it runs without AUTH)", "TTL and point-in-time recovery of tables",
	"lifecycles of buckets", "keeping the tables of a nested stack that is deleted", "the distribution, its firewall and its functions: the checks do their work",
}

// packForEmulator packs the product as make run does, for this machine and without
// SAM CLI, and leaves out what the emulator refuses.
func packForEmulator(ctx context.Context, a account, name string, say func(string)) (packed, error) {
	tools, _, err := toolbox.Install(ctx, ".", say)
	if err != nil {
		return packed{}, err
	}
	functions, fresh, err := local.Build(ctx, ".", say)
	if err != nil {
		return packed{}, err
	}
	known, err := knownTypes(ctx, tools.Python)
	if err != nil {
		return packed{}, err
	}
	out := packed{left: []string{}}
	without := func(_ string, source []byte) []byte {
		reduced, left := reduce(source, known)
		out.left = append(out.left, left...)
		return reduced
	}
	p, err := local.Pack("template.yaml", a.Endpoint, stack.Bucket, functions, local.Expander{Python: tools.Python, Cache: ".build/expanded"}, without)
	if err != nil {
		return packed{}, err
	}
	client := stack.In(a.Endpoint, name)
	if err := client.Upload(ctx, p, say); err != nil {
		return packed{}, err
	}
	slices.Sort(out.left)
	out.left = slices.Compact(out.left)
	out.template, out.told = a.Endpoint+"/"+stack.Bucket+"/"+p.Template, fmt.Sprintf("%d functions for the emulator", len(functions.Digest))
	if fresh {
		out.told += ", built"
	}
	out.finish = func(ctx context.Context) error {
		_, err := client.Route(ctx, p)
		return err
	}
	return out, nil
}

// knownTypes asks the emulator's own code which types of resources it makes.
func knownTypes(ctx context.Context, python string) ([]string, error) {
	raw, err := exec.CommandContext(ctx, python, "-c",
		"import json; from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as h; print(json.dumps(sorted(h)))").Output()
	var known []string
	if err == nil {
		err = json.Unmarshal(raw, &known)
	}
	if err != nil {
		return nil, fmt.Errorf("ask the emulator what it makes: %w", err)
	}
	return known, nil
}

// reduce takes from a template the resources of unknown types, also from loops, and
// gradual deployment, which needs one of them. It answers what it took.
func reduce(source []byte, known []string) ([]byte, []string) {
	var doc yaml.Node
	if err := yaml.Unmarshal(source, &doc); err != nil || len(doc.Content) == 0 {
		return source, nil // whoever packs it says what is wrong
	}
	var left []string
	resources := valueOf(doc.Content[0], "Resources")
	prune(resources, known, &left)
	if globals := valueOf(valueOf(doc.Content[0], "Globals"), "Function"); drop(globals, "DeploymentPreference") {
		left = append(left, "gradual deployment")
	}
	for i := 1; resources != nil && i < len(resources.Content); i += 2 {
		properties := valueOf(resources.Content[i], "Properties")
		if drop(properties, "DeploymentPreference") {
			left = append(left, "gradual deployment")
		}
		if unbound(valueOf(properties, "Events")) {
			left = append(left, "bounds of queues")
		}
	}
	if len(left) == 0 {
		return source, nil
	}
	body, err := yaml.Marshal(&doc)
	if err != nil {
		return source, nil
	}
	return body, left
}

// unbound takes from a function's queues how many of their messages are worked on at
// once: the emulator compares its own count with the parameter's text, and asks no
// queue any more.
func unbound(events *yaml.Node) (did bool) {
	for i := 1; events != nil && i < len(events.Content); i += 2 {
		did = drop(valueOf(events.Content[i], "Properties"), "ScalingConfig") || did
	}
	return did
}

func prune(resources *yaml.Node, known []string, left *[]string) {
	if resources == nil || resources.Kind != yaml.MappingNode {
		return
	}
	var stay []*yaml.Node
	for i := 0; i+1 < len(resources.Content); i += 2 {
		name, value := resources.Content[i], resources.Content[i+1]
		if value.Kind == yaml.SequenceNode && len(value.Content) == 3 { // Fn::ForEach
			prune(value.Content[2], known, left)
			if len(value.Content[2].Content) > 0 {
				stay = append(stay, name, value)
			}
			continue
		}
		kind := ""
		if node := valueOf(value, "Type"); node != nil {
			kind = node.Value
		}
		if strings.HasPrefix(kind, "AWS::") && !strings.HasPrefix(kind, "AWS::Serverless::") && !slices.Contains(known, kind) {
			*left = append(*left, kind)
			continue
		}
		if kind == "AWS::CloudWatch::Alarm" && valueOf(valueOf(value, "Properties"), "Metrics") != nil {
			*left = append(*left, "alarms on an expression of metrics")
			continue
		}
		stay = append(stay, name, value)
	}
	resources.Content = stay
}

func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func drop(mapping *yaml.Node, key string) bool {
	if valueOf(mapping, key) == nil {
		return false
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			mapping.Content = slices.Delete(mapping.Content, i, i+2)
			return true
		}
	}
	return false
}

// standIn does the distribution's work where there is none: what is asked of the
// product's address goes to the API with the origin's secret, or to the bucket of
// the web app; what is asked of the API's own address goes there without it.
type standIn struct {
	a      account
	app    string // host of AppUrl
	api    string // id of the HTTP API
	secret string
	bucket string
}

func (s standIn) RoundTrip(r *http.Request) (*http.Response, error) {
	through := r.URL.Host == s.app
	if through && !strings.HasPrefix(r.URL.Path, "/api") && !strings.HasPrefix(r.URL.Path, "/.well-known/") {
		out, err := objects(s.a).GetObject(r.Context(), &s3.GetObjectInput{Bucket: aws.String(s.bucket), Key: aws.String("index.html")})
		if err != nil {
			return nil, err
		}
		header := http.Header{"Content-Type": {aws.ToString(out.ContentType)}}
		return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Header: header, Body: out.Body, Request: r}, nil
	}
	to, err := url.Parse(s.a.Endpoint)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	at := "/_aws/execute-api/" + s.api + "/$default" + r.URL.Path
	r.URL = to
	r.URL.Path, r.URL.RawPath, r.Host = at, at, to.Host
	if through {
		r.Header.Set("X-Origin-Secret", s.secret)
		r.Header.Set("X-Viewer-Address", "192.0.2.1")
	}
	return http.DefaultTransport.RoundTrip(r)
}
