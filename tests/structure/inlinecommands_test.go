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

// Of a command in a sentence no test can say that it was run. So one of AWS's, or of a
// program of ours that asks AWS, says in its paragraph, list or table that it needs an account,
// or its section says so once, before the first; and make's is held to what its target takes.
// Names of commands alone (`make test`, `aws`) are words of the language, and so are other
// programs' (`sam build`).
const (
	needsAccount   = "needs an account"
	sectionAccount = "Every command of this section needs an account"
)

var (
	sentence = regexp.MustCompile("`((?:aws|go run|make)\\s[^`]+)`")
	heading  = regexp.MustCompile(`^(#+) `)
	indented = regexp.MustCompile(`(?:\A|\n[ ]*\n|(?:\A|\n)#[^\n]*\n)(?: {4}|\t)[^\n]*`)
	argument = regexp.MustCompile(`(?:^|[\s\[])([A-Z][A-Z_]*)=`)
)

// withoutBlocks is what pages say in sentences. A block that is one by its indentation
// only has no label, so that nobody sees its commands.
func withoutBlocks(page, text string) (sentences string, wrong []string) {
	sentences = fence.ReplaceAllString(text, "")
	for _, line := range indented.FindAllString(sentences, -1) {
		wrong = append(wrong, fmt.Sprintf("%s: %q is a block by its indentation: give it a fence with a label", page, strings.TrimSpace(line)))
	}
	return sentences, wrong
}

// unmarked lists the commands in sentences of a page that need an account and do not say so.
func unmarked(page, sentences string) (wrong []string) {
	marked := map[int]bool{} // levels of the headings that we are below, whose section says so
	level := 0
	for paragraph := range strings.SplitSeq(sentences, "\n\n") {
		paragraph = strings.TrimLeft(paragraph, "\n")
		if m := heading.FindStringSubmatch(paragraph); m != nil {
			level = len(m[1])
			maps.DeleteFunc(marked, func(of int, _ bool) bool { return of >= level })
		}
		if strings.Contains(unbroken(paragraph), sectionAccount) {
			marked[level] = true
		}
		if len(marked) > 0 || strings.Contains(unbroken(paragraph), needsAccount) {
			continue
		}
		for _, m := range sentence.FindAllStringSubmatch(paragraph, -1) {
			if !strings.HasPrefix(m[1], "make") {
				wrong = append(wrong, fmt.Sprintf("%s: %q: its paragraph, or its section before it (%q), has to say that it needs an account", page, unbroken(m[1]), sectionAccount))
			}
		}
	}
	return wrong
}

func unbroken(text string) string { return strings.Join(strings.Fields(text), " ") }

// recipe is what a target of the Makefile says and runs, with the source of its program.
func recipe(t *testing.T, makefile, target, program string) string {
	t.Helper()
	all := regexp.MustCompile(`(?m)^` + target + `:.*\n(?:\t.*\n)*`).FindString(makefile)
	files, err := filepath.Glob(filepath.Join(blueprint.Root(), program, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all += string(raw)
	}
	return all
}

// untaken lists the arguments of a make command that its target does not read.
func untaken(command, recipe string) (names []string) {
	for _, m := range argument.FindAllStringSubmatch(command, -1) {
		if !regexp.MustCompile(`\b` + m[1] + `\b`).MatchString(recipe) {
			names = append(names, m[1])
		}
	}
	return names
}

// TestCommandsInSentencesSayWhatTheyNeed. Not docs/adr, which say what was decided and
// tried then, and not docs/errors, which are for callers of the API, who have no commands.
func TestCommandsInSentencesSayWhatTheyNeed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(blueprint.Root(), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	programs, pages := targets(t), pagesWithCommands(t)
	var looked int
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		sentences, wrong := withoutBlocks(page, pages[page])
		for _, complaint := range append(wrong, unmarked(page, sentences)...) {
			t.Error(complaint)
		}
		commands, _ := commandsOf(page, pages[page])
		for _, m := range sentence.FindAllStringSubmatch(sentences, -1) {
			commands = append(commands, documented{page: page, command: unbroken(m[1])})
		}
		for _, d := range commands {
			words := strings.Fields(d.command)
			switch {
			case words[0] == "make":
				looked++
				for _, name := range untaken(d.command, recipe(t, string(raw), words[1], programs[words[1]])) {
					t.Errorf("%s: %q: make %s takes no %s", page, d.command, words[1], name)
				}
			case strings.HasPrefix(d.command, "go run ./"):
				looked++
				if _, err := os.Stat(filepath.Join(blueprint.Root(), words[2])); err != nil {
					t.Errorf("%s: %q: %v", page, d.command, err)
				}
			}
		}
	}
	if looked < 100 {
		t.Errorf("%d commands were found: the pages are not read as they are written", looked)
	}
}

// TestACommandInASentenceCannotBeForgotten, nor one in a block without a label.
func TestACommandInASentenceCannotBeForgotten(t *testing.T) {
	const one, whole = "Look: `aws s3 ls\n--recursive` first.\n", "## Here\n\n" + sectionAccount + ".\n\n"
	for text, want := range map[string]int{
		one:                                                            1,
		"Run `go run ./infra/cost` first.\n":                           1,
		"Say `aws` or `make load USERS=1`.\n":                          0,
		"It needs an account: `aws s3 ls`.\n":                          0,
		"It needs an\naccount: `aws s3 ls`.\n":                         0,
		"It needs an account.\n\n" + one:                               1,
		"| a | b |\n|---|---|\n| `aws s3 ls` | `aws s3 mb` |\n":        2,
		"| a | b |\n|---|---|\n| `aws s3 ls` | needs an account |\n":   0,
		whole + one + "\n### Below\n\n" + one:                          0,
		whole + one + "\n## After\n\n" + one:                           1,
		"# All\n\n" + whole + one + "\n### Below\n\n## B\n\n" + one:    1,
		"```sh account\naws s3 ls\n```\n":                              0,
		"Text:\n\n    make run\n    aws s3 ls\n":                       1,
		"- a point\n  that goes on\n\n   ```sh\n   make run\n   ```\n": 0,
		"Text:\n\n\tmake run\n":                                        1,
	} {
		sentences, wrong := withoutBlocks("a.md", text)
		if got := append(wrong, unmarked("a.md", sentences)...); len(got) != want {
			t.Errorf("%q: %d complaints, not %d: %q", text, len(got), want, got)
		}
	}
	names := untaken(`make deploy STAGE=a SET="Name=B" [YES=1] WRONG=1`, "deploy: ## STAGE=trial\n\t"+`os.Getenv("SET")`)
	if !slices.Equal(names, []string{"YES", "WRONG"}) {
		t.Errorf("not taken are %q", names)
	}
}
