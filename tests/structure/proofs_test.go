package structure_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// full are what makes a test a proof: it does more with PROOFS=full, or lets
// each call fail.
var full = []string{"Repeat", "RepeatOnBothStores", "InFull", "EachCall"}

// TestEveryProofIsMarked: make proofs runs the tests whose first statement is
// harness.Proof. One that has what proofs have and not their mark would never
// run at full counts.
func TestEveryProofIsMarked(t *testing.T) {
	byPackage := map[string][]*ast.FuncDecl{}
	for _, s := range sources(t, "tests", "shared", "functions", "infra") {
		if !s.isTest() || s.dir() == "tests/structure" {
			continue
		}
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				byPackage[s.dir()] = append(byPackage[s.dir()], f)
			}
		}
	}
	proofs := 0
	for dir, functions := range byPackage {
		serves := slices.Clone(full)
		for grown := true; grown; { // whoever uses one of them is one
			grown = false
			for _, f := range functions {
				if !slices.Contains(serves, f.Name.Name) && mentions(f, serves) {
					serves, grown = append(serves, f.Name.Name), true
				}
			}
		}
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
