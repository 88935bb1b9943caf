// Package fuzzing finds the checkout's fuzz targets and runs them.
package fuzzing

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Target is a fuzz target.
type Target struct {
	Folder string // of its package, below the root, with slashes
	Name   string
}

// Find lists every fuzz target below root: functions of test files that are named
// so and take a *testing.F. There is no list to keep.
func Find(root string) ([]Target, error) {
	var all []Target
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && fuzzes(f) {
				all = append(all, Target{filepath.ToSlash(folder), f.Name.Name})
			}
		}
		return err
	})
	return all, err
}

func fuzzes(f *ast.FuncDecl) bool {
	if f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Fuzz") || len(f.Type.Params.List) != 1 {
		return false
	}
	pointer, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	selector, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selector.Sel.Name == "F"
}

// Build makes the test binary of a target's package. Guided, it is instrumented,
// so that inputs which reach new code are kept and altered further; that compiles
// all that the package needs once more. flags are the compiler's, like -overlay.
func Build(ctx context.Context, root, folder, out string, guided bool, flags ...string) error {
	args := append([]string{"test", "-c", "-vet=off", "-o", out}, flags...)
	if guided {
		args = append(args, "-fuzz=.")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+folder)...)
	cmd.Dir = root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the tests of %s: %w\n%s", folder, err, said)
	}
	return nil
}

// Result is what came of a run.
type Result struct {
	Inputs int64         // that were tried
	CPU    time.Duration // of the target and its workers, in all processors
	Said   string        // what it printed
	Failed bool          // an input was found that does not hold; it is kept below testdata/fuzz of the folder it ran in
}

// tried is the count in a line of progress.
var tried = regexp.MustCompile(`execs: (\d+)`)

// Run fuzzes with a target of a test binary, in a folder, for a time like 2s or a
// number of inputs like 100x. cache keeps inputs between runs. Errors: the binary
// did not run.
func Run(ctx context.Context, binary, folder, cache, name, amount string) (Result, error) {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Result{}, fmt.Errorf("make folder of inputs: %w", err)
	}
	cmd := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.fuzz=^"+name+"$", "-test.fuzztime="+amount, "-test.fuzzcachedir="+cache, "-test.fuzzminimizetime=1s")
	cmd.Dir = folder
	said, err := cmd.CombinedOutput()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		return Result{}, fmt.Errorf("run %s: %w", name, err)
	}
	r := Result{Said: string(said), Failed: err != nil, CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	for _, m := range tried.FindAllStringSubmatch(r.Said, -1) {
		r.Inputs, _ = strconv.ParseInt(m[1], 10, 64) // the last is of all
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	return r, nil
}
