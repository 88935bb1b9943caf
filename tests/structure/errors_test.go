package structure_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
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

// TestEveryErrorCodeIsProvokedByATest: a code that no test expects may be one
// that nothing answers any more. A code that a test only makes, tolerates or
// mentions is not expected by it.
func TestEveryErrorCodeIsProvokedByATest(t *testing.T) {
	constant := regexp.MustCompile(`(?m)^\t(\w+)\s+Code = "(\w+)"`)
	codes := map[string]string{} // by what Go code calls them
	for _, s := range sources(t, "shared/domains/problem") {
		for _, m := range constant.FindAllStringSubmatch(s.text, -1) {
			codes["problem."+m[1]], codes[`"`+m[2]+`"`] = m[2], m[2]
		}
	}
	expected := wantedCodes(t)
	for _, s := range sources(t) {
		if s.isTest() && s.dir() != "tests/structure" {
			for _, name := range expectations(s.tree) {
				if code, ok := codes[name]; ok {
					expected[code] = true
				}
			}
		}
	}
	for _, c := range problem.Codes() {
		if !expected[string(c)] {
			t.Errorf("no test expects %s", c)
		}
	}
}

// wantedCodes are those that a contract test's answer or error must have.
func wantedCodes(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(blueprint.Root(), "events", "*", "*.want.json"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Error string
			Body  any
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[want.Error] = true
		if body, ok := want.Body.(map[string]any); ok {
			code, _ := body["code"].(string)
			found[code] = true
		}
	}
	return found
}

// asserts are the functions of tests that end or fail a test unless an error or
// an answer has the code that they are given.
var asserts = []string{"WantCode", "expect", "isProblem", "failedThenRetried"}

// expectations are the codes that a test file demands, as they are written
// there: given to one of asserts, on one side of a != that is a condition to
// fail, asked for in one (!problem.Is), or in a row of a table whose function has
// such a demand for the row's own.
func expectations(file *ast.File) []string {
	var found []string
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		demanded := map[string]bool{}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if slices.Contains(asserts, called(n)) {
					for _, a := range n.Args {
						demanded[written(a)] = true
					}
				}
			case *ast.IfStmt:
				demands(n.Cond, demanded)
			case *ast.CaseClause:
				for _, c := range n.List {
					demands(c, demanded)
				}
			}
			return true
		})
		found = slices.AppendSeq(found, maps.Keys(demanded))
		ast.Inspect(f.Body, func(n ast.Node) bool {
			table, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			for _, row := range table.Elts {
				found = append(found, inRow(row, demanded)...)
			}
			return true
		})
	}
	return found
}

// demands notes what a condition to fail compares with: a part of it that && may
// overrule demands nothing.
func demands(cond ast.Expr, demanded map[string]bool) {
	switch e := cond.(type) {
	case *ast.ParenExpr:
		demands(e.X, demanded)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LOR:
			demands(e.X, demanded)
			demands(e.Y, demanded)
		case token.NEQ:
			demanded[written(e.X)], demanded[written(e.Y)] = true, true
		}
	case *ast.UnaryExpr:
		if call, ok := e.X.(*ast.CallExpr); ok && e.Op == token.NOT && called(call) == "Is" && len(call.Args) == 2 {
			demanded[written(call.Args[1])] = true
		}
	}
}

// inRow are the codes of a table's row, when its function demands a field of a
// row; a value that is made there (problem.Error, render.Failure) is none.
func inRow(row ast.Expr, demanded map[string]bool) []string {
	if pair, ok := row.(*ast.KeyValueExpr); ok {
		row = pair.Value
	}
	literal, ok := row.(*ast.CompositeLit)
	if !ok || literal.Type != nil {
		return nil
	}
	fields := slices.ContainsFunc(slices.Collect(maps.Keys(demanded)), func(name string) bool {
		return rowField.MatchString(name)
	})
	var found []string
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			e = pair.Value
		}
		if fields {
			found = append(found, written(e))
		}
	}
	return found
}

// rowField is how a test names what a row wants.
var rowField = regexp.MustCompile(`^(c|tc|test|want|broken)\.(code|want|wantCode)$`)

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// written is an expression as the source has it, for names and literals.
func written(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.BasicLit:
		return e.Value
	case *ast.SelectorExpr:
		return written(e.X) + "." + e.Sel.Name
	case *ast.CallExpr: // string(problem.X), problem.Code("x")
		if len(e.Args) == 1 {
			return written(e.Args[0])
		}
	}
	return ""
}
