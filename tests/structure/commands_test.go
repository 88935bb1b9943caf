package structure_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// A block of the docs in another language than a shell's is no command.
var noCommands = []string{"text", "logs", "mermaid", "python"}

// What a shell's block may need, in its first line after sh: then no test runs it.
// Of what takes minutes, the parts are tested (tests/restoring, tests/signin, tests/e2e, tests/load).
var needs = []string{"account", "container engine", "cluster", "minutes"}

// ran names the test that runs a command of the docs. Of a make target it is the
// target's name or its program that the test has; of another command its beginning.
func ran() map[string]string {
	return map[string]string{
		"make run":                  "tests/e2e/program_test.go",
		"make dev":                  "tests/e2e/program_test.go",
		"make test":                 ".ci/run",
		"make deploy":               "tests/deploying/account_test.go",
		"make tenant":               "tests/e2e/commands_test.go",
		"make reconcile":            "tests/e2e/commands_test.go",
		"make tenants":              "tests/e2e/commands_test.go",
		"make audit-verify":         "tests/e2e/commands_test.go",
		"make mail-release":         "tests/e2e/commands_test.go",
		"make webhook-replay":       "tests/e2e/commands_test.go",
		"make erasure-replay":       "tests/e2e/commands_test.go",
		"curl":                      "tests/e2e/commands_test.go",
		"script of README.md":       "tests/e2e/apikey_test.go",
		"script of docs/privacy.md": "tests/packing/checking_test.go",
	}
}

// documented is one command of a page, and whether its block or line says that it
// needs something that no test has.
type documented struct {
	page, command string
	marked        bool
}

var (
	fence  = regexp.MustCompile("(?ms)^( *)```([^\n]*)\n(.*?)^ *```[ ]*$")
	inline = regexp.MustCompile("`make ([a-z][a-z-]*)")
)

func pagesWithCommands(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, pattern := range []string{"README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/*.md", "infra/*/README.md"} {
		found, err := filepath.Glob(filepath.Join(blueprint.Root(), pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v %v", pattern, found, err)
		}
		for _, file := range found {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(blueprint.Root(), file)
			if err != nil {
				t.Fatal(err)
			}
			pages[filepath.ToSlash(name)] = string(raw)
		}
	}
	return pages
}

// commandsOf reads the blocks of a page. A script, which begins with set -e, is one.
func commandsOf(page, text string) (all []documented, wrong []string) {
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		language, need, _ := strings.Cut(block[2], " ")
		switch {
		case slices.Contains(noCommands, language) && need == "":
			continue
		case language != "sh" || (need != "" && !slices.Contains(needs, need)):
			wrong = append(wrong, fmt.Sprintf("%s: a block of %q: sh, with or without %q, or one of %q", page, block[2], needs, noCommands))
			continue
		}
		if strings.HasPrefix(block[3], "set -e") {
			all = append(all, documented{page, "script of " + page, need != ""})
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(block[3], "\\\n", " ")) {
			command, said, _ := strings.Cut(strings.TrimSpace(line), "# ")
			if command = strings.TrimSpace(command); command != "" && command != "#" {
				all = append(all, documented{page, command, need != "" || said == "needs an account"})
			}
		}
	}
	return all, wrong
}

// unproved says what is wrong with commands that are neither run nor marked, and
// with entries of the list that are of no use.
func unproved(all []documented, list map[string]string, source func(string) string, programs map[string]string) []string {
	var wrong []string
	used := map[string]bool{}
	for _, d := range all {
		key := keyOf(d.command, list)
		used[key] = true
		switch file := list[key]; {
		case d.marked:
		case file == "":
			wrong = append(wrong, fmt.Sprintf("%s: %q is run by no test: name it in ran, or say in the block's first line what it needs", d.page, d.command))
		case !runs(source(file), key, programs):
			wrong = append(wrong, fmt.Sprintf("%s: %s does not run %q", d.page, file, key))
		}
	}
	for key := range list {
		if !used[key] {
			wrong = append(wrong, fmt.Sprintf("no page has %q: strike it from ran", key))
		}
	}
	return wrong
}

