package crowd

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/running"
)

const good = `{"at": 31, "who": "person", "route": "GET /api/usage", "ms": 20, "status": 200, "failed": ""}
{"at": 32, "who": "renders", "route": "GET /api/v1/jobs", "ms": 40, "status": 429, "failed": ""}
{"at": 33, "who": "renders", "job": "A", "waited_for": true}
{"at": 34, "who": "renders", "job": "A", "ended": "succeeded", "seconds": 9.5, "error": "null"}
{"at": 61, "who": "person", "route": "GET /api/usage", "ms": 50, "status": 200, "failed": ""}
{"at": 62, "who": "abuser", "route": "POST /api/v1/images", "ms": 9000, "status": 503, "failed": ""}
{"at": 62, "who": "abuser", "route": "GET /api/v1/jobs", "ms": 9, "status": 200, "failed": ""}
{"at": 63, "who": "mailbox", "route": "GET (mailbox)", "ms": 5, "status": 503, "failed": "503"}
`

func TestWhatPeopleMetIsTold(t *testing.T) {
	t.Parallel()
	p := Plan{Users: 10, Rate: 10, Length: 2 * time.Minute, Abuser: time.Minute}
	for name, test := range map[string]struct{ more, want string }{
		"all is well":             {"", ""},
		"a call without answer":   {`{"at": 70, "who": "person", "route": "GET /api/usage", "ms": 9, "status": 503, "failed": "503"}`, "1 calls of people had no answer"},
		"nobody was there":        {`{"at": 5, "who": "person", "route": "GET /api/usage", "ms": 9, "status": 0, "failed": "refused"}`, "1 calls of people had no answer"},
		"a call that is refused":  {`{"at": 70, "who": "person", "route": "GET /api/usage", "ms": 9, "status": 403, "failed": "403 no"}`, "1 calls of people were refused, as [70.0 s: GET /api/usage: 403"},
		"a render without an end": {`{"at": 70, "who": "renders", "job": "B", "waited_for": true}`, "1 renders that people wait for have not ended"},
		"a render without video":  {`{"at": 70, "who": "renders", "job": "B", "ended": "failed", "error": "{}"}`, "1 renders ended without a video"},
		"somebody stays outside":  {`{"at": 70, "who": "person", "lost": "a@example.com"}`, "1 people could not sign in"},
		"the abuser does":         {`{"at": 70, "who": "abuser", "lost": "a@example.com"}`, ""},
	} {
		o := p.judge(record(t, good+test.more+"\n"))
		o.Ledger = running.Ledger{}
		var said []string
		for _, wrong := range o.Wrong() {
			said = append(said, wrong.Error())
		}
		if test.want == "" && len(said) > 0 || test.want != "" && !strings.HasPrefix(strings.Join(said, "\n"), test.want) {
			t.Errorf("%s: told is %q", name, said)
		}
	}
	o := p.judge(record(t, good))
	for what, left := range map[string]open{"0 jobs are queued or running, and 1 workflows": {executions: 1}, "1 jobs are queued or running, and 0 workflows": {jobs: 1}} {
		o := o
		o.Open = left
		if wrong := o.Wrong(); len(wrong) != 1 || !strings.Contains(wrong[0].Error(), what) {
			t.Errorf("%+v: told is %v", left, wrong)
		}
	}
	if o.Quiet.Count != 2 || o.Loud.Count != 1 || o.Ratio() != 1.25 || o.Answered() != 1 {
		t.Errorf("%+v", o)
	}
}

// TestAnAbuserWhoNeverCameIsNoComparison: without him, or without anybody to compare,
// the quotient is 0, which is less than any limit.
func TestAnAbuserWhoNeverCameIsNoComparison(t *testing.T) {
	t.Parallel()
	p := Plan{Users: 10, Rate: 10, Length: 2 * time.Minute, Abuser: time.Minute}
	for name, test := range map[string]struct {
		without []string
		want    string
	}{
		"all were there":            {nil, ""},
		"he was refused everything": {[]string{`"abuser", "route": "GET`}, "the abuser never got in"},
		"nobody was beside him":     {[]string{`"at": 61`}, "2 calls of people before the abuser came and 0 beside him"},
		"nobody was before him":     {[]string{`"at": 31`, `"at": 32`}, "0 calls of people before the abuser came and 1 beside him"},
	} {
		var kept []string
		for line := range strings.Lines(good) {
			if !slices.ContainsFunc(test.without, func(part string) bool { return strings.Contains(line, part) }) {
				kept = append(kept, line)
			}
		}
		wrong := p.judge(record(t, strings.Join(kept, ""))).Uncompared()
		if test.want == "" && len(wrong) > 0 || test.want != "" && (len(wrong) != 1 || !strings.HasPrefix(wrong[0].Error(), test.want)) {
			t.Errorf("%s: told is %v", name, wrong)
		}
	}
}

// TestWhoWaitedLongestIsNamed, one person among others whose waiting all together hide,
// and no abuser.
func TestWhoWaitedLongestIsNamed(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for number := range 8 {
		fmt.Fprintf(&lines, `{"at": 31, "who": "person", "number": %d, "route": "GET /api/usage", "ms": %d, "status": 200}`+"\n", number, 100+number)
	}
	lines.WriteString(`{"at": 32, "who": "renders", "number": 3, "route": "GET /api/usage", "ms": 5000, "status": 200}
{"at": 33, "who": "abuser", "number": 9, "route": "GET /api/usage", "ms": 9000, "status": 200}
`)
	calls := record(t, lines.String())
	found := worst(calls, 5)
	if len(found) != 5 || found[0].number != 3 || found[0].P99 != 5*time.Second || found[1].number != 7 || found[4].number != 4 {
		t.Errorf("%+v", found)
	}
	var out strings.Builder
	printWorst(&out, calls)
	if said := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(said, "most renders 3 2 103 5000 5000 person 7 1 107 ") || strings.Contains(said, "abuser") {
		t.Errorf("%s", out.String())
	}
}

func TestWhatTakesMoreAndMoreMemoryIsNamed(t *testing.T) {
	t.Parallel()
	then := snapshot{processes: []process{{emulatorName, 1, 100 << 20}, {"devotional-project-list", 2, 30 << 20}, {"devotional-usage-get", 3, 30 << 20}}}
	now := snapshot{processes: []process{{emulatorName, 1, 400 << 20}, {"devotional-project-list", 2, 90 << 20}, {"devotional-usage-get", 3, 40 << 20}}}
	if names := grown(then, now); len(names) != 1 || !strings.Contains(names[0], "project-list") {
		t.Errorf("named are %q", names)
	}
}

func record(t *testing.T, lines string) []call {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(lines, "\n\n", "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	calls, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}
