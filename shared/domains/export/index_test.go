package export

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestThePageShowsWhatWasUsedInUnits: counters are stored in milliseconds and bytes,
// and nobody reads those.
func TestThePageShowsWhatWasUsedInUnits(t *testing.T) {
	var out strings.Builder
	p := newPage(&out, time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))
	for month, shown := range map[string]map[string]any{
		"2026-11": {
			"tts_seconds_taken": json.Number("1800000"), "render_minutes_taken": json.Number("60000"),
			"images_count_taken": json.Number("12"), "images_count_reserved": json.Number("77"), "uploads_count_taken": json.Number("<odd>"),
		},
		"level": {"storage_mb_taken": json.Number("14300000"), "active_jobs": json.Number("88")},
	} {
		if err := p.item("USAGE#", Item{Sort: "USAGE#" + month}, shown); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.end(); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{
		"<h3>2026-11</h3>", "<dt>Narration</dt><dd>1800 seconds</dd>", "<dt>Video</dt><dd>1 minute</dd>", "<dt>Pictures</dt><dd>12 pictures</dd>",
		"<h3>Stored when this was made</h3>", "<dt>Storage</dt><dd>14.3 megabytes</dd>", "<dt>Uploads</dt><dd>&lt;odd&gt;</dd>", // no number stays as it is
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, not := range []string{"1800000", "14300000", "77", "88", "_taken"} {
		if strings.Contains(page, "<dd>"+not) {
			t.Errorf("the page has %s", not)
		}
	}
}
