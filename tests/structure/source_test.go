package structure_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

const module = "github.com/devotionalai/platform"

// source is one Go file of the checkout.
type source struct {
	path    string // relative, with slashes
	text    string
	tree    *ast.File
	imports []string
	at      *token.FileSet
}

// dir is the folder that the file lies in, and so its package.
func (s source) dir() string { return filepath.ToSlash(filepath.Dir(s.path)) }

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// sources reads the Go files below the given folders of the checkout; below all
// of it without any.
func sources(t *testing.T, folders ...string) []source {
	t.Helper()
	if len(folders) == 0 {
		folders = []string{"."}
	}
	root := blueprint.Root()
	var all []source
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name := entry.Name()
			if entry.IsDir() && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") && path != root {
				return filepath.SkipDir
			}
			if entry.Type().IsRegular() && strings.HasSuffix(name, ".go") {
				all = append(all, read(t, root, path))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func read(t *testing.T, root, path string) source {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := source{text: string(text), at: token.NewFileSet()}
	if s.tree, err = parser.ParseFile(s.at, path, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(root, path)
	if err != nil {
		t.Fatal(err)
	}
	s.path = filepath.ToSlash(relative)
	for _, spec := range s.tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		s.imports = append(s.imports, name)
	}
	return s
}
