package structure_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

var (
	testName    = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	browserTest = regexp.MustCompile("`([a-z-]+\\.spec\\.ts): ([^`]+)`")
	asvsNumber  = regexp.MustCompile(`^[46789]\.\d+\.\d+$`)
	asvsSpan    = regexp.MustCompile(`([46789]\.\d+)\.(\d+)(?: to ([46789]\.\d+)\.(\d+))?`)
)

// required are the requirements of Level 1 and 2 of OWASP ASVS 5.0.0, by section:
// those of Level 3 are left out.
func required() map[string][]int {
	return map[string][]int{
		"4.1": {1, 2, 3}, "4.2": {1}, "4.3": {1, 2}, "4.4": {1, 2, 3, 4},
		"6.1": {1, 2, 3}, "6.2": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, "6.3": {1, 2, 3, 4}, "6.4": {1, 2, 3, 4},
		"6.5": {1, 2, 3, 4, 5}, "6.6": {1, 2, 3}, "6.8": {1, 2, 3, 4},
		"7.1": {1, 2, 3}, "7.2": {1, 2, 3, 4}, "7.3": {1, 2}, "7.4": {1, 2, 3, 4, 5}, "7.5": {1, 2}, "7.6": {1, 2},
		"8.1": {1, 2}, "8.2": {1, 2, 3}, "8.3": {1}, "8.4": {1},
		"9.1": {1, 2, 3}, "9.2": {1, 2, 3, 4},
	}
}

// unnamed lists what is required and stands nowhere in a document, where
// "6.2.1 to 6.2.12" names all between.
func unnamed(document string) []string {
	named := map[string]bool{}
	for _, m := range asvsSpan.FindAllStringSubmatch(document, -1) {
		first, _ := strconv.Atoi(m[2])
		last, err := strconv.Atoi(m[4])
		if err != nil || m[3] != m[1] {
			last = first
		}
		for i := first; i <= last; i++ {
			named[m[1]+"."+strconv.Itoa(i)] = true
		}
	}
	var missing []string
	for section, numbers := range required() {
		for _, n := range numbers {
			if number := section + "." + strconv.Itoa(n); !named[number] {
				missing = append(missing, number)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// TestSecurityDocumentNamesEveryRequirement: each has a row, or stands among what
// is not done or does not apply.
func TestSecurityDocumentNamesEveryRequirement(t *testing.T) {
	document, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, found := strings.Cut(string(document), "## OWASP ASVS 5.0.0")
	if !found {
		t.Fatal("docs/security.md has no chapter of the ASVS")
	}
	_, chapter, _ = strings.Cut(chapter, "\n") // its title is no requirement
	if missing := unnamed(chapter); len(missing) > 0 {
		t.Errorf("docs/security.md says nothing of %v", missing)
	}
	const planted = "| 7.4.4 | x |"
	if missing := unnamed(strings.ReplaceAll(chapter, "7.4.4", "") + "6.2.3"); !slices.Equal(missing, []string{"7.4.4"}) {
		t.Errorf("without 7.4.4 there are missing %v", missing)
	}
	if missing := unnamed(planted); slices.Contains(missing, "7.4.4") || !slices.Contains(missing, "6.2.7") {
		t.Errorf("of %q there are missing %v", planted, missing)
	}
}

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

func everyTest(t *testing.T) (names []string) {
	for _, s := range sources(t) {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.isTest() && f.Recv == nil {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

// TestTheGuideNamesTests that there are.
func TestTheGuideNamesTests(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "SAAS_DEPLOYMENT.md"))
	if err != nil {
		t.Fatal(err)
	}
	named, goTests := testName.FindAllStringSubmatch(string(guide), -1), everyTest(t)
	for _, m := range named {
		if !slices.Contains(goTests, m[1]) {
			t.Errorf("docs/SAAS_DEPLOYMENT.md: there is no test %s", m[1])
		}
	}
	if len(named) < 20 {
		t.Errorf("%d tests are named: are they still read?", len(named))
	}
}

// TestSecurityDocumentNamesTests: what docs/security.md says is shown by tests
// that exist, and each requirement and threat by one at least.
func TestSecurityDocumentNamesTests(t *testing.T) {
	document, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	goTests := everyTest(t)
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
