package structure_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// full are what makes a test a proof: it does more with PROOFS=full, or lets
// each call fail.
var full = []string{"Repeat", "RepeatOnBothStores", "InFull", "InAll", "SomeOf", "Takes", "EachCall", "Overtime", "InShare", "Unhurried"}

// TestEveryProofIsMarked: make proofs runs the tests whose first statement is
// harness.Proof. One that has what proofs have and not their mark would never
// run at full counts.
func TestEveryProofIsMarked(t *testing.T) {
	byPackage := testFunctions(t)
	proofs := 0
	for dir, functions := range byPackage {
		serves := users(functions, full)
		for _, f := range functions {
			if f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") || !mentions(f, serves) {
				continue
			}
			proofs++
			if !strings.HasPrefix(dir, "tests/") || !begins(f, "Proof") {
				t.Errorf("%s: %s is a proof: it lies in tests/ and begins with harness.Proof(t)", dir, f.Name.Name)
			}
		}
	}
	if proofs == 0 {
		t.Error("no proof was found")
	}
}

// fails are what ends or fails a test, here or in a package that is given it.
var fails = []string{"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow", "Must", "WantCode", "HTTP", "Worker", "Refusal", "URL", "Queue"}

// TestEveryTestCanFail: a test without a word of failing in it, or in what it
// calls in its package, holds whatever the product does.
func TestEveryTestCanFail(t *testing.T) {
	tests := 0
	for dir, functions := range testFunctions(t) {
		able := users(functions, fails)
		for _, f := range functions {
			if f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") || f.Name.Name == "TestMain" {
				continue
			}
			if tests++; !mentions(f, able) {
				t.Errorf("%s: %s cannot fail", dir, f.Name.Name)
			}
		}
	}
	if tests < 300 {
		t.Errorf("only %d tests were looked at", tests)
	}
}

// testFunctions are the functions of test files and of the tests' own packages,
// by folder.
func testFunctions(t *testing.T) map[string][]*ast.FuncDecl {
	t.Helper()
	byPackage := map[string][]*ast.FuncDecl{}
	for _, s := range sources(t) {
		if !s.isTest() && !strings.HasPrefix(s.dir(), "tests/") || s.dir() == "tests/structure" || s.dir() == "tests/harness" {
			continue
		}
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				byPackage[s.dir()] = append(byPackage[s.dir()], f)
			}
		}
	}
	return byPackage
}

// users adds to names those of all functions that use one of them, or one that
// does.
func users(functions []*ast.FuncDecl, names []string) []string {
	all := slices.Clone(names)
	for grown := true; grown; {
		grown = false
		for _, f := range functions {
			if !slices.Contains(all, f.Name.Name) && mentions(f, all) {
				all, grown = append(all, f.Name.Name), true
			}
		}
	}
	return all
}

func mentions(f *ast.FuncDecl, names []string) bool {
	found := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			// Other packages have functions of these names too.
			if from, ok := n.X.(*ast.Ident); ok && from.Name != "harness" && slices.Contains(full, n.Sel.Name) && n.Sel.Name != "EachCall" {
				return false
			}
			found = found || slices.Contains(names, n.Sel.Name)
		case *ast.Ident:
			found = found || slices.Contains(names, n.Name)
		case *ast.BasicLit:
			found = found || n.Value == `"PROOFS"`
		}
		return !found
	})
	return found
}

// begins tells whether a function's first statement is a call of this function
// of package harness.
func begins(f *ast.FuncDecl, name string) bool {
	if len(f.Body.List) == 0 {
		return false
	}
	statement, _ := f.Body.List[0].(*ast.ExprStmt)
	if statement == nil {
		return false
	}
	call, _ := statement.X.(*ast.CallExpr)
	if call == nil {
		return false
	}
	selector, _ := call.Fun.(*ast.SelectorExpr)
	if selector == nil {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == "harness" && selector.Sel.Name == name
}
