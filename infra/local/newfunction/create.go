package main

import (
	"errors"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// wish is what was asked for; what is empty follows from the name.
type wish struct{ name, method, pattern, act string }

// create writes what an endpoint consists of, then what is generated from it.
func create(root string, asked wish) error {
	name := asked.name
	if !regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`).MatchString(name) {
		return errors.New("NAME is a noun and a verb in lower case, such as project-archive")
	}
	if _, err := os.Stat(filepath.Join(root, "functions", name)); err == nil {
		return fmt.Errorf("functions/%s exists", name)
	}
	w, err := textOf(name).asked(asked)
	if err != nil {
		return err
	}
	changed, err := rows(root, w)
	if err != nil {
		return err
	}
	maps.Copy(changed, map[string]string{
		filepath.Join("functions", name, "main.go"):          w.main(),
		filepath.Join("events", name, "no-token.json"):       w.event("no-token", ""),
		filepath.Join("events", name, "no-token.want.json"):  refused,
		filepath.Join("events", name, "signed-in.json"):      w.event("signed-in", bearer),
		filepath.Join("events", name, "signed-in.want.json"): w.answered(),
	})
	for _, path := range slices.Sorted(maps.Keys(changed)) {
		if err := write(filepath.Join(root, path), changed[path]); err != nil {
			return err
		}
		fmt.Println("wrote", path)
	}
	cmd := exec.Command("make", "--no-print-directory", "template", "openapi")
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("make template openapi: %w", err)
	}
	return nil
}

// asked puts what was asked for in the place of what the name suggests.
func (w text) asked(given wish) (text, error) {
	if given.method != "" {
		w.method = strings.ToUpper(given.method)
	}
	if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, w.method) {
		return w, fmt.Errorf("METHOD is not %s", w.method)
	}
	if given.pattern != "" {
		w.path = given.pattern
	}
	if !strings.HasPrefix(w.path, "/api/") || strings.Contains(strings.Replace(w.path, "/{id}", "", 1), "{") {
		return w, errors.New("PATTERN begins with /api/ and has no parameter but {id}")
	}
	if w.method == "POST" {
		w.more += ", Idempotent: true"
	}
	if given.act != "" {
		w.more += ", Act: tenant." + exported(given.act)
		w.acts = true
	}
	return w, nil
}

func write(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	if strings.HasSuffix(path, ".go") {
		tidy, err := format.Source([]byte(content))
		if err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		content = string(tidy)
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

// rows puts row and handler where those of the noun stand; the first of a noun
// begins a file, and a list that Routes concatenates.
func rows(root string, w text) (map[string]string, error) {
	sources, err := filepath.Glob(filepath.Join(root, "shared", "httpapi", "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range sources {
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if extended, ok := w.listIn(string(source)); ok {
			return map[string]string{within(root, path): w.imported(extended) + "\n" + w.row()}, nil
		}
	}
	routes := filepath.Join(root, "shared", "httpapi", "routes.go")
	source, err := os.ReadFile(routes)
	if err != nil {
		return nil, err
	}
	before, after, ok := strings.Cut(string(source), lastList)
	if !ok {
		return nil, fmt.Errorf("%s concatenates no %s", routes, lastList)
	}
	file := filepath.Join("shared", "httpapi", strings.ReplaceAll(w.noun, "-", "")+".go")
	if _, err := os.Stat(filepath.Join(root, file)); err == nil {
		file = filepath.Join("shared", "httpapi", strings.ReplaceAll(w.name, "-", "")+".go")
	}
	return map[string]string{
		within(root, routes): before + w.list() + "(), " + lastList + after,
		file:                 w.imported("package httpapi\n\nimport (\n)\n") + "\n" + w.newList() + "\n" + w.row(),
	}, nil
}

func within(root, path string) string {
	inside, err := filepath.Rel(root, path)
	if err != nil {
		return path
	}
	return inside
}

// listIn adds the row to the noun's list, when source declares that.
func (w text) listIn(source string) (string, bool) {
	declared := strings.Index(source, "func "+w.list()+"() []Route")
	if declared < 0 {
		return "", false
	}
	begin := strings.Index(source[declared:], "[]Route{")
	if begin < 0 {
		return "", false
	}
	end := declared + begin + strings.IndexByte(source[declared+begin:], '}')
	return source[:end] + ", " + w.entry() + source[end:], true
}

// imported adds the imports of row and handler that source lacks: the handler's
// first, the row's last.
func (w text) imported(source string) string {
	if !strings.Contains(source, "\t\"context\"\n") {
		source = strings.Replace(source, "import (\n", "import (\n\t\"context\"\n", 1)
	}
	if !w.acts || strings.Contains(source, tenantPackage) {
		return source
	}
	between := ""
	if !strings.Contains(source, modulePath) {
		between = "\n"
	}
	return strings.Replace(source, "\n)\n", "\n"+between+"\t\""+tenantPackage+"\"\n)\n", 1)
}
