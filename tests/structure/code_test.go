package structure_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every file and every function is held to these by itself.
const (
	mainLines         = 25
	fileLines         = 450
	functionLines     = 50
	testFunctionLines = 65
)

// longer are the files and functions that may be longer, and how long they are.
// None grows, and one that became short leaves the list.
func longer() map[string]int {
	return map[string]int{
		"infra/local/product/run.go:Run":                                62,
		"shared/technologies/drawing/sky.go:cloudscape":                 54,
		"tests/e2e/idempotency_test.go:TestRepeatedRequestsAreDoneOnce": 85,
	}
}

func TestMainsOnlyWire(t *testing.T) {
	for _, s := range sources(t, "functions") {
		if !strings.HasSuffix(s.path, "/main.go") {
			continue
		}
		_, body, _ := strings.Cut(s.text, "\n)\n")
		count := 0
		for _, line := range strings.Split(body, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				count++
			}
		}
		if count > mainLines {
			t.Errorf("%s: %d lines past the imports, at most %d; logic belongs into shared/", s.path, count, mainLines)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(s.path, "functions/"), "/main.go")
		if s.tree.Doc == nil || !strings.Contains(s.tree.Doc.Text(), name) {
			t.Errorf("%s: its comment begins with its name and says what it serves", s.path)
		}
	}
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	allowed := longer()
	hold := func(name string, lines, most int, why string) {
		own, excepted := allowed[name]
		delete(allowed, name)
		switch {
		case excepted && lines <= most:
			t.Errorf("%s has %d lines, which anybody may have: strike it from the list", name, lines)
		case lines > max(own, most):
			t.Errorf("%s has %d lines, at most %d; %s", name, lines, max(own, most), why)
		}
	}
	for _, s := range sources(t) {
		hold(s.path, strings.Count(s.text, "\n"), fileLines, "it owns more than one thing")
		most := functionLines
		if s.isTest() {
			most = testFunctionLines
		}
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				lines := s.at.Position(f.End()).Line - s.at.Position(f.Pos()).Line + 1
				hold(s.path+":"+f.Name.Name, lines, most, "it does more than one thing")
			}
		}
	}
	for name := range allowed {
		t.Errorf("%s is gone: strike it from the list", name)
	}
}

var vague = regexp.MustCompile(`^(utils?|common|helpers?|types|models?|misc|base|shared)$`)

func TestPackagesAreNamedAfterWhatTheyOwn(t *testing.T) {
	for _, s := range sources(t) {
		if vague.MatchString(s.tree.Name.Name) {
			t.Errorf("%s: a package called %s owns nothing and collects everything", s.path, s.tree.Name.Name)
		}
	}
}

func TestNoHabitsThatHideState(t *testing.T) {
	for _, s := range sources(t) {
		product := !s.isTest() && (strings.HasPrefix(s.path, "functions/") || strings.HasPrefix(s.path, "shared/"))
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has init(): it runs at import, before settings, and cannot fail", s.path)
			}
		}
		if product && s.dir() != "shared/boot" {
			ast.Inspect(s.tree, func(n ast.Node) bool {
				if call, ok := n.(*ast.SelectorExpr); ok && readsEnvironment(call) {
					t.Errorf("%s reads the environment itself: put it into the function's settings struct", s.at.Position(call.Pos()))
				}
				return true
			})
		}
	}
}

func readsEnvironment(call *ast.SelectorExpr) bool {
	pkg, ok := call.X.(*ast.Ident)
	return ok && pkg.Name == "os" && slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, call.Sel.Name)
}

func TestNotesAreKeptElsewhere(t *testing.T) {
	marker := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	bare := regexp.MustCompile(`//nolint(:[a-z,]+)?\s*$`)
	for _, s := range sources(t) {
		for i, line := range strings.Split(s.text, "\n") {
			if marker.MatchString(line) {
				t.Errorf("%s:%d: do it, or write an issue", s.path, i+1)
			}
			if bare.MatchString(line) {
				t.Errorf("%s:%d: nolint needs its reason", s.path, i+1)
			}
		}
	}
}

// TestPackageVariablesAreNeverChanged finds assignments to package variables.
// Tables and compiled expressions are fine; state belongs into a value that
// somebody owns.
func TestPackageVariablesAreNeverChanged(t *testing.T) {
	variables := map[string]map[string]bool{}
	all := sources(t, "functions", "shared")
	for _, s := range all {
		if s.isTest() {
			continue
		}
		for _, name := range packageVariables(t, s) {
			if variables[s.dir()] == nil {
				variables[s.dir()] = map[string]bool{}
			}
			variables[s.dir()][name] = true
		}
	}
	for _, s := range all {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil && !s.isTest() {
				for _, name := range changed(f) {
					if variables[s.dir()][name] {
						t.Errorf("%s: %s changes the package variable %s; two requests of one process would meet there", s.path, f.Name.Name, name)
					}
				}
			}
		}
	}
}

// guards are the packages that may lock something for the whole process, and
// what that is.
var guards = map[string]string{
	"shared/technologies/espeak": "the C library keeps its state in globals of its own",
}

func packageVariables(t *testing.T, s source) []string {
	t.Helper()
	var names []string
	for _, d := range s.tree.Decls {
		general, ok := d.(*ast.GenDecl)
		if !ok || general.Tok != token.VAR {
			continue
		}
		for _, spec := range general.Specs {
			v := spec.(*ast.ValueSpec)
			for _, n := range v.Names {
				names = append(names, n.Name)
			}
			if selector, ok := v.Type.(*ast.SelectorExpr); ok && fmt.Sprint(selector.X) == "sync" && guards[s.dir()] == "" {
				t.Errorf("%s: %s is a package variable of package sync: it guards or holds state that nobody owns", s.path, v.Names[0].Name)
			}
		}
	}
	return names
}

// changed are the names that a function assigns to without declaring them.
func changed(f *ast.FuncDecl) []string {
	declared := map[string]bool{}
	var assigned []string
	note := func(e ast.Expr, declares bool) {
		if name := rootName(e); name != "" && declares {
			declared[name] = true
		} else if name != "" {
			assigned = append(assigned, name)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				declared[name.Name] = true
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declared[name.Name] = true
			}
		case *ast.RangeStmt:
			note(n.Key, n.Tok == token.DEFINE)
			note(n.Value, n.Tok == token.DEFINE)
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				note(e, n.Tok == token.DEFINE)
			}
		case *ast.IncDecStmt:
			note(n.X, false)
		}
		return true
	})
	return slices.DeleteFunc(assigned, func(name string) bool { return declared[name] })
}

// rootName is the variable that an expression such as a.b[c] lies in.
func rootName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return strings.Trim(e.Name, "_") // the blank name is no variable
	case *ast.SelectorExpr:
		return rootName(e.X)
	case *ast.IndexExpr:
		return rootName(e.X)
	case *ast.StarExpr:
		return rootName(e.X)
	case *ast.ParenExpr:
		return rootName(e.X)
	}
	return ""
}
