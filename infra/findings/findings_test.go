package findings_test

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/findings"
)

func TestEveryExceptionHasAReason(t *testing.T) {
	t.Parallel()
	if list, err := findings.Ours(); err != nil || len(list) == 0 {
		t.Errorf("%d exceptions: %v", len(list), err)
	}
	for text, want := range map[string]string{
		"- {check: A, resource: B, reason: it is so because of this}": "",
		"- {check: A, resource: B}":                                   "A of B is excepted without a reason",
		"- {check: A, resource: B, reason: known}":                    "A of B is excepted without a reason",
		"- {check: A, reason: it is so because of this}":              "names a check",
		"- {check: A, resource: \"[\", reason: it is so because}":     "names a check",
		"- {check: A, resource: B, reasons: it is so because}":        "reasons",
	} {
		_, err := findings.Read([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestAnExceptionIsForWhatIsFound(t *testing.T) {
	t.Parallel()
	found := []findings.Finding{{Check: "A", Name: "a wish", File: "/x.json", Resource: "AWS::S3::Bucket.Web"}, {Check: "A", Resource: "AWS::S3::Bucket.Media"}}
	covering := findings.Exception{Check: "A", Resource: "AWS::S3::Bucket.*"}
	for name, c := range map[string]struct {
		list []findings.Exception
		want []string
	}{
		"all covered":   {[]findings.Exception{covering}, nil},
		"one uncovered": {[]findings.Exception{{Check: "A", Resource: "AWS::S3::Bucket.Media"}}, []string{"x.json: AWS::S3::Bucket.Web: a wish (A)"}},
		"other check":   {[]findings.Exception{covering, {Check: "B", Resource: "*"}}, []string{"B of * is excepted, and nothing needs it"}},
	} {
		if got := findings.Judge(found, c.list); strings.Join(got, ";") != strings.Join(c.want, ";") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
