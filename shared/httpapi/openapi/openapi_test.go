package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/devotionalai/platform/docs"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/openapi"
)

const errorPages = "../../../docs/errors"

func TestCommittedDocumentsAreFresh(t *testing.T) {
	document, err := openapi.Generate(httpapi.Routes())
	if err != nil {
		t.Fatal(err)
	}
	page, policy, err := openapi.Page(document, httpapi.Routes(), errorPages)
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2][]byte{
		"docs/openapi.json": {docs.OpenAPI, document},
		"docs/api.html":     {docs.Page, page},
		"docs/api.csp":      {[]byte(docs.PagePolicy), []byte(policy)},
	} {
		if !bytes.Equal(pair[0], pair[1]) {
			t.Errorf("%s is not what the rows say: run `make openapi` and look at the difference", name)
		}
	}
}

// TestDocumentIsOpenAPI31 holds the document to the OpenAPI Initiative's own
// schema (testdata, Apache-2.0), and each schema in it to JSON Schema 2020-12.
func TestDocumentIsOpenAPI31(t *testing.T) {
	document := decode(t, generate(t))
	if err := resolve(t, read(t, "testdata/openapi-3.1.schema.json")).Validate(document); err != nil {
		t.Error(err)
	}
	resolve(t, components(t, document))
}

// components are the document's schemas as one JSON Schema that each may be
// referred to in.
func components(t *testing.T, document any) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"$defs": document.(map[string]any)["components"].(map[string]any)["schemas"]})
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(raw, []byte("#/components/schemas/"), []byte("#/$defs/"))
}

// TestListsAreNeverNull: a client may go through a list of an answer without
// asking first.
func TestListsAreNeverNull(t *testing.T) {
	var walk func(path string, node any)
	walk = func(path string, node any) {
		switch n := node.(type) {
		case map[string]any:
			types, _ := n["type"].([]any)
			if slices.Contains(types, any("array")) {
				t.Errorf("%s may be null", path)
			}
			for name, child := range n {
				if !strings.HasSuffix(name, "Request") && name != "requestBody" {
					walk(path+"/"+name, child)
				}
			}
		case []any:
			for _, child := range n {
				walk(path, child)
			}
		}
	}
	walk("", decode(t, generate(t)))
}

// mood stands for a type that its author forgot to tell the values of.
type mood string

type weather struct {
	Mood *mood `json:"mood"`
}

func TestAStringTypeOfUnknownValuesIsRefused(t *testing.T) {
	_, err := openapi.Generate([]httpapi.Route{{Name: "weather-get", Method: "GET", Pattern: "/weather", Status: 200, Answer: []weather{}}})
	if err == nil || !strings.Contains(err.Error(), "openapi_test.mood is not in fixedTypes") {
		t.Errorf("got %v", err)
	}
}

