package structure_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/hostile/fuzzing"
	"github.com/devotionalai/platform/tests/blueprint"
)

// TestEveryFuzzTargetIsRun: what make hostile runs is every fuzz target that there
// is. Each has seeds, and a word of failing: one that only runs its code would hold
// whatever that answers.
func TestEveryFuzzTargetIsRun(t *testing.T) {
	run, err := fuzzing.Find(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	var there []fuzzing.Target
	for _, s := range sources(t) {
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !s.isTest() || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Fuzz") {
				continue
			}
			target := fuzzing.Target{Folder: s.dir(), Name: f.Name.Name}
			there = append(there, target)
			if !slices.Contains(run, target) {
				t.Errorf("%s: make hostile does not run %s", s.dir(), f.Name.Name)
			}
			if !calls(f, "Add") || !calls(f, "Errorf") && !calls(f, "Error") && !calls(f, "Fatalf") {
				t.Errorf("%s: %s has no seeds, or cannot fail", s.dir(), f.Name.Name)
			}
		}
	}
	if len(there) < 30 || len(there) != len(run) {
		t.Errorf("%d fuzz targets are there, %d are run", len(there), len(run))
	}
	makefile, err := os.ReadFile(filepath.Join(blueprint.Root(), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^hostile:.*\n(.*\n)*?\t.*go run \./infra/hostile`).Match(makefile) {
		t.Error("make hostile does not run infra/hostile")
	}
}

// calls reports whether a function calls a method of this name.
func calls(f *ast.FuncDecl, method string) bool {
	found := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok && selector.Sel.Name == method {
			found = true
		}
		return !found
	})
	return found
}
