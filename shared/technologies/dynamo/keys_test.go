package dynamo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

// kinds reads the constants kind… of keys*.go; those of the directory stand in the
// domain.
func kinds(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("keys*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{
		"kindAddress": kindAddress, "kindLink": kindLink, "kindRate": kindRate, "kindMailRate": kindMailRate, "kindSlots": kindSlots,
		"kindGuess": kindGuess, "kindMailCall": kindMailCall, "kindSuppressed": kindSuppressed, "kindInvite": kindInvite, "kindSigning": kindSigning,
		"kindCustomer": kindCustomer, "kindPayMock": kindPayMock, "kindKeep": kindKeep, "kindReceipt": kindReceipt, "kindDrill": kindDrill,
	}
	directory := len(found)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != len(spec.Values) {
				return true
			}
			for i, id := range spec.Names {
				if !strings.HasPrefix(id.Name, "kind") {
					continue
				}
				if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
					found[id.Name], _ = strconv.Unquote(lit.Value)
				} else if _, known := found[id.Name]; known {
					directory--
				} else {
					t.Errorf("%s: %s is no text, and not among those of the directory", name, id.Name)
				}
			}
			return true
		})
	}
	if directory != 0 {
		t.Errorf("%d kinds of the directory are gone from keys*.go", directory)
	}
	return found
}

func TestEveryItemKindIsDeclared(t *testing.T) {
	built := map[string]bool{}
	for name, kind := range kinds(t) {
		built[kind] = true
		_, platform := privacy.Declared(privacy.Platform, kind)
		_, directory := privacy.Declared(privacy.Directory, kind)
		if platform == directory {
			t.Errorf("%s (%q) must be declared in shared/domains/privacy, in exactly one table", name, kind)
		}
	}
	for _, p := range privacy.Declaration() {
		if (p.Store == privacy.Platform || p.Store == privacy.Directory) && !built[p.Kind] {
			t.Errorf("%s %s is declared, but no key of that kind is built", p.Store, p.Kind)
		}
	}
}

// A key that is built elsewhere would escape the declaration.
func TestKeysAreBuiltInOnePlace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	core, err := filepath.Glob("table/*.go")
	if err != nil || len(core) == 0 {
		t.Fatalf("no file of the core is read: %v", err)
	}
	known := kinds(t)
	for _, name := range append(files, core...) {
		if strings.HasPrefix(name, "keys") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			value, _ := strconv.Unquote(lit.Value)
			for constant, kind := range known {
				if strings.HasPrefix(value, kind) {
					t.Errorf("%s writes %q by hand: use the builder of %s", name, value, constant)
				}
			}
			return true
		})
	}
}
