package boot

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
)

// A throttled call is a line and a metric that say where it went.
func TestStoreTroublesAreALineAndAMetric(t *testing.T) {
	var out bytes.Buffer
	tell := storeTroubles(newLogger(&out, "f", "b"), NewMetrics(&out, "test", "f", time.Now))
	told := calls.Trouble{
		Service: "DynamoDB", Operation: "Query", Table: "platform", Index: "open-work",
		Took: 1500 * time.Millisecond, Attempt: 2, Code: "ThrottlingException",
	}
	for what, metric := range map[calls.What]string{calls.WasThrottled: "StoreThrottled", calls.WasSlow: "StoreSlow", calls.WasRetried: "", calls.WasDenied: "RightsMissing"} {
		out.Reset()
		told.What = what
		tell(t.Context(), told)
		lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
		want := 1
		if metric != "" {
			want = 2
		}
		if len(lines) != want {
			t.Fatalf("%s: %d lines, want %d:\n%s", what, len(lines), want, out.String())
		}
		for i, line := range lines {
			var got map[string]any
			if err := json.Unmarshal(line, &got); err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]any{"service": "DynamoDB", "operation": "Query", "table": "platform", "index": "open-work", "code": "ThrottlingException"} {
				if got[name] != value {
					t.Errorf("%s, line %d: %s is %v, want %v", what, i, name, got[name], value)
				}
			}
			if i == 0 && (got["ms"] != 1500.0 || got["attempt"] != 2.0 || got["msg"] != "store call "+string(what)) {
				t.Errorf("%s: %s", what, line)
			}
			if i == 1 && got[metric] != 1.0 {
				t.Errorf("%s: no %s in %s", what, metric, line)
			}
		}
	}
}
