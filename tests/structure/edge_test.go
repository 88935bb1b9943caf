package structure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/edge"
	"github.com/devotionalai/platform/infra/website"
	"github.com/devotionalai/platform/tests/blueprint"
)

// atTheEdge answers a resource of infra/edge.yaml.
func atTheEdge(t *testing.T, id string) blueprint.Resource {
	t.Helper()
	for _, r := range load(t).Resources() {
		if r.ID == id && r.Template.File == "infra/edge.yaml" {
			return r
		}
	}
	t.Fatalf("infra/edge.yaml has no %s", id)
	return blueprint.Resource{}
}

// TestTheWebAppHasTheSameHeadersEverywhere compares what infra/edge.yaml and
// the local edge send, name by name. Only the media's origin differs, and HTTPS
// is AWS's alone.
func TestTheWebAppHasTheSameHeadersEverywhere(t *testing.T) {
	config := at(atTheEdge(t, "WebHeaders").Properties, "ResponseHeadersPolicyConfig")
	security := at(config, "SecurityHeadersConfig")
	policy, _ := at(security, "ContentSecurityPolicy")["ContentSecurityPolicy"].(blueprint.Map)
	sub, _ := policy["Fn::Sub"].([]any)
	if len(sub) != 2 {
		t.Fatal("the Content-Security-Policy is no !Sub with the media's origin")
	}
	const media = "https://${MediaBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"
	if got := fmt.Sprint(sub[1]); got != fmt.Sprint(blueprint.Map{"Media": blueprint.Map{"Fn::Sub": media}}) {
		t.Errorf("the media's origin is %s; presigned addresses begin with %s", got, media)
	}
	sent := map[string]string{"Content-Security-Policy": strings.ReplaceAll(fmt.Sprint(sub[0]), "${Media}", media)}
	if at(security, "ContentTypeOptions") != nil {
		sent["X-Content-Type-Options"] = "nosniff"
	}
	sent["Referrer-Policy"] = fmt.Sprint(at(security, "ReferrerPolicy")["ReferrerPolicy"])
	custom, _ := at(config, "CustomHeadersConfig")["Items"].([]any)
	for _, item := range custom {
		header := item.(blueprint.Map)
		sent[fmt.Sprint(header["Header"])] = fmt.Sprint(header["Value"])
	}
	local := edge.Headers(media)
	sameNames(t, "headers in infra/edge.yaml", slices.Collect(maps.Keys(sent)), "headers of infra/local/edge", slices.Collect(maps.Keys(local)))
	for name, want := range local {
		if sent[name] != want {
			t.Errorf("%s differs:\non AWS  %s\nlocally %s", name, sent[name], want)
		}
	}
	if at(security, "StrictTransportSecurity")["AccessControlMaxAgeSec"] == nil {
		t.Error("infra/edge.yaml sends no Strict-Transport-Security")
	}
}

func at(m blueprint.Map, key string) blueprint.Map {
	inner, _ := m[key].(blueprint.Map)
	return inner
}

// TestAppPathsAreTheSameEverywhere runs the function that CloudFront runs and
// compares it with the rule of the local edge.
func TestAppPathsAreTheSameEverywhere(t *testing.T) {
	paths := []string{
		"/", "/login", "/auth/verify", "/projects/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/videos/", "/no/such/page", "/assets", "/index", "//",
		"/index.html", "/favicon.svg", "/assets/app-abc123.js", "/assets/", "/assets/x/y", "/robots.txt", "/a.b/c", "/a/b.c", "/.x", "/..",
	}
	var events []any
	for _, path := range paths {
		events = append(events, blueprint.Map{"request": blueprint.Map{"uri": path, "headers": blueprint.Map{}}})
	}
	for i, answer := range runAtEdge(t, "AppPaths", events) {
		want := paths[i]
		if website.IsAppPath(want) {
			want = "/" + website.Index
		}
		if answer["uri"] != want {
			t.Errorf("%s becomes %v at CloudFront, %s locally", paths[i], answer["uri"], want)
		}
	}
}

// TestViewersCannotNameTheirAddress: whatever a caller sends, the API sees the
// address that CloudFront saw, and everything else as it was.
func TestViewersCannotNameTheirAddress(t *testing.T) {
	spoofed := blueprint.Map{
		"x-viewer-address": blueprint.Map{"value": "6.6.6.6", "multiValue": []any{blueprint.Map{"value": "6.6.6.6"}, blueprint.Map{"value": "7.7.7.7"}}},
		"x-origin-secret":  blueprint.Map{"value": "guessed"},
		"authorization":    blueprint.Map{"value": "Bearer x"},
	}
	var events []any
	for _, headers := range []blueprint.Map{spoofed, {"authorization": blueprint.Map{"value": "Bearer x"}}} {
		events = append(events, blueprint.Map{
			"viewer":  blueprint.Map{"ip": "203.0.113.9"},
			"request": blueprint.Map{"uri": "/api/v1/jobs", "method": "GET", "headers": headers, "querystring": blueprint.Map{"limit": blueprint.Map{"value": "5"}}},
		})
	}
	want := `{"authorization":{"value":"Bearer x"},"x-viewer-address":{"value":"203.0.113.9"}}`
	for _, answer := range runAtEdge(t, "ViewerAddress", events) {
		headers, err := json.Marshal(answer["headers"])
		if err != nil || string(headers) != want {
			t.Errorf("headers %s %v, want %s", headers, err, want)
		}
		if answer["uri"] != "/api/v1/jobs" || answer["method"] != "GET" || fmt.Sprint(answer["querystring"]) != "map[limit:map[value:5]]" {
			t.Errorf("the rest of the request became %v", answer)
		}
	}
}

