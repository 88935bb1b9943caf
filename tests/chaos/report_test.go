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

// oneOf: of so many rows one runs InFull, and with all the time it needs each of the
// specification's own. make chaos runs the rest.
const oneOf = 19

// chosen are the rows that this run takes. Those that a share of the time begins with
// come first.
func chosen(all []fault) (some []fault) {
	found := regexp.MustCompile(*rows)
	var own []fault
	for i, f := range all {
		switch {
		case !found.MatchString(f.name()):
		case harness.InAll(),
			harness.InFull() && i%oneOf == 0,
			!harness.InFull() && f.quick():
			some = append(some, f)
		case harness.Unhurried() && i < len(named()):
			own = append(own, f)
		}
	}
	return append(some, own...)
}

// quick are the rows of an ordinary run, which make no video.
func (f fault) quick() bool {
	switch f.service + "/" + string(f.way) + "/" + f.act.name {
	case "bedrock/hangs/" + preview.name, "dynamodb/throttles/" + edits.name, "sts/down/" + reads.name, "network/answers lost/" + edits.name:
		return true
	}
	return false
}

// table is what make chaos prints and keeps.
func table(t *testing.T, all []*outcome) string {
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
		if o.says != "" {
			read = append(read, "the video says: "+o.says)
		}
		fmt.Fprintf(&b, "| %s: %s | %s | %s | %s | %s | %s |\n", serviceNames()[o.service], o.way, o.act.name, strings.Join(answers, ", "), strings.Join(slices.Compact(read), " "), o.after(), o.lost())
	}
	return b.String()
}

// lost is what was looked at in the end.
func (o *outcome) lost() string {
	switch {
	case len(o.wrong) > 0:
		return strings.Join(o.wrong, ", ")
	case !o.looked:
		return "looked at in the end"
	}
	return "nothing: " + strings.Join(o.held, ", ")
}

// keep writes the table of a whole run as its rows come: one that is ended early has
// lost none.
func keep(t *testing.T, all []*outcome) {
	t.Helper()
	if harness.InAll() && *rows == "" {
		out := filepath.Join(root(), "out")
		harness.Must(t, os.MkdirAll(out, 0o755))
		harness.Must(t, os.WriteFile(filepath.Join(out, "chaos.md"), []byte(table(t, all)), 0o600))
	}
}

// report prints the table.
func report(t *testing.T, all []*outcome) {
	t.Helper()
	verdict := "0 units lost, 0 jobs stuck, 0 answers of 500 where a code exists"
	if t.Failed() {
		verdict = "not all of them ended as they must, see above"
	}
	t.Logf("%d faults, %s:\n%s", len(all), verdict, table(t, all))
	keep(t, all)
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
