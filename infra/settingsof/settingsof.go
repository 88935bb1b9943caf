// Package settingsof reads, from the sources, which environment variables a
// function asks for. Nothing is run: a main cannot be imported.
package settingsof

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

const modulePath = "github.com/devotionalai/platform/"

// Setting is one environment variable that a function reads.
type Setting struct {
	Name     string
	Required bool // absent, the function does not start
}

// Common lists the settings that boot reads for every function.
func Common(root string) ([]Setting, error) {
	return structSettings(root, filepath.Join(root, "shared", "boot"), "common", "")
}

// Own lists the settings of the struct called config in the main.go of a
// function's folder, with the structs that it holds, in their order.
func Own(root, folder string) ([]Setting, error) {
	return structSettings(root, folder, "config", "")
}

func structSettings(root, dir, name, prefix string) ([]Setting, error) {
	file, declared, err := findStruct(dir, name)
	if err != nil {
		return nil, err
	}
	var list []Setting
	for _, field := range declared.Fields.List {
		tag := reflect.StructTag("")
		if field.Tag != nil {
			text, err := strconv.Unquote(field.Tag.Value)
			if err != nil {
				return nil, fmt.Errorf("read tag in %s: %w", dir, err)
			}
			tag = reflect.StructTag(text)
		}
		if env, ok := tag.Lookup("env"); ok {
			parts := strings.Split(env, ",")
			list = append(list, Setting{Name: prefix + parts[0], Required: strings.Contains(env, ",required")})
			continue
		}
		inner, err := innerSettings(root, dir, file, field.Type, prefix+tag.Get("envPrefix"))
		if err != nil {
			return nil, err
		}
		list = append(list, inner...)
	}
	return list, nil
}

// innerSettings follows a field without a tag into its struct.
func innerSettings(root, dir string, file *ast.File, t ast.Expr, prefix string) ([]Setting, error) {
	switch t := t.(type) {
	case *ast.Ident:
		return structSettings(root, dir, t.Name, prefix)
	case *ast.SelectorExpr:
		pkg, ok := t.X.(*ast.Ident)
		if !ok {
			break
		}
		if inner, ok := importedDir(root, file, pkg.Name); ok {
			return structSettings(root, inner, t.Sel.Name, prefix)
		}
	}
	return nil, fmt.Errorf("a settings field in %s has neither an env tag nor a struct of this module", dir)
}

func importedDir(root string, file *ast.File, name string) (string, bool) {
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		inside, ours := strings.CutPrefix(path, modulePath)
		called := filepath.Base(path)
		if spec.Name != nil {
			called = spec.Name.Name
		}
		if ours && called == name {
			return filepath.Join(root, filepath.FromSlash(inside)), true
		}
	}
	return "", false
}

func findStruct(dir, name string) (*ast.File, *ast.StructType, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, nil, err
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return nil, nil, fmt.Errorf("read settings: %w", err)
		}
		for _, d := range file.Decls {
			general, ok := d.(*ast.GenDecl)
			if !ok || general.Tok != token.TYPE {
				continue
			}
			for _, s := range general.Specs {
				spec, ok := s.(*ast.TypeSpec)
				if !ok || spec.Name.Name != name {
					continue
				}
				if t, ok := spec.Type.(*ast.StructType); ok {
					return file, t, nil
				}
			}
		}
	}
	return nil, nil, fmt.Errorf("%s declares no struct %s", dir, name)
}
