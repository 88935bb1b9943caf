package crowd

import (
	"os"
	"path/filepath"
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
{"at": 63, "who": "mailbox", "route": "GET (mailbox)", "ms": 5, "status": 503, "failed": "503"}
`

func TestWhatPeopleMetIsTold(t *testing.T) {
	t.Parallel()
	p := Plan{Users: 10, Rate: 10, Length: 2 * time.Minute, Abuser: time.Minute}
	for name, test := range map[string]struct{ more, want string }{
		"all is well":             {"", ""},
		"a call without answer":   {`{"at": 70, "who": "person", "route": "GET /api/usage", "ms": 9, "status": 503, "failed": "503"}`, "1 calls of people had no answer"},
		"nobody was there":        {`{"at": 5, "who": "person", "route": "GET /api/usage", "ms": 9, "status": 0, "failed": "refused"}`, "1 calls of people had no answer"},
		"a render without an end": {`{"at": 70, "who": "renders", "job": "B", "waited_for": true}`, "1 renders that people wait for have not ended"},
		"a render without video":  {`{"at": 70, "who": "renders", "job": "B", "ended": "failed", "error": "{}"}`, "1 renders ended without a video"},
		"somebody stays outside":  {`{"at": 70, "who": "person", "lost": "a@example.com"}`, "1 people could not sign in"},
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
	if o.Quiet.Count != 2 || o.Loud.Count != 1 || o.Ratio() != 2.5 || o.Answered() != 1 {
		t.Errorf("%+v", o)
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