// runAtEdge runs a CloudFront Function's source with Node, once per event.
func runAtEdge(t *testing.T, id string, events []any) []blueprint.Map {
	t.Helper()
	code, _ := atTheEdge(t, id).Properties["FunctionCode"].(string)
	in, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "-e", code+"\nconsole.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(handler)))")
	node.Stdin = bytes.NewReader(in)
	out, err := node.Output()
	if err != nil {
		t.Fatalf("run %s (this needs node): %v", id, err)
	}
	var answers []blueprint.Map
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(events) {
		t.Fatalf("%s answered %d of %d: %v", id, len(answers), len(events), err)
	}
	return answers
}

// TestPublishingFindsItsWay: infra/publish goes by these outputs of the root.
func TestPublishingFindsItsWay(t *testing.T) {
	for _, tmpl := range load(t).Templates {
		if tmpl.File != "template.yaml" {
			continue
		}
		for _, name := range []string{"WebBucket", "DistributionId"} {
			want := blueprint.Map{"Fn::GetAtt": []any{"Edge", "Outputs." + name}}
			if got := at(tmpl.Section("Outputs"), name)["Value"]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("template.yaml: output %s is %v, want %v", name, got, want)
			}
		}
	}
}

// The names that AWS has given its managed policies.
const (
	cachingDisabled           = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
)

func TestTheEdgePassesTheAPIOnUntouched(t *testing.T) {
	config := at(atTheEdge(t, "Distribution").Properties, "DistributionConfig")
	if config["CustomErrorResponses"] != nil {
		t.Error("custom error responses would turn the API's 404 into a page")
	}
	behaviors, _ := config["CacheBehaviors"].([]any)
	var paths []string
	for _, b := range behaviors {
		behavior := b.(blueprint.Map)
		paths = append(paths, fmt.Sprint(behavior["PathPattern"]))
		for property, want := range map[string]string{
			"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only",
			"CachePolicyId": cachingDisabled, "OriginRequestPolicyId": allViewerExceptHostHeader,
			"Compress": "false", // functions do it; with true it would look as if the edge did
		} {
			if fmt.Sprint(behavior[property]) != want {
				t.Errorf("%v: %s is %v, want %s", behavior["PathPattern"], property, behavior[property], want)
			}
		}
		if methods, _ := behavior["AllowedMethods"].([]any); len(methods) != 7 {
			t.Errorf("%v: only %v", behavior["PathPattern"], methods)
		}
		if !strings.Contains(fmt.Sprint(behavior["FunctionAssociations"]), "ViewerAddress") {
			t.Errorf("%v: nothing sets the viewer's address, so a caller can", behavior["PathPattern"])
		}
	}
	sameNames(t, "paths of the API", []string{"/api", "/api/*", "/.well-known/*"}, "behaviors in infra/edge.yaml", paths)
	origins, _ := config["Origins"].([]any)
	for _, o := range origins {
		origin := o.(blueprint.Map)
		secret := strings.Contains(fmt.Sprint(origin["OriginCustomHeaders"]), "X-Origin-Secret")
		if secret != (origin["Id"] == "api") {
			t.Errorf("origin %v: origin secret sent: %v", origin["Id"], secret)
		}
	}
}

// TestTheEdgeIsTheOnlyWayIn: what answers at the API's own address knows both live
// secrets, refuses what has neither, and knows a new one before the edge sends it:
// the edge needs the API, which needs its functions.
func TestTheEdgeIsTheOnlyWayIn(t *testing.T) {
	b := load(t)
	behind := 0
	for _, f := range b.Functions {
		if len(f.EventsOf("HttpApi")) == 0 {
			continue
		}
		behind++
		for variable, parameter := range map[string]string{"ORIGIN_SECRET": "OriginSecret", "ORIGIN_SECRET_OTHER": "OriginSecretOther", "MODE": "Mode"} {
			if got, want := fmt.Sprint(f.Environment[variable]), "map[Ref:"+parameter+"]"; got != want {
				t.Errorf("%s: %s is %s, want %s", f.Name, variable, got, want)
			}
		}
	}
	if behind == 0 {
		t.Error("no function is behind the API")
	}
	parameters := rootTemplate(t).Section("Parameters")
	for _, name := range []string{"OriginSecret", "OriginSecretOther"} {
		if at(parameters, name)["NoEcho"] != true {
			t.Errorf("%s can be read off the stack", name)
		}
	}
	for _, r := range b.Resources("AWS::Serverless::Application") {
		if r.ID != "Edge" {
			continue
		}
		passed := at(r.Properties, "Parameters")
		if got := fmt.Sprint(passed["OriginSecret"], passed["ApiId"]); got != "map[Ref:OriginSecret] map[Ref:Api]" {
			t.Errorf("the edge is given %s", got)
		}
		if passed["OriginSecretOther"] != nil {
			t.Error("the edge sends one secret, and functions take it already")
		}
	}
}
