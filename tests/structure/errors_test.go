package structure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/blueprint"
)

func TestEveryErrorCodeHasItsPage(t *testing.T) {
	folder := filepath.Join(blueprint.Root(), "docs", "errors")
	pages, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var codes, named []string
	for _, c := range problem.Codes() {
		codes = append(codes, string(c))
	}
	for _, p := range pages {
		named = append(named, strings.TrimSuffix(filepath.Base(p), ".md"))
	}
	sameNames(t, "codes of shared/domains/problem", codes, "pages of docs/errors", named)
	for _, c := range problem.Codes() {
		text, err := os.ReadFile(filepath.Join(folder, string(c)+".md"))
		if err != nil {
			continue // named above
		}
		want := fmt.Sprintf("# %s\n\n**%d** %s\n\n", c, problem.Status(c), problem.Title(c))
		if !strings.HasPrefix(string(text), want) {
			t.Errorf("docs/errors/%s.md does not begin with the code, its status and title: %q", c, want)
		}
		for _, part := range []string{"**When.**", "**What to do.**"} {
			if !strings.Contains(string(text), part) {
				t.Errorf("docs/errors/%s.md does not say %s", c, part)
			}
		}
	}
}

// TestEveryErrorCodeIsProvokedByATest: a code that no test names may be one
// that nothing answers any more.
func TestEveryErrorCodeIsProvokedByATest(t *testing.T) {
	constant := regexp.MustCompile(`(?m)^\t(\w+)\s+Code = "(\w+)"`)
	names := map[string]string{}
	for _, s := range sources(t, "shared/domains/problem") {
		for _, m := range constant.FindAllStringSubmatch(s.text, -1) {
			names[m[2]] = m[1]
		}
	}
	var tests []string
	for _, s := range sources(t) {
		if s.isTest() && s.dir() != "tests/structure" {
			tests = append(tests, s.text)
		}
	}
	wants, err := filepath.Glob(filepath.Join(blueprint.Root(), "events", "*", "*.want.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wants {
		text, err := os.ReadFile(w)
		if err != nil {
			t.Fatal(err)
		}
		tests = append(tests, string(text))
	}
	for _, c := range problem.Codes() {
		used := regexp.MustCompile(`problem\.` + names[string(c)] + `\b|"` + string(c) + `"`)
		if !slices.ContainsFunc(tests, used.MatchString) {
			t.Errorf("no test provokes %s (problem.%s)", c, names[string(c)])
		}
	}
}