// TestTheDocumentSaysWhoMayCall: credentials, role and feature of a row.
func TestTheDocumentSaysWhoMayCall(t *testing.T) {
	raw, err := openapi.Generate([]httpapi.Route{
		{
			Name: "thing-get", Method: "GET", Pattern: "/thing", Status: 200, Description: "A thing.",
			Credentials: httpapi.Session | httpapi.Key | httpapi.Cookie, Role: auth.Owner, Feature: tenant.Members,
		},
		{Name: "thing-create", Method: "POST", Pattern: "/thing", Status: 200, Credentials: httpapi.Session | httpapi.Cookie},
		{Name: "thing-read", Method: "GET", Pattern: "/things", Status: 200},
	})
	if err != nil {
		t.Fatal(err)
	}
	document := decode(t, raw).(map[string]any)
	if err := resolve(t, read(t, "testdata/openapi-3.1.schema.json")).Validate(document); err != nil {
		t.Error(err)
	}
	at := func(node any, path ...string) any {
		for _, name := range path {
			node = node.(map[string]any)[name]
		}
		return node
	}
	show := func(node any) string {
		text, _ := json.Marshal(node)
		return string(text)
	}
	get := at(document, "paths", "/thing", "get")
	for name, want := range map[string]string{
		"security": `[{"bearer":[]},{"key":[]},{"cookie":[]}]`, "x-role": `"owner"`, "x-feature": `"members"`,
		"description": `"A thing. For the role owner only. Needs a plan with members."`,
	} {
		if got := show(at(get, name)); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for _, code := range []string{"forbidden", "feature_not_in_plan", "cross_site_request"} {
		if described := show(at(get, "responses", "403", "description")); !strings.Contains(described, code) {
			t.Errorf("403 is %s, without %s", described, code)
		}
	}
	if got := show(at(document, "paths", "/thing", "post", "security")); got != `[{"bearer":[]}]` {
		t.Errorf("what changes something takes %s", got)
	}
	if got := show(at(document, "paths", "/things", "get", "security")); got != `[]` {
		t.Errorf("what anyone may call takes %s", got)
	}
	key := at(document, "components", "securitySchemes", "key")
	if at(key, "type") != "apiKey" || at(key, "in") != "header" || at(key, "name") != "X-API-Key" {
		t.Errorf("the key is %s", show(key))
	}
}

// TestFurtherMembersAreDescribed holds the schemas of problems with members of
// their own to what the rules answer.
func TestFurtherMembersAreDescribed(t *testing.T) {
	schemas := components(t, decode(t, generate(t)))
	limits := metering.Limits{metering.ImagesCount: 1}
	period := metering.PeriodOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	for name, refusal := range map[string]*problem.Error{
		"QuotaProblem": metering.Refusal(limits, period, metering.Counter{}, metering.Amounts{metering.ImagesCount: 2},
			metering.ImagesCount, "http://localhost"),
		"FeatureProblem": metering.NotInPlan(tenant.UHDRender, "Not yours.", "http://localhost"),
	} {
		raw, err := json.Marshal(httpapi.Document("http://localhost", "1", refusal))
		if err != nil {
			t.Fatal(err)
		}
		// Closed, so that a member which is not described fails too.
		closed := bytes.Replace(schemas, []byte(`{"$defs"`), []byte(`{"$ref": "#/$defs/`+name+`", "unevaluatedProperties": false, "$defs"`), 1)
		if err := resolve(t, closed).Validate(decode(t, raw)); err != nil {
			t.Errorf("%s: %v: %s", name, err, raw)
		}
	}
}

func TestEveryReferenceResolves(t *testing.T) {
	raw := generate(t)
	schemas := decode(t, raw).(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	for _, m := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllSubmatch(raw, -1) {
		if schemas[string(m[1])] == nil {
			t.Errorf("the document refers to %s, which it does not hold", m[1])
		}
	}
	if other := regexp.MustCompile(`"\$ref": "[^#"][^"]*"`).Find(raw); other != nil {
		t.Errorf("a reference leaves the document: %s", other)
	}
}

func TestEveryRowIsInTheDocument(t *testing.T) {
	paths := decode(t, generate(t)).(map[string]any)["paths"].(map[string]any)
	seen := map[string]bool{}
	for _, r := range httpapi.Routes() {
		if r.Pattern == "/" {
			continue
		}
		item, _ := paths[r.Pattern].(map[string]any)
		operation, _ := item[strings.ToLower(r.Method)].(map[string]any)
		id, _ := operation["operationId"].(string)
		if id == "" || seen[id] {
			t.Errorf("%s %s: operationId %q is absent or used twice", r.Method, r.Pattern, id)
		}
		seen[id] = true
	}
}

// TestPageHoldsWhatProblemsPointTo: a problem's type is the page with the code
// as its fragment.
func TestPageHoldsWhatProblemsPointTo(t *testing.T) {
	page := string(docs.Page)
	for _, code := range problem.Codes() {
		if !strings.Contains(page, `id="`+string(code)+`"`) {
			t.Errorf("docs/api.html has no anchor %s", code)
		}
	}
	for _, forbidden := range []string{"<script", "javascript:", "onclick=", `src="http`, `href="http`, "@import", "url("} {
		if strings.Contains(page, forbidden) {
			t.Errorf("docs/api.html holds %s; it must work by itself under its policy", forbidden)
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] || strings.ContainsAny(m[1], " \t") {
			t.Errorf("docs/api.html: id %q is used twice or has a space", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("docs/api.html links to #%s, which is not on the page", m[1])
		}
	}
	if strings.Contains(docs.PagePolicy, "unsafe") || !strings.Contains(docs.PagePolicy, "sha256-") {
		t.Errorf("policy %q", docs.PagePolicy)
	}
}

func generate(t *testing.T) []byte {
	t.Helper()
	document, err := openapi.Generate(httpapi.Routes())
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func decode(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func resolve(t *testing.T, raw []byte) *jsonschema.Resolved {
	t.Helper()
	var schema jsonschema.Schema
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}
