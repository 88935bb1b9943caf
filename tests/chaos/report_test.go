package chaos_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

func root() string { return blueprint.Root() }

// sentenceLine is a code with its sentence in the web app's source.
var sentenceLine = regexp.MustCompile(`(?m)^  (\w+):\s+"(.*)",$`)

// rows narrows a run to some of its rows, by their names.
var rows = flag.String("rows", "", "a regular expression: only the rows whose names it finds")

// oneOf: of so many rows one runs InFull. All ways are among them; make chaos runs the rest.
const oneOf = 19

// chosen are the rows that this run takes.
func chosen(all []fault) (some []fault) {
	named := regexp.MustCompile(*rows)
	for i, f := range all {
		switch {
		case !named.MatchString(f.name()):
		case harness.InAll(),
			harness.InFull() && i%oneOf == 0,
			!harness.InFull() && f.quick():
			some = append(some, f)
		}
	}
	return some
}

// quick are the rows of an ordinary run, which make no video.
func (f fault) quick() bool {
	switch f.service + "/" + string(f.way) + "/" + f.act.name {
	case "bedrock/hangs/" + preview.name, "dynamodb/throttles/" + edits.name, "sts/down/" + reads.name, "network/answers lost/" + edits.name:
		return true
	}
	return false
}

// report prints the table and, of all rows, keeps it in out/chaos.md.
func report(t *testing.T, all []outcome) {
	t.Helper()
	said := sentences(t)
	var b strings.Builder
	b.WriteString("| what fails | what the person does | what the caller is answered | what the person reads | well again | lost |\n|---|---|---|---|---|---|\n")
	for _, o := range all {
		var answers, read []string
		for _, met := range slices.Sorted(maps.Keys(o.met)) {
			answers = append(answers, fmt.Sprintf("%d × %s", o.met[met], met))
			read = append(read, sentenceOf(said, met))
		}
		if len(answers) == 0 {
			answers = []string{"what was asked for"}
		}
		if o.warns != "" {
			read = append(read, "the video says: "+o.warns)
		}
		fmt.Fprintf(&b, "| %s: %s | %s | %s | %s | %s | nothing |\n", serviceNames()[o.service], o.way, o.act.name, strings.Join(answers, ", "), strings.Join(slices.Compact(read), " "), o.after())
	}
	verdict := "0 units lost, 0 jobs stuck, 0 answers of 500 where a code exists"
	if t.Failed() {
		verdict = "not all of them ended as they must, see above"
	}
	t.Logf("%d faults, %s:\n%s", len(all), verdict, b.String())
	if harness.InAll() && *rows == "" {
		out := filepath.Join(root(), "out")
		harness.Must(t, os.MkdirAll(out, 0o755))
		harness.Must(t, os.WriteFile(filepath.Join(out, "chaos.md"), []byte(b.String()), 0o600))
	}
}

// TestEveryAnswerHasASentence: whatever a row may answer, the web app says in a
// sentence of its own.
func TestEveryAnswerHasASentence(t *testing.T) {
	said := sentences(t)
	if len(said) < 40 {
		t.Fatalf("only %d sentences were found", len(said))
	}
	for _, f := range faults() {
		for _, code := range slices.Concat(always(), f.codes, []problem.Code{f.must}) {
			if code != "" && len(said[string(code)]) < 20 {
				t.Errorf("%s may be answered %s, of which the web app says %q", f.name(), code, said[string(code)])
			}
		}
	}
}