// keyOf is the entry that a command goes by: make and its target, a script, or the
// program.
func keyOf(command string, list map[string]string) string {
	words := strings.Fields(command)
	if words[0] == "make" && len(words) > 1 {
		return "make " + words[1]
	}
	if _, listed := list[command]; listed || words[0] == "script" {
		return command
	}
	return words[0]
}

func runs(source, key string, programs map[string]string) bool {
	target, isMake := strings.CutPrefix(key, "make ")
	script, isScript := strings.CutPrefix(key, "script of ")
	switch {
	case isScript:
		return strings.Contains(source, `"`+filepath.Base(script)+`"`)
	case !isMake:
		return strings.Contains(source, `"`+key+`"`) || strings.Contains(source, `"`+key+` `)
	}
	program := programs[target]
	return strings.Contains(source, `"`+target+`"`) || strings.Contains(source, "make "+target) || program != "" && strings.Contains(source, program)
}

// targets are the Makefile's, each with the program that its recipe builds or runs.
func targets(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(blueprint.Root(), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z-]*):.*\n((?:\t.*\n)*)`).FindAllStringSubmatch(string(raw), -1) {
		all[m[1]] = regexp.MustCompile(`\./(?:infra|bench)/\S+|$`).FindString(m[2])
	}
	return all
}

// TestEveryCommandOfTheDocsIsRunOrSaysWhatItNeeds, and each make target in a text
// exists.
func TestEveryCommandOfTheDocsIsRunOrSaysWhatItNeeds(t *testing.T) {
	programs, pages := targets(t), pagesWithCommands(t)
	var all []documented
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		commands, wrong := commandsOf(page, pages[page])
		for _, complaint := range wrong {
			t.Error(complaint)
		}
		all = append(all, commands...)
		for _, d := range commands {
			if words := strings.Fields(d.command); words[0] == "make" {
				if _, there := programs[words[1]]; !there {
					t.Errorf("%s: the Makefile has no %s", page, words[1])
				}
			}
		}
		for _, m := range inline.FindAllStringSubmatch(pages[page], -1) {
			if _, there := programs[m[1]]; !there {
				t.Errorf("%s: the Makefile has no %s", page, m[1])
			}
		}
	}
	source := func(file string) string {
		raw, err := os.ReadFile(filepath.Join(blueprint.Root(), file))
		if err != nil {
			t.Error(err)
		}
		return string(raw)
	}
	for _, complaint := range unproved(all, ran(), source, programs) {
		t.Error(complaint)
	}
	t.Logf("%d commands in %d pages", len(all), len(pages))
}

// TestACommandCannotBeForgotten: what the test above lets pass by accident would be
// nobody's.
func TestACommandCannotBeForgotten(t *testing.T) {
	list, programs := map[string]string{"make run": "a_test.go"}, map[string]string{"run": "./infra/local/run"}
	source := func(string) string { return `exec.Command("go", "build", "./infra/local/run")` }
	for text, want := range map[string]int{
		"```sh\nmake run\n```\n":                                0,
		"```\nmake run\n```\n":                                  2, // no language, and so the list's entry is unused
		"```bash\nmake run\n```\n":                              2,
		"```sh nobody\nmake run\n```\n":                         2,
		"```sh\nmake run\nmake other\n```\n":                    1,
		"```sh\nmake run\naws s3 ls\n```\n":                     1,
		"```sh\nmake run\n```\n```sh account\naws s3 ls\n```\n": 0,
		"```sh\nmake run\naws s3 ls  # needs an account\n```\n": 0,
		"```sh\nmake run\naws s3 ls  # needs nothing\n```\n":    1,
		"   ```sh\n   make run\n   set x\n   ```\n":             1,
	} {
		commands, wrong := commandsOf("a.md", text)
		if got := append(wrong, unproved(commands, list, source, programs)...); len(got) != want {
			t.Errorf("%q: %d complaints, not %d: %q", text, len(got), want, got)
		}
	}
	if runs("exec.Command()", "make run", programs) {
		t.Error("a test that runs nothing counts")
	}
}
