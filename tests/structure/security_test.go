package structure_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

var (
	testName    = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	browserTest = regexp.MustCompile("`([a-z-]+\\.spec\\.ts): ([^`]+)`")
	asvsNumber  = regexp.MustCompile(`^[46789]\.\d+\.\d+$`)
)

// securityFaults reads a document like docs/security.md. goTests are the tests
// there are; browser answers whether a spec has a test of a title.
func securityFaults(document string, goTests []string, browser func(spec, title string) bool) (requirements int, faults []string) {
	seen := map[string]bool{}
	for line := range strings.SplitSeq(document, "\n") {
		tests := testName.FindAllStringSubmatch(line, -1)
		specs := browserTest.FindAllStringSubmatch(line, -1)
		for _, m := range tests {
			if !slices.Contains(goTests, m[1]) {
				faults = append(faults, "there is no test "+m[1])
			}
		}
		for _, m := range specs {
			if !browser(m[1], m[2]) {
				faults = append(faults, m[1]+" has no test "+m[2])
			}
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if !strings.HasPrefix(line, "|") || len(cells) != 3 || strings.Trim(cells[0], "-|") == "" || cells[2] == "Shown by" {
			continue
		}
		if len(tests)+len(specs) == 0 {
			faults = append(faults, cells[0]+" is shown by no test")
		}
		if asvsNumber.MatchString(cells[0]) {
			requirements++
			if seen[cells[0]] {
				faults = append(faults, cells[0]+" has two rows")
			}
			seen[cells[0]] = true
		}
	}
	return requirements, faults
}

// TestSecurityDocumentNamesTests: what docs/security.md says is shown by tests
// that exist, and each requirement and threat by one at least.
func TestSecurityDocumentNamesTests(t *testing.T) {
	document, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	var goTests []string
	for _, s := range sources(t) {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.isTest() && f.Recv == nil {
				goTests = append(goTests, f.Name.Name)
			}
		}
	}
	browser := func(spec, title string) bool {
		source, err := os.ReadFile(filepath.Join(blueprint.Root(), "tests", "e2e", "browser", spec))
		return err == nil && strings.Contains(string(source), `test("`+title+`"`)
	}
	requirements, faults := securityFaults(string(document), goTests, browser)
	for _, fault := range faults {
		t.Errorf("docs/security.md: %s", fault)
	}
	if requirements < 30 {
		t.Errorf("docs/security.md: only %d requirements of the ASVS were found", requirements)
	}
}

// TestSecurityDocumentIsHeld plants what must be found.
func TestSecurityDocumentIsHeld(t *testing.T) {
	has := func(_, title string) bool { return title == "a title" }
	for _, c := range []struct{ line, want string }{
		{"| 4.1.1 | answers | `TestA` |", ""},
		{"| 4.1.1 | answers | `a.spec.ts: a title` |", ""},
		{"| 4.1.1 | answers | `TestB` |", "there is no test TestB"},
		{"| 4.1.1 | answers | `a.spec.ts: another title` |", "has no test another title"},
		{"| 4.1.1 | answers | reading |", "4.1.1 is shown by no test"},
		{"| a threat | a wall | hope |", "a threat is shown by no test"},
		{"| 4.1.1 | a | `TestA` |\n| 4.1.1 | b | `TestA` |", "two rows"},
		{"In a text, `TestB`.", "there is no test TestB"},
	} {
		_, faults := securityFaults(c.line, []string{"TestA"}, has)
		if found := strings.Join(faults, "; "); c.want == "" && found != "" || !strings.Contains(found, c.want) {
			t.Errorf("%q: found %q, want %q", c.line, found, c.want)
		}
	}
}
