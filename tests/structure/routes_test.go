package structure_test

import (
	"net/http"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/template/blocks"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
)

// routesOf are a function's HttpApi events as API Gateway names routes.
func routesOf(f blueprint.Function) []string {
	var keys []string
	events, _ := f.Properties["Events"].(blueprint.Map)
	for _, e := range events {
		event, _ := e.(blueprint.Map)
		if event["Type"] != "HttpApi" {
			continue
		}
		properties, _ := event["Properties"].(blueprint.Map)
		method, _ := properties["Method"].(string)
		pattern, _ := properties["Path"].(string)
		if pattern == "$default" {
			keys = append(keys, pattern)
			continue
		}
		keys = append(keys, strings.ToUpper(method)+" "+pattern)
	}
	return keys
}

// TestTemplateIsWrittenFromTheRows: routes, environments, limits and policies of
// the API's functions stand nowhere else.
func TestTemplateIsWrittenFromTheRows(t *testing.T) {
	root := blueprint.Root()
	stale, err := blocks.Stale(root, httpapi.Routes())
	if err != nil {
		t.Fatalf("make template would fail: %v", err)
	}
	for _, f := range stale {
		t.Errorf("%s is not what the rows of shared/httpapi and the settings of the functions say; run: make template", strings.TrimPrefix(f.Path, root+"/"))
	}
}

// TestTemplateRoutesAreTheRows: what is written by hand, outside the generated
// block or in a nested template, adds no route. It would be in no document, and
// no test of the rows would know of it.
func TestTemplateRoutesAreTheRows(t *testing.T) {
	var rows, events []string
	for _, r := range httpapi.Routes() {
		key := r.Method + " " + r.Pattern
		if r.Pattern == "/" {
			key = "$default"
		}
		rows = append(rows, key+" -> "+r.Name)
	}
	for _, f := range load(t).Functions {
		for _, key := range routesOf(f) {
			events = append(events, key+" -> "+f.Name)
		}
	}
	sameNames(t, "rows of httpapi.Routes()", rows, "HttpApi events of the templates", events)
}

func TestRowsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range httpapi.Routes() {
		if r.Name == "" || r.Summary == "" || r.Tag == "" || r.Status == 0 {
			t.Errorf("%s %s: name, summary, tag and status are what the documentation shows", r.Method, r.Pattern)
		}
		if seen[r.Method+r.Pattern] {
			t.Errorf("%s %s has two rows", r.Method, r.Pattern)
		}
		seen[r.Method+r.Pattern] = true
		if r.Pattern != "/" && (path.Clean(r.Pattern) != r.Pattern || r.Method == "") {
			t.Errorf("%s %s: a row names one method and a clean path", r.Method, r.Pattern)
		}
	}
}

// TestEveryRowIsListed reads the sources: a row that Routes forgets would be in
// no document and no other test.
func TestEveryRowIsListed(t *testing.T) {
	name := regexp.MustCompile(`Name:\s+"([a-z-]+)",\s*(Method:|Pattern:)`)
	var listed []string
	for _, r := range httpapi.Routes() {
		listed = append(listed, r.Name)
	}
	for _, r := range httpapi.RawEndpoints() {
		listed = append(listed, r.Name)
	}
	for _, source := range sources(t, "shared/httpapi") {
		if source.isTest() {
			continue
		}
		for _, match := range name.FindAllStringSubmatch(source.text, -1) {
			if !slices.Contains(listed, match[1]) {
				t.Errorf("%s: the row %s is not in httpapi.Routes() or RawEndpoints()", source.path, match[1])
			}
		}
	}
}

// TestWhatSpendsCanBeRepeated: a POST of a signed-in person creates or spends,
// and then takes an Idempotency-Key, or answers a secret, or is in this list, of
// what reads and of what comes to the same however often it is asked. What answers
// with a session is a secret.
func TestWhatSpendsCanBeRepeated(t *testing.T) {
	readers := []string{
		httpapi.ProjectQuote.Name, httpapi.ProjectSplit.Name, httpapi.AccountKeep.Name, httpapi.MailboxResume.Name, httpapi.YouTubeConnect.Name,
		httpapi.BillingCheckout.Name, httpapi.BillingPortal.Name, httpapi.BillingChange.Name, httpapi.BillingCancel.Name, httpapi.BillingResume.Name,
	}
	for _, r := range httpapi.Routes() {
		if r.Method == http.MethodPost && r.Credentials.Take(httpapi.Session) && !r.Secret && r.Idempotent == slices.Contains(readers, r.Name) {
			t.Errorf("%s: Idempotent is %v", r.Name, r.Idempotent)
		}
		if r.Idempotent && (r.Method != http.MethodPost || !r.Credentials.Take(httpapi.Session) || r.Secret) {
			t.Errorf("%s cannot be Idempotent", r.Name)
		}
		session := reflect.TypeOf(r.Answer) == reflect.TypeOf(httpapi.SessionRefresh.Answer)
		if session && !r.Secret {
			t.Errorf("%s: Secret is %v", r.Name, r.Secret)
		}
	}
}
