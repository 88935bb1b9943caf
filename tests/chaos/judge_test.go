package chaos_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// times is how often the person was answered the code.
func (p *person) times(code problem.Code) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return timesIn(p.met, code)
}

func timesIn(met map[string]int, code problem.Code) (n int) {
	for answer, times := range met {
		if codeOf(answer) == code {
			n += times
		}
	}
	return n
}

// codeOf is the code of an answer that was met, "503 unavailable".
func codeOf(answer string) problem.Code {
	if _, code, coded := strings.Cut(answer, " "); coded {
		return problem.Code(code)
	}
	return problem.Code(answer)
}

// judged holds what a person met to what the row allows, and says what is wrong. A row
// whose fault nobody met has shown nothing.
func (o *outcome) judged() (wrong []string) {
	for answer := range o.met {
		if !o.may(codeOf(answer)) {
			wrong = append(wrong, "met "+answer)
		}
	}
	if o.must != "" && timesIn(o.met, o.must) == 0 {
		wrong = append(wrong, fmt.Sprintf("nobody met %s, but %v", o.must, o.met))
	}
	if o.warns != "" && o.warns != o.says {
		wrong = append(wrong, "the video does not say "+o.warns)
	}
	if o.says != "" && o.says != o.warns && !slices.Contains(o.or, o.says) {
		wrong = append(wrong, "the video says "+o.says)
	}
	if o.struck == 0 {
		wrong = append(wrong, "nobody met the fault")
	}
	if o.service == "network" && o.met[unreachable] == 0 {
		wrong = append(wrong, "the person was never unreachable")
	}
	return wrong
}

func (o *outcome) String() string {
	return fmt.Sprintf("%s: met %v, the fault struck %d times, well %s", o.name(), o.met, o.struck, o.after())
}

// after is when everything was well again.
func (o *outcome) after() string {
	if o.well <= 0 {
		return "while it lasted"
	}
	return fmt.Sprintf("%.0f s after it", o.well.Seconds())
}

// TestTheJudgeFailsWhatIsWrong: of each kind of row the judge lets pass what is right, and
// nothing else.
func TestTheJudgeFailsWhatIsWrong(t *testing.T) {
	stripe := fault{service: "stripe", way: down, act: buys}
	away := fault{service: "network", way: deafened, act: edits}
	stuckEncoder := fault{service: "encoder", way: stuck, act: renders, must: problem.EncodeStalled}
	voice := fault{service: "polly", way: oneVoice, act: renders, warns: "fallback_voice"}
	for _, c := range []struct {
		name string
		o    outcome
		want string // "" passes
	}{
		{"as it must be", outcome{fault: stripe, struck: 1, met: map[string]int{"503 unavailable": 2}}, ""},
		{"nobody met it", outcome{fault: stripe}, "nobody met the fault"},
		{"a code that is not the row's", outcome{fault: stripe, struck: 1, met: map[string]int{"500 internal": 1}}, "met 500 internal"},
		{"no answer, which was nobody's fault", outcome{fault: stripe, struck: 1, met: map[string]int{unreachable: 1}}, "met unreachable"},
		{"a network that is gone", outcome{fault: away, struck: 1, met: map[string]int{unreachable: 1}}, ""},
		{"a network that never was", outcome{fault: away, struck: 1}, "the person was never unreachable"},
		{"a stuck encoder", outcome{fault: stuckEncoder, struck: 1, met: map[string]int{"504 encode_stalled": 1}}, ""},
		{"one that nobody heard of", outcome{fault: stuckEncoder, struck: 1}, "nobody met encode_stalled, but map[]"},
		{"a video that says so", outcome{fault: voice, struck: 1, says: "fallback_voice"}, ""},
		{"one that says something else", outcome{fault: voice, struck: 1, says: "captions_only"}, "the video does not say fallback_voice; the video says captions_only"},
		{"one that was not to say anything", outcome{fault: stripe, struck: 1, says: "captions_only"}, "the video says captions_only"},
	} {
		if got := strings.Join(c.o.judged(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
