package structure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
)

// productSources are the Go files of the product by their path, without tests.
func productSources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, folder := range []string{"shared", "functions"} {
		err := filepath.WalkDir(filepath.Join(blueprint.Root(), folder), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(path)
			name, _ := filepath.Rel(blueprint.Root(), path)
			all[filepath.ToSlash(name)] = string(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

var (
	literalMetric = regexp.MustCompile(`Metrics\.Add\(\s*"([^"]*)"`)
	namedMetric   = regexp.MustCompile(`metric\.([A-Z]\w+)`)
	declaredName  = regexp.MustCompile(`(?m)^\t([A-Z]\w+) +Name = "(\w+)"`)
)

// TestMetricsAreDeclaredOnce: what is written is declared, what is declared is
// written, and no name is one of a function's own making.
func TestMetricsAreDeclaredOnce(t *testing.T) {
	sources := productSources(t)
	const declaration = "shared/boot/metric/metric.go"
	known := map[string]int{}
	for _, m := range metric.All() {
		known[string(m.Name)]++
	}
	used := map[string]bool{}
	for path, source := range sources {
		if m := literalMetric.FindStringSubmatch(source); m != nil {
			t.Errorf("%s writes the metric %q: declare it in %s", path, m[1], declaration)
		}
		for _, m := range namedMetric.FindAllStringSubmatch(source, -1) {
			used[m[1]] = used[m[1]] || path != declaration
		}
	}
	for _, passed := range []string{httpapi.UnknownType, httpapi.UnknownCustomer} { // packages below boot have names of their own for these
		used[passed] = true
	}
	names := declaredName.FindAllStringSubmatch(sources[declaration], -1)
	if len(names) != len(known) {
		t.Errorf("%d names and %d declarations", len(names), len(known))
	}
	for _, n := range names {
		if n[1] != n[2] || known[n[2]] != 1 {
			t.Errorf("%s is called %q and declared %d times", n[1], n[2], known[n[2]])
		}
		if !used[n[1]] {
			t.Errorf("nothing writes %s", n[1])
		}
	}
}

// TestEveryEndOfARenderIsCounted: whoever can end an attempt tells of it.
func TestEveryEndOfARenderIsCounted(t *testing.T) {
	made := 0
	for path, source := range productSources(t) {
		for _, after := range strings.Split(source, "render.NewSettler(")[1:] {
			made++
			line, _, _ := strings.Cut(after, "\n")
			if !strings.Contains(line, ".Telling(outcomes.Ended(rt))") {
				t.Errorf("%s makes a settler that tells nobody: .Telling(outcomes.Ended(rt))", path)
			}
		}
	}
	if made < 4 {
		t.Errorf("%d settlers: are they still found?", made)
	}
}

// TestARenderThatDoesNotEndIsLookedFor by what runs all the time: nothing else tells of
// one that waits.
func TestARenderThatDoesNotEndIsLookedFor(t *testing.T) {
	if sweep := productSources(t)["functions/work-sweep/main.go"]; !strings.Contains(sweep, "outcomes.Sweeping(rt, ") {
		t.Error("the sweep does not say how old the oldest render is: outcomes.Sweeping")
	}
}
