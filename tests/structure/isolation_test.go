package structure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/isolation"
)

// TestEveryFunctionHasAContractTest: it runs the samples, evaluates the policies
// for what they ask, and, for a function behind the API, runs the isolation matrix.
func TestEveryFunctionHasAContractTest(t *testing.T) {
	rows := map[string]bool{}
	for _, r := range httpapi.Routes() {
		rows[r.Name] = true
	}
	api, other := regexp.MustCompile(`contract\.HTTP\(t, build\)`), regexp.MustCompile(`contract\.(Worker|Queue|URL)\(t, build\)`)
	for _, f := range load(t).Functions {
		source, err := os.ReadFile(filepath.Join(f.Code, "main_test.go"))
		if err != nil {
			t.Errorf("%s has no test: %v", f.Name, err)
			continue
		}
		if want := map[bool]*regexp.Regexp{true: api, false: other}[rows[f.Name]]; !want.Match(source) {
			t.Errorf("functions/%s/main_test.go does not call %s", f.Name, want)
		}
	}
}

// TestEveryRowHasAnIsolationMatrix: a new route whose ids nobody knows fails here
// before its function's own test does.
func TestEveryRowHasAnIsolationMatrix(t *testing.T) {
	for _, r := range httpapi.Routes() {
		if cases, err := isolation.Cases(r); err != nil || len(cases) < 6*(len(isolation.Callers())-1) {
			t.Errorf("%s: %d cases, %v", r.Name, len(cases), err)
		}
	}
}
