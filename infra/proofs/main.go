// Command proofs runs every test that marks itself as a proof (harness.Proof),
// at full counts, or with PROOFS=all in the environment with all they have. They are found by their marks; there is no list to keep.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	proofs, err := find("tests")
	if err == nil {
		err = run(proofs)
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) { // go test has said what
		os.Exit(1)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make proofs:", err)
		os.Exit(1)
	}
}

// run runs the proofs of all packages in one go command, which begins them in this
// order: those with the most first, so that the last to end has no core for itself.
func run(proofs map[string][]string) error {
	names, packages := []string{}, []string{}
	for _, folder := range slices.SortedFunc(maps.Keys(proofs), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(proofs[b]), len(proofs[a])), cmp.Compare(a, b))
	}) {
		names, packages = append(names, proofs[folder]...), append(packages, "./"+folder)
	}
	if len(names) == 0 {
		return errors.New("no test is marked as a proof")
	}
	fmt.Printf("proofs: %d in %d packages\n", len(names), len(packages))
	args := []string{"test", "-count=1", "-timeout", "30m", "-v", "-run", "^(" + strings.Join(names, "|") + ")$"}
	cmd := exec.Command("go", append(args, packages...)...)
	cmd.Env = append(os.Environ(), "PROOFS="+cmp.Or(os.Getenv("PROOFS"), "full"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// find lists the marked tests by the folder of their package.
func find(root string) (map[string][]string, error) {
	proofs := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") && marked(f) {
				proofs[folder] = append(proofs[folder], f.Name.Name)
			}
		}
		return nil
	})
	return proofs, err
}

// marked tells whether a test's first statement is harness.Proof.
func marked(f *ast.FuncDecl) bool {
	if len(f.Body.List) == 0 {
		return false
	}
	statement, ok := f.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := statement.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == "harness" && selector.Sel.Name == "Proof"
}
